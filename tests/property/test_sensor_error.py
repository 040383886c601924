"""A sensor's offset and gain are found from stillness, and correcting never makes it worse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from processing.method import Method
from processing.model import FloatArray
from processing.signal.sensor_error import StillSums, add, correct, estimate, still_means
from tests.support.plain_signals import START_S, blocks

METHOD = Method()
_AXES = st.tuples(*[st.floats(-0.1, 0.1)] * 3)
_GAINS = st.tuples(*[st.floats(0.92, 1.08)] * 3)


def _sphere(n: int, seed: int) -> FloatArray:
    return Rotation.random(n, rng=np.random.default_rng(seed)).apply([1.0, 0.0, 0.0])


def _shown(true_g: FloatArray, offset_g: FloatArray, gain: FloatArray) -> FloatArray:
    return true_g / gain + offset_g


def _sums(mean_g: FloatArray) -> StillSums:
    return add(StillSums.none(), mean_g, METHOD)


def _residual_g(mean_g: FloatArray) -> float:
    return float(np.sqrt(np.mean((np.linalg.norm(mean_g, axis=1) - 1) ** 2)))


@settings(max_examples=50, deadline=None)
@given(offset=_AXES, gain=_GAINS, seed=st.integers(0, 1000))
def test_a_known_error_is_found_once_every_side_was_seen(
    offset: tuple[float, ...], gain: tuple[float, ...], seed: int
) -> None:
    true_g = _sphere(400, seed)
    shown = _shown(true_g, np.array(offset), np.array(gain))
    noise = np.random.default_rng(seed).normal(0, 0.002, shown.shape)
    found = estimate(_sums(shown + noise), METHOD)
    if found is None:  # only a sensor that is right already is left alone
        assert _residual_g(shown) < METHOD.sphere_good_g + 0.002
        return
    assert found.is_covered
    np.testing.assert_allclose(found.offset_g, offset, atol=0.006)
    np.testing.assert_allclose(found.gain, gain, atol=0.006)
    np.testing.assert_allclose(correct(shown, found), true_g, atol=0.012)


@settings(max_examples=80, deadline=None)
@given(
    offset=_AXES, gain=_GAINS, seed=st.integers(0, 1000), n=st.integers(1, 40),
    spread_deg=st.floats(1, 180),
)  # fmt: skip
def test_whatever_was_seen_correcting_never_makes_it_worse(
    offset: tuple[float, ...], gain: tuple[float, ...], seed: int, n: int, spread_deg: float
) -> None:
    rng = np.random.default_rng(seed)
    turns = Rotation.from_rotvec(rng.normal(0, np.radians(spread_deg), (n, 3)))
    shown = _shown(turns.apply(_sphere(1, seed)[0]), np.array(offset), np.array(gain))
    found = estimate(_sums(shown), METHOD)
    if found is not None:
        assert found.residual_after_g < found.residual_before_g
        assert _residual_g(correct(shown, found)) <= _residual_g(shown)


def test_what_was_not_seen_stays_as_it_is() -> None:
    """Sitting and standing only: the sideways axis has told nothing about itself."""
    angle = np.radians(np.linspace(-10, 60, 60))
    true_g = np.column_stack([np.cos(angle), np.zeros(60), np.sin(angle)])
    found = estimate(_sums(_shown(true_g, np.array([0, 0, -0.09]), np.ones(3))), METHOD)
    assert found is not None
    assert not found.is_covered
    assert found.offset_g[1] == pytest.approx(0, abs=1e-3)
    assert found.gain[1] == pytest.approx(1, abs=1e-3)
    assert found.residual_after_g < 0.2 * found.residual_before_g


@pytest.mark.parametrize(
    "true_g",
    [
        pytest.param(np.zeros((0, 3)), id="nothing"),
        pytest.param(np.tile([1.05, 0.0, 0.0], (100, 1)), id="one direction"),
        pytest.param(1.004 * _sphere(100, 1), id="right already"),
        pytest.param(1.4 * _sphere(100, 1), id="no sound sensor"),
        pytest.param(_sphere(300, 1) * np.linspace(0.8, 1.2, 300)[:, None], id="no ellipsoid"),
    ],
)
def test_without_good_reason_nothing_is_corrected(true_g: FloatArray) -> None:
    assert estimate(_sums(true_g), METHOD) is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000))
def test_wearing_the_clip_otherwise_tells_the_same_about_it(seed: int) -> None:
    """The error belongs to the sensor's axes, not to the wearer's."""
    turned = Rotation.random(rng=np.random.default_rng(seed)).apply(_sphere(400, 3))
    offset_g, gain = np.array([0.03, -0.05, 0.07]), np.array([1.02, 0.97, 1.03])
    found = estimate(_sums(_shown(turned, offset_g, gain)), METHOD)
    assert found is not None
    np.testing.assert_allclose(found.offset_g, offset_g, atol=0.004)


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 900), max_size=8))
def test_sums_do_not_depend_on_when_they_were_added(cuts: list[int]) -> None:
    mean_g = np.concatenate([_sphere(100, 1), np.tile(_sphere(1, 2), (800, 1))])
    sums = StillSums.none()
    for part in np.split(mean_g, sorted(cuts)):
        sums = add(sums, part, METHOD)
    whole = _sums(mean_g)
    np.testing.assert_allclose(sums.moments, whole.moments, rtol=1e-12, atol=1e-9)
    np.testing.assert_array_equal(sums.n_by_direction, whole.n_by_direction)
    np.testing.assert_array_equal(sums.lowest_g, whole.lowest_g)


def test_a_week_in_one_chair_does_not_outweigh_the_rest() -> None:
    sums = _sums(np.tile([0.8, 0.0, 0.6], (60_000, 1)))
    assert sums.n_by_direction.sum() == METHOD.still_pieces_a_direction


def test_still_pieces_are_the_still_ones() -> None:
    """20 s still, 20 s of 30 mg shaking, 20 s still elsewhere, from 3 s into a piece on."""
    rng = np.random.default_rng(0)
    first, second = np.array([0.6, 0, 0.8]), np.array([0, 1.0, 0])
    acc_g = np.concatenate(
        [
            first + rng.normal(0, 0.003, (1000, 3)),
            first + rng.normal(0, 0.03, (1000, 3)),
            second + rng.normal(0, 0.003, (1000, 3)),
        ]
    )
    parts = blocks(acc_g, start_s=START_S + 3)
    found = still_means(parts, START_S, START_S + 70, METHOD)
    np.testing.assert_allclose(found, [first, second], atol=0.002)
    later = still_means(parts, START_S + 34, START_S + 70, METHOD)
    np.testing.assert_array_equal(later, found[1:])
