"""Grid, filters and features on signals whose values are known."""

import numpy as np
import pytest

from processing.features.measuring import LOOK_AROUND_S, measure
from processing.method import Method
from processing.model import SampleBlock
from processing.signal.filters import band_pass_kernel, fir, low_pass_kernel, smoothing_kernel
from processing.signal.grid import Grid, to_grid
from tests.support.plain_signals import (
    FORWARD_SHARE,
    FS_HZ,
    START_S,
    blocks,
    chop,
    rise,
    still,
    tilted,
    walk,
)

METHOD = Method()


def _grid(parts: list[SampleBlock], n_seconds: int) -> Grid:
    return to_grid(parts, START_S, START_S + n_seconds, rate_hz=25, cutoff_hz=10.0, max_gap_s=0.5)


def _sine(fs_hz: float, hz: float, n_s: float = 20) -> np.ndarray:
    t = np.arange(round(n_s * fs_hz)) / fs_hz
    return np.column_stack([np.sin(2 * np.pi * hz * t)] * 3)


@pytest.mark.parametrize("fs_hz", [12.5, 20.0, 25.0, 31.25, 50.0, 100.0, 200.0])
def test_a_slow_sine_comes_through_at_any_rate(fs_hz: float) -> None:
    grid = _grid(blocks(_sine(fs_hz, 1.0), fs_hz=fs_hz), 20)
    expected = np.sin(2 * np.pi * np.arange(20 * 25) / 25)
    tolerance = 0.05 if fs_hz < 25 else 0.02  # straight lines between few samples cut corners
    np.testing.assert_allclose(grid.acc_g[25:-25, 0], expected[25:-25], atol=tolerance)


def test_what_the_grid_cannot_hold_does_not_come_back_as_something_slow() -> None:
    grid = _grid(blocks(_sine(100.0, 24.0), fs_hz=100.0), 20)  # would alias to 1 Hz
    assert np.abs(grid.acc_g[25:-25]).max() < 0.01


def test_points_lie_on_whole_seconds_wherever_the_samples_begin() -> None:
    ramp = np.repeat(np.arange(500)[:, None] / FS_HZ, 3, axis=1)
    grid = _grid(blocks(ramp, start_s=START_S + 0.373), 10)
    np.testing.assert_allclose(grid.acc_g[50:200, 0], np.arange(50, 200) / 25 - 0.373, atol=1e-5)


def test_a_short_hole_is_bridged_and_a_long_one_ends_the_run() -> None:
    acc_g = still(30, 10, noise_g=0)
    first, second, third = acc_g[:500], acc_g[:500], acc_g[:500]
    parts = [
        *blocks(first),
        *blocks(second, start_s=START_S + 10.4),
        *blocks(third, start_s=START_S + 22.0),
    ]
    grid = _grid(parts, 32)
    assert grid.runs == ((0, 510), (550, 800))
    assert not grid.valid[510:550].any()
    np.testing.assert_allclose(grid.acc_g[grid.valid], np.tile(tilted(10), (760, 1)), atol=1e-12)


def test_overlaps_repeats_and_broken_samples_do_no_harm() -> None:
    acc_g = walk(20)
    broken = acc_g.copy()
    broken[300] = np.nan
    twice = chop(acc_g, [400]) + chop(acc_g[350:600], [], start_s=START_S + 7)
    twice.sort(key=lambda block: block.t0_ns)
    np.testing.assert_allclose(_grid(twice, 20).acc_g, _grid(blocks(acc_g), 20).acc_g, atol=1e-9)
    mended = _grid(blocks(broken), 20)
    assert np.isfinite(mended.acc_g).all()
    np.testing.assert_allclose(mended.acc_g, _grid(blocks(acc_g), 20).acc_g, atol=0.02)


def test_no_samples_are_an_empty_grid() -> None:
    grid = _grid([], 3)
    assert grid.n_seconds == 3
    assert grid.runs == ()
    assert not grid.acc_g.any()


def test_filters_do_not_shift_in_time() -> None:
    pulse = np.zeros(201)
    pulse[100] = 1
    for kernel in (
        low_pass_kernel(5, 25, half_length_s=0.4),
        smoothing_kernel(2, 25),
        band_pass_kernel(0.5, 3, 25, half_length_s=1),
    ):
        y = fir(pulse, kernel)
        assert y.argmax() == 100
        np.testing.assert_allclose(y, y[::-1], atol=1e-12)


