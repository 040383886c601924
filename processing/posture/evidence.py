"""What speaks for each posture, second by second.

Every term is one number a second with a stated meaning; `PostureModel` says how much each of them
weighs. Where nothing was measured, or upright is not known, the terms that need it are 0.

A static stretch is one draw of a posture, not hundreds of independent ones: a wearer who sits
upright for seven minutes has sat upright once. So what the angle says is weighted by
`1 / (1 + length / one_draw_s)` and adds up to a bounded sum over the stretch (prototype C); how
long and how still a stretch is speaks only from about `long_s` on, since people who are told to
stand stand still.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from processing.features.columns import Features
from processing.method import Method
from processing.model import BoolArray, FloatArray
from processing.posture.change_evidence import change_terms
from processing.posture.observed import Observed
from processing.posture.orientation import Pose
from processing.posture.posture_model import Angles
from processing.posture.seconds import centred_mean, centred_percentile
from processing.posture.walk_evidence import walk_terms

#: The terms of `Terms.sit`, in order.
SIT_TERMS: Final = (
    "pitch and roll, sitting against standing, in a short stretch",
    "a tenth of the same, in a stretch of any length",
    "calm, in a short stretch",
    "little sway, in a long stretch",
    "much sway, in a long stretch",
    "little stepping-band movement, in a long stretch",
    "a long stretch",
    "the length of a long stretch, in e-folds",
    "steps in a long stretch: square root of the share of seconds with some",
)
STAND_TERMS: Final = ("upright enough for standing (-1: calm, and tilted too far)",)
LIE_TERMS: Final = (
    "tilt, lying against sitting and standing, in a short stretch",
    "a tenth of the same, in a stretch of any length",
    "calm, and tilted beyond half way to lying",
    "a long stretch",
)
#: The log-likelihood ratios that one second's angle may give. [log-odds]
_MOST_SEATED: Final = 8.0
_MOST_FLAT: Final = 6.0
#: The bound for bending sets in over twice that. [degrees]
_BEND_WIDTH_DEG: Final = 5.0
#: Reach of smoothing and of percentiles of sway and movement: 5 s, 3 s and 21 s in all. [s]
_SWAY_REACH_S: Final = 2
_ACTIVE_REACH_S: Final = 1
_PERCENTILE_REACH_S: Final = 10
_STEPS_REACH_S: Final = 15
#: An RMS below that is noise, or no data. [g]
_LEAST_RMS_G: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The evidence of n seconds; shape (n, number of terms) each."""

    sit: FloatArray
    stand: FloatArray
    walk: FloatArray
    lie: FloatArray
    rise: FloatArray  #: of getting up from sitting or lying
    fall: FloatArray  #: of sitting or lying down

    def between(self, a: int, b: int, *, blank: BoolArray) -> Terms:
        """Return the rows `[a, b)`, with nothing in those that are `blank`; shape (n,)."""
        keep = ~blank[a:b, None]
        return Terms(*(getattr(self, one.name)[a:b] * keep for one in fields(self)))


def evidence(observed: Observed, angles: Angles, method: Method) -> Terms:
    """Work out the terms.

    Parameters
    ----------
    observed
        n seconds.
    angles
        How common each angle is in each posture.
    method
        Shapes and scales.
    """
    features, pose, stretch_s = observed.features, observed.pose, observed.stretch_s
    stepping = observed.stepping
    has_data = features.has_data.astype(np.float64)
    known = pose.known * has_data
    calm = has_data / (1 + (np.maximum(features.dynamic_g, 1e-4) / method.calm_g) ** 2)
    short = 1 / (1 + stretch_s / method.one_draw_s)
    long = _long(stretch_s, method) * has_data
    seated, flat = _angle_ratios(pose, observed.standing_deg, angles, method)
    seated, flat = seated * calm * known, flat * calm * known
    # bending is short, lying on the front is not
    prone = np.where(pose.pitch_deg < method.bend_deg, 1 - short, 1.0)
    tilted = (pose.tilt_deg > method.not_upright_deg) * known * prone
    half_way = np.clip((pose.tilt_deg - method.half_lying_deg) / method.half_lying_width_deg, -1, 1)
    flat, half_way = flat * prone, np.where(half_way > 0, half_way * prone, half_way)
    sit = [
        short * seated,
        0.1 * seated,
        short * calm,
        *_stillness(features, stretch_s, long, method),
    ]
    lie = [short * flat, 0.1 * flat, half_way * calm * known, long]
    rise, fall = change_terms(features, stepping, pose)
    return Terms(
        sit=np.column_stack(sit),
        stand=(-tilted * calm)[:, None],
        walk=walk_terms(features, stepping, tilted, short * np.maximum(seated, 0)),
        lie=np.column_stack(lie),
        rise=rise,
        fall=fall,
    )


