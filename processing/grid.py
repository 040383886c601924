"""Blocks of any rate, jittered and with gaps, become one even grid anchored to whole seconds.

The grid's points lie at the same absolute times however the samples were cut into blocks, which is
what lets the live path and the offline path agree. Look-around: `MARGIN_S` to each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np

from processing.filters import fir, low_pass_kernel
from processing.model import NS_PER_S, BoolArray, FloatArray, SampleBlock

#: Samples that far outside the wanted seconds still shape the grid. [s]
MARGIN_S: Final = 1.0
#: Interpolation goes to a grid that many times finer; the low-pass and decimation follow.
_OVERSAMPLING: Final = 4
#: Half length of the anti-alias filter. [s]
_HALF_LENGTH_S: Final = 0.2
#: Two clocks may disagree by this share of a fine grid step before a point changes sides.
_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Evenly spaced acceleration over whole seconds; where there were no samples it is zero."""

    start_s: int
    rate_hz: int
    acc_g: FloatArray  #: shape (n_seconds * rate_hz, 3) [g]
    valid: BoolArray  #: shape (n_seconds * rate_hz,)
    runs: tuple[tuple[int, int], ...]  #: index ranges [a, b) without a gap, in order

    @property
    def n_seconds(self) -> int:
        """How many whole seconds the grid covers."""
        return len(self.valid) // self.rate_hz


def to_grid(
    blocks: Sequence[SampleBlock],
    start_s: int,
    end_s: int,
    *,
    rate_hz: int,
    cutoff_hz: float,
    max_gap_s: float,
) -> Grid:
    """Lay samples on the grid of `[start_s, end_s)`.

    Samples are joined by straight lines onto a grid four times as fine, low-passed there (so a
    faster input does not alias) and thinned out. Holes up to `max_gap_s` are bridged; a longer one
    ends a run. A sample at or before an earlier one's time (an overlap) is dropped, and so is one
    that is not finite.

    Parameters
    ----------
    blocks
        Blocks of one device in time order. Those outside the span do no harm.
    start_s, end_s
        Whole Unix seconds.
    rate_hz
        Rate of the grid. [Hz]
    cutoff_hz
        Half-amplitude frequency of the anti-alias low-pass. [Hz]
    max_gap_s
        Longest hole that is bridged. [s]

    Returns
    -------
    grid
        Zero and invalid where there are no samples; never NaN.
    """
    n = max(end_s - start_s, 0) * rate_hz
    acc_g = np.zeros((n, 3))
    valid = np.zeros(n, np.bool_)
    t_s, raw_g, period_s = _samples(blocks, start_s - MARGIN_S, end_s + MARGIN_S, start_s)
    fine_hz = rate_hz * _OVERSAMPLING
    kernel = low_pass_kernel(cutoff_hz, fine_hz, half_length_s=_HALF_LENGTH_S)
    runs = []
    for i, j in _split(t_s, max_gap_s):
        first = ceil(t_s[i] * fine_hz - _TOLERANCE)
        # the last sample stands for its own period
        stop = ceil((t_s[j - 1] + period_s[j - 1]) * fine_hz - _TOLERANCE)
        a, b = max(ceil(first / _OVERSAMPLING), 0), min(ceil(stop / _OVERSAMPLING), n)
        if a >= b:
            continue
        fine_t_s = np.arange(first, stop) / fine_hz
        fine = np.column_stack([np.interp(fine_t_s, t_s[i:j], raw_g[i:j, k]) for k in range(3)])
        offset = a * _OVERSAMPLING - first
        acc_g[a:b] = fir(fine, kernel, start=offset, every=_OVERSAMPLING)[: b - a]
        valid[a:b] = True
        runs.append((a, b))
    return Grid(start_s, rate_hz, acc_g, valid, tuple(runs))


def _samples(
    blocks: Sequence[SampleBlock], from_s: float, to_s: float, origin_s: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return time since `origin_s`, acceleration and sampling period of the samples in a span."""
    times, values, periods = [np.empty(0)], [np.empty((0, 3))], [np.empty(0)]
    for block in blocks:
        # whole nanoseconds first: a float64 of Unix time resolves only 0.24 µs
        t0_s = (block.t0_ns - origin_s * NS_PER_S) / NS_PER_S
        a = max(ceil((from_s - origin_s - t0_s) * block.fs_hz), 0)
        b = min(ceil((to_s - origin_s - t0_s) * block.fs_hz), len(block.acc_g))
        if a < b:
            times.append(t0_s + np.arange(a, b) / block.fs_hz)
            values.append(block.acc_g[a:b])
            periods.append(np.full(b - a, 1 / block.fs_hz))
    t_s, acc_g, period_s = np.concatenate(times), np.concatenate(values), np.concatenate(periods)
    is_later = np.diff(np.maximum.accumulate(t_s), prepend=-np.inf) > 0
    keep = is_later & np.isfinite(acc_g).all(axis=1)
    return t_s[keep], acc_g[keep], period_s[keep]


def _split(t_s: FloatArray, max_gap_s: float) -> list[tuple[int, int]]:
    """Return index ranges `[i, j)` within which no step is longer than `max_gap_s`."""
    if not len(t_s):
        return []
    edges = [0, *(np.flatnonzero(np.diff(t_s) > max_gap_s) + 1).tolist(), len(t_s)]
    return list(pairwise(edges))
