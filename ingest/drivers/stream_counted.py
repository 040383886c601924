"""Streams without any time of their own: WitMotion, Thingy:52. Their times are estimates."""

from __future__ import annotations

from typing import Final, Protocol

from ingest.clock.host import HostTime, Stamp
from ingest.drivers.base import StreamSamples
from ingest.drivers.stream import BlockMaker, StreamTime
from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap

#: Packets of a link that holds came at most 0.86 s late in recordings: longer is a silence. [ns]
_SILENCE_NS: Final = NS_PER_S
#: How long after a silence what was only held up has come too. [ns]
_JUDGE_NS: Final = NS_PER_S
#: Less is not missing: it is the delay of the fastest packet of that time. [ns]
_MISSING_NS: Final = 250_000_000


class CountTime(StreamTime, Protocol):
    """A clock whose device time is the count of samples at the stated rate."""

    @property
    def fs_hz(self) -> float:
        """The measured rate."""

    def device_ns(self, n_samples: int) -> int:
        """Return the time by the count. [ns]"""


class CountedNumbering:
    """Numbers a stream of which only the samples and their arrival are known.

    After a silence the packets of one more second are looked at together: if as many samples came
    as are due, they were held up; if not, the rest is lost, and the count goes on by as many.

    Parameters
    ----------
    blocks
        Where the samples go.
    clock
        Makes UTC of the count of samples.
    host
        This computer's time; the one that `clock` was made with.
    stated_hz
        The rate that the device was set to.
    """

    def __init__(
        self, blocks: BlockMaker, clock: CountTime, host: HostTime, stated_hz: float
    ) -> None:
        self.blocks, self._clock, self._host = blocks, clock, host
        self._sample_ns = NS_PER_S / stated_hz
        self._n_samples = 0  #: count of all that were taken, with those that are missing
        self._waiting: list[tuple[StreamSamples, Stamp]] = []  #: packets after a silence
        self._since_ns: int | None = None  #: monotonic time of the first of them; None: no silence
        self._last: Stamp | None = None  #: arrival before the silence
        self._reason: str = GapReason.OUT_OF_RANGE
        self.n_repeated = 0  #: nobody could tell

    def begin(self) -> None:
        """Start a new stream."""
        self.blocks.begin()
        self._reason = GapReason.OUT_OF_RANGE

    def receive(self, batch: StreamSamples, arrived: Stamp) -> list[RawBlock | Gap]:
        """Take the samples of one packet."""
        if self._since_ns is None and self._is_after_silence(arrived):
            self._since_ns = arrived.monotonic_ns
        if self._since_ns is None:
            self._observe(self._n_samples + len(batch.samples), arrived)
            return self._hold(batch)
        self._waiting.append((batch, arrived))
        if arrived.monotonic_ns - self._since_ns < _JUDGE_NS:
            return []
        return self._judge()

    def overflowed(self) -> None:
        """Say that this computer dropped packets before the next one: how many, arrivals tell."""
        self._reason = self._reason or GapReason.QUEUE_FULL

    def end(self) -> list[RawBlock | Gap]:
        """Hand on what is held; the next packet comes after a silence, however soon it comes."""
        done = self._judge() + self._flush()
        self._reason = GapReason.OUT_OF_RANGE
        return done

    def _is_after_silence(self, arrived: Stamp) -> bool:
        if self._last is None or self._reason:
            return True
        return arrived.monotonic_ns - self._last.monotonic_ns > _SILENCE_NS

    def _judge(self) -> list[RawBlock | Gap]:
        """Find how many samples are missing, and take those that came."""
        waiting, self._waiting, self._since_ns = self._waiting, [], None
        if not waiting:
            return []
        n_missing = self._n_missing(waiting)
        reason, self._reason = self._reason or GapReason.PACKETS_LOST, ""
        done: list[RawBlock | Gap] = []
        if n_missing:
            done += self._flush()
            self.blocks.missing(reason, n_missing)
            self._n_samples += n_missing
        n_samples = self._n_samples
        for batch, arrived in waiting:
            n_samples += len(batch.samples)
            self._observe(n_samples, arrived)
        for batch, _ in waiting:
            done += self._hold(batch)
        return done

    def _n_missing(self, waiting: list[tuple[StreamSamples, Stamp]]) -> int:
        n_samples, late_ns = self._n_samples, []
        for batch, arrived in waiting:
            n_samples += len(batch.samples)
            try:
                counted_ns = self._clock.utc_ns(self._clock.device_ns(n_samples - 1))
                late_ns.append(self._host.utc_ns(arrived) - counted_ns)
            except ValueError:  # nothing was ever taken: the count begins here
                return 0
        least_ns = min(late_ns)
        return round(least_ns * self._clock.fs_hz / NS_PER_S) if least_ns > _MISSING_NS else 0

    def _observe(self, n_samples: int, arrived: Stamp) -> None:
        device_ns = self._clock.device_ns(n_samples - 1)  # of the last sample, not of its end
        self._clock.observe(device_ns, arrived.utc_ns, arrived.monotonic_ns)
        self._last = arrived

    def _hold(self, batch: StreamSamples) -> list[RawBlock | Gap]:
        self.blocks.take(batch, self._clock.device_ns(self._n_samples))
        self._n_samples += len(batch.samples)
        return self._flush() if self.blocks.is_due(self._sample_ns) else []

    def _flush(self) -> list[RawBlock | Gap]:
        return self.blocks.flush(self._clock, self._sample_ns, ticks=False)
