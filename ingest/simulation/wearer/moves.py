"""Changes of posture: smooth moves, their lean, and the rise and fall of the pelvis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.simulation.wearer.levels import Level
from ingest.simulation.wearer.script import MOVE_HALF_S, Script
from ingest.simulation.wearer.traits import Traits
from processing.model import FloatArray, Posture

_G_M_S2: Final = 9.80665
_SLUMP_TAU_S: Final = 600.0  # a slump is nearly complete after half an hour
_STEP_IN_S: Final = 1.2  # to get into or out of full stride
# Who sits down slows and turns round in front of the chair; who gets up steps off once it is left.
_TURN_TO_SIT_S: Final = (-2.5, -0.5)  # steps fade between these, from the boundary
_STEP_OFF_S: Final = (0.3, 1.5)
_REACH_S: Final = 2.5  # of anything that belongs to a move, from its boundary
_SETTLE_S: Final = 2.4  # to shift in a chair, to lie down
_LEAN_SHARE: Final = 1.7  # longer than the rise: a lean begins before the seat is left

_UPRIGHT: Final = frozenset({Posture.STAND, Posture.WALK})
_DOWN: Final = frozenset({Posture.SIT, Posture.LIE})


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """State of the body at each sample, before sway and gait."""

    level: FloatArray  #: shape (len(Level), n), blended over each move
    pitch_deg: FloatArray  #: shape (n,), with slump and lean
    rise_g: FloatArray  #: shape (n,): vertical acceleration of getting up and down


def body(script: Script, traits: Traits, table: FloatArray, t_s: FloatArray) -> Body:
    """Return the body at `t_s` (seconds from the script's start, evenly spaced, increasing)."""
    bounds = script.bounds_s - script.start_s
    last = len(script.stretches) - 1
    place = (np.searchsorted(bounds, t_s, side="right") - 1).clip(0, last)
    level = table.T[:, place]
    pitch = level[Level.PITCH_DEG] + level[Level.SLUMP_DEG] * _slumped(t_s - bounds[place])
    rise = np.zeros(len(t_s))
    near = (bounds[1:-1] > t_s[0] - _REACH_S) & (bounds[1:-1] < t_s[-1] + _REACH_S)
    for i in np.flatnonzero(near):
        before, after = script.stretches[i : i + 2]
        at = bounds[i + 1]
        lasts, leans = _move(before.posture, after.posture, traits)
        here = slice(*np.searchsorted(t_s, [at - lasts / 2, at + lasts / 2]))
        done = (t_s[here] - at) / lasts + 0.5
        share = _smooth(done)
        level[:, here] = np.outer(table[i], 1 - share) + np.outer(table[i + 1], share)
        around = slice(*np.searchsorted(t_s, [at - _REACH_S, at + _REACH_S]))
        steps = table[i : i + 2, Level.GAIT]
        in_stride = _in_stride(before.posture, after.posture, t_s[around] - at)
        level[Level.GAIT, around] = steps[0] + in_stride * (steps[1] - steps[0])
        left = _pitch(table[i], t_s[here] - bounds[i])
        taken_up = _pitch(table[i + 1], t_s[here] - at)
        pitch[here] = (1 - share) * left + share * taken_up
        if leans:
            lowest = traits.stand_back_deg - traits.lean_deg
            pitch[here] += np.sin(np.pi * done) ** 2 * (lowest - pitch[here])
        height = table[i + 1, Level.HEIGHT_M] - table[i, Level.HEIGHT_M]
        takes = traits.rise_s if height > 0 else traits.lower_s
        rise[here] += _rise_g(height, takes, t_s[here] - at)
    return Body(level, pitch, rise)


def _move(before: Posture, after: Posture, traits: Traits) -> tuple[float, bool]:
    """Return how long the move takes [s] and whether the trunk leans forward in it."""
    if before in _DOWN and after in _UPRIGHT:
        return min(traits.rise_s * _LEAN_SHARE, 2 * MOVE_HALF_S), True
    if before in _UPRIGHT and after in _DOWN:
        return min(traits.lower_s * _LEAN_SHARE, 2 * MOVE_HALF_S), True
    if before in _UPRIGHT and after in _UPRIGHT:
        return _STEP_IN_S, False
    return _SETTLE_S, False


def _in_stride(before: Posture, after: Posture, from_boundary_s: FloatArray) -> FloatArray:
    """Return how far steps have gone over, 0..1, from those before to those after a boundary."""
    begin_s, end_s = -_STEP_IN_S / 2, _STEP_IN_S / 2
    if after in _DOWN:
        begin_s, end_s = _TURN_TO_SIT_S
    elif before in _DOWN:
        begin_s, end_s = _STEP_OFF_S
    return _smooth((from_boundary_s - begin_s) / (end_s - begin_s))


def _pitch(row: FloatArray, age_s: FloatArray) -> FloatArray:
    """Return pelvis pitch of one stretch at `age_s` after its beginning. [deg]"""
    return np.asarray(row[Level.PITCH_DEG] + row[Level.SLUMP_DEG] * _slumped(age_s))


def _slumped(age_s: FloatArray) -> FloatArray:
    return np.asarray(-np.expm1(-np.maximum(age_s, 0) / _SLUMP_TAU_S))


def _smooth(share: FloatArray) -> FloatArray:
    """Return the minimum-jerk course of a move from 0 to 1 (Flash and Hogan 1985)."""
    s = np.clip(share, 0, 1)
    return np.asarray(s**3 * (10 - 15 * s + 6 * s**2))


def _rise_g(height_m: float, takes_s: float, from_middle_s: FloatArray) -> FloatArray:
    """Return the vertical acceleration of a minimum-jerk rise by `height_m` in `takes_s`. [g]

    Its velocity peaks at 1.875 height / duration: 0.55 m/s for 0.4 m in 1.35 s.
    """
    s = np.clip(from_middle_s / takes_s + 0.5, 0, 1)
    return np.asarray(height_m / takes_s**2 * (60 * s - 180 * s**2 + 120 * s**3) / _G_M_S2)
