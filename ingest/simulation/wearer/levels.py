"""What each posture is to the pelvis: angles, unrest and gait of every stretch of a script."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from ingest.simulation.wearer.script import Script, Stretch
from ingest.simulation.wearer.traits import Traits
from processing.model import FloatArray, Posture

_LIE_BACK_DEG: Final = 84.0
_SEAT_TO_COUCH_M: Final = 0.05
_WALK_SWAY_G: Final = 0.03


class Level(IntEnum):
    """Columns of `levels`."""

    PITCH_DEG = 0  #: backwards from walking
    ROLL_DEG = 1
    SLUMP_DEG = 2  #: how much further back it ends up after many minutes
    SWAY_G = 3  #: RMS over the axes, 0.15-0.8 Hz
    TREMBLE_G = 4  #: RMS of each axis, up to a few Hz
    DRIFT_DEG = 5  #: SD of wandering over minutes
    FIDGET = 6  #: 0..1, how likely and how large
    GAIT = 7  #: amplitude of gait; 1 = usual walking
    HEIGHT_M = 8  #: of the pelvis, against standing


def levels(script: Script, traits: Traits) -> FloatArray:
    """Return shape (n_stretches, len(Level)): the settled state of each stretch."""
    return np.array([_level(stretch, traits) for stretch in script.stretches])


def _level(stretch: Stretch, traits: Traits) -> list[float]:
    r, tilt, roll = stretch.restless, stretch.tilt_deg, stretch.roll_deg
    match stretch.posture:
        case Posture.SIT:
            pitch = traits.sit_back_deg + tilt
            sway = traits.sit_sway_g * r
            return [pitch, roll, traits.slump_deg, sway, 0.0015 * r, 1.5, r, 0, -traits.rise_m]
        case Posture.STAND:
            pitch = traits.stand_back_deg + tilt
            return [pitch, roll, 0, traits.stand_sway_g * r, 0.008 * r, 1.2, 0.3 * r, 0, 0]
        case Posture.WALK:
            # Pelvis acceleration grows with about the square of walking speed.
            return [tilt, roll, 0, _WALK_SWAY_G, 0.02, 0.8, 0, stretch.pace**2, 0]
        case Posture.LIE:
            height = -traits.rise_m - _SEAT_TO_COUCH_M
            return [_LIE_BACK_DEG + tilt, roll, 0, 0.0012 * r, 0.0008 * r, 0.5, 0.5 * r, 0, height]
        case _:  # not worn: the clip lies on a table and feels nothing but itself
            return [90 + tilt, roll, 0, 0, 0, 0, 0, 0, 0]
