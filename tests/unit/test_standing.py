"""How a wearer stands is learnt from short pauses between steps, and from nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from processing.features.columns import COLUMNS, Features
from processing.features.measuring import measure
from processing.method import Method
from processing.model import FloatArray
from processing.posture.observed import Carried, observe
from processing.posture.orientation import pose
from processing.posture.standing import is_pause, standing_offset_deg
from tests.support.plain_signals import START_S, blocks, still, tilted, walk

METHOD = Method()
NONE_BEFORE = (0.0, 0.0)


def _method(usual_deg: float, **numbers: float) -> Method:
    posture = replace(METHOD.posture, usual_pause_deg=usual_deg)
    return Method(posture=posture, **numbers)  # type: ignore[arg-type]


def _offset(
    pitch_deg: FloatArray,
    pause: list[int],
    method: Method = METHOD,
    before: tuple[float, float] = NONE_BEFORE,
    broken: list[int] | None = None,
) -> tuple[FloatArray, FloatArray]:
    count = np.arange(len(pitch_deg))
    is_paused, is_broken = np.isin(count, pause), np.isin(count, broken or [])
    return standing_offset_deg(pitch_deg, is_paused, is_broken, method, before, was_broken=False)


def _features(*parts: FloatArray) -> Features:
    acc_g = np.concatenate(parts)
    return measure(blocks(acc_g), START_S, START_S + len(acc_g) // 50, METHOD)


def _offsets_of(*parts: FloatArray) -> FloatArray:
    return observe(_features(*parts), METHOD, Carried()).standing_deg


def test_without_pauses_a_wearer_stands_as_usual() -> None:
    offset, past = _offset(np.full(10, 9.0), [])
    assert not offset.any()
    assert not past.any()


def test_the_usual_counts_as_much_as_so_many_seconds_of_pauses() -> None:
    method = _method(1.0, pause_prior_s=20.0, pause_decay_s=1e9)
    pitch = np.full(30, 11.0)  # 10 degrees behind the usual
    offset, past = _offset(pitch, list(range(20)), method)
    # the look-ahead reaches all of them: 20 s of 10 degrees against 20 s of none
    np.testing.assert_allclose(offset, 5.0, rtol=1e-6)
    np.testing.assert_allclose(past[9], [100, 10], rtol=1e-6)


def test_pauses_beyond_the_look_ahead_do_not_count_yet() -> None:
    method = _method(0.0, pause_prior_s=1.0, pause_decay_s=1e9, look_ahead_s=5)
    offset, _ = _offset(np.full(20, 8.0), [12], method)
    assert offset[6] == 0
    np.testing.assert_allclose(offset[7:], 4.0, rtol=1e-6)


def test_older_pauses_fade() -> None:
    method = _method(0.0, pause_prior_s=1.0, pause_decay_s=10.0)
    offset, past = _offset(np.full(30, 8.0), [0], method)
    weight = np.exp(-1.0)  # after ten seconds
    assert offset[10] == pytest.approx(8 * weight / (1 + weight))
    assert past[10].tolist() == pytest.approx([8 * weight, weight])


def test_going_on_from_what_is_remembered_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    pitch = rng.normal(5, 3, 600)
    pause = np.flatnonzero(rng.random(600) < 0.2).tolist()
    whole, past = _offset(pitch, pause)
    a, b = past[199].tolist()
    rest, _ = _offset(pitch[200:], [one - 200 for one in pause if one >= 200], before=(a, b))
    np.testing.assert_array_equal(rest, whole[200:])


def test_after_the_clip_was_off_nothing_is_left_of_earlier_pauses() -> None:
    offset, past = _offset(np.full(20, 8.0), [2], broken=list(range(5, 10)))
    assert offset[4] > 0
    assert not offset[10:].any()
    assert not past[10:].any()


def test_short_pauses_between_steps_shift_how_standing_is_taken_to_be() -> None:
    pauses = [part for seed in range(6) for part in (walk(12), still(8, 9, seed=seed))]
    assert _offsets_of(*pauses, walk(12))[-1] > 3


def test_a_long_stand_shifts_nothing() -> None:
    offset = _offsets_of(walk(40), still(90, 9), walk(40))
    assert np.abs(offset).max() < 0.5


def _pauses(pitch_deg: float, n_s: int, **columns: float) -> int:
    """Return how many seconds of a pause of `n_s` between stepping are surely standing."""
    n = n_s + 60
    up = np.tile(tilted(pitch_deg), (n, 1))
    table = np.zeros((n, len(COLUMNS)))
    table[:, :3] = table[:, 3:6] = up
    table[:, -1] = 1
    resting = slice(30, 30 + n_s)
    for name, value in columns.items():
        table[resting, COLUMNS.index(name)] = value
    stepping = np.full(n, 5.0)
    stepping[resting] = -5
    angles = pose(up, up, up, np.tile(tilted(0), (n, 1)), np.tile(tilted(90), (n, 1)))
    return int(is_pause(Features(0, table), stepping, angles, METHOD).sum())


def test_a_pause_is_short_calm_and_about_level() -> None:
    assert _pauses(9, 8) == 8
    assert _pauses(-9, METHOD.pause_max_s - 1) == METHOD.pause_max_s - 1
    assert _pauses(9, METHOD.pause_max_s + 1) == 0
    assert _pauses(30, 8) == _pauses(-30, 8) == 0
    assert _pauses(9, 8, rise_m_s=0.3) == _pauses(9, 8, fall_m_s=0.3) == 0
    assert _pauses(9, 8, valid=0.2) == 0


def test_walking_alone_shifts_nothing() -> None:
    assert not _offsets_of(walk(90)).any()
