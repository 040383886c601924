"""How sedentary time is made up of bouts: a few long ones or many short ones.

Lengths are those of `SedentaryBout.sedentary_s`. None stands for "cannot be said"; nan never
comes out.

References
----------
.. [1] S. F. M. Chastin and M. H. Granat, "Methods for objective measure, quantification and
   analysis of sedentary behaviour and inactivity", Gait & Posture, vol. 31, no. 1, 2010,
   doi:10.1016/j.gaitpost.2009.09.002: alpha, x_half, W_half and the Gini index of bouts.
.. [2] J. Bellettiere et al., J. Meas. Phys. Behav., 2021, doi:10.1123/jmpb.2020-0036: the usual
   bout duration W50 by non-linear regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from processing.figures.sedentary_bouts import SedentaryBout
from processing.method import Method
from processing.model import FloatArray

#: Where the bands of bout lengths begin; the last has no end. [s]
BAND_STARTS_S: Final = (0, 600, 1_200, 1_800, 3_600, 5_400)
_N_RANGE: Final = (0.1, 20.0)  #: steepness of the W50 curve; people have 1 to 3


@dataclass(frozen=True, slots=True)
class Fragmentation:
    """The distribution of bout lengths in a few numbers; all None when there are too few bouts."""

    n_bouts: int
    alpha: float | None = None  #: exponent of the power law; higher: more of the bouts are short
    x_half_s: float | None = None  #: half of the bouts are longer, by the power law
    w_half: float | None = None  #: share of sedentary time in bouts longer than `x_half_s`, 0..1
    w50_s: float | None = None  #: usual bout: half of the sedentary time is in longer ones
    w50_is_fitted: bool = False  #: False: the empirical value stands in for the fitted one
    gini: float | None = None  #: 0: all bouts equally long; 1: one holds everything


def fragmentation(bouts: Sequence[SedentaryBout], method: Method) -> Fragmentation:
    """Describe the distribution of bout lengths.

    Parameters
    ----------
    bouts
        As `sedentary_bouts` finds them, of one day or of many, in any order.
    method
        `min_bouts_for_figures`: how many bouts are enough.
    """
    lengths_s = np.sort([bout.sedentary_s for bout in bouts]).astype(np.float64)
    if len(lengths_s) < method.min_bouts_for_figures:
        return Fragmentation(n_bouts=len(lengths_s))
    alpha = power_law_alpha(lengths_s)
    half_s = None if alpha is None else x_half(alpha, lengths_s[0])
    w50_s, is_fitted = usual_bout(lengths_s)
    return Fragmentation(
        n_bouts=len(lengths_s),
        alpha=alpha,
        x_half_s=half_s,
        w_half=None if half_s is None else share_above(lengths_s, half_s),
        w50_s=w50_s,
        w50_is_fitted=is_fitted,
        gini=gini(lengths_s, n_min=method.min_bouts_for_figures),
    )


def power_law_alpha(lengths: ArrayLike, x_min: float | None = None) -> float | None:
    """Return the exponent of the power law of bout lengths, by maximum likelihood [1]_.

    alpha = 1 + n / sum(ln(x_i / x_min)).

    Parameters
    ----------
    lengths : shape (n,)
        Each at least `x_min`, positive. [any unit]
    x_min
        Shortest possible length; the shortest there is by default. [the same unit]

    Returns
    -------
    alpha
        Greater than 1; None without bouts, or when none is longer than `x_min`.

    Raises
    ------
    ValueError
        If `x_min` is not positive, or a length is below it.
    """
    x = np.asarray(lengths, np.float64)
    if not len(x):
        return None
    shortest = float(x.min()) if x_min is None else x_min
    if shortest <= 0 or x.min() < shortest:
        raise ValueError(f"lengths must be positive and at least x_min, got {x.min()}, {shortest}")
    total = float(np.log(x / shortest).sum())
    return 1 + len(x) / total if total > 0 else None


def x_half(alpha: float, x_min: float) -> float | None:
    """Return the median bout length of a power law [1]_: 2^(1 / (alpha - 1)) x_min.

    None when it is too long for a number: nearly all bouts then have one and the same length.
    """
    exponent = 1 / (alpha - 1)
    return float(x_min * 2**exponent) if exponent < 1_000 else None


def share_above(lengths: ArrayLike, limit: float) -> float | None:
    """Return which share of all time is in bouts longer than `limit`, 0..1; None without bouts."""
    x = np.asarray(lengths, np.float64)
    return float(x[x > limit].sum() / x.sum()) if len(x) and x.sum() > 0 else None


def gini(lengths: ArrayLike, *, n_min: int = 10) -> float | None:
    """Return how unequal bout lengths are [1]_: 0 for equal ones, up to 1.

    With x ascending, g = (n + 1 - 2 sum(cumsum x) / sum x) / n, times n / (n - 1) because there
    are only n of them, at most 1.

    Parameters
    ----------
    lengths : shape (n,)
        In any order. [any unit]
    n_min
        With fewer bouts than that nothing is said.

    Returns
    -------
    gini
        None with fewer than `n_min` bouts, or when all have the length 0.
    """
    x = np.sort(np.asarray(lengths, np.float64))
    n = len(x)
    if n < max(n_min, 2) or not x[-1] > 0:
        return None
    g = (n + 1 - 2 * np.cumsum(x).sum() / x.sum()) / n
    return float(min(max(g * n / (n - 1), 0.0), 1.0))


def usual_bout(lengths: ArrayLike) -> tuple[float | None, bool]:
    """Return W50: half of all sedentary time is in bouts longer than that [2]_.

    c(l) = l^n / (l^n + W50^n) is fitted by least squares to the share c of time in bouts of at most
    l, at each length l that occurs.

    Parameters
    ----------
    lengths : shape (n,)
        Positive, in any order. [any unit]

    Returns
    -------
    w50
        In the same unit; None without bouts.
    is_fitted
        False where no curve fits, where it fits only outside the lengths that a quarter and three
        quarters of the time reach, or with fewer than three different lengths: then it is the
        shortest length up to which half of the time is reached.
    """
    x = np.sort(np.asarray(lengths, np.float64))
    if not len(x):
        return None, False
    levels, counts = np.unique(x, return_counts=True)
    share = np.cumsum(levels * counts) / x.sum()
    low, empirical, high = levels[np.searchsorted(share, (0.25, 0.5, 0.75))].tolist()
    fitted = _fitted_w50(np.log(levels), share, empirical) if len(levels) > 2 else None
    if fitted is None or not low <= fitted <= high:
        return empirical, False
    return fitted, True


def _fitted_w50(log_length: FloatArray, share: FloatArray, start: float) -> float | None:
    """Fit the curve; None when the best one lies at the edge of what is allowed."""
    low, high = float(log_length[0]), float(log_length[-1])
    begin = float(np.clip(np.log(start), low + 1e-3 * (high - low), high - 1e-3 * (high - low)))

    def misfit(unknowns: FloatArray) -> FloatArray:
        log_w50, n = unknowns
        return np.asarray(1 / (1 + np.exp(-n * (log_length - log_w50))) - share)

    found = optimize.least_squares(
        misfit, (begin, 1.5), bounds=((low, _N_RANGE[0]), (high, _N_RANGE[1]))
    )
    if not found.success or np.any(found.active_mask):
        return None
    return float(np.exp(found.x[0]))


def band_s(bouts: Sequence[SedentaryBout], sedentary_s: int) -> tuple[int, ...]:
    """Return the sedentary time in bouts of each band of lengths; see `BAND_STARTS_S`. [s]

    Parameters
    ----------
    bouts
        As `sedentary_bouts` finds them.
    sedentary_s
        All sedentary time of the same span. What is in no bout, being too short for one, counts in
        the first band, so that the bands sum to this. [s]
    """
    lengths_s = np.array([bout.sedentary_s for bout in bouts], np.int64)
    edges = [*BAND_STARTS_S, np.iinfo(np.int64).max]
    bands = [int(lengths_s[(lengths_s >= a) & (lengths_s < b)].sum()) for a, b in pairwise(edges)]
    bands[0] += sedentary_s - sum(bands)
    return tuple(bands)


def breaks_per_h(n_breaks: int, sedentary_s: int) -> float | None:
    """Return breaks per sedentary hour; None without sedentary time."""
    return n_breaks * 3600 / sedentary_s if sedentary_s else None


def longest_bouts(bouts: Sequence[SedentaryBout], n: int) -> list[SedentaryBout]:
    """Return the `n` longest, longest first; of equally long ones the earlier comes first."""
    return sorted(bouts, key=lambda bout: (-bout.sedentary_s, bout.start_s))[:n]
