"""A disk that fills up: what was acknowledged stays, nothing is half there, and it goes on."""

from contextlib import closing

import pytest

from ingest.errors import JournalUnavailableError
from sitstreak.errors import DiskFullError, JournalBusyError, JournalFullError
from sitstreak.storage.check import check
from sitstreak.storage.database import DATABASE_NAME, open_database, transaction
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.room import Room
from tests.support.storage_kit import DEVICE, T0_S, block, stored_blocks
from tests.support.tiny_disk import fill, tiny_disk

DISK_BYTES = 8 * 2**20


@pytest.fixture
def disk(tmp_path):
    with tiny_disk(tmp_path / "disk", DISK_BYTES) as place:
        yield place


def batch(seq: int):
    """Return ten seconds of one sensor as a batch of blocks; 240 bytes a second."""
    at_s = T0_S + 10 * seq
    return [block(at_s + s, [1] * 10, seq=10 * seq + s) for s in range(10)]


def append_until_full(journal, first: int = 0) -> tuple[int, DiskFullError]:
    """Return how many batches were acknowledged, counting the ones before, and the refusal."""
    seq = first
    while True:
        try:
            journal.append(batch(seq), [])
        except DiskFullError as error:
            return seq, error
        seq += 1


def numbers(connection) -> list[int]:
    return sorted(one.seq for one in stored_blocks(connection))


def test_at_the_brim_what_was_acknowledged_is_there_and_it_goes_on_by_itself(disk):
    with closing(open_database(disk)) as connection:
        room = Room(disk / DATABASE_NAME, reserve_bytes=0)  # nothing is held back: SQLite runs out
        journal = SqliteJournal(connection, "me", room=room)
        for left in (900_000, 90_000, 9_000, 0):
            filler = fill(disk, left)
            n_acknowledged, error = append_until_full(journal, len(numbers(connection)) // 10)
            assert isinstance(error, JournalUnavailableError)
            assert "the disk is full" in str(error)
            assert numbers(connection) == list(range(10 * n_acknowledged))
            filler.unlink()
            journal.append(batch(n_acknowledged), [])  # the very batch that was refused
            assert numbers(connection) == list(range(10 * n_acknowledged + 10))
    assert check(disk).is_sound


def test_samples_leave_room_for_results_and_wait_until_there_is_enough_again(disk):
    reserve = DISK_BYTES // 20
    with closing(open_database(disk)) as connection, closing(open_database(disk)) as results:
        journal = SqliteJournal(connection, "me")
        journal.append(batch(0), [])
        filler = fill(disk, reserve + 300_000)
        n, error = append_until_full(journal, 1)
        assert isinstance(error, JournalFullError)
        assert error.path == disk / DATABASE_NAME
        assert 0.9 * reserve < error.free_bytes < reserve + 100_000
        assert "are stored again by themselves once 0.5 MB are free" in str(error)
        assert numbers(connection) == list(range(10 * n))
        with transaction(results):  # results and the diary still fit
            results.execute("INSERT INTO method VALUES ('diary', ?)", ("x" * 100_000,))
        with filler.open("r+b") as file:  # a little room is not enough to begin again
            file.truncate(filler.stat().st_size - 130_000)
        with pytest.raises(JournalFullError):
            journal.append(batch(n), [])
        filler.unlink()
        journal.append(batch(n), [])
        assert numbers(connection) == list(range(10 * n + 10))


def test_a_full_disk_is_survived_by_opening_anew(disk):
    with closing(open_database(disk)) as connection:
        SqliteJournal(connection, "me").append(batch(0), [])
    fill(disk, 0)
    with pytest.raises(DiskFullError, match="the disk is full"):
        open_database(disk).close()
    (disk / "filler").unlink()
    with closing(open_database(disk)) as connection:
        assert numbers(connection) == list(range(10))


def test_the_reserve_of_a_large_disk_is_what_the_documentation_says(tmp_path, monkeypatch):
    free = [10**12]

    class Usage:
        total = 10**12

        @property
        def free(self):
            return free[0]

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage())
    room = Room(tmp_path / DATABASE_NAME)
    reserve = 64 * 2**20
    for free[0], is_refused in (
        (reserve + 1000, False),
        (reserve + 999, True),
        (reserve + 1000, True),  # once full, a quarter more has to be free
        (reserve * 5 // 4 + 999, True),
        (reserve * 5 // 4 + 1000, False),
        (reserve + 1000, False),
    ):
        if is_refused:
            with pytest.raises(JournalFullError):
                room.take(1000)
        else:
            room.take(1000)


def test_a_database_that_another_program_keeps_locked_is_tried_again_later(tmp_path):
    with closing(open_database(tmp_path)) as connection, closing(open_database(tmp_path)) as other:
        journal = SqliteJournal(connection, "me")
        journal.append(batch(0), [])
        connection.execute("PRAGMA busy_timeout = 1")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBusyError) as error:
            journal.append(batch(1), [])
        assert isinstance(error.value, JournalUnavailableError)
        other.execute("ROLLBACK")
        journal.append(batch(1), [])
        assert journal.n_samples(DEVICE) == 2 * 10 * 40
