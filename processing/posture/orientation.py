"""How the wearer's pelvis is turned against how it is while walking: pitch, roll and tilt.

Pitch is signed: positive is tipped backward, as the pelvis is in sitting; roll is sideways; tilt is
the angle between gravity now and gravity while walking, in any direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processing.model import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Angles of consecutive seconds, shape (n,) each; 0 where nothing is known."""

    pitch_deg: FloatArray
    early_pitch_deg: FloatArray  #: of the first half of the second
    late_pitch_deg: FloatArray  #: of its second half
    roll_deg: FloatArray
    tilt_deg: FloatArray
    known: BoolArray  #: there is data and an upright reference


def pose(
    up: FloatArray,
    early_up: FloatArray,
    late_up: FloatArray,
    upright: FloatArray,
    forward: FloatArray,
) -> Pose:
    """Work out the angles.

    Parameters
    ----------
    up, early_up, late_up : shape (n, 3)
        Direction against gravity in device axes; zeros where there is no data.
    upright : shape (n, 3)
        The same while walking; zeros where it is not known.
    forward : shape (n, 3)
        The way the wearer faces, device axes, any length; zeros where it is not known. Then pitch
        is the tilt: as if all of it were backward.
    """
    known = (_dot(upright, upright) > 0) & (_dot(up, up) > 0)
    along = _dot(forward, upright)
    level = _unit(forward - along[:, None] * upright)
    has_forward = _dot(level, level) > 0.5
    sideways = np.cross(level, upright)
    tilt = _tilt(up, upright)
    roll = np.degrees(np.arcsin(np.clip(_dot(up, sideways), -1, 1)))

    def pitch(direction: FloatArray) -> FloatArray:
        signed = np.degrees(np.arctan2(_dot(direction, level), _dot(direction, upright)))
        return np.where(known, np.where(has_forward, signed, _tilt(direction, upright)), 0.0)

    return Pose(
        pitch_deg=pitch(up),
        early_pitch_deg=pitch(early_up),
        late_pitch_deg=pitch(late_up),
        roll_deg=np.where(known & has_forward, roll, 0.0),
        tilt_deg=np.where(known, tilt, 0.0),
        known=np.asarray(known),
    )


def _tilt(up: FloatArray, upright: FloatArray) -> FloatArray:
    return np.asarray(np.degrees(np.arccos(np.clip(_dot(up, upright), -1, 1))))


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2])


def _unit(x: FloatArray) -> FloatArray:
    length = np.sqrt(_dot(x, x))
    return np.asarray(np.where(length[:, None] > 1e-9, x / np.maximum(length, 1e-9)[:, None], 0.0))
