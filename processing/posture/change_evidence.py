"""What speaks for getting up and for sitting down around one second.

Vertical velocity says that a body rose or sank; the trunk leans forward by 10 to 14 degrees while
getting up from a chair or sitting down on one, and the pitch of the pelvis is another before and
after (prototypes A and C).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from processing.features.columns import Features
from processing.model import FloatArray
from processing.posture.orientation import Pose
from processing.posture.seconds import spread

#: The terms of `change_terms`, in order.
CHANGE_TERMS: Final = (
    "velocity [m/s]",
    "velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]",
    "velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]",
    "velocity the other way [m/s]",
    "velocity of a slow movement [m/s]",
    "velocity of a slow movement the other way [m/s]",
    "forward lean on the way [10 degrees]",
    "all movement, log10 above 32 mg",
    "log-odds of stepping, in fours",
    "pitch changing as it must [10 degrees]",
    "pitch changing either way [10 degrees]",
)
#: Pitch before and after is a median from 7 to 3 s away; lean is looked for within 2 s. [s]
_NEAR_S: Final = 3
_FAR_S: Final = 7
#: Someone flat has no lean: pitch counts up to there. [degrees]
_MOST_TILT_DEG: Final = 75.0
_LEAST_PITCH_DEG: Final = -60.0


def change_terms(
    features: Features, stepping: FloatArray, pose: Pose
) -> tuple[FloatArray, FloatArray]:
    """Return the evidence of getting up, and that of sitting or lying down.

    Returns
    -------
    rise, fall : shape (n, len(CHANGE_TERMS))
        0 where there is no data.
    """
    quick, slow = _velocities(features)
    up, down = quick
    rising = [up, _beyond(up, 0.2), _beyond(up, 0.35), down, slow[0], slow[1]]
    falling = [down, _beyond(down, 0.15), _beyond(down, 0.3), up, slow[1], slow[0]]
    lean_deg, change_deg = _lean_and_change(pose)
    lean = lean_deg / 10 * pose.known
    change = change_deg / 10 * pose.known
    either = [
        np.clip(np.log10(np.maximum(features.dynamic_g, 1e-3)), -2.5, -0.3) + 1.5,
        np.clip(stepping, -4, 4) / 4,
    ]
    has_data = features.has_data[:, None]
    # the pelvis tips forward in getting up and backward in sitting down
    rise = np.column_stack([*rising, lean, *either, -change, np.abs(change)]) * has_data
    fall = np.column_stack([*falling, lean, *either, change, np.abs(change)]) * has_data
    return rise, fall


def _velocities(
    features: Features,
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Return (up, down) of a quick and of a slow movement, bounded. [m/s]"""
    quick = features.rise_m_s, features.fall_m_s
    slow = features.slow_rise_m_s, features.slow_fall_m_s
    return (
        (np.clip(quick[0], -0.2, 0.7), np.clip(quick[1], -0.2, 0.7)),
        (np.clip(slow[0], -0.3, 1.0), np.clip(slow[1], -0.3, 1.0)),
    )


def _lean_and_change(pose: Pose) -> tuple[FloatArray, FloatArray]:
    """Return how far the wearer leaned forward on the way, and how the pitch changed. [degrees]"""
    pitch = _bounded(pose.pitch_deg, pose)
    before = np.median(spread(pitch, pose.known, -_FAR_S, -_NEAR_S), axis=1)
    after = np.median(spread(pitch, pose.known, _NEAR_S, _FAR_S), axis=1)
    early, late = _bounded(pose.early_pitch_deg, pose), _bounded(pose.late_pitch_deg, pose)
    # from half a second before the second before, to the end of the second after the next
    lowest = np.minimum(
        np.minimum(
            spread(early, pose.known, -1, 2).min(axis=1),
            spread(late, pose.known, -1, 1).min(axis=1),
        ),
        spread(late, pose.known, -2, -2)[:, 0],
    )
    lean = np.clip(np.minimum(before, after) - lowest, -5, 40)
    # who leans much further than it takes to sit down bends over
    lean = np.where(lean > 20, 40 - lean, lean)
    return np.asarray(lean), np.asarray(np.clip(after - before, -30, 30))


def _bounded(pitch_deg: FloatArray, pose: Pose) -> FloatArray:
    upright_enough = np.where(pose.tilt_deg < _MOST_TILT_DEG, pitch_deg, _MOST_TILT_DEG)
    return np.clip(upright_enough, _LEAST_PITCH_DEG, _MOST_TILT_DEG)


def _beyond(x: FloatArray, edge: float) -> FloatArray:
    return np.maximum(x - edge, 0)
