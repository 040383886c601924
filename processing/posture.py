"""The published rule on tilt, as probabilities.

Tilt is the angle between gravity now and gravity while the wearer walked. More than 11.6 degrees is
sitting, more than 64.9 degrees is lying [1]_. A threshold is sure of everything; people are not. So
each angle gives log-odds that grow by 1 for each width of `Method`, bounded, averaged over a few
seconds. The widths were fitted to labelled recordings (see Method).

References
----------
.. [1] H. Vähä-Ypyä, P. Husu, J. Suni, T. Vasankari and H. Sievänen, "Reliable recognition of lying,
   sitting, and standing with a hip-worn accelerometer", Scand. J. Med. Sci. Sports 28(3), 2018,
   1092-1102, doi:10.1111/sms.13017.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit

from processing.features import Features
from processing.method import Method
from processing.model import CLASSES, BoolArray, FloatArray, Posture
from processing.walking import local_mean

#: A second's tilt counts together with that many neighbours to each side, and so does its result.
TILT_REACH_S: Final = 4
RESULT_REACH_S: Final = 2


def tilt_deg(up: FloatArray, reference: FloatArray) -> FloatArray:
    """Return the angle between two directions, row by row.

    Parameters
    ----------
    up, reference : shape (n, 3)
        Unit vectors; a row of zeros gives 90.

    Returns
    -------
    tilt_deg : shape (n,), 0 to 180 [degrees]
    """
    return np.asarray(np.degrees(np.arccos(np.clip((up * reference).sum(axis=1), -1, 1))))


def probabilities(
    features: Features,
    stepping: FloatArray,
    reference: FloatArray,
    known: BoolArray,
    method: Method,
) -> FloatArray:
    """Return the probability of each of `CLASSES` in each second.

    Parameters
    ----------
    features
        n seconds.
    stepping : shape (n,)
        Log-odds of stepping.
    reference : shape (n, 3)
        Upright, where known.
    known : shape (n,)
        Where there is a reference. Elsewhere stepping counts as walking and the rest is shared
        evenly by sitting, standing and lying.
    method
        Angles, widths and the bound.

    Returns
    -------
    p : shape (n, 5)
        Rows sum to 1; even where there is no data.
    """
    has_data = features.has_data
    usable = known & has_data
    tilt = tilt_deg(features.up, reference)

    def beyond(angle_deg: float, width_deg: float, bound: float) -> FloatArray:
        log_odds = np.clip((tilt - angle_deg) / width_deg, -bound, bound)
        return np.asarray(expit(local_mean(log_odds, usable, TILT_REACH_S)))

    p_active = expit(stepping)
    p_tilted = np.where(
        usable, beyond(method.step_deg, method.step_width_deg, method.step_log_odds_bound), 0.0
    )
    p_sedentary = np.where(
        usable, beyond(method.sit_deg, method.sit_width_deg, method.sit_log_odds_bound), 2 / 3
    )
    p_flat = np.where(
        usable, beyond(method.lie_deg, method.lie_width_deg, method.lie_log_odds_bound), 1 / 2
    )
    by_class = {
        Posture.SIT: (1 - p_active) * p_sedentary * (1 - p_flat),
        Posture.STAND: (1 - p_active) * (1 - p_sedentary),
        Posture.WALK: p_active * (1 - p_tilted),
        Posture.LIE: (1 - p_active) * p_sedentary * p_flat,
        Posture.MOVE: p_active * p_tilted,
    }
    columns = [local_mean(by_class[name], has_data, RESULT_REACH_S) for name in CLASSES]
    p = np.where(has_data[:, None], np.column_stack(columns), 1 / len(CLASSES))
    return np.asarray(p / p.sum(axis=1, keepdims=True))
