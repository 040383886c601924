"""Where blocks come to lie on the time line: what is stored never moves, and nothing overlaps."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from processing.model import NS_PER_S

_MOST_FAST: Final = 100  #: a block that has to catch up is shortened by one part in so many
_RATE_STEPS_PER_HZ: Final = 10_000  #: stated rates are whole multiples of 0.1 mHz
_MOST_BLOCKS: Final = 64  #: over which the rate of the samples is measured
_MOST_OFF: Final = 0.1  #: a measured rate is further from the stated one: then one of them is wrong


@dataclass(frozen=True, slots=True)
class Placed:
    """The time of one block."""

    t0_ns: int  #: first sample, UTC [ns]
    fs_hz: float  #: true rate of the samples, by which the block ends no later than it did
    behind_ns: int  #: how much later than the clock says the block begins [ns]
    hole_ns: int  #: between the block before and this one [ns]


@dataclass(slots=True)
class TimeLine:
    """Lays the blocks of one device behind each other, over all of its starts.

    A correction forward leaves a hole. After one backward the next blocks would lie on top of what
    is stored, so they begin where that ends, and run one per cent fast until they have caught up
    (a second in 100 s); a hole in the data is taken up first.

    Parameters
    ----------
    last_end_ns
        Where the stored blocks end; None when there are none. [ns]
    """

    last_end_ns: int | None = None

    def place(self, first_utc_ns: int, end_utc_ns: int, n_samples: int) -> Placed:
        """Lay the next block.

        Parameters
        ----------
        first_utc_ns
            What the clock says of the first sample. [ns]
        end_utc_ns
            What it says of the moment one sample after the last one. [ns]
        n_samples
            Samples in the block.

        Raises
        ------
        ValueError
            If the block has no samples or no length.
        """
        length_ns = end_utc_ns - first_utc_ns
        if n_samples <= 0 or length_ns < n_samples:
            raise ValueError(f"a block of {n_samples} samples in {length_ns} ns")
        last_end_ns = first_utc_ns if self.last_end_ns is None else self.last_end_ns
        t0_ns = max(first_utc_ns, last_end_ns)
        behind_ns = t0_ns - first_utc_ns
        length_ns -= min(behind_ns, length_ns // _MOST_FAST)
        fs_hz = _rate_hz(n_samples, length_ns)
        self.last_end_ns = t0_ns + round(n_samples * NS_PER_S / fs_hz)
        return Placed(t0_ns, fs_hz, behind_ns, t0_ns - last_end_ns)


def _rate_hz(n_samples: int, length_ns: int) -> float:
    """Return the rate, rounded up: so the end does not pass the next block's beginning."""
    return ceil(n_samples * NS_PER_S * _RATE_STEPS_PER_HZ / length_ns) / _RATE_STEPS_PER_HZ


@dataclass(slots=True)
class SampleRate:
    """How long a sample is by the sensor's own clock, from blocks that follow each other.

    An accelerometer times its samples by an oscillator of its own, which is off by per cents
    where the clock behind the ticks is off by millionths.
    """

    #: sequence number, first sample [ns], samples since the measurement began
    _blocks: deque[tuple[int, int, int]] = field(default_factory=deque)
    _n_samples: int = 0

    def observe(self, seq: int, first_device_ns: int, n_samples: int) -> None:
        """Take note of a block; one that does not follow the last one begins a new measurement."""
        if self._blocks and seq != self._blocks[-1][0] + 1:
            self._blocks.clear()
        self._blocks.append((seq, first_device_ns, self._n_samples))
        self._n_samples += n_samples
        if len(self._blocks) > _MOST_BLOCKS:
            self._blocks.popleft()

    def sample_ns(self, stated_hz: float) -> float:
        """Return the length of a sample. [ns of the device's clock]"""
        stated_ns = NS_PER_S / stated_hz
        if len(self._blocks) < 2:
            return stated_ns
        first, last = self._blocks[0], self._blocks[-1]
        measured_ns = (last[1] - first[1]) / (last[2] - first[2])
        return measured_ns if abs(measured_ns / stated_ns - 1) <= _MOST_OFF else stated_ns
