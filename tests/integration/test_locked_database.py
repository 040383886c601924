"""Another program keeps the database locked: all sensors are listened to, and nothing is lost."""

import asyncio
import time
from contextlib import closing

import pytest

from ingest.collecting.collector import collect
from ingest.collecting.state import Timing
from ingest.errors import JournalUnavailableError
from ingest.sequencing.actions import LinkRules
from ingest.simulation.world import simulated_world
from sitstreak.errors import JournalBusyError
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import LISTENER_PATIENCE_S, SqliteJournal
from tests.support.ingest_doubles import CountingSource, MemoryJournal
from tests.support.storage_kit import DEVICE, T0_S, block, stored_blocks

HURRY = Timing(
    scan_s=2.0,
    tick_s=0.02,
    backoff_s=0.01,
    longest_s=0.05,
    rules=LinkRules(window_blocks=32, silence_s=5.0),
)


class BesideAnother(SqliteJournal):
    """A second connection takes the lock before the third commit and frees it after 3 refusals."""

    def __init__(self, connection, other):
        super().__init__(connection, "me", patience_s=LISTENER_PATIENCE_S)
        self.other, self.n_calls, self.n_refused, self.longest_s = other, 0, 0, 0.0

    def append(self, blocks, gaps):
        self.n_calls += 1
        if self.n_calls == 3:
            self.other.execute("BEGIN IMMEDIATE")
        before_s = time.monotonic()
        try:
            super().append(blocks, gaps)
        except JournalBusyError:
            self.n_refused += 1
            self.longest_s = max(self.longest_s, time.monotonic() - before_s)
            if self.n_refused == 3:
                self.other.execute("ROLLBACK")
            raise


async def test_a_locked_database_holds_up_no_listening_and_each_block_is_stored_once(
    tmp_path, caplog
):
    with closing(open_database(tmp_path)) as connection, closing(open_database(tmp_path)) as other:
        journal = BesideAnother(connection, other)
        async with simulated_world(CountingSource(300), speed=100.0) as world, asyncio.timeout(30):
            collected = await collect(
                journal,
                stop=asyncio.Event(),
                backend=world.backend,
                until_drained=True,
                timing=HURRY,
            )
        device_id = connection.execute("SELECT device_id FROM device").fetchone()[0]
        stored = [one.seq for one in stored_blocks(connection, device_id)]
        assert connection.execute("SELECT count(*) FROM gap").fetchone()[0] == 0
    assert journal.n_refused == 3
    assert journal.longest_s < 1.0, "the loop stood still"
    assert collected.n_links == 1
    assert sorted(stored) == list(range(300))
    assert "locked" not in caplog.text, "what is over in a moment is not worth a word"


def test_whoever_writes_anything_beside_a_lock_is_told_to_come_back_soon(tmp_path):
    with closing(open_database(tmp_path)) as connection, closing(open_database(tmp_path)) as other:
        journal = SqliteJournal(connection, "me", patience_s=LISTENER_PATIENCE_S)
        journal.register_device(DEVICE, "me", DEVICE)
        other.execute("BEGIN IMMEDIATE")
        for write in (
            lambda: journal.append([block(T0_S, [1] * 10)], []),
            lambda: journal.save_state(DEVICE, "clock", {}),
            lambda: journal.register_device("another", "me", "another"),
        ):
            with pytest.raises(JournalBusyError) as error:
                write()
            assert error.value.retry_s < 1.0 < error.value.brief_s
        journal.register_device(DEVICE, "me", DEVICE)  # nothing new: it needs no lock
        other.execute("ROLLBACK")
        journal.append([block(T0_S, [1] * 10)], [])
        assert journal.n_samples(DEVICE) == 40


class LockedPins:
    """Cannot be written the first time."""

    def __init__(self):
        self.pins, self.n_tries = [], 0

    def known(self):
        return self.pins

    def add(self, pin):
        self.n_tries += 1
        if self.n_tries == 1:
            raise JournalUnavailableError("the database is kept locked")
        self.pins.append(pin)


async def test_a_sensor_paired_while_the_database_is_locked_is_still_ours_at_the_next_start():
    journal, pins = MemoryJournal(), LockedPins()
    async with simulated_world(CountingSource(30), speed=None) as world, asyncio.timeout(30):
        await collect(
            journal,
            stop=asyncio.Event(),
            backend=world.backend,
            pins=pins,
            until_drained=True,
            timing=HURRY,
        )
    assert len(pins.pins) == 1
    assert journal.seqs() == list(range(30))
