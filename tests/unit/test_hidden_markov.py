"""The chain where its answer can be told beforehand."""

import numpy as np
import pytest

from processing.posture.hidden_markov import LIE, SIT, STAND, saturated, smooth
from tests.property.test_hidden_markov import MIDNIGHT_S, MODEL, terms_of

EVEN = (0.25, 0.25, 0.25, 0.25)


def _steady(n_s: int, state: int) -> np.ndarray:
    rows = np.zeros((n_s, 6))
    rows[:, state] = 2.0
    return rows


def test_no_seconds_have_no_probabilities_and_hand_the_message_on() -> None:
    found = smooth(terms_of(np.zeros((0, 6))), MODEL, MIDNIGHT_S, (0.4, 0.3, 0.2, 0.1), 2)
    assert found.p.shape == (0, 4)
    assert found.message_at(MIDNIGHT_S) == (0.4, 0.3, 0.2, 0.1)


def test_steady_evidence_outweighs_what_was_believed_before() -> None:
    found = smooth(terms_of(_steady(120, LIE)), MODEL, MIDNIGHT_S, (0.98, 0.01, 0.005, 0.005), 1)
    assert found.p[10:, LIE].min() > 0.95


def test_getting_up_moves_the_change_to_where_it_was_felt() -> None:
    rows = np.concatenate([_steady(50, SIT), np.zeros((20, 6)), _steady(50, STAND)])
    rows[:, 4:] = -5
    rows[63, 4] = 9
    p = smooth(terms_of(rows), MODEL, MIDNIGHT_S, EVEN, 1).p
    seated = p[:, SIT] + p[:, LIE]
    assert seated[:63].min() > 0.99
    assert seated[63:].max() < 0.01


def test_one_second_of_evidence_is_not_believed_against_a_minute() -> None:
    rows = _steady(60, SIT)
    rows[30] = [0, 0, 0, 2, 0, 0]
    p = smooth(terms_of(rows), MODEL, MIDNIGHT_S, EVEN, 1).p
    assert p[30, SIT] > 0.5


def test_evidence_of_a_change_is_bounded_at_seven() -> None:
    assert saturated(np.array([0.0]))[0] == 0
    assert saturated(np.array([0.1]))[0] == pytest.approx(0.1, rel=1e-3)
    np.testing.assert_allclose(saturated(np.array([-900.0, 900.0])), [-7, 7])


def test_hours_without_data_make_forget_what_was_before() -> None:
    nothing = terms_of(np.zeros((7200, 6)))
    ends = [
        smooth(nothing, MODEL, MIDNIGHT_S, (a, b, c, d), 1).messages[-1]
        for a, b, c, d in np.eye(4).tolist()
    ]
    for end in ends[1:]:
        np.testing.assert_allclose(end, ends[0], atol=1e-9)
    assert min(ends[0]) > 0


def test_seconds_without_data_are_for_no_posture() -> None:
    rows = np.concatenate([_steady(60, SIT), np.zeros((240, 6)), _steady(60, SIT)])
    whole = smooth(terms_of(rows), MODEL, MIDNIGHT_S, EVEN, 5).p
    alone = smooth(terms_of(rows[:60]), MODEL, MIDNIGHT_S, EVEN, 5).p
    nothing_follows = smooth(terms_of(rows[:300]), MODEL, MIDNIGHT_S, EVEN, 5).p
    np.testing.assert_allclose(nothing_follows[:60], alone, atol=1e-9)
    assert whole[59, SIT] >= alone[59, SIT]


def test_evidence_as_strong_as_it_gets_stays_finite() -> None:
    rows = np.random.default_rng(0).choice([-300.0, 300.0], (600, 6))
    p = smooth(terms_of(rows), MODEL, MIDNIGHT_S + 17, EVEN, 5).p
    assert np.isfinite(p).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-12)
