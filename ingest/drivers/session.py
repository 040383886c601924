"""The thin layer that waits: a driver over one link; the numbering goes on over all of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from ingest.clock.host import Stamp
from ingest.collecting.host_clocks import stamp_now
from ingest.drivers.base import Parser, Refusal, StreamDriver, StreamSamples
from ingest.drivers.stream import StreamNumbering
from ingest.errors import CommandRefusedError, LinkLostError
from ingest.link import Link, Notification
from ingest.model import RawBlock
from ingest.sequencing.actions import Counters
from processing.model import NS_PER_S, Gap

_RECEIVE_S: Final = 1.0
_LONGEST_NS: Final = 2 * NS_PER_S  #: that one wait counts as silence
#: Takes what is complete.
Store = Callable[[list[RawBlock | Gap]], Awaitable[None]]
#: Called each second or so of a link, with whatever else is to be done over it.
EachRound = Callable[[Link], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class StreamSession:
    """One device's stream over all of its links.

    Parameters
    ----------
    driver, fs_hz
        What device it is, and the rate to set, one of the driver's.
    numbering
        From `ingest.drivers.numbering.numbering_for`.
    store
        Takes blocks and gaps, in order.
    read_clocks
        Reads both clocks of this computer.
    arrival_of
        Both clocks when a notification arrived.
    silent_s
        A link that brings no samples for so long is given up: it may be up in name only. [s]
    """

    driver: StreamDriver
    fs_hz: float
    numbering: StreamNumbering
    store: Store
    read_clocks: Callable[[], Stamp] = stamp_now
    each_round: EachRound | None = None
    arrival_of: Callable[[Notification], Stamp] = attrgetter("arrived")
    silent_s: float = 10.0
    n_links: int = 0
    n_samples: int = 0  #: that were received
    counters: Counters = field(default_factory=Counters)  #: over all links
    parsers: list[Parser] = field(default_factory=list)  #: of the present link; for its refusals
    trouble: str = ""  #: what the device refused, for people; empty once samples come
    n_dropped: int = 0  #: packets of the present link that nobody here fetched in time
    _n_counted: Counter[Refusal] = field(default_factory=Counter)

    async def run(self, link: Link, stop: asyncio.Event) -> None:
        """Start the stream of an open link, and take it until told to stop.

        Raises
        ------
        LinkLostError
            If the link is gone, or silent for too long. All that came before is stored.
        CommandRefusedError
            If the device refuses to start.
        """
        parser = self.driver.parser()
        self.parsers, self.n_links = [parser], self.n_links + 1
        self.n_dropped, self._n_counted = 0, Counter()
        self.numbering.begin()
        try:
            await self._start(link)
            await self._take(link, parser, stop)
            for write in self.driver.stop():
                await link.write(write.uuid, write.payload)
        finally:
            self._count(link, parser)
            if left := self.numbering.end():
                await self.store(left)

    async def _start(self, link: Link) -> None:
        try:
            for write in self.driver.start(self.fs_hz):
                await link.write(write.uuid, write.payload)
                await asyncio.sleep(write.pause_s)
        except CommandRefusedError:
            self.counters.n_refused += 1
            self.trouble = self._words[Refusal.COMMAND_REFUSED]
            raise

    async def _take(self, link: Link, parser: Parser, stop: asyncio.Event) -> None:
        silent_ns = 0
        while not stop.is_set():
            before_ns, n_before = self.read_clocks().monotonic_ns, self.n_samples
            done: list[RawBlock | Gap] = []
            for one in await link.receive(_RECEIVE_S):
                for batch in parser.parse(one.uuid, one.payload):
                    self._hear(batch)
                    done += self.numbering.receive(batch, self.arrival_of(one))
            # a program that stood still, for a slow disk or another's, has not listened so long
            waited_ns = min(self.read_clocks().monotonic_ns - before_ns, _LONGEST_NS)
            silent_ns = 0 if self.n_samples > n_before else silent_ns + waited_ns
            self._count(link, parser)
            if done:
                await self.store(done)
            if self.each_round is not None:
                await self.each_round(link)
            if silent_ns > self.silent_s * NS_PER_S:
                why = self.trouble or f"{link.found.name} sends nothing"
                raise LinkLostError(f"{why}; linking again")

    def _hear(self, batch: StreamSamples) -> None:
        self.n_samples += len(batch.samples)
        self.counters.n_clipped += batch.n_clipped
        self.trouble = ""

    def _count(self, link: Link, parser: Parser) -> None:
        """Bring the counters up to date, after what came over the link was taken."""
        for reason, n in (parser.refusals - self._n_counted).items():
            if reason in self._words:
                self.counters.n_refused += n
                self.trouble = self._words[reason]
            else:
                self.counters.n_malformed += n
        self._n_counted = parser.refusals.copy()
        self.counters.n_repeated = self.numbering.n_repeated
        if n := link.take_overflowed():
            self.counters.n_overflowed += n
            self.n_dropped += n
            self.numbering.overflowed()

    @property
    def _words(self) -> dict[Refusal, str]:
        """What a device says of its own doing; all other refusals are bytes of no use."""
        what = f"{self.driver.title} refuses to stream at {self.fs_hz:g} Hz"
        return {
            Refusal.COMMAND_REFUSED: f"{what}; switch it off and on, and close other programs "
            "that use it",
            Refusal.STOPPED: f"{self.driver.title} stopped streaming by itself",
        }
