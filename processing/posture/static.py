"""Static stretches: time in which the posture did not change, as far as can be seen.

What breaks a stretch: a second of stepping, a turn of pitch, getting up or sitting down by vertical
velocity, and missing data.
"""

from __future__ import annotations

import numpy as np

from processing.features.columns import Features
from processing.method import Method
from processing.model import BoolArray, FloatArray, IntArray
from processing.posture.orientation import Pose
from processing.posture.seconds import delayed
from processing.posture.wear import run_ages

#: A second's break depends on the pitch so long before it. [s]
_TURN_S = 3


def breaks_of_stretches(
    features: Features, stepping: FloatArray, pose: Pose, method: Method
) -> BoolArray:
    """Return the seconds that end a static stretch; shape (n,)."""
    turn_deg = np.abs(pose.pitch_deg - delayed(pose.pitch_deg, _TURN_S))
    was_known = delayed(pose.known.astype(np.float64), _TURN_S) > 0
    turned = (turn_deg > method.static_turn_deg) & pose.known & was_known
    return np.asarray(
        (stepping > 0)
        | turned
        | (features.rise_m_s > method.static_rise_m_s)
        | (features.fall_m_s > method.static_fall_m_s)
        | ~features.has_data
    )


def static_ages(broken: BoolArray, carried: int, method: Method) -> IntArray:
    """Return how long each second's stretch has lasted, at most `Method.static_past_s`.

    Parameters
    ----------
    broken : shape (n,)
    carried
        The same of the second before the first one.
    """
    return np.minimum(run_ages(~broken, carried), method.static_past_s)


def stretch_length_s(
    ages: IntArray, broken: BoolArray, stepping: FloatArray, method: Method
) -> FloatArray:
    """Return the length of each second's static stretch; 0 in stepping seconds. [s]

    Its past counts up to `Method.static_past_s`, its future up to `Method.static_future_s`.
    """
    to_come = run_ages(~broken[::-1], 0)[::-1]
    length = ages + np.minimum(to_come, method.static_future_s)
    return np.where(stepping > 0, 0, length).astype(np.float64)
