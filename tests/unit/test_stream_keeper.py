"""A stream has no log: it is always listened to, and what waits for the disk is kept or told."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from ingest.clock.host import HostTime, Stamp
from ingest.collecting import stream_keeper
from ingest.collecting.finder import Finder
from ingest.collecting.keeper import Tools
from ingest.collecting.pairing import Pin
from ingest.collecting.state import Timing
from ingest.collecting.stream_keeper import StreamKeeper
from ingest.drivers.thingy52 import THINGY52
from ingest.errors import JournalUnavailableError
from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S
from tests.support.ingest_doubles import UTC_ZERO_NS, MemoryJournal


class FullError(JournalUnavailableError):
    gap_reason = GapReason.DISK_FULL


class Journal(MemoryJournal):
    """Refuses samples, or everything, while it is full; counts commits."""

    is_full, takes_gaps, n_commits = False, True, 0

    def append(self, blocks, gaps):
        if self.is_full and (blocks or not self.takes_gaps):
            raise FullError("the disk is full")
        super().append(blocks, gaps)
        self.n_commits += 1


class Clock:
    now_s = 0.0

    def __call__(self) -> Stamp:
        ns = round(self.now_s * NS_PER_S)
        return Stamp(ns, UTC_ZERO_NS + ns)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(stream_keeper, "stamp_now", made)
    return made


def keeper(journal, is_watched=None) -> StreamKeeper:
    tools = Tools(
        journal=journal,
        finder=Finder(None, Timing()),
        backend=None,
        timing=Timing(),
        pins=None,
        on_state=None,
        host=HostTime(),
        is_watched=is_watched,
    )
    return StreamKeeper(tools, 0, Pin("thingy", "AA:BB:CC:DD:EE:FF"), THINGY52)


def block(second: int) -> RawBlock:
    at_ns = UTC_ZERO_NS + second * NS_PER_S
    return RawBlock("thingy", 1, second, at_ns, 50.0, 1024, np.zeros((50, 3), np.int16))


async def bring(one: StreamKeeper, clock: Clock, seconds: range) -> None:
    for second in seconds:
        clock.now_s = second + 1.0
        async with asyncio.timeout(1):
            await one._hold([block(second)])


@pytest.mark.parametrize(("is_watched", "n_commits"), [(True, 30), (False, 3)])
async def test_seconds_share_a_commit_while_nobody_looks(clock, is_watched, n_commits):
    journal = Journal()
    one = keeper(journal, lambda: is_watched)
    for second in range(31):
        clock.now_s = float(second)
        one._store_if_due()
        if second < 30:
            await one._hold([block(second)])
    await one._store_rest()
    assert journal.seqs(1) == list(range(30))
    assert abs(journal.n_commits - n_commits) <= 1


async def test_a_full_disk_holds_up_nobody_and_afterwards_all_of_it_is_there(clock):
    journal = Journal()
    one = keeper(journal)
    journal.is_full = True
    await bring(one, clock, range(600))
    assert journal.blocks == []
    assert "the disk is full" in one._live_words
    journal.is_full = False
    await bring(one, clock, range(600, 610))
    assert journal.seqs(1) == list(range(610))
    assert journal.gaps == []
    assert "full" not in one._live_words


async def test_when_the_disk_is_full_for_longer_than_an_hour_the_gap_says_so(clock):
    journal = Journal()
    one = keeper(journal)
    await bring(one, clock, range(10))
    journal.is_full = True
    await bring(one, clock, range(10, 3_710))
    journal.is_full = False
    await bring(one, clock, range(3_710, 3_720))
    (gap,) = journal.gaps
    assert gap.reason == GapReason.DISK_FULL
    assert gap.start_ns == block(10).t0_ns
    first_kept = journal.seqs(1)[10]
    assert gap.end_ns == block(first_kept).t0_ns
    assert gap.n_lost == 50 * (first_kept - 10)
    assert journal.seqs(1) == [*range(10), *range(first_kept, 3_720)]
    assert 3_710 - first_kept <= 3_600


async def test_at_the_end_a_full_disk_leaves_a_gap_that_says_so_and_the_next_start_goes_on(
    clock, caplog
):
    journal = Journal()
    one = keeper(journal)
    await bring(one, clock, range(10))
    journal.is_full = True
    await bring(one, clock, range(10, 15))
    await one._store_rest()
    assert "250 samples found no room and are lost" in caplog.text
    (gap,) = journal.gaps
    assert (gap.start_ns, gap.end_ns) == (block(10).t0_ns, block(15).t0_ns)
    assert (gap.n_lost, gap.reason) == (250, GapReason.DISK_FULL)
    again = keeper(journal)
    assert again._told_until_ns() == block(15).t0_ns, "no second gap over the same time"


async def test_at_the_end_even_a_disk_without_any_room_holds_up_nothing(clock, caplog):
    journal = Journal()
    journal.is_full, journal.takes_gaps = True, False
    one = keeper(journal)
    await bring(one, clock, range(5))
    await one._store_rest()
    assert "250 samples found no room and are lost" in caplog.text
    assert journal.gaps == []


async def test_a_step_of_this_computers_clock_is_shown_while_it_is_in_doubt(clock):
    one = keeper(Journal())
    host = one.tools.host
    assert host is not None
    host.observe(Stamp(0, UTC_ZERO_NS))
    host.observe(Stamp(NS_PER_S, UTC_ZERO_NS + 3601 * NS_PER_S))
    assert "this computer's clock was moved by +3600.0 s" in one._live_words
    one._note_sensor()
    counters = one.tools.journal.load_state("thingy", "counters")
    assert counters is not None
    assert counters["n_clock_steps"] == 1
    assert "moved by +3600.0 s" in counters["clock_notice"]


class BusyError(JournalUnavailableError):
    retry_s, brief_s = 0.5, 5.0


class Locked(MemoryJournal):
    """Is kept locked by another program until a time; each try takes a tenth of a second."""

    def __init__(self, clock: Clock, until_s: float):
        super().__init__()
        self.clock, self.until_s = clock, until_s

    def append(self, blocks, gaps):
        self.clock.now_s += 0.1
        if self.clock.now_s < self.until_s:
            raise BusyError("the database is kept locked")
        super().append(blocks, gaps)


async def test_a_lock_is_spoken_of_only_when_it_lasts(clock):
    journal = Locked(clock, until_s=20.0)
    one = keeper(journal)
    await bring(one, clock, range(5))
    assert "locked" not in one._live_words
    await bring(one, clock, range(5, 15))
    assert "the database is kept locked" in one._live_words
    await bring(one, clock, range(15, 25))
    await one._store_rest()
    assert "locked" not in one._live_words
    assert journal.seqs(1) == list(range(25))
    assert journal.gaps == []


@pytest.mark.parametrize("lasts_s", [3.0, 60.0])
async def test_at_the_end_a_lock_is_waited_for_some_seconds_and_no_longer(clock, lasts_s, caplog):
    clock.now_s = 100.0
    journal = Locked(clock, until_s=100.0 + lasts_s)
    one = keeper(journal)
    one.tools = replace(one.tools, timing=Timing(tick_s=0.0))
    await one._hold([block(100)])
    async with asyncio.timeout(5):
        await one._store_rest()
    is_brief = lasts_s < 5.0
    assert journal.seqs(1) == ([100] if is_brief else [])
    assert clock.now_s < 107.0
    assert ("50 samples found no room and are lost" in caplog.text) != is_brief
