"""One link to a device that only streams: when it is silent, and when it may begin."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from ingest.clock.host import HostTime, Stamp
from ingest.collecting.finder import Finder
from ingest.collecting.keeper import Tools
from ingest.collecting.pairing import Pin
from ingest.collecting.state import CollectorState, Timing
from ingest.collecting.stream_keeper import StreamKeeper
from ingest.drivers.base import Parser as AnyParser
from ingest.drivers.base import StreamSamples
from ingest.drivers.session import StreamSession
from ingest.drivers.thingy52 import THINGY52
from ingest.errors import LinkLostError
from ingest.link import Notification
from ingest.model import RawBlock
from ingest.sequencing.refusals import CLOCK_NOT_SET
from processing.model import NS_PER_S
from tests.support.ingest_doubles import MemoryJournal

BLOCK = RawBlock("thingy", 1, 0, 0, 50.0, 1024, np.zeros((50, 3), np.int16))


class Clocks:
    """Goes on only when told."""

    now_s = 0.0

    def read(self) -> Stamp:
        return Stamp(round(self.now_s * NS_PER_S), 1_800_000_000 * NS_PER_S)


class Parser(AnyParser):
    def parse(self, uuid, payload):
        return [StreamSamples(np.zeros((1, 3), np.int16), 1024)]


class Numbering:
    n_repeated = 0

    def begin(self):
        pass

    def receive(self, _batch, _arrived):
        return [BLOCK]

    def end(self):
        return [BLOCK]


class Link:
    """Brings a packet each time it is asked, and nothing after `n` of them."""

    def __init__(self, clocks, n):
        self.clocks, self.left = clocks, n
        self.found = type("Found", (), {"name": "Thingy"})

    async def write(self, _uuid, _payload):
        pass

    def take_overflowed(self):
        return 0

    async def receive(self, _timeout_s):
        await asyncio.sleep(0)
        if not self.left:
            self.clocks.now_s += 1
            return []
        self.left -= 1
        return [Notification("uuid", b"", self.clocks.read())]


async def test_a_wait_for_the_disk_is_no_silence_of_the_device():
    clocks, stored = Clocks(), []

    async def slow(done):
        clocks.now_s += 60  # the disk was full for a minute
        stored.extend(done)

    session = StreamSession(
        driver=replace(THINGY52, parser=Parser, start=lambda _hz: (), stop=tuple),
        fs_hz=50.0,
        numbering=Numbering(),  # type: ignore[arg-type]
        store=slow,
        read_clocks=clocks.read,
    )
    with pytest.raises(LinkLostError, match="sends nothing"):
        await session.run(Link(clocks, 5), asyncio.Event())  # type: ignore[arg-type]
    assert len(stored) == 6, "all five packets were stored, and what was held at the end"


class StandingStill(Link):
    """The program stands still for a minute in the middle, and then has a packet to read."""

    async def receive(self, timeout_s):
        if self.left == 3:
            self.left -= 1
            self.clocks.now_s += 60
            return []
        return await super().receive(timeout_s)


async def test_a_program_that_stood_still_reads_what_came_before_it_calls_a_device_silent():
    clocks, stored = Clocks(), []

    async def store(done):
        stored.extend(done)

    session = StreamSession(
        driver=replace(THINGY52, parser=Parser, start=lambda _hz: (), stop=tuple),
        fs_hz=50.0,
        numbering=Numbering(),  # type: ignore[arg-type]
        store=store,
        read_clocks=clocks.read,
    )
    with pytest.raises(LinkLostError, match="sends nothing"):
        await session.run(StandingStill(clocks, 5), asyncio.Event())  # type: ignore[arg-type]
    assert len(stored) == 5, "two packets before it, two after it, and what was held at the end"
    assert clocks.now_s == pytest.approx(71, abs=2), "ten seconds of true silence at the end"


def keeper(journal, host, states) -> StreamKeeper:
    tools = Tools(
        journal=journal,
        finder=Finder(None, Timing()),
        backend=None,
        timing=Timing(),
        pins=None,
        on_state=states.append,
        host=host,
    )
    return StreamKeeper(tools, 0, Pin("thingy", "AA:BB:CC:DD:EE:FF"), THINGY52)


async def test_nothing_is_streamed_before_this_computer_knows_the_time():
    waits = asyncio.Event()

    class States(list[CollectorState]):
        def append(self, state):
            super().append(state)
            if state.why == CLOCK_NOT_SET:
                waits.set()

    one = keeper(MemoryJournal(), HostTime(), States())
    running = asyncio.create_task(one.run())
    async with asyncio.timeout(5):
        await waits.wait()
    assert one.tools.finder._waiting == []
    running.cancel()
    await asyncio.wait({running})
