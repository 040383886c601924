"""Samples that hit the end of the sensor's range, and what that does to a second.

A clipped peak looks smaller than it was and pulls gravity aside. Steps are still steps, but the
tilt of such a second is not to be trusted.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from processing.method import Method
from processing.model import CODE, UPRIGHT, BoolArray, CodeArray, FloatArray, Posture, is_any

#: Ranges that accelerometers for bodies can be set to. [g]
_USUAL_RANGES_G: Final = np.array([2.0, 4.0, 8.0, 16.0])
#: A range's real end lies so close to its name: sensitivity errors of 1 %, and the last count. A
#: phone of HAPT ends at 2.001 and -2.010 g, the sensors of HARTH and UMAFall at exactly 8.
_BAND: Final = (0.994, 1.01)
#: Two neighbours that differ by less than this share of the range are a flat top.
_FLAT: Final = 0.001
_LEAST_G: Final = float(_USUAL_RANGES_G[0] * _BAND[0])


def clipped(acc_g: FloatArray, *, full_scale_g: float | None = None) -> BoolArray:
    """Find samples in which an axis is at the end of its range.

    Parameters
    ----------
    acc_g : shape (3, n)
        In order of time, device axes. [g]
    full_scale_g
        End of the range, if it is known: then every sample from 99.4 % of it on counts. Otherwise
        the ends of the usual ranges (2, 4, 8 and 16 g) are looked at, and only a flat top counts:
        two or more neighbours that stand still there. A single clipped sample is then missed. [g]

    Returns
    -------
    is_clipped : shape (n,)
    """
    size = np.abs(acc_g)
    if full_scale_g is not None:
        return np.asarray((size >= _BAND[0] * full_scale_g).any(axis=0))
    found = np.zeros(acc_g.shape[1], np.bool_)
    if not size.size or size.max() < _LEAST_G:
        return found
    near_end = np.flatnonzero(size.max(axis=0) >= _LEAST_G)
    first = near_end[:-1][np.diff(near_end) == 1]
    one, other = acc_g[:, first], acc_g[:, first + 1]
    for range_g in _USUAL_RANGES_G:
        is_flat = np.abs(one - other) <= _FLAT * range_g
        for sample in (one, other):
            is_flat &= np.abs(sample) >= _BAND[0] * range_g
            is_flat &= np.abs(sample) <= _BAND[1] * range_g
        pair = first[is_flat.any(axis=0)]
        found[pair] = found[pair + 1] = True
    return found


def distrust(
    code: CodeArray, confidence: FloatArray, clipped_share: FloatArray, method: Method
) -> tuple[CodeArray, FloatArray]:
    """Take clipped seconds for what they are worth.

    Confidence falls in proportion to what was clipped. A sitting or lying second of which more than
    `Method.max_clipped_share` was clipped becomes unknown: nobody sits through that. Walking and
    standing keep their class, for hard steps and jumps are what clips.

    Parameters
    ----------
    code : shape (n,)
        Index into POSTURES.
    confidence : shape (n,)
    clipped_share : shape (n,)
        Share of each second's samples that were clipped, 0 to 1; see `Grid.clipped_share`.
    method
        The limit.

    Returns
    -------
    code, confidence
        New arrays.
    """
    lost = np.clip(clipped_share, 0, 1)
    doubtful = (lost > method.max_clipped_share) & ~is_any(code, UPRIGHT)
    doubtful &= code != CODE[Posture.NOT_WORN]
    unknown = np.uint8(CODE[Posture.UNKNOWN])
    return np.where(doubtful, unknown, code), np.where(doubtful, 0.0, confidence * (1 - lost))
