"""Active, but not stepping: pedalling leans the wearer forward, away from their walking posture."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit

from processing.method import Method
from processing.model import FloatArray
from processing.posture.orientation import Pose
from processing.posture.walking import local_mean

#: A second's lean counts together with that many neighbours to each side. [s]
_REACH_S: Final = 15


def share_of_move(pose: Pose, method: Method) -> FloatArray:
    """Return how much of the probability of being active is moving and not stepping; shape (n,).

    A logistic function of forward lean, bounded, averaged over nearby seconds; 0 where upright is
    not known.
    """
    log_odds = np.clip(
        (-pose.pitch_deg - method.step_deg) / method.step_width_deg,
        -method.step_log_odds_bound,
        method.step_log_odds_bound,
    )
    nearby = local_mean(log_odds, pose.known, _REACH_S)
    return np.asarray(np.where(pose.known, expit(nearby), 0.0))
