"""The thin layer that waits: a driver over one link; the numbering goes on over all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from ingest.clock.host import Stamp
from ingest.collecting.host_clocks import stamp_now
from ingest.drivers.base import Parser, StreamDriver
from ingest.drivers.stream import StreamNumbering
from ingest.errors import LinkLostError
from ingest.link import Link, Notification
from ingest.model import RawBlock
from processing.model import NS_PER_S, Gap

_RECEIVE_S: Final = 1.0

#: Takes what is complete; returns once it is safe.
Store = Callable[[list[RawBlock | Gap]], Awaitable[None]]


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
    store_last: Store | None = None  #: the same at the end, when nobody can wait any more
    arrival_of: Callable[[Notification], Stamp] = attrgetter("arrived")
    silent_s: float = 10.0
    n_links: int = 0
    parsers: list[Parser] = field(default_factory=list)  #: of the present link; for its refusals

    async def run(self, link: Link, stop: asyncio.Event) -> None:
        """Start the stream of an open link, and take it until told to stop.

        Raises
        ------
        LinkLostError
            If the link is gone, or silent for too long. All that came before is stored.
        """
        parser = self.driver.parser()
        self.parsers, self.n_links = [parser], self.n_links + 1
        self.numbering.begin()
        try:
            for write in self.driver.start(self.fs_hz):
                await link.write(write.uuid, write.payload)
                await asyncio.sleep(write.pause_s)
            await self._take(link, parser, stop)
            for write in self.driver.stop():
                await link.write(write.uuid, write.payload)
        finally:
            if left := self.numbering.end():
                await (self.store_last or self.store)(left)

    async def _take(self, link: Link, parser: Parser, stop: asyncio.Event) -> None:
        heard_ns = self.read_clocks().monotonic_ns
        while not stop.is_set():
            done: list[RawBlock | Gap] = []
            for one in await link.receive(_RECEIVE_S):
                for batch in parser.parse(one.uuid, one.payload):
                    arrived = self.arrival_of(one)
                    heard_ns = arrived.monotonic_ns
                    done += self.numbering.receive(batch, arrived)
            before_ns = self.read_clocks().monotonic_ns
            await self._keep(done)
            # while a full disk was waited for nobody listened: that is no silence
            heard_ns += self.read_clocks().monotonic_ns - before_ns
            if self.read_clocks().monotonic_ns - heard_ns > self.silent_s * NS_PER_S:
                raise LinkLostError(f"{link.found.name} sends nothing; linking again")

    async def _keep(self, done: list[RawBlock | Gap]) -> None:
        if done:
            await self.store(done)
