"""The fitter looks at exactly the chain that the product runs, and its slopes are right."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.posture.hidden_markov import NO_MESSAGE, smooth
from sitstreak.fitting.batches import batches
from sitstreak.fitting.choices import CHOICES
from sitstreak.fitting.loss import loss
from sitstreak.fitting.marginals import marginals
from sitstreak.fitting.objective import Objective, log_odds_of, steps
from sitstreak.fitting.parameters import as_model
from sitstreak.fitting.prior import deviations, starts
from tests.support.made_up_rows import NOTHING_BEFORE, made_up_rows

ONE_PIECE = replace(CHOICES, piece_s=10**6)
SMALL_PIECES = replace(CHOICES, piece_s=20, context_s=7)


def weights(seed: int) -> np.ndarray:
    return starts() + np.random.default_rng(seed).normal(0, 0.5, len(starts()))


@pytest.mark.parametrize("choices", [ONE_PIECE, SMALL_PIECES])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_is_the_slope_of_the_objective(choices, seed: int) -> None:
    rows = made_up_rows(70, 31, seed=seed)
    objective = Objective(rows, NOTHING_BEFORE, starts(), deviations(), choices)
    at = weights(seed)
    _, gradient = objective(at)
    for k in range(len(at)):
        step = np.zeros_like(at)
        step[k] = 1e-5
        slope = (objective(at + step)[0] - objective(at - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-5, abs=1e-8), k


@pytest.mark.parametrize("start_s", [0, 17, 1_700_000_059])
@pytest.mark.parametrize("n", [1, 60, 400])
def test_it_fits_the_probabilities_that_the_product_works_out(n: int, start_s: int) -> None:
    rows = made_up_rows(n, seed=n)
    model = as_model(weights(n), NOTHING_BEFORE)
    product = smooth(rows.terms, model, start_s, NO_MESSAGE, look_ahead_minutes=n)
    (batch,) = batches(rows, ONE_PIECE)
    fitter = marginals(steps(batch, log_odds_of(rows, model)))
    np.testing.assert_allclose(fitter.p[:, :, 0], product.p, rtol=1e-9, atol=1e-12)


def test_sessions_side_by_side_do_not_touch_each_other() -> None:
    both, long = made_up_rows(90, 50, seed=3), made_up_rows(90, 50, seed=3)
    for name in ("sit", "rise"):
        getattr(long.terms, name)[90:] += 2
    model = as_model(weights(3), NOTHING_BEFORE)
    first, second = (
        marginals(steps(batches(rows, ONE_PIECE)[0], log_odds_of(rows, model)))
        for rows in (both, long)
    )
    # pieces are sorted by length: the session of 90 seconds is the second one
    np.testing.assert_array_equal(first.p[:, :, 1], second.p[:, :, 1])
    assert not np.allclose(first.p[:50, :, 0], second.p[:50, :, 0])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=20), st.integers(1, 90), st.integers(0, 40)
)
def test_each_second_is_judged_once_with_its_own_context(
    lengths: list[int], piece_s: int, context_s: int
) -> None:
    rows = made_up_rows(*lengths)
    cut = batches(rows, replace(CHOICES, piece_s=piece_s, context_s=context_s))
    judged = Counter(row for one in cut for row in one.index[one.weight > 0].tolist())
    assert judged == Counter(np.flatnonzero(rows.weight > 0).tolist())
    session = np.repeat(np.arange(len(lengths)), lengths)
    for one in cut:
        for piece, empty in zip(one.index.T, one.is_empty.T, strict=True):
            assert len(set(session[piece[~empty]].tolist())) == 1


@pytest.mark.parametrize("true", range(4))
@pytest.mark.parametrize("taken_for", range(4))
def test_a_wrong_label_cannot_cost_more_than_the_chance_of_one(true: int, taken_for: int) -> None:
    rows = replace(made_up_rows(1), state=np.array([true]), weight=np.array([1.0]))
    (batch,) = batches(rows, ONE_PIECE)
    cost, _ = loss(np.eye(4)[taken_for].reshape(1, 4, 1), batch, 0.03)
    # sitting, standing, walking, lying: the outer two are sedentary
    n_wrong = (true != taken_for) + ((true in (0, 3)) != (taken_for in (0, 3)))
    assert cost == pytest.approx(-n_wrong * np.log(0.03))