def test_the_band_pass_lets_no_gravity_through_and_passes_steps() -> None:
    kernel = band_pass_kernel(0.5, 3, 25, half_length_s=1)
    assert np.abs(fir(np.ones(100), kernel)).max() < 1e-12
    t = np.arange(500) / 25
    passed = fir(np.sin(2 * np.pi * 1.8 * t), kernel)[100:-100]
    assert np.abs(passed).max() == pytest.approx(1, abs=0.05)


def test_the_gravity_average_keeps_a_constant_and_halves_half_a_hertz() -> None:
    kernel = smoothing_kernel(2, 25)
    np.testing.assert_allclose(fir(np.full((60, 3), 0.7), kernel), 0.7)
    t = np.arange(1000) / 25
    assert np.abs(fir(np.cos(np.pi * t), kernel)[200:-200]).max() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("low", "high"), [(0.0, 3.0), (0.5, 12.5), (3.0, 0.5)])
def test_an_impossible_band_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="_hz must be"):
        band_pass_kernel(low, high, 25, half_length_s=1)


def test_a_known_tilt_is_measured_to_a_tenth_of_a_degree() -> None:
    features = measure(blocks(still(20, 33.0, noise_g=0.003)), START_S, START_S + 20, METHOD)
    angles = np.degrees(np.arctan2(features.up[:, 2], features.up[:, 0]))
    np.testing.assert_allclose(angles, 33.0, atol=0.1)


def test_a_walk_is_measured_as_the_sine_that_it_is() -> None:
    acc_g = walk(40, step_hz=2.0, vertical_g=0.2)
    features = measure(blocks(acc_g), START_S + 5, START_S + 35, METHOD)
    np.testing.assert_allclose(features.vertical_g, 0.2 / np.sqrt(2), rtol=0.05)
    level_g = np.hypot(0.1, FORWARD_SHARE * 0.2)  # sideways and forward
    np.testing.assert_allclose(features.horizontal_g, level_g / np.sqrt(2), rtol=0.1)
    assert (features.step_rhythm > 0.95).all()
    assert set(features.n_steps.tolist()) == {2.0}


def test_stillness_has_no_rhythm_and_no_steps() -> None:
    features = measure(blocks(still(40, 0, noise_g=0.003)), START_S, START_S + 40, METHOD)
    assert (features.dynamic_g < 0.01).all()
    assert not features.n_steps.any()
    assert (features.step_rhythm < 0.8).all()


def test_halves_of_a_second_have_their_own_direction() -> None:
    acc_g = np.concatenate([still(10, 20, noise_g=0), rise(20, 0, height_m=0, n_s=4), still(10, 0)])
    features = measure(blocks(acc_g), START_S, START_S + 24, METHOD)
    early, late = (
        np.degrees(np.arctan2(up[:, 2], up[:, 0])) for up in (features.early_up, features.late_up)
    )
    middle = slice(10, 14)
    assert (early[middle] > late[middle]).all()
    assert early[12] == pytest.approx(20 * (1 + np.cos(np.pi * 2.25 / 4)) / 2, abs=0.5)
    np.testing.assert_allclose(np.linalg.norm(features.up, axis=1), 1, atol=1e-6)


def test_sway_is_slow_and_steps_are_not() -> None:
    t = np.arange(40 * 50) / FS_HZ
    for hz, share in ((0.4, 1.0), (2.0, 0.0), (0.02, 0.0)):
        acc_g = still(40, 0, noise_g=0)
        acc_g[:, 1] += 0.02 * np.sin(2 * np.pi * hz * t)
        features = measure(blocks(acc_g), START_S + 8, START_S + 32, METHOD)
        rms_g = np.sqrt((features.sway_g**2).mean())
        assert rms_g == pytest.approx(share * 0.02 / np.sqrt(2), abs=0.002)


def test_a_second_depends_only_on_its_look_around() -> None:
    acc_g = walk(40)
    disturbed = acc_g.copy()
    second = round((20 - LOOK_AROUND_S) * FS_HZ), round((21 + LOOK_AROUND_S) * FS_HZ)
    disturbed[: second[0]] = 0.5
    disturbed[second[1] :] = -2
    span = (START_S + 20, START_S + 21)
    plain = measure(blocks(acc_g), *span, METHOD).table
    np.testing.assert_array_equal(measure(blocks(disturbed), *span, METHOD).table, plain)
    disturbed[second[0] + 60 :] = 3
    assert (measure(blocks(disturbed), *span, METHOD).table != plain).any()


def test_seconds_without_samples_are_zero_and_never_nan() -> None:
    parts = blocks(walk(10)) + blocks(walk(10), start_s=START_S + 4000)
    features = measure(parts, START_S - 5, START_S + 4020, METHOD)
    assert np.isfinite(features.table).all()
    assert features.has_data.sum() == 20
    assert not features.table[features.valid == 0].any()
