"""Randomness that depends on where in time it is wanted, never on what was asked for before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import signal

from ingest.simulation.wearer.streams import Stream, generator
from processing.model import FloatArray

#: Signals are made in pages of this length, always whole, so that a sample comes out the same to
#: the last bit however the caller cuts time into chunks.
PAGE_S: Final = 512
_FAST_HZ: Final = 5
_SLOW_S: Final = 16  # one value of slow wandering, and one chance to fidget
_N_FAST, _N_SLOW = PAGE_S * _FAST_HZ, PAGE_S // _SLOW_S
_FAST_CHANNELS: Final = 6
_SLOW_CHANNELS: Final = 4
_FIDGET_CHANNELS: Final = 5

_SWAY_TAPS = signal.firwin(61, (0.15, 0.8), pass_zero=False, fs=_FAST_HZ)
_SWAY_TAPS /= np.linalg.norm(_SWAY_TAPS)  # unit variance in, unit variance out
_SLOW_TAPS = signal.windows.hann(9)[1:-1]
_SLOW_TAPS /= np.linalg.norm(_SLOW_TAPS)
_FAST_MARGIN, _SLOW_MARGIN = len(_SWAY_TAPS) // 2 + 2, len(_SLOW_TAPS) // 2 + 2


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page of unit-variance noise, sampled at the caller's times (columns of length n)."""

    sway: FloatArray  #: shape (3, n): 0.15-0.8 Hz; pitch, roll, gait phase
    tremble: FloatArray  #: shape (3, n): up to a few Hz; forward, left, up
    drift: FloatArray  #: shape (4, n): over minutes; pitch, roll, log sway, gait
    white: FloatArray  #: shape (n, 3): the sensor's own
    fidgets: FloatArray  #: shape (m, 5): start [s from the page's start], then four of uniform 0..1


class PagedNoise:
    """All noise of one wearing, by page number. The same key gives the same noise."""

    def __init__(self, seed: int, clip_on: int) -> None:
        self._seed, self._clip_on = seed, clip_on
        self._lattice = lru_cache(maxsize=4)(self._draw_lattice)

    def page(self, number: int, t_s: FloatArray) -> Page:
        """Return page `number` at `t_s` (seconds from the page's start, within the page)."""
        around = [self._lattice(n) for n in (number - 1, number, number + 1)]
        fast = _with_margins([lattice[0] for lattice in around], _FAST_MARGIN)
        slow = _with_margins([lattice[1] for lattice in around], _SLOW_MARGIN)
        fast_at, slow_at = t_s * _FAST_HZ + _FAST_MARGIN, t_s / _SLOW_S + _SLOW_MARGIN
        earlier, here = around[0][2] - [PAGE_S, 0, 0, 0, 0], around[1][2]  # one may reach over
        return Page(
            sway=_at(fast_at, np.stack([np.convolve(row, _SWAY_TAPS, "same") for row in fast[:3]])),
            tremble=_at(fast_at, fast[3:]),
            drift=_at(slow_at, np.stack([np.convolve(row, _SLOW_TAPS, "same") for row in slow])),
            white=self.white(Stream.SENSOR, number, len(t_s)),
            fidgets=np.concatenate([earlier, here]),
        )

    def white(self, stream: Stream, number: int, n: int) -> FloatArray:
        """Return white noise for the `n` samples of page `number`, shape (n, 3)."""
        rng = generator(self._seed, stream, self._clip_on, number)
        return rng.standard_normal((n, 3), dtype=np.float32).astype(np.float64)

    def _draw_lattice(self, number: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        # The page before the first is asked for as well, and a generator's place is not negative.
        rng = generator(self._seed, Stream.UNREST, self._clip_on, number + 1)
        fast = rng.standard_normal((_FAST_CHANNELS, _N_FAST))
        slow = rng.standard_normal((_SLOW_CHANNELS, _N_SLOW))
        fidgets = rng.uniform(size=(_N_SLOW, _FIDGET_CHANNELS))
        fidgets[:, 0] = (np.arange(_N_SLOW) + fidgets[:, 0]) * _SLOW_S
        return fast, slow, fidgets


def _with_margins(pages: list[FloatArray], margin: int) -> FloatArray:
    """Return the middle one of three pages with what the filters need on either side."""
    before, page, after = pages
    return np.concatenate([before[:, -margin:], page, after[:, :margin]], axis=1)


def _at(place: FloatArray, rows: FloatArray) -> FloatArray:
    """Interpolate each row at `place`, counted in values of the row."""
    index = np.arange(rows.shape[1])
    return np.stack([np.interp(place, index, row) for row in rows])
