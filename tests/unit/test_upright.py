"""Upright and forward, followed through time."""

import numpy as np
import pytest

from processing.method import Method
from processing.model import BoolArray, FloatArray
from processing.posture.upright import Reference, Upright, follow, stretches

X, Y, Z = np.eye(3)
LEVEL = Method(reference_decay_s=1e9, forward_decay_s=1e9)


def _follow(
    up: FloatArray,
    walking: list[int],
    method: Method = LEVEL,
    *,
    phase: FloatArray | None = None,
    broken: BoolArray | None = None,
    reference: Reference | None = None,
) -> Upright:
    n = len(up)
    return follow(
        up,
        np.tile(Z, (n, 1)) if phase is None else phase,
        np.isin(np.arange(n), walking).astype(np.float64),
        np.zeros(n, np.bool_) if broken is None else broken,
        method,
        reference or Reference(),
        was_broken=False,
    )


def _turning(n: int, at: int) -> FloatArray:
    """Return +x before and +y after the clip was turned."""
    return np.where((np.arange(n) < at)[:, None], X, Y)


def test_a_stretch_of_wear_ends_with_the_break_that_follows_it() -> None:
    broken = np.array([0, 0, 1, 1, 0, 0], np.bool_)
    assert stretches(broken, was_broken=False) == [(0, 4), (4, 6)]
    assert stretches(~broken, was_broken=True) == [(0, 2), (2, 6)]
    assert stretches(broken[:0], was_broken=False) == []


def test_nearer_walking_counts_more_and_beyond_the_look_ahead_not_at_all() -> None:
    method = Method(look_ahead_s=10, reference_decay_s=100.0)
    found = _follow(_turning(200, 100), [50, 150], method).up
    np.testing.assert_allclose(found[139], X)  # the next walk is 11 s ahead
    past, future = np.exp(-0.90), np.exp(-0.10)
    expected = np.array([past, future, 0]) / np.hypot(past, future)
    np.testing.assert_allclose(found[140], expected, atol=1e-9)


def test_forward_has_a_longer_memory_than_upright() -> None:
    method = Method(look_ahead_s=5, reference_decay_s=5.0, forward_decay_s=50.0)
    phase = np.where((np.arange(100) < 50)[:, None], Z, X)
    found = _follow(np.tile(X, (100, 1)), [10, 60], method, phase=phase)
    old, new = np.exp(-60 / 50), np.exp(-10 / 50)  # at second 70
    np.testing.assert_allclose(found.forward[70], (old * Z + new * X) / np.hypot(old, new))


def test_only_walking_tells() -> None:
    up = np.tile(X, (20, 1))
    nothing = _follow(up, [])
    assert not nothing.known.any()
    assert not nothing.forward.any()
    assert nothing.first_walk == 20
    assert _follow(up, [7]).known.all()


def test_a_first_walk_is_waited_for_only_so_long() -> None:
    method = Method(cold_start_s=30, look_ahead_s=5)
    found = _follow(np.tile(X, (100, 1)), [80], method)
    assert np.flatnonzero(found.known).tolist() == list(range(50, 100))
    assert (found.cold_from, found.first_walk) == (0, 80)


def test_until_the_first_walk_what_is_remembered_serves() -> None:
    method = Method(cold_start_s=30, look_ahead_s=5)
    kept = Reference.remembered(2 * Y, 5 * X)
    found = _follow(np.tile(X, (100, 1)), [80], method, reference=kept)
    np.testing.assert_allclose(found.up[:50], np.tile(Y, (50, 1)))
    np.testing.assert_allclose(found.forward[:50], np.tile(X, (50, 1)))
    np.testing.assert_allclose(found.up[50:], np.tile(X, (50, 1)))
    np.testing.assert_allclose(found.forward[50:], np.tile(Z, (50, 1)))


def test_after_a_break_the_clip_may_sit_otherwise() -> None:
    broken = np.isin(np.arange(100), np.arange(40, 60))
    found = _follow(_turning(100, 50), [10, 90], broken=broken)
    np.testing.assert_allclose(found.up[:60], np.tile(X, (60, 1)))
    np.testing.assert_allclose(found.up[60:], np.tile(Y, (40, 1)))
    assert (found.cold_from, found.first_walk) == (60, 90)


@pytest.mark.parametrize("days", [2, 2.07, 5])
def test_however_long_the_clip_was_off_what_was_is_remembered(days: float) -> None:
    n = 100 + round(days * 86_400)
    up = np.tile(X, (n, 1))
    broken = np.isin(np.arange(n), np.arange(20, n - 50))
    found = _follow(up, [10], Method(), broken=broken)
    np.testing.assert_allclose(found.up[[5, 15, n - 1]], np.tile(X, (3, 1)))
    np.testing.assert_allclose(found.forward[[5, 15, n - 1]], np.tile(Z, (3, 1)))


def test_going_on_from_any_second_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    n = 300
    up = rng.normal(size=(n, 3))
    phase = rng.normal(size=(n, 3))
    broken = np.isin(np.arange(n), np.arange(120, 140))
    walking = np.flatnonzero((rng.random(n) < 0.2) & ~broken)
    method = Method(look_ahead_s=20, cold_start_s=40)
    whole = _follow(up, walking.tolist(), method, phase=phase, broken=broken)
    for at in (60, 119, 125, 139, 141, 200):
        rest = follow(
            up[at:],
            phase[at:],
            np.isin(np.arange(at, n), walking).astype(np.float64),
            broken[at:],
            method,
            whole.reference_before(at, Reference()),
            was_broken=bool(broken[at - 1]),
        )
        np.testing.assert_allclose(rest.up, whole.up[at:], atol=1e-12)
        np.testing.assert_allclose(rest.forward, whole.forward[at:], atol=1e-12)


def test_what_is_left_after_a_break_is_the_last_direction_of_each() -> None:
    worn = Reference((0, 3.0, 0, 4), (1.0, 0, 0), (0, 0, 2.0), (1.0, 0, 0), (5.0, 6.0))
    assert worn.after_break() == Reference(last_up=(0, 1, 0), last_forward=(0, 0, 1))
    unworn = Reference(last_up=(1.0, 0, 0), last_forward=(0, 1.0, 0))
    assert unworn.after_break() == unworn
