"""Steps: one a rise, whatever the strength of the walking; none while keeping still."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.features.steps import LOOK_AROUND_S, steps_per_second
from processing.method import Method

METHOD = Method()
FS = 25


def counted(vertical_g, valid=None):
    valid = np.ones(len(vertical_g), np.bool_) if valid is None else valid
    return steps_per_second(vertical_g, valid, FS, METHOD)


def stepping(n_s, step_hz, height_g, *, second_peak=0.0):
    t = np.arange(n_s * FS) / FS
    turn = 2 * np.pi * step_hz * t
    return height_g * (np.sin(turn) + second_peak * np.sin(2 * turn + 1))


@pytest.mark.parametrize("step_hz", [0.75, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("height_g", [0.02, 0.2, 1.0])
def test_every_step_counts_once_however_weak(step_hz, height_g):
    assert counted(stepping(40, step_hz, height_g)).sum() == pytest.approx(40 * step_hz, abs=1)


def test_running_steps_count_too():
    assert counted(stepping(40, 2.8, 0.6)).sum() == pytest.approx(112, abs=1)


def test_a_slow_step_with_a_second_peak_counts_once():
    assert counted(stepping(60, 1.1, 0.03, second_peak=0.9)).sum() == pytest.approx(66, abs=1)


def test_two_steps_a_second_are_two_in_each_second():
    assert counted(stepping(10, 2.0, 0.1))[1:-1].tolist() == [2] * 8


def test_a_resting_sensor_takes_no_steps():
    noise = np.random.default_rng(1).normal(0, 0.002, 60 * FS)
    assert counted(noise).sum() == 0


def test_a_slow_heave_is_no_step():
    assert counted(stepping(60, 0.3, 0.2)).sum() == 0


def test_where_there_are_no_samples_there_are_no_steps_and_no_nan():
    vertical = stepping(20, 2.0, 0.1)
    valid = np.ones(len(vertical), np.bool_)
    valid[5 * FS : 12 * FS] = False
    found = counted(np.where(valid, vertical, 0.0), valid)
    assert found[6:11].sum() == 0
    assert found[13:19].tolist() == [2] * 6
    assert counted(np.zeros(0)).tolist() == []


def test_half_a_second_is_refused():
    with pytest.raises(ValueError, match="whole seconds of 25"):
        counted(np.zeros(30))


@given(cut=st.integers(0, 24), seed=st.integers(0, 100))
def test_a_cut_changes_nothing_a_second_away(cut, seed):
    rng = np.random.default_rng(seed)
    vertical = stepping(25, rng.uniform(0.6, 3), 0.1) + rng.normal(0, 0.05, 25 * FS)
    whole = counted(vertical)
    after = counted(vertical[cut * FS :])
    before = counted(vertical[: cut * FS])
    assert after[LOOK_AROUND_S:].tolist() == whole[cut + LOOK_AROUND_S :].tolist()
    kept = max(cut - LOOK_AROUND_S, 0)
    assert before[:kept].tolist() == whole[:kept].tolist()
