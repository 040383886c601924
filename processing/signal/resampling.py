"""Values of a track of samples at other times: one weighted sum a point, of fixed reach.

Weights come from one low-pass kernel, read off at the point's place between two samples, so that a
slower or faster input, or one whose clock runs apart from the grid's, needs no step in between. A
point's sum takes the same samples in the same order whatever else was asked for: its bits do not
depend on how the samples were cut into blocks or the points into pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np
from scipy import sparse

from processing.model import BoolArray, FloatArray, IntArray

#: Places between two samples that are told apart: an error of at most half of 1/1024 of a period,
#: below 0.2 mg for the fastest movement of a body (3 g/s at 50 Hz: 0.03 mg).
_N_PHASES: Final = 1024
#: The kernel holds four half waves of its sinc to each side: transition band about half of cutoff.
_HALF_WAVES: Final = 4
#: A slow input is cut off at that share of its rate, or its samples would show as ripple.
_CUTOFF_OF_RATE: Final = 0.4
#: Longest reach of the kernel: input slower than 12.5 Hz gets a softer filter, not a longer one [s]
_MAX_REACH_S: Final = 0.4
#: Points in a row that share phase and step are worked out as slices, if there are that many.
_MIN_STRETCH: Final = 128
#: Points worked on at a time: what they need stays in the processor's cache.
_AT_ONCE: Final = 4096
#: A sample that follows the one before so soon, in periods, tells nothing new.
_TOO_SOON: Final = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Samples in order of time, whatever blocks they came in."""

    t_s: FloatArray  #: shape (n,), strictly rising [s]
    acc_g: FloatArray  #: shape (3, n): one axis after the other in memory [g]
    period_s: FloatArray  #: shape (n,): one over the stated rate [s]

    def only(self, chosen: BoolArray | IntArray | slice) -> Track:
        """Return a part of it."""
        return Track(self.t_s[chosen], self.acc_g[:, chosen], self.period_s[chosen])


