"""Blocks of any rate, jittered and with gaps, become one even grid anchored to whole seconds.

The grid's points lie at the same absolute times however the samples were cut into blocks, which is
what lets the live path and the offline path agree. Look-around: `MARGIN_S` to each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Final

import numpy as np

from processing.model import NS_PER_S, BoolArray, FloatArray, SampleBlock
from processing.signal.resampling import Track, even_out, resample
from processing.signal.saturation import clipped

#: Samples that far outside the wanted seconds still shape the grid. [s]
MARGIN_S: Final = 1.0
#: Two clocks may disagree by that much before a point changes sides. [s]
_TOLERANCE_S: Final = 1e-8
#: A longer step between samples is a hole: at 12.5 Hz two samples lie 0.08 s apart. [s]
_LONGEST_STEP_S: Final = 0.25
#: What is beside a hole says how to bridge it. [s]
_SIDE_S: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Evenly spaced acceleration over whole seconds; where there were no samples it is zero."""

    start_s: int
    rate_hz: int
    acc_g: FloatArray  #: shape (n_seconds * rate_hz, 3) [g]
    valid: BoolArray  #: shape (n_seconds * rate_hz,)
    runs: tuple[tuple[int, int], ...]  #: index ranges [a, b) without a gap, in order
    clipped_share: FloatArray  #: shape (n_seconds,): how much of each second hit the range's end

    @property
    def n_seconds(self) -> int:
        """How many whole seconds the grid covers."""
        return len(self.valid) // self.rate_hz


