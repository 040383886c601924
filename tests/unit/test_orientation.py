"""Pitch, roll and tilt on angles that were put there."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from processing.model import FloatArray
from processing.posture.orientation import Pose, pose
from tests.support.plain_signals import tilted

UPRIGHT = tilted(0)
FORWARD = np.array([0.0, 0.0, 1.0])
NOWHERE = np.zeros(3)


def _pose(
    up: FloatArray, upright: FloatArray = UPRIGHT, forward: FloatArray = FORWARD, *, n: int = 1
) -> Pose:
    rows = [np.tile(row, (n, 1)) for row in (up, up, up, upright, forward)]
    return pose(*rows)


@pytest.mark.parametrize("angle_deg", [-90, -25, 0, 12, 60, 90, 130])
def test_tipping_back_is_a_positive_pitch_and_bending_a_negative_one(angle_deg: float) -> None:
    found = _pose(tilted(angle_deg))
    assert found.pitch_deg[0] == pytest.approx(angle_deg)
    assert found.tilt_deg[0] == pytest.approx(abs(angle_deg), abs=1e-5)
    assert found.roll_deg[0] == pytest.approx(0, abs=1e-9)
    assert found.known.all()


def test_leaning_sideways_is_roll_and_not_pitch() -> None:
    angle = np.radians(20)
    found = [_pose(np.array([np.cos(angle), side * np.sin(angle), 0])) for side in (1, -1)]
    assert [one.pitch_deg[0] for one in found] == pytest.approx([0, 0], abs=1e-9)
    assert [one.tilt_deg[0] for one in found] == pytest.approx([20, 20])
    assert sorted(one.roll_deg[0] for one in found) == pytest.approx([-20, 20])


def test_forward_need_be_neither_level_nor_of_unit_length() -> None:
    found = _pose(tilted(30), forward=3 * FORWARD + 2 * UPRIGHT)
    assert found.pitch_deg[0] == pytest.approx(30)


@pytest.mark.parametrize("forward", [NOWHERE, UPRIGHT])
def test_without_a_forward_all_tilt_counts_as_backward(forward: FloatArray) -> None:
    for angle_deg in (-30, 30):
        found = _pose(tilted(angle_deg), forward=forward)
        assert found.pitch_deg[0] == pytest.approx(30)
        assert found.roll_deg[0] == 0


@pytest.mark.parametrize(("up", "upright"), [(NOWHERE, UPRIGHT), (UPRIGHT, NOWHERE)])
def test_without_data_or_reference_nothing_is_known(up: FloatArray, upright: FloatArray) -> None:
    found = _pose(up, upright, n=3)
    assert not found.known.any()
    for angles in (found.pitch_deg, found.early_pitch_deg, found.roll_deg, found.tilt_deg):
        assert angles.tolist() == [0, 0, 0]


def test_halves_of_a_second_have_their_own_pitch() -> None:
    one = [row[None] for row in (tilted(10), tilted(4), tilted(16), UPRIGHT, FORWARD)]
    found = pose(*one)
    assert found.early_pitch_deg[0] == pytest.approx(4)
    assert found.late_pitch_deg[0] == pytest.approx(16)


def test_however_the_clip_is_turned_the_angles_are_the_same() -> None:
    rng = np.random.default_rng(0)
    up, upright, forward = rng.normal(size=(3, 3))
    up, upright = up / np.linalg.norm(up), upright / np.linalg.norm(upright)
    plain = _pose(up, upright, forward)
    for turn in Rotation.random(20, rng=rng):
        turned = _pose(turn.apply(up), turn.apply(upright), turn.apply(forward))
        assert turned.pitch_deg[0] == pytest.approx(plain.pitch_deg[0], abs=1e-6)
        assert turned.roll_deg[0] == pytest.approx(plain.roll_deg[0], abs=1e-6)
        assert turned.tilt_deg[0] == pytest.approx(plain.tilt_deg[0], abs=1e-6)
