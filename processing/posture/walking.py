"""Stepping: how likely a second is, and which seconds of it may tell what upright is."""

from __future__ import annotations

from typing import Final

import numpy as np

from processing.features.columns import Features
from processing.method import Method
from processing.model import BoolArray, FloatArray

#: A second's stepping evidence uses that many neighbours to each side. [s]
CONTEXT_S: Final = 4
STEPPING_TERMS: Final = (
    "constant",
    "log10 of the RMS in the stepping band [g]",
    "log10 of vertical over horizontal RMS",
    "step rhythm",
    "stride rhythm",
)


def stepping_log_odds(features: Features, method: Method) -> FloatArray:
    """Return, for each second, the log-odds of stepping (or pedalling) against keeping still.

    A logistic function of four things: how much there is in the stepping band, how much of it is
    vertical, and how well it repeats after a step and after a stride. Slow gait with a walking aid
    has little energy but good rhythm; stairs and running have plenty of energy.

    Returns
    -------
    log_odds : shape (n,)
        Mean over three seconds. 0 where there is no data.
    """
    # a sum of products, not `@`: BLAS may round differently for other array lengths
    log_odds = (stepping_terms(features) * np.asarray(method.posture.stepping)).sum(axis=1)
    return local_mean(log_odds, features.has_data, 1)


def stepping_terms(features: Features) -> FloatArray:
    """Return what the weights of stepping multiply, in the order of `STEPPING_TERMS`; (n, 5)."""
    total = _log10(np.hypot(features.vertical_g, features.horizontal_g))
    return np.column_stack(
        [
            np.ones(len(features)),
            total,
            _log10(features.vertical_g) - _log10(features.horizontal_g),
            np.clip(features.step_rhythm, 0, 1),
            np.clip(features.stride_rhythm, 0, 1),
        ]
    )


def reference_seconds(features: Features, log_odds: FloatArray, method: Method) -> BoolArray:
    """Return the seconds of walking that are sure enough to say what upright is.

    Nine seconds of stepping around it, a clear step rhythm, at least as vertical as walking is
    (pedalling is not) and no stronger than walking (people lean forward when they run).
    """
    has_data = features.has_data
    sustained = local_mean(log_odds, has_data, CONTEXT_S) > method.reference_log_odds
    vertical_share = _log10(features.vertical_g) - _log10(features.horizontal_g)
    upright = local_mean(vertical_share, has_data, CONTEXT_S) > np.log10(
        method.reference_vertical_ratio
    )
    # a second at the end of a run looks like walking: none of its neighbours may be too strong
    too_strong = (features.vertical_g > method.reference_max_g).astype(np.float64)
    calm = local_mean(too_strong, has_data, CONTEXT_S) == 0
    rhythmic = features.step_rhythm > method.reference_rhythm
    return np.asarray(has_data & sustained & upright & calm & rhythmic)


def local_mean(x: FloatArray, mask: BoolArray, reach: int) -> FloatArray:
    """Average `x` over the masked seconds within `reach` of each second; 0 where there are none.

    Parameters
    ----------
    x, mask : shape (n,)
    reach
        Seconds to each side.
    """
    total, count = np.zeros(len(x) + 2 * reach), np.zeros(len(x) + 2 * reach)
    masked = np.where(mask, x, 0.0)
    for shift in range(2 * reach + 1):
        total[shift : shift + len(x)] += masked
        count[shift : shift + len(x)] += mask
    middle = slice(reach, reach + len(x))
    return np.asarray(total[middle] / np.maximum(count[middle], 1))


def _log10(g: FloatArray) -> FloatArray:
    """Return log10 within the range that the weights were fitted on: 1 mg to 1 g."""
    return np.asarray(np.log10(np.clip(g, 1e-3, 1.0)))