class BlocksByTime:
    """Finds the blocks near a span without going through all of them: a day has 170,000.

    Parameters
    ----------
    blocks
        Blocks of one device in order of `t0_ns`.
    """

    def __init__(self, blocks: Sequence[SampleBlock]) -> None:
        self._blocks = blocks
        self._t0_ns = np.array([block.t0_ns for block in blocks], np.int64)
        # a block may lie inside a longer one before it
        ends_ns = np.array([block.end_ns for block in blocks], np.int64)
        self._end_ns = np.maximum.accumulate(ends_ns) if len(blocks) else ends_ns

    def near(self, start_s: float, end_s: float) -> Sequence[SampleBlock]:
        """Return the blocks that shape the grid of `[start_s, end_s)`, and maybe a few more."""
        a = np.searchsorted(self._end_ns, int((start_s - MARGIN_S) * NS_PER_S), side="right")
        b = np.searchsorted(self._t0_ns, int((end_s + MARGIN_S) * NS_PER_S))
        return self._blocks[int(a) : int(b)]


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

    Each point is a weighted sum of the samples around it; see `processing.signal.resampling`.
    Holes up to `max_gap_s` are bridged, between the means of what is on both sides; a longer one
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
        Half-amplitude frequency of the anti-alias low-pass; slower input has a lower one. [Hz]
    max_gap_s
        Longest hole that is bridged. [s]

    Returns
    -------
    grid
        Zero and invalid where there are no samples; never NaN.
    """
    n = max(end_s - start_s, 0) * rate_hz
    # one axis after the other in memory: filters run along time
    acc_g = np.zeros((3, n)).T
    valid = np.zeros(n, np.bool_)
    track = _samples(blocks, start_s - MARGIN_S, end_s + MARGIN_S, start_s)
    runs = []
    for run in _split(track, min(max_gap_s, _LONGEST_STEP_S)):
        # the last sample stands for its own period
        end = run.t_s[-1] + run.period_s[-1]
        a = max(ceil((run.t_s[0] - _TOLERANCE_S) * rate_hz), 0)
        b = min(ceil((end - _TOLERANCE_S) * rate_hz), n)
        if a < b:
            at_s = np.arange(a, b) / rate_hz
            resample(even_out(run), at_s, cutoff_hz, out=acc_g[a:b])
            valid[a:b] = True
            runs.append((a, b))
    runs = _bridge(acc_g, valid, runs, floor(max_gap_s * rate_hz + _TOLERANCE_S), rate_hz)
    return Grid(start_s, rate_hz, acc_g, valid, tuple(runs), _clipped_share(track, n // rate_hz))


def _bridge(
    acc_g: FloatArray, valid: BoolArray, runs: list[tuple[int, int]], longest: int, rate_hz: int
) -> list[tuple[int, int]]:
    """Fill holes of up to `longest` points, in place, and return the runs that are left.

    A straight line between the means of the last and the next `_SIDE_S`: between two single samples
    it would show their noise as a turn of the sensor.
    """
    joined = runs[:1]
    for (first, end), (a, b) in pairwise(runs):
        hole = a - end
        if hole > longest:
            joined.append((a, b))
            continue
        side = round(_SIDE_S * rate_hz)
        before = acc_g[max(end - side, first) : end].mean(axis=0)
        after = acc_g[a : min(a + side, b)].mean(axis=0)
        along = (np.arange(1, hole + 1) / (hole + 1))[:, None]
        acc_g[end:a] = before + along * (after - before)
        valid[end:a] = True
        joined[-1] = (joined[-1][0], b)
    return joined


def _samples(blocks: Sequence[SampleBlock], from_s: float, to_s: float, origin_s: int) -> Track:
    """Return the samples of a span, their times counted from `origin_s`."""
    n = np.array([len(block.acc_g) for block in blocks], np.int64)
    rate_hz = np.array([block.fs_hz for block in blocks], np.float64)
    # whole nanoseconds first: a float64 of Unix time resolves only 0.24 µs
    since_ns = np.array([block.t0_ns for block in blocks], np.int64) - origin_s * NS_PER_S
    t0_s = since_ns / NS_PER_S
    first = np.clip(np.ceil((from_s - origin_s - t0_s) * rate_hz), 0, n).astype(np.int64)
    stop = np.clip(np.ceil((to_s - origin_s - t0_s) * rate_hz), first, n).astype(np.int64)
    used = np.flatnonzero(stop > first)
    if not len(used):
        return Track(np.empty(0), np.empty((3, 0)), np.empty(0))
    counts = (stop - first)[used]
    index = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first[used], counts)
    period_s = np.repeat(1 / rate_hz[used], counts)
    t_s = np.repeat(t0_s[used], counts) + index / np.repeat(rate_hz[used], counts)
    parts = []
    for i, a, b in zip(used.tolist(), first[used].tolist(), stop[used].tolist(), strict=True):
        samples = blocks[i].acc_g
        parts.append(samples if b - a == len(samples) else samples[a:b])
    acc_g = np.concatenate(parts, dtype=np.float64).T.copy()
    is_later = np.diff(np.maximum.accumulate(t_s), prepend=-np.inf) > 0
    keep = is_later & np.isfinite(acc_g).all(axis=0)
    return Track(t_s, acc_g, period_s) if keep.all() else Track(t_s, acc_g, period_s).only(keep)


def _clipped_share(track: Track, n_seconds: int) -> FloatArray:
    """Return how much of each second's time belongs to clipped samples, 0 to 1."""
    found = np.flatnonzero(clipped(track.acc_g))
    second = np.floor(track.t_s[found] + _TOLERANCE_S).astype(np.int64)
    inside = (second >= 0) & (second < n_seconds)
    share = np.bincount(second[inside], track.period_s[found[inside]], minlength=n_seconds)
    return np.minimum(share, 1.0)


def _split(track: Track, max_gap_s: float) -> list[Track]:
    """Cut a track where a step is longer than `max_gap_s`."""
    if not len(track.t_s):
        return []
    cuts = np.flatnonzero(np.diff(track.t_s) > max_gap_s) + 1
    edges = [0, *cuts.tolist(), len(track.t_s)]
    return [track.only(slice(a, b)) for a, b in pairwise(edges)]
