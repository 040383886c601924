"""What speaks for walking: how much movement there is, how it repeats, and how upright it is."""

from __future__ import annotations

from typing import Final

import numpy as np

from processing.features.columns import Features
from processing.model import FloatArray
from processing.posture.seconds import centred_mean

#: The terms of `walk_terms`, in order. RMS values are in log10 of what is named.
WALK_TERMS: Final = (
    "log-odds of stepping",
    "walking at all",
    "upright enough for walking (-1: tilted too far)",
    "pitch as in sitting, in a short stretch",
    "stepping band of 4 s, in 0.1 g",
    "its square",
    "all movement of 1 s, in 0.1 g",
    "its square",
    "stepping band of 3 s, in 0.06 g",
    "stepping band of 1 s, in 0.06 g",
    "step rhythm above one half",
    "stride rhythm above one half",
    "vertical against horizontal RMS",
    "stepping band times step rhythm",
    "stepping band times stride rhythm",
)
_MOST_STEPPING: Final = 8.0


def walk_terms(
    features: Features, stepping: FloatArray, tilted: FloatArray, seated: FloatArray
) -> FloatArray:
    """Work out the terms.

    Parameters
    ----------
    features
        n seconds.
    stepping : shape (n,)
        Log-odds of stepping.
    tilted : shape (n,)
        1 where the tilt is known and too far for walking.
    seated : shape (n,)
        What the pitch says for sitting, not negative.

    Returns
    -------
    terms : shape (n, len(WALK_TERMS))
        0 where there is no data.
    """
    band = _log10(np.hypot(features.vertical_g, features.horizontal_g), 10**-2.5, 1.0) + 1
    every = _log10(features.dynamic_g, 10**-2.2, 1.0) + 1
    over_3_s = np.sqrt(centred_mean(features.active_g**2, 1))
    step = np.clip(features.step_rhythm, 0, 1) - 0.5
    stride = np.clip(features.stride_rhythm, 0, 1) - 0.5
    vertical = _log10(features.vertical_g, 1e-3, 1.0) - _log10(features.horizontal_g, 1e-3, 1.0)
    terms = np.column_stack(
        [
            np.clip(stepping, -_MOST_STEPPING, _MOST_STEPPING),
            np.ones(len(features)),
            -tilted,
            seated,
            band,
            band**2,
            every,
            every**2,
            _log10(over_3_s, 10**-2.5, 1.0) + 1.2,
            _log10(features.active_g, 10**-2.5, 1.0) + 1.2,
            step,
            stride,
            np.clip(vertical, -0.7, 0.7),
            band * step,
            band * stride,
        ]
    )
    return np.asarray(terms * features.has_data[:, None])


def _log10(x: FloatArray, least: float, most: float) -> FloatArray:
    return np.asarray(np.log10(np.clip(x, least, most)))
