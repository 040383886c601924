"""The grid says the same whatever the sensor's rate, stamps and packets were."""

import numpy as np
import pytest

from processing.model import NS_PER_S, FloatArray, SampleBlock
from processing.signal.grid import BlocksByTime, Grid, to_grid
from tests.support.plain_signals import START_S, blocks, chop, walk

N_SECONDS = 40


def _grid(parts: list[SampleBlock], *, n_seconds: int = N_SECONDS, offset_s: int = 0) -> Grid:
    start_s = START_S + offset_s
    return to_grid(parts, start_s, start_s + n_seconds, rate_hz=25, cutoff_hz=10.0, max_gap_s=0.5)


def _swing(t_s: FloatArray) -> FloatArray:
    """A body: two slow swings and a step rhythm, up to 3 Hz; one column an axis. [g]"""
    slow = 0.4 * np.sin(2 * np.pi * 0.23 * t_s) + 1
    step = 0.3 * np.sin(2 * np.pi * 1.9 * t_s + 0.4)
    return np.column_stack([slow + step, 0.2 * np.sin(2 * np.pi * 2.9 * t_s), -slow])


def _sampled(fs_hz: float, *, start_s: float = 0.0) -> list[SampleBlock]:
    t_s = start_s + np.arange(round((N_SECONDS + 1) * fs_hz)) / fs_hz
    return blocks(_swing(t_s), fs_hz=fs_hz, start_s=START_S + start_s)


_TRUTH = _swing(np.arange(N_SECONDS * 25) / 25)[25:-25]


@pytest.mark.parametrize(
    ("fs_hz", "tolerance_g"),
    [(12.5, 0.012), (20, 0.003), (25, 0.002), (31.25, 0.002), (49.97, 0.002), (50, 0.002),
     (52, 0.002), (100, 0.002), (128, 0.002), (400, 0.002)],
)  # fmt: skip
def test_every_rate_gives_the_movement_that_it_was(fs_hz: float, tolerance_g: float) -> None:
    for start_s in (0.0, -0.0137):
        found = _grid(_sampled(fs_hz, start_s=start_s)).acc_g[25:-25]
        assert np.abs(found - _TRUTH).max() < tolerance_g


def test_a_rate_too_low_for_steps_still_gives_gravity_and_no_nan() -> None:
    still = np.tile([0.6, 0.0, 0.8], (200, 1))
    for fs_hz in (1.0, 3.0, 5.0, 10.0):
        grid = _grid(blocks(still, fs_hz=fs_hz), n_seconds=10)
        assert np.isfinite(grid.acc_g).all()
        np.testing.assert_allclose(
            grid.acc_g[grid.valid], np.tile([0.6, 0, 0.8], (grid.valid.sum(), 1))
        )


@pytest.mark.parametrize("fs_hz", [30.0, 50.0, 100.0])
def test_vibration_above_the_grid_is_taken_out_and_does_not_fold_back(fs_hz: float) -> None:
    hz = 0.49 * fs_hz
    t_s = np.arange(round(20 * fs_hz)) / fs_hz
    shaken = np.repeat(np.sin(2 * np.pi * hz * t_s + 0.3)[:, None], 3, axis=1)
    grid = _grid(blocks(shaken, fs_hz=fs_hz), n_seconds=20)
    assert np.abs(grid.acc_g[25:-25]).max() < 0.015


def test_jittered_stamps_of_short_packets_cost_little() -> None:
    """30 microseconds of clock ticks between packets of 25 samples, as over the radio."""
    rng = np.random.default_rng(3)
    steady = _sampled(50.0)[0]
    parts = [
        SampleBlock(
            "clip",
            steady.t0_ns + a * NS_PER_S // 50 + int(rng.integers(-30_000, 30_000)),
            50.0,
            steady.acc_g[a : a + 25],
        )
        for a in range(0, len(steady.acc_g), 25)
    ]
    assert np.abs(_grid(parts).acc_g[25:-25] - _TRUTH).max() < 0.002


def test_a_lost_sample_is_a_small_dent_and_half_a_second_a_straight_line() -> None:
    whole = _sampled(50.0)[0]
    for n_lost, tolerance_g in ((1, 0.03), (24, 1.1)):
        parts = chop(whole.acc_g, [500, 500 + n_lost])
        del parts[1]
        grid = _grid(parts)
        assert grid.valid.all()
        assert np.abs(grid.acc_g[25:-25] - _TRUTH).max() < tolerance_g
        far = np.r_[25:235, 275:975]  # more than the filter's reach away nothing changes
        np.testing.assert_array_equal(grid.acc_g[far], _grid([whole]).acc_g[far])
    bridge = grid.acc_g[254:258]
    np.testing.assert_allclose(
        np.diff(bridge, axis=0), np.diff(bridge, axis=0)[:1].repeat(3, 0), atol=0.01
    )


def test_samples_in_a_bunch_count_once() -> None:
    """A radio that hands over late may stamp several samples at one moment."""
    t_s = np.arange(0, 20, 0.02)
    parts = [
        SampleBlock("clip", START_S * NS_PER_S + round(t * NS_PER_S), 50.0, _swing(np.array([t])))
        for t in np.concatenate([t_s, 5 + np.arange(1, 6) * 5e-5])
    ]
    parts.sort(key=lambda block: block.t0_ns)
    found = _grid(parts, n_seconds=20).acc_g[25:-25]
    assert np.abs(found - _TRUTH[: len(found)]).max() < 0.002


def test_a_sensor_that_changes_its_rate_is_followed() -> None:
    t_s = np.arange(0, 20, 0.02)
    slower = np.arange(20, 40, 0.04)
    parts = blocks(_swing(t_s)) + blocks(_swing(slower), fs_hz=25.0, start_s=START_S + 20)
    found = _grid(parts)
    assert found.runs == ((0, 1000),)
    away = np.r_[25:490, 510:975]
    assert np.abs(found.acc_g[away] - _swing(away / 25)).max() < 0.002


def test_turning_the_sensor_turns_the_grid() -> None:
    turn = np.array([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0], [0.0, 0.8, -0.6]])
    acc_g = walk(20)
    plain, turned = _grid(blocks(acc_g)), _grid(blocks(acc_g @ turn.T))
    np.testing.assert_allclose(turned.acc_g, plain.acc_g @ turn.T, atol=1e-12)


def test_the_blocks_of_a_span_are_found_without_looking_at_all() -> None:
    parts = chop(walk(60), range(50, 3000, 50))
    overlapping = blocks(walk(30), start_s=START_S + 3)
    parts = sorted(parts + overlapping, key=lambda block: block.t0_ns)
    near = BlocksByTime(parts).near(START_S + 20, START_S + 22)
    assert overlapping[0] in near
    assert len(near) < 25
    np.testing.assert_array_equal(
        _grid(list(near), n_seconds=2, offset_s=20).acc_g,
        _grid(parts, n_seconds=2, offset_s=20).acc_g,
    )
    assert not BlocksByTime([]).near(0, 10)
