"""A full disk: the sensor is listened to and nothing is acknowledged, until there is room again."""

import asyncio
import time
from dataclasses import replace

from ingest.collecting.collector import collect
from ingest.collecting.state import CollectorState, Doing, Timing
from ingest.errors import JournalUnavailableError
from ingest.sequencing.actions import LinkRules
from ingest.simulation.world import simulated_world
from tests.support.ingest_doubles import CountingSource, MemoryJournal

HURRY = Timing(
    scan_s=2.0,
    tick_s=0.02,
    backoff_s=0.01,
    longest_s=0.05,
    rules=LinkRules(window_blocks=32, silence_s=0.6),
)


class FullError(JournalUnavailableError):
    retry_s = 0.1


class SmallDisk(MemoryJournal):
    """Is full from its 40th block on, until told otherwise."""

    def __init__(self):
        super().__init__()
        self.has_room, self.n_refused = False, 0
        self.at = lambda: None

    def append(self, blocks, gaps):
        if not self.has_room and len(self.blocks) >= 40:
            self.n_refused += 1
            self.at()
            raise FullError("the disk is full")
        super().append(blocks, gaps)
        self.at()


async def test_a_full_disk_does_not_end_the_link_however_long_it_lasts():
    journal, stop = SmallDisk(), asyncio.Event()

    def look():
        journal.has_room = journal.n_refused >= 20
        if len(journal.blocks) >= 400:
            stop.set()

    journal.at = look
    async with simulated_world(CountingSource(100_000), speed=50.0) as world, asyncio.timeout(30):
        collected = await collect(journal, stop=stop, backend=world.backend, timing=HURRY)
        assert world.sensor.firmware.tail_seq <= len(journal.blocks), "freed only what is stored"
    assert collected.n_links == 1
    assert journal.seqs() == list(range(len(journal.blocks)))
    assert journal.gaps == []


async def test_a_link_that_is_lost_while_the_disk_is_full_is_noticed_and_nothing_is_lost():
    journal, stop = SmallDisk(), asyncio.Event()
    lost = asyncio.Event()

    async with simulated_world(CountingSource(100_000), speed=50.0) as world, asyncio.timeout(30):

        def look():
            if journal.n_refused == 3:
                world.radio.go_out_of_range()
            if len(journal.blocks) >= 400:
                stop.set()

        def on_state(state: CollectorState) -> None:
            if journal.n_refused and state.doing is Doing.SEARCHING and not lost.is_set():
                lost.set()
                assert not journal.has_room
                journal.has_room = True
                world.radio.come_back()

        journal.at = look
        collected = await collect(
            journal, stop=stop, backend=world.backend, timing=HURRY, on_state=on_state
        )
    assert collected.n_links >= 2
    assert journal.seqs() == list(range(len(journal.blocks)))
    assert journal.n_repeats == 0
    assert journal.gaps == []


class SlowDisk(MemoryJournal):
    """Takes a second for each third commit, as a card does, and nothing else runs meanwhile."""

    n_commits = 0

    def append(self, blocks, gaps):
        super().append(blocks, gaps)
        self.n_commits += 1
        if self.n_commits % 3 == 1:
            time.sleep(1.0)


async def test_a_program_that_stood_still_listens_before_it_calls_a_sensor_silent(monkeypatch):
    monkeypatch.setattr("ingest.simulation.sensor._STATUS_EVERY_S", 0.1)
    journal = SlowDisk()
    timing = replace(HURRY, tick_s=0.2)
    async with simulated_world(CountingSource(300), speed=100.0) as world, asyncio.timeout(30):
        collected = await collect(
            journal,
            stop=asyncio.Event(),
            backend=world.backend,
            until_drained=True,
            timing=timing,
        )
    assert journal.n_commits > 3
    assert collected.n_links == 1
    assert journal.seqs() == list(range(300))
