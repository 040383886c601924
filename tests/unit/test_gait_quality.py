"""Gait quality of signals whose numbers follow from two or three cosines."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from processing.gait.quality import autocorrelation, gait_quality
from processing.method import Method

METHOD = Method()
FS = 50.0
STEP_HZ = 1.8
UP, FORWARD, LEFT = np.eye(3)[[2, 0, 1]]


def found_in(*args: Any, **kwargs: Any) -> Any:
    """Quality whose parts a test may read without asking for None first."""
    return gait_quality(*args, **kwargs)


def gait(*, limp=0.0, sway=0.1, mirrored=0.0, n_s=20.0, step_hz=STEP_HZ, noise_g=0.0):
    """Vertical: the step, `limp` of it once a stride. Sideways: the stride, `mirrored` a step."""
    t = np.arange(round(n_s * FS)) / FS
    step, stride = 2 * np.pi * step_hz * t, np.pi * step_hz * t
    vertical = 1 + 0.2 * np.cos(step) + 0.2 * limp * np.cos(stride + 0.4)
    forward = 0.1 * np.cos(step + 1.5)
    sideways = sway * (np.cos(stride + 1) + mirrored * np.cos(step))
    acc_g = np.outer(vertical, UP) + np.outer(forward, FORWARD) + np.outer(sideways, LEFT)
    return acc_g + np.random.default_rng(5).normal(0, noise_g, acc_g.shape) if noise_g else acc_g


def test_the_autocorrelation_of_a_cosine_is_a_cosine_that_does_not_fade():
    x = np.cos(2 * np.pi * np.arange(1000) / 50)
    found = autocorrelation(x, 200)
    assert found[[0, 50, 100, 200]] == pytest.approx(1, abs=1e-6)
    assert found[[25, 75]] == pytest.approx(-1, abs=1e-6)


def test_a_gait_that_repeats_with_each_step_is_perfect():
    found = found_in(gait(), FS, UP, METHOD, forward=FORWARD)
    assert found.cadence_spm == pytest.approx(108, rel=0.01)
    assert found.n_windows == 2
    for axis in (found.vertical, found.forward):
        assert axis.step_regularity == pytest.approx(1, abs=0.02)
        assert axis.stride_regularity == pytest.approx(1, abs=0.02)
        assert axis.symmetry == pytest.approx(1, abs=0.02)
        assert axis.harmonic_ratio > 20
        assert axis.improved_harmonic_ratio == pytest.approx(1, abs=0.01)
    # sideways the second step is the mirror image of the first
    assert found.sideways.step_regularity == pytest.approx(1, abs=0.02)
    assert found.sideways.improved_harmonic_ratio == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("limp", [0.1, 0.25, 0.4])
def test_a_limp_lowers_step_regularity_by_the_power_that_it_has(limp):
    found = found_in(gait(limp=limp), FS, UP, METHOD).vertical
    # after one step the stride's cosine has turned by half: (1 - a^2) / (1 + a^2) is left
    assert found.step_regularity == pytest.approx((1 - limp**2) / (1 + limp**2), abs=0.03)
    assert found.stride_regularity == pytest.approx(1, abs=0.02)
    assert found.symmetry == pytest.approx((1 - limp**2) / (1 + limp**2), abs=0.03)
    # strides at the ends of a window are cut a little off: that adds to the small amplitudes
    assert found.harmonic_ratio == pytest.approx(1 / limp, rel=0.2)
    assert found.improved_harmonic_ratio == pytest.approx(1 / (1 + limp**2), abs=0.02)


def test_a_sideways_movement_with_each_step_counts_against_the_mirror_image():
    found = found_in(gait(mirrored=0.5), FS, UP, METHOD, forward=FORWARD).sideways
    assert found.improved_harmonic_ratio == pytest.approx(1 / 1.25, abs=0.02)
    assert found.harmonic_ratio == pytest.approx(2, rel=0.1)


def test_without_a_forward_axis_only_the_vertical_is_judged():
    found = found_in(gait(), FS, UP, METHOD)
    assert (found.forward, found.sideways) == (None, None)


@pytest.mark.parametrize("step_hz", [1.0, 1.4, 2.2])
def test_cadence_is_that_of_the_steps(step_hz):
    found = found_in(gait(step_hz=step_hz, limp=0.2, noise_g=0.02), FS, UP, METHOD)
    assert found.cadence_spm == pytest.approx(60 * step_hz, rel=0.01)


def test_what_is_no_gait_has_no_quality():
    still = np.random.default_rng(0).normal(0, 0.005, (1000, 3)) + UP
    assert found_in(still, FS, UP, METHOD) is None
    assert found_in(gait(n_s=2.0), FS, UP, METHOD) is None
    assert found_in(gait()[:5], FS, UP, METHOD) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_sensor_changes_nothing(seed):
    turn = Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    acc_g = gait(limp=0.3, mirrored=0.2, noise_g=0.01)
    straight = found_in(acc_g, FS, UP, METHOD, forward=FORWARD)
    turned = found_in(acc_g @ turn.T, FS, turn @ UP, METHOD, forward=turn @ FORWARD)
    for a, b in (
        (straight.vertical, turned.vertical),
        (straight.forward, turned.forward),
        (straight.sideways, turned.sideways),
    ):
        assert a.symmetry == pytest.approx(b.symmetry, abs=1e-9)
        assert a.harmonic_ratio == pytest.approx(b.harmonic_ratio, rel=1e-6)
