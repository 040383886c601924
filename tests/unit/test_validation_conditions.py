"""Worse recordings are worse in the way that they say, and the same each time."""

import numpy as np
import pytest

from sitstreak.validation.conditions import (
    CONDITIONS,
    jittered,
    lossy,
    misadjusted,
    rotated,
    slower,
)
from tests.support.labelled_people import acted

PERSON = acted("a", ("w", 60), ("s", 240))
RECORDED = PERSON.recorded


def test_a_slower_sensor_has_fewer_samples_at_the_same_times() -> None:
    found = slower(RECORDED, n=4)
    assert found.fs_hz == 12.5
    assert len(found.t_s) == len(RECORDED.t_s) // 4
    assert set(found.t_s) <= set(RECORDED.t_s)


def test_a_slower_sensor_keeps_gravity() -> None:
    sitting = RECORDED.acc_g[-100 * 50 :].mean(axis=0)
    assert slower(RECORDED, n=4).acc_g[-1200:].mean(axis=0) == pytest.approx(sitting, abs=1e-3)


def test_a_twentieth_is_lost_in_holes_of_the_said_length() -> None:
    found = lossy(RECORDED, burst_s=0.5)
    assert 1 - len(found.t_s) / len(RECORDED.t_s) == pytest.approx(0.05, abs=0.02)
    holes = np.diff(found.t_s)
    assert holes[holes > 0.03].min() == pytest.approx(0.52)


def test_turning_keeps_every_length() -> None:
    length = np.linalg.norm(rotated(RECORDED).acc_g, axis=1)
    assert length == pytest.approx(np.linalg.norm(RECORDED.acc_g, axis=1))
    assert not np.allclose(rotated(RECORDED).acc_g, RECORDED.acc_g)


def test_gain_and_offset_are_off_by_no_more_than_is_said() -> None:
    off = np.abs(misadjusted(RECORDED).acc_g - RECORDED.acc_g)
    assert off.max() > 0.001
    assert (off <= 0.03 * np.abs(RECORDED.acc_g) + 0.03 + 1e-9).all()


def test_jittered_stamps_still_rise() -> None:
    t_s = jittered(RECORDED).t_s
    assert (np.diff(t_s) > 0).all()
    assert np.abs(t_s - RECORDED.t_s).max() <= 0.3 / 50 + 1e-4


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_the_same_session_gets_the_same_trouble(condition) -> None:
    once, twice = condition.change(RECORDED), condition.change(RECORDED)
    assert np.array_equal(once.t_s, twice.t_s)
    assert np.array_equal(once.acc_g, twice.acc_g)