def _angle_ratios(
    pose: Pose, standing_deg: FloatArray, angles: Angles, method: Method
) -> tuple[FloatArray, FloatArray]:
    """Return the log-likelihood ratios of sitting against standing, and of lying against both."""
    pitch_deg = pose.pitch_deg - standing_deg
    sit = np.interp(pitch_deg, angles.knots_deg, angles.sit)
    stand = np.interp(pitch_deg, angles.knots_deg, angles.stand)
    lie = np.interp(pose.tilt_deg, angles.knots_deg, angles.lie)
    roll = _log_t4(pose.roll_deg, method.sit_roll_sd_deg) - _log_t4(
        pose.roll_deg, method.stand_roll_sd_deg
    )
    seated = sit - stand + method.roll_share * np.clip(roll, -2, 4)
    # tipped so far forward a wearer bends, squats or picks something up
    most = np.interp(
        pose.pitch_deg,
        [method.bend_deg - _BEND_WIDTH_DEG, method.bend_deg + _BEND_WIDTH_DEG],
        [method.bend_log_odds, _MOST_SEATED],
    )
    return (
        np.clip(seated, -_MOST_SEATED, most),
        np.clip(lie - np.maximum(sit, stand), -_MOST_FLAT, _MOST_FLAT),
    )


def _stillness(
    features: Features, stretch_s: FloatArray, long: FloatArray, method: Method
) -> list[FloatArray]:
    """Return what the sway and the movements of a long stretch say."""
    sway = _usual(np.sqrt(centred_mean(features.sway_g**2, _SWAY_REACH_S)), 50)
    sway = sway - np.log10(method.sway_split_g)
    active = _usual(np.sqrt(centred_mean(features.active_g**2, _ACTIVE_REACH_S)), 25)
    active = active - np.log10(method.active_split_g)
    some_step = (features.vertical_g > method.some_step_g).astype(np.float64)
    return [
        long * np.clip(-sway, 0, 0.6),
        long * np.clip(sway, 0, 0.7),
        long * np.clip(-active, -0.6, 0.4),
        long,
        long * np.clip(np.log(np.maximum(stretch_s, 1) / method.long_s), 0, 2),
        long * np.sqrt(centred_mean(some_step, _STEPS_REACH_S)),
    ]


def _long(stretch_s: FloatArray, method: Method) -> FloatArray:
    """Return 0 in short stretches, and in long ones what sums to about `long_s` over each."""
    gate = 1 / (1 + np.exp(-(stretch_s - method.long_s) / method.long_width_s))
    return np.asarray(gate * method.long_s / (method.long_s + stretch_s))


def _log_t4(x: FloatArray, scale: float) -> FloatArray:
    """Return the log density, but for a constant, of a t distribution with 4 degrees of freedom."""
    return np.asarray(-2.5 * np.log1p((x / scale) ** 2 / 4) - np.log(scale))


def _usual(rms_g: FloatArray, percentile: float) -> FloatArray:
    """Return log10 of the percentile of an RMS over 21 s."""
    log_rms = np.log10(np.maximum(rms_g, _LEAST_RMS_G))
    beyond = float(np.log10(_LEAST_RMS_G))
    return centred_percentile(log_rms, _PERCENTILE_REACH_S, percentile, beyond=beyond)
