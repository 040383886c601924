"""Rhythm of sines, and the way a made-up wearer walks."""

from pathlib import Path

import numpy as np
import pytest

from processing.features.measuring import measure
from processing.features.rhythm import Rhythm, rhythm
from processing.method import Method
from processing.posture.observed import Carried, observe
from sitstreak.validation.labelled import labelled_sessions
from tests.support.plain_signals import FORWARD_SHARE, FS_HZ, START_S, blocks, walk

METHOD = Method()
_N_S = 30
_T = np.arange(_N_S * 25) / 25


def _rhythm(vertical: np.ndarray, sideways: np.ndarray, valid: np.ndarray | None = None) -> Rhythm:
    up, side, none = (
        x.astype(np.float32).reshape(_N_S, 25) for x in (vertical, sideways, 0 * vertical)
    )
    here = np.ones((_N_S, 25), np.bool_) if valid is None else valid
    return rhythm(up, np.stack([up, side, none]), here, 0, METHOD.rhythm_top_hz)


@pytest.mark.parametrize("lag", [9, 12, 15, 20, 30])
def test_a_sine_repeats_perfectly_at_its_period(lag: int) -> None:
    found = _rhythm(0.2 * np.sin(2 * np.pi * _T * 25 / lag), 0 * _T)
    inner = slice(3, -3)
    periods = 25 / found.step_hz[inner] / lag  # a sine repeats as well after two of its periods
    np.testing.assert_allclose(periods, np.rint(periods), atol=0.04)
    np.testing.assert_allclose(found.step[inner], 1, atol=0.07)
    np.testing.assert_allclose(found.vertical_g[inner], 0.2 / np.sqrt(2), rtol=0.04)
    assert found.horizontal_g[inner].max() < 0.01


def test_a_stride_repeats_after_two_steps() -> None:
    step = 0.1 * np.sin(2 * np.pi * _T * 25 / 13)
    stride = 0.1 * np.sin(np.pi * _T * 25 / 13)
    found = _rhythm(step, stride)
    np.testing.assert_allclose(found.stride[3:-3], 1, atol=0.07)
    np.testing.assert_allclose(found.horizontal_g[3:-3], 0.1 / np.sqrt(2), rtol=0.06)


def test_noise_has_little_rhythm_and_stillness_none() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, len(_T))
    assert np.median(_rhythm(noise, 0 * _T).step) < 0.5
    nothing = _rhythm(1e-5 * noise, 0 * _T)
    assert np.abs(nothing.step).max() < 1e-3
    assert np.abs(nothing.stride).max() < 1e-3


def test_missing_samples_do_not_thin_out_the_rest() -> None:
    valid = np.ones((_N_S, 25), np.bool_)
    valid[14] = False
    found = _rhythm(0.2 * np.sin(2 * np.pi * 2 * _T), 0 * _T, valid)
    np.testing.assert_allclose(found.vertical_g[3:-3], 0.2 / np.sqrt(2), rtol=0.06)


def _mean_phase(acc_g: np.ndarray) -> np.ndarray:
    n_s = round(len(acc_g) / FS_HZ)
    features = measure(blocks(acc_g), START_S + 4, START_S + n_s - 4, METHOD)
    return np.asarray(features.phase.mean(axis=0))


@pytest.mark.parametrize("step_hz", [1.8, 2.0, 2.3])
def test_level_movement_a_quarter_of_a_period_early_points_forward(step_hz: float) -> None:
    found = _mean_phase(walk(40, step_hz=step_hz))
    forward_g = FORWARD_SHARE * 0.25
    expected = forward_g / np.hypot(forward_g, 0.1)  # its share of all level movement
    np.testing.assert_allclose(found, [0, 0, expected], atol=0.06)


def test_level_movement_a_quarter_of_a_period_late_points_backward() -> None:
    backwards = walk(40)[::-1]  # time runs the other way, so what was early is late
    assert _mean_phase(backwards)[2] == pytest.approx(-_mean_phase(walk(40))[2], abs=0.01)


def test_level_movement_in_step_with_the_vertical_points_nowhere() -> None:
    acc_g = walk(40)
    acc_g[:, 2] = 0.3 * (acc_g[:, 0] - 1)
    np.testing.assert_allclose(_mean_phase(acc_g), 0, atol=0.03)


@pytest.mark.recordings
def test_people_who_sit_are_tipped_backward_of_how_they_walk(recordings_dir: Path) -> None:
    for session in list(labelled_sessions("hapt", recordings_dir / "hapt.parquet"))[:4]:
        features = session.features(METHOD)
        angles = observe(features, METHOD, Carried()).pose
        assert angles.known.all()
        sitting, standing = (
            float(np.median(angles.pitch_deg[session.truth == truth])) for truth in ("sit", "stand")
        )
        assert sitting > 5
        assert sitting > standing