def even_out(track: Track) -> Track:
    """Fill holes with a straight line and thin out bunches, so that samples follow evenly.

    A hole is a step of more than one and a half periods; it gets as many samples as fit. Both are
    judged by a sample and its neighbour alone.
    """
    too_soon = np.diff(track.t_s, prepend=-np.inf) < _TOO_SOON * track.period_s
    if too_soon.any():
        track = track.only(~too_soon)
    n_steps = np.rint(np.diff(track.t_s) / track.period_s[:-1])
    if not len(n_steps) or n_steps.max() <= 1:
        return track
    repeat = np.append(np.maximum(n_steps, 1).astype(np.int64), 1)
    left = np.repeat(np.arange(len(repeat)), repeat)
    right = np.minimum(left + 1, len(repeat) - 1)
    place = np.arange(len(left)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    share = place / repeat[left]
    t_s = track.t_s[left] + share * (track.t_s[right] - track.t_s[left])
    acc_g = track.acc_g[:, left] + share * (track.acc_g[:, right] - track.acc_g[:, left])
    return Track(t_s, acc_g, track.period_s[left])


def resample(track: Track, at_s: FloatArray, cutoff_hz: float, *, out: FloatArray) -> None:
    """Work out the acceleration at given times, low-passed.

    The kernel is a Hamming-windowed sinc that reaches `_HALF_WAVES` half waves of its cutoff to
    each side, its weights scaled to sum to 1 at each point: a constant stays what it is. Beyond its
    ends, and where the rate changes, the signal counts as constant. (Windowed-sinc interpolation:
    J. O. Smith, "Digital Audio Resampling", 2002.)

    Parameters
    ----------
    track
        Evenly spaced but for jitter, at least one sample; see `even_out`.
    at_s : shape (n,)
        Rising, from the first sample to one period past the last one. [s]
    cutoff_hz
        Half-amplitude frequency; at most 0.4 of the input's rate is used. [Hz]
    out : shape (n, 3)
        Receives the result. [g]
    """
    changes = np.flatnonzero(np.diff(track.period_s)) + 1
    rates_hz = [_filter_rate_hz(track.period_s[i]) for i in (0, *changes.tolist())]
    edges = [i for i, (was, is_) in zip(changes, pairwise(rates_hz), strict=True) if was != is_]
    starts = np.searchsorted(at_s, track.t_s[edges]).tolist()
    for (i, j), (a, b) in zip(
        pairwise([0, *edges, len(track.t_s)]), pairwise([0, *starts, len(at_s)]), strict=True
    ):
        if a < b:
            _resample_part(track.only(slice(i, j)), at_s[a:b], cutoff_hz, out[a:b])


def _resample_part(part: Track, at_s: FloatArray, cutoff_hz: float, out: FloatArray) -> None:
    """Do the same for samples that share one filter."""
    n = len(part.t_s)
    rate_hz = _filter_rate_hz(part.period_s[0])
    cutoff_hz = min(cutoff_hz, _CUTOFF_OF_RATE * rate_hz)
    reach_s = max(min(_HALF_WAVES / 2 / cutoff_hz, _MAX_REACH_S), 1 / rate_hz)
    half = ceil(reach_s * rate_hz - 1e-9)
    ends_s = np.append(part.t_s, part.t_s[-1] + part.period_s[-1])
    place = np.rint(np.interp(at_s, ends_s, np.arange(n + 1)) * _N_PHASES).astype(np.int64)
    used = np.flatnonzero(np.bincount(place % _N_PHASES, minlength=_N_PHASES))
    weights = np.zeros((_N_PHASES, 2 * half)).T
    weights[:, used] = _weights(used / _N_PHASES, half, rate_hz, cutoff_hz, reach_s)
    padded = np.pad(part.acc_g, [(0, 0), (half - 1, half + 1)], mode="edge")
    for a, b, step in _stretches(place):
        if step:
            _sum_slices(padded, int(place[a]), step, weights, out[a:b].T)
        else:
            _sum_gathered(padded, place[a:b], weights, out[a:b].T)


def _filter_rate_hz(period_s: float) -> float:
    """Return the rate that the filter is made for: in steps of 2 %, so that 49.98 Hz is 50 Hz."""
    return float(12.5 * 2 ** (round(35 * np.log2(1 / (12.5 * period_s))) / 35))


def _weights(
    phase: FloatArray, half: int, rate_hz: float, cutoff_hz: float, reach_s: float
) -> FloatArray:
    """Return the weights, shape (2 half, n), of the samples around points between two of them."""
    away_s = (np.arange(1 - half, half + 1)[:, None] - phase) / rate_hz
    window = 0.54 + 0.46 * np.cos(np.pi * away_s / reach_s)
    weights = np.sinc(2 * cutoff_hz * away_s) * window
    weights[np.abs(away_s) > reach_s * (1 + 1e-9)] = 0
    return np.asarray(weights / weights.sum(axis=0))


def _stretches(place: IntArray) -> list[tuple[int, int, int]]:
    """Cut points into (from, until, step): step samples apart, or 0 where they are not even."""
    apart = np.diff(place)
    edges = np.concatenate([[0], np.flatnonzero(np.diff(apart)) + 1, [len(apart)]])
    # from point edges[k] to point edges[k + 1], both included, all are equally far apart
    is_long = np.diff(edges) >= _MIN_STRETCH
    found, done = [], 0
    for i, j in zip(edges[:-1][is_long].tolist(), edges[1:][is_long].tolist(), strict=True):
        step, remainder = divmod(int(apart[i]), _N_PHASES)
        if remainder or not step:
            continue
        a = max(i, done)
        if done < a:
            found.append((done, a, 0))
        found.append((a, j + 1, step))
        done = j + 1
    return [*found, (done, len(place), 0)] if done < len(place) else found


def _sum_slices(
    padded: FloatArray, place: int, step: int, weights: FloatArray, out: FloatArray
) -> None:
    """Sum for points `step` samples apart, from `place` on; `out` has shape (3, n)."""
    first, phase = divmod(place, _N_PHASES)
    taps = weights[:, phase].tolist()
    for a in range(0, out.shape[1], _AT_ONCE):
        part = out[:, a : a + _AT_ONCE]
        n = part.shape[1]
        begin = first + a * step
        lanes = [
            padded[:, begin + k : begin + k + n * step + len(taps) : step].copy()
            for k in range(step)
        ]
        np.multiply(lanes[0][:, :n], taps[0], out=part)
        product = np.empty_like(part)
        for tap, weight in enumerate(taps[1:], start=1):
            late, lane = divmod(tap, step)
            np.multiply(lanes[lane][:, late : late + n], weight, out=product)
            part += product


def _sum_gathered(
    padded: FloatArray, place: IntArray, weights: FloatArray, out: FloatArray
) -> None:
    """Sum for points anywhere; `out` has shape (3, n)."""
    n_taps = len(weights)
    by_time = padded.T.copy()
    for a in range(0, len(place), _AT_ONCE):
        first, phase = np.divmod(place[a : a + _AT_ONCE], _N_PHASES)
        samples = first.astype(np.int32)[:, None] + np.arange(n_taps, dtype=np.int32)
        ends = np.arange(0, samples.size + 1, n_taps, dtype=np.int32)
        each = sparse.csr_array(
            (weights.T[phase].ravel(), samples.ravel(), ends), shape=(len(first), len(by_time))
        )
        out[:, a : a + _AT_ONCE] = np.asarray(each @ by_time).T
