"""Streams that carry a time of their own: Movesense, Polar, our app on Bangle.js and Puck.js."""

from __future__ import annotations

from typing import Final

from ingest.clock.host import Stamp
from ingest.clock.layout import SampleRate
from ingest.clock.stream import StreamClock
from ingest.drivers.base import Stamps, StreamSamples
from ingest.drivers.stream import BlockMaker
from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap

#: A device's clock that leaves the host's by more from one packet to the next was set. [ns]
_SET_NS: Final = 5 * NS_PER_S
_JITTER_SAMPLES: Final = 1.5  #: a packet may come so much too late by its own clock


class ClockedNumbering:
    """Numbers a stream whose packets say when their samples were taken.

    A jump of the device's time is a hole; where packets are numbered too, the number decides. A
    clock that was set (a Polar H10 starts in 2019 each time it is switched on) is no hole by
    itself: only a lost link makes one then.

    Parameters
    ----------
    blocks
        Where the samples go.
    clock
        Makes UTC of device time.
    stated_hz
        The rate that the device was set to.
    """

    def __init__(self, blocks: BlockMaker, clock: StreamClock, stated_hz: float) -> None:
        self.blocks, self._clock, self._stated_hz = blocks, clock, stated_hz
        self._rate = SampleRate()
        self._n_batches = 0
        self._last: tuple[StreamSamples, Stamp] | None = None
        self._next_ns = 0  #: device time at which the next sample is due
        self._was_lost = False
        self._cause = GapReason.PACKETS_LOST  #: of what is missing next, while the link holds
        self.n_repeated = 0  #: samples dropped because their time had been there before

    def begin(self) -> None:
        """Start a new stream."""
        self.blocks.begin()

    def receive(self, batch: StreamSamples, arrived: Stamp) -> list[RawBlock | Gap]:
        """Take the samples of one packet; ones without a time are an error of the driver.

        Raises
        ------
        ValueError
            If the samples carry no device time.
        """
        if batch.device_ns is None:
            raise ValueError("a driver with a clock gave samples without a time")
        sample_ns = self._rate.sample_ns(self._stated_hz)
        behind = len(batch.samples) - 1 if batch.stamps is Stamps.LAST else 0
        first_ns = batch.device_ns - round(behind * sample_ns)
        done: list[RawBlock | Gap] = []
        if self._last is not None:
            hole = self._hole(batch, first_ns, arrived, sample_ns)
            if hole is None:
                self.n_repeated += len(batch.samples)
                return []
            done += hole
        last_ns = first_ns + round((len(batch.samples) - 1) * sample_ns)
        self._clock.observe(last_ns, arrived.utc_ns, arrived.monotonic_ns)
        self._last, self._was_lost = (batch, arrived), False
        self._cause = GapReason.PACKETS_LOST
        self._next_ns = last_ns + round(sample_ns)
        self.blocks.take(batch, first_ns)
        if self.blocks.is_due(sample_ns):
            done += self.blocks.flush(self._clock, sample_ns)
        return done

    def overflowed(self) -> None:
        """Say that this computer dropped packets before the next one."""
        self._cause = GapReason.QUEUE_FULL

    def end(self) -> list[RawBlock | Gap]:
        """Hand on what is held; the time until the next packet is out of range."""
        done = self._flush()
        self._was_lost = True
        self._n_batches += 1  # the next packet does not follow: its rate is measured anew
        return done

    def _flush(self) -> list[RawBlock | Gap]:
        return self.blocks.flush(self._clock, self._rate.sample_ns(self._stated_hz))

    def _hole(
        self, batch: StreamSamples, first_ns: int, arrived: Stamp, sample_ns: float
    ) -> list[RawBlock | Gap] | None:
        """Close the block before a hole and say why there is one; None: the batch is a repeat."""
        assert self._last is not None
        before, before_arrived = self._last
        jump_ns = first_ns - self._next_ns
        elapsed_ns = arrived.monotonic_ns - before_arrived.monotonic_ns
        is_set = abs(jump_ns - elapsed_ns) > _SET_NS
        if is_set and not self._was_lost and -NS_PER_S <= jump_ns <= elapsed_ns:
            is_set = False  # it was only held up, such as by a program that stood still
            self._clock.goes_on()
        number = _number_after(before)
        is_jump = not is_set and jump_ns > _JITTER_SAMPLES * sample_ns
        n_lost = round(jump_ns / sample_ns) if is_jump else 0
        is_restarted = False
        if number is None or batch.sequence is None:
            if not is_set and jump_ns < -_JITTER_SAMPLES * sample_ns - NS_PER_S:
                return None
        elif not self._was_lost:
            is_restarted = batch.sequence < number
            n_lost = max(batch.sequence - number, 0)
        if not (is_set or is_restarted or n_lost or self._was_lost or self._is_scale_new(batch)):
            self._learn(before, batch)
            return []
        done = self._flush()
        self._n_batches += 1
        if self._was_lost:
            self.blocks.missing(GapReason.OUT_OF_RANGE, n_lost)
        elif is_restarted:
            self.blocks.missing(GapReason.REBOOT)
            self.blocks.begin()
        elif n_lost:
            self.blocks.missing(self._cause, n_lost)
        return done

    def _is_scale_new(self, batch: StreamSamples) -> bool:
        return self._last is not None and self._last[0].lsb_per_g != batch.lsb_per_g

    def _learn(self, before: StreamSamples, batch: StreamSamples) -> None:
        """Learn how long a sample is: a stamp and the samples until the next one."""
        assert before.device_ns is not None
        counted = batch if batch.stamps is Stamps.LAST else before
        self._rate.observe(self._n_batches, before.device_ns, len(counted.samples))
        self._n_batches += 1


def _number_after(batch: StreamSamples) -> int | None:
    """Return the number of the sample after the last one."""
    return None if batch.sequence is None else batch.sequence + len(batch.samples)
