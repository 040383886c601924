"""Figures over neighbouring seconds. Beyond the ends it is as if no data had come: zeros.

So it makes no difference whether a long hole is there as seconds without data or not at all.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from processing.model import BoolArray, FloatArray


def centred_mean(x: FloatArray, reach: int) -> FloatArray:
    """Return the mean of each second and `reach` neighbours to each side."""
    padded = np.pad(x, reach)
    total = np.zeros(len(x))
    for shift in range(2 * reach + 1):
        total += padded[shift : shift + len(x)]
    return np.asarray(total / (2 * reach + 1))


def centred_percentile(
    x: FloatArray, reach: int, percentile: float, *, beyond: float
) -> FloatArray:
    """Return the percentile of each second and `reach` neighbours to each side.

    `beyond` is the value of seconds without data.
    """
    if not len(x):
        return x
    size = 2 * reach + 1
    return np.asarray(
        ndimage.percentile_filter(x, percentile, size=size, mode="constant", cval=beyond),
        np.float64,
    )


def delayed(x: FloatArray, by: int) -> FloatArray:
    """Return the value `by` seconds before each second."""
    return np.pad(x, (by, 0))[: len(x)]


def spread(x: FloatArray, known: BoolArray, first: int, last: int) -> FloatArray:
    """Return each second's neighbours from `first` to `last` seconds away.

    A neighbour that is not known counts as the known one next to it on the way to the second, so
    nothing further away than asked for is looked at (if the second itself is known).

    Parameters
    ----------
    x, known : shape (n,)

    Returns
    -------
    neighbours : shape (n, last - first + 1)
        Of no meaning where the second itself is not known.
    """
    n = len(x)
    away = np.arange(first, last + 1)
    index = np.arange(n)
    later = np.minimum.accumulate(np.where(known, index, n)[::-1])[::-1]
    earlier = np.maximum.accumulate(np.where(known, index, -1))
    place = np.clip(index[:, None] + away, 0, max(n - 1, 0))
    source = np.where(away <= 0, later[place], earlier[place])
    return np.asarray(x[np.clip(source, 0, max(n - 1, 0))])
