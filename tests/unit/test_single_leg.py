"""The single-leg bridge, acted with angles that are known."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from processing.gait.guided_signal import CannotJudgeError
from processing.gait.single_leg import Side, single_leg
from processing.method import Method

METHOD = Method()
FS = 25.0
#: Body axes in device axes: forward x, left y, up z. Lying on the back, forward points upwards.
FORWARD, LEFT, UP = np.eye(3)


def bridge(lift_deg=20.0, hold_s=10.0, *, sag_deg=0.0, drop_deg=0.0, after_s=4.0, dip_s=0.0):
    """Lie 3 s, lift within a moment, hold, come down. Drop: the left side rises."""
    n_rest, n_hold, n_after = (round(s * FS) for s in (3.0, hold_s, after_s))
    share = np.linspace(0, 1, n_hold)
    lift = np.concatenate([np.zeros(n_rest), lift_deg - sag_deg * share, np.zeros(n_after)])
    if dip_s:
        middle = n_rest + n_hold // 2
        lift[middle : middle + round(dip_s * FS)] = 0
    roll = np.concatenate([np.zeros(n_rest), drop_deg * share, np.zeros(n_after)])
    lift, roll = np.radians(lift), np.radians(roll)
    # against gravity, in body axes: head down is negative along UP
    return (
        np.outer(np.cos(lift) * np.cos(roll), FORWARD)
        + np.outer(np.sin(roll), LEFT)
        - np.outer(np.sin(lift) * np.cos(roll), UP)
    )


def test_hold_time_and_lift_are_those_of_the_wearer():
    found = single_leg(bridge(), FS, UP, Side.LEFT, METHOD, forward=FORWARD)
    assert found.start_s == pytest.approx(3.0, abs=0.1)
    assert found.hold_s == pytest.approx(10.0, abs=0.2)
    assert found.lift_deg == pytest.approx(20.0, abs=1.0)
    assert found.sag_deg == pytest.approx(0.0, abs=0.1)
    assert found.drop_deg == pytest.approx(0.0, abs=0.1)
    assert found.sway_g == pytest.approx(0.0, abs=1e-3)
    assert not found.is_cut


def test_sinking_hips_are_a_sag():
    # between the means of the second and the last but one of 10 s: 8 of 10 parts, minus the rests
    found = single_leg(bridge(sag_deg=8.0), FS, UP, Side.LEFT, METHOD)
    assert found.sag_deg == pytest.approx(8.0 * 0.7, abs=0.4)
    assert found.drop_deg is None


@pytest.mark.parametrize(("side", "sign"), [(Side.LEFT, 1), (Side.RIGHT, -1)])
def test_a_pelvis_that_tips_to_the_free_side_drops(side, sign):
    # carried on the left leg the right side sinks: left rises against it
    found = single_leg(bridge(drop_deg=10.0), FS, UP, side, METHOD, forward=FORWARD)
    assert found.drop_deg == pytest.approx(sign * 10.0 * 0.7, abs=0.5)


def test_hips_that_sink_for_a_moment_do_not_end_the_hold():
    found = single_leg(bridge(dip_s=0.4), FS, UP, Side.LEFT, METHOD)
    assert found.hold_s == pytest.approx(10.0, abs=0.2)
    found = single_leg(bridge(dip_s=2.0), FS, UP, Side.LEFT, METHOD)
    assert found.hold_s == pytest.approx(5.0, abs=0.2)


def test_hips_still_up_at_the_end_are_said_to_be():
    found = single_leg(bridge(after_s=0.0), FS, UP, Side.LEFT, METHOD)
    assert found.is_cut


def test_sway_is_the_rms_and_the_path_of_a_known_swing():
    acc_g = bridge(hold_s=20.0)
    t = np.arange(len(acc_g)) / FS
    acc_g += np.outer(0.02 * np.sin(2 * np.pi * 0.5 * t), LEFT)
    found = single_leg(acc_g, FS, UP, Side.LEFT, METHOD)
    assert found.sway_g == pytest.approx(0.02 / np.sqrt(2), rel=0.05)
    # four times the height in each of 0.5 swings a second
    assert found.path_g_s == pytest.approx(4 * 0.02 * 0.5, rel=0.05)


def test_turning_the_sensor_changes_nothing():
    acc_g = bridge(sag_deg=4.0, drop_deg=6.0)
    turn = Rotation.from_rotvec([0.3, -1.2, 2.0]).as_matrix()
    a = single_leg(acc_g, FS, UP, Side.RIGHT, METHOD, forward=FORWARD)
    b = single_leg(acc_g @ turn.T, FS, turn @ UP, Side.RIGHT, METHOD, forward=turn @ FORWARD)
    assert (a.hold_s, a.side) == (b.hold_s, b.side)
    assert [a.lift_deg, a.sag_deg, a.drop_deg, a.sway_g, a.path_g_s] == pytest.approx(
        [b.lift_deg, b.sag_deg, b.drop_deg, b.sway_g, b.path_g_s]
    )


@pytest.mark.parametrize(
    ("acc_g", "why"),
    [
        (bridge(lift_deg=3.0), "the hips were not lifted"),
        (bridge(hold_s=0.8, lift_deg=40), "hips were not|not held up"),
        (bridge()[:60], "too little was recorded"),
        (np.tile(UP, (300, 1)), "you were not lying"),
        (-bridge(), "not lying on your back"),
    ],
)
def test_what_is_no_bridge_is_refused(acc_g, why):
    with pytest.raises(CannotJudgeError, match=why):
        single_leg(acc_g, FS, UP, Side.LEFT, METHOD, forward=FORWARD)
