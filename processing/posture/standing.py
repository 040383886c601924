"""How this wearer stands, against how they walk: from short pauses between steps.

People stand about 4 degrees behind their walking posture, and some stand 10 degrees behind it. A
pause of a few seconds between steps is standing, whatever its pitch: nobody sits down and gets up
again in between.
"""

from __future__ import annotations

import numpy as np

from processing.features.columns import Features
from processing.method import Method
from processing.model import BoolArray, FloatArray
from processing.posture.orientation import Pose
from processing.posture.upright import decayed_future, decayed_past, stretches
from processing.posture.wear import run_ages


def is_pause(features: Features, stepping: FloatArray, pose: Pose, method: Method) -> BoolArray:
    """Return the seconds that are surely standing; shape (n,).

    A second depends on the stepping up to `Method.pause_max_s` away.
    """
    resting = features.has_data & (stepping <= 0)
    length = run_ages(resting, 0) + run_ages(resting[::-1], 0)[::-1]
    calm = np.maximum(features.rise_m_s, features.fall_m_s) < method.pause_max_velocity_m_s
    level = pose.known & (np.abs(pose.pitch_deg) < method.pause_max_pitch_deg)
    return np.asarray(resting & (length <= method.pause_max_s) & calm & level)


def standing_offset_deg(
    pitch_deg: FloatArray,
    pause: BoolArray,
    broken: BoolArray,
    method: Method,
    before: tuple[float, float],
    *,
    was_broken: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return how far behind (positive) or ahead of what is usual the wearer stands.

    A mean over pauses, weighted by `exp(-|dt| / pause_decay_s)`, and drawn towards 0 by
    `Method.pause_prior_s` seconds of what is usual.

    Parameters
    ----------
    pitch_deg, pause, broken : shape (n,)
        As in `processing.posture.upright.follow`; a stretch of wear starts without a past.
    method
        Decay, look-ahead and prior.
    before
        `Reference.pauses` before the first second.
    was_broken
        `broken` of the second before the first one.

    Returns
    -------
    offset_deg : shape (n,)
    pauses : shape (n, 2)
        `Reference.pauses` after each second.
    """
    counted = pause.astype(np.float64)
    sums = np.column_stack([counted * (pitch_deg - method.posture.usual_pause_deg), counted])
    total, past = np.zeros_like(sums), np.zeros_like(sums)
    for a, b in stretches(broken, was_broken=was_broken):
        if a > 0 or was_broken:
            before = (0.0, 0.0)
        past[a:b] = decayed_past(sums[a:b], before, method.pause_decay_s)
        total[a:b] = past[a:b] + decayed_future(
            sums[a:b], method.look_ahead_s, method.pause_decay_s
        )
        before = (float(past[b - 1, 0]), float(past[b - 1, 1]))
    return np.asarray(total[:, 0] / (method.pause_prior_s + total[:, 1])), past
