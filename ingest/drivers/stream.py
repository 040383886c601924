"""Samples of a bare stream become blocks: numbered by the host, placed in time, holes named.

No I/O and no clock in here: what arrived, and when, is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from ingest.clock.host import Stamp
from ingest.clock.layout import TimeLine
from ingest.drivers.base import StreamSamples
from ingest.hip_sensor.packets import ns_to_ticks
from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap

_BLOCK_S: Final = 1.0
_MOST_TICKS: Final = 1 << 48
#: A hole shorter than this is jitter of times that are known to a few 100 ms at best.
_NOTABLE_HOLE_NS: Final = 250_000_000


class StreamTime(Protocol):
    """What makes UTC of a device's time; learns from arrivals."""

    def observe(self, device_ns: int, arrival_utc_ns: int, arrival_monotonic_ns: int) -> object:
        """Take the arrival of a packet whose last sample was at `device_ns`."""

    def utc_ns(self, device_ns: int) -> int:
        """Return the time of a sample; ValueError while nothing is known. [ns]"""


@dataclass(slots=True)
class BlockMaker:
    """Collects samples and lays them on the time line as numbered blocks.

    Parameters
    ----------
    device_id
        Whose samples they are.
    line
        Where the blocks of this device lie; one for all of its streams.
    draw_boot_id
        Gives a new u32 for each start of a stream.
    """

    device_id: str
    line: TimeLine
    draw_boot_id: Callable[[], int]
    n_untimed: int = 0  #: samples given up because nobody knew the time
    _boot_id: int = 0
    _seq: int = 0
    _held: list[StreamSamples] = field(default_factory=list)
    _first_ns: int = 0  #: device time of the first sample held
    _reason: str = ""
    _n_lost: int = 0

    @property
    def n_held(self) -> int:
        """How many samples wait for their block."""
        return sum(len(batch.samples) for batch in self._held)

    def begin(self) -> None:
        """Start a new stream: a new boot id, numbers from zero.

        Nobody knows what was before it, so the time since the last block is out of range.
        """
        self._boot_id, self._seq = self.draw_boot_id(), 0
        self.missing(GapReason.OUT_OF_RANGE)

    def missing(self, reason: str, n_lost: int = 0) -> None:
        """Note what is missing before the next sample; the first reason stands."""
        self._reason = self._reason or reason
        self._n_lost += n_lost

    def take(self, batch: StreamSamples, first_ns: int) -> None:
        """Hold samples whose first was at device time `first_ns`, right behind those held."""
        if not self._held:
            self._first_ns = first_ns
        self._held.append(batch)

    def is_due(self, sample_ns: float) -> bool:
        """Whether a block is full."""
        return self.n_held * sample_ns >= _BLOCK_S * NS_PER_S

    def flush(
        self, clock: StreamTime, sample_ns: float, *, ticks: bool = True
    ) -> list[RawBlock | Gap]:
        """Return the samples held as a block, behind the gap before it if there is one.

        Parameters
        ----------
        clock
            Makes UTC of device time.
        sample_ns
            How long a sample is by the device's clock. [ns]
        ticks
            Whether device time is worth keeping: not when it was only counted.
        """
        if not self._held:
            return []
        held, self._held = self._held, []
        samples = np.concatenate([batch.samples for batch in held])
        try:
            first_utc_ns = clock.utc_ns(self._first_ns)
            end_utc_ns = clock.utc_ns(self._first_ns + round(len(samples) * sample_ns))
        except ValueError:
            self.n_untimed += len(samples)
            return []
        last_end_ns = self.line.last_end_ns
        placed = self.line.place(first_utc_ns, end_utc_ns, len(samples))
        block = RawBlock(
            device_id=self.device_id,
            boot_id=self._boot_id,
            seq=self._seq,
            t0_ns=placed.t0_ns,
            fs_hz=placed.fs_hz,
            lsb_per_g=held[0].lsb_per_g,
            samples=samples,
            ticks=_ticks(self._first_ns) if ticks else None,
        )
        self._seq += 1
        return [*self._gap_before(block, last_end_ns, placed.hole_ns), block]

    def _gap_before(self, block: RawBlock, last_end_ns: int | None, hole_ns: int) -> list[Gap]:
        reason, n_lost = self._reason, self._n_lost
        self._reason, self._n_lost = "", 0
        if not reason and hole_ns > _NOTABLE_HOLE_NS:
            reason = GapReason.CLOCK_CORRECTED
        if not reason or last_end_ns is None or hole_ns <= 0:
            return []
        if reason == GapReason.OUT_OF_RANGE and not n_lost:
            n_lost = round(hole_ns * block.fs_hz / NS_PER_S)
        return [Gap(self.device_id, last_end_ns, block.t0_ns, n_lost, reason)]


def _ticks(device_ns: int) -> int | None:
    ticks = ns_to_ticks(device_ns)
    return ticks if 0 <= ticks < _MOST_TICKS else None


class StreamNumbering(Protocol):
    """Turns the samples of one device's stream into blocks, over all of its links."""

    blocks: BlockMaker
    n_repeated: int  #: samples dropped because they had been there before

    def begin(self) -> None:
        """Say that a link is up and its stream starts: a new boot id."""

    def receive(self, batch: StreamSamples, arrived: Stamp) -> list[RawBlock | Gap]:
        """Take samples that came in one packet, and return the blocks that are complete."""

    def overflowed(self) -> None:
        """Say that this computer dropped packets before the next one, for want of time."""

    def end(self) -> list[RawBlock | Gap]:
        """Say that the link is lost, and return what is left."""
