"""A file of the layout before goes on being used: nothing in it changes, and new things fit in."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sitstreak.errors import JournalGoneError
from sitstreak.storage.checksum import wrong_blocks
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.storage_kit import DEVICE, T0_S, block, stored_blocks

DUMP = Path(__file__).parents[1] / "vectors" / "database_layout_2.sql"


@pytest.fixture
def old_dir(tmp_path):
    """A data directory as the version before left it."""
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as old:
        old.executescript(DUMP.read_text(encoding="utf-8"))
        old.execute("PRAGMA user_version = 2")
    return tmp_path


def rows(connection) -> dict[str, list[tuple[object, ...]]]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}


def test_every_row_of_the_layout_before_is_still_there(old_dir):
    with closing(sqlite3.connect(old_dir / DATABASE_NAME)) as old:
        before = rows(old)
    assert len(before["block"]) == 4
    assert before["gap"]
    assert before["posture_minute"]
    with closing(open_database(old_dir)) as connection:
        after = rows(connection)
    before["block"] = [(*row, None, None) for row in before["block"]]  # no ticks, no checksum
    new = ("sensor_state", "raw_kept", "outbox_replay", "projection_sensor", "sensor_beside")
    newer = ("outbox_bundle", "diary", "diary_history", "exercise_plan")
    assert before | {name: [] for name in new + newer} == after


def test_an_old_file_takes_new_blocks_and_tells_old_ones_apart(old_dir):
    with closing(open_database(old_dir)) as connection:
        journal = SqliteJournal(connection, "me")
        assert journal.next_seq(DEVICE, 1) == 3
        journal.append([block(T0_S + 200, [1], boot_id=2, seq=1, ticks=2**47)], [])
        assert [one.ticks for one in stored_blocks(connection)] == [None, None, None, None, 2**47]
        assert list(wrong_blocks(connection)) == []
        connection.execute("UPDATE block SET samples = zeroblob(length(samples))")
        assert list(wrong_blocks(connection)) == [5]


@pytest.fixture
def journal(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield SqliteJournal(connection, "me")


def test_what_is_remembered_of_a_boot_comes_back_and_nothing_else(journal):
    journal.save_state(DEVICE, "clock", {"drift_ppm": 12.5}, boot_id=7)
    journal.save_state(DEVICE, "clock", {"drift_ppm": -3}, boot_id=2**32 - 1)
    journal.save_state(DEVICE, "pairing", {"address": "aa"})
    journal.save_state(DEVICE, "clock", {"drift_ppm": 13.5}, boot_id=7)
    assert journal.load_state(DEVICE, "clock", 7) == {"drift_ppm": 13.5}
    assert journal.load_state(DEVICE, "clock", 2**32 - 1) == {"drift_ppm": -3}
    assert journal.load_state(DEVICE, "pairing") == {"address": "aa"}
    assert journal.load_newest_state(DEVICE, "clock") == (7, {"drift_ppm": 13.5})
    assert journal.load_state(DEVICE, "clock") is None
    assert journal.load_state("another", "clock", 7) is None
    assert journal.load_newest_state(DEVICE, "pairing") is None


def test_a_sensor_that_reboots_for_years_does_not_fill_the_disk(journal):
    journal.save_state(DEVICE, "pairing", {"address": "aa"})
    for boot_id in range(100, 140):
        journal.save_state(DEVICE, "clock", {"boot": boot_id}, boot_id=boot_id)
    kept = [b for b in range(100, 140) if journal.load_state(DEVICE, "clock", b) is not None]
    assert kept == list(range(124, 140))
    assert journal.load_state(DEVICE, "pairing") == {"address": "aa"}


def test_a_long_block_under_a_newer_short_one_counts_for_how_far_the_journal_goes(journal):
    journal.append(
        [block(T0_S, [1] * 60, boot_id=1), block(T0_S + 10, [1] * 5, boot_id=2)],
        [],
    )
    s = 10**9
    assert journal.stored_until_ns(DEVICE, 2**63 - 1) == (T0_S + 60) * s
    assert journal.stored_until_ns(DEVICE, (T0_S + 10) * s) == (T0_S + 60) * s
    assert journal.stored_until_ns(DEVICE, T0_S * s) is None
    assert journal.stored_until_ns("another", 2**63 - 1) is None


@pytest.mark.parametrize("name", [DATABASE_NAME, f"{DATABASE_NAME}-wal"])
@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_that_is_taken_away_is_noticed_before_anything_is_acknowledged(
    tmp_path, name, is_replaced
):
    with closing(open_database(tmp_path)) as connection:
        journal = SqliteJournal(connection, "me")
        journal.append([block(T0_S, [1])], [])
        (tmp_path / name).rename(tmp_path / "elsewhere")
        if is_replaced:
            (tmp_path / name).touch()
        for seq in (1, 2):
            with pytest.raises(JournalGoneError, match=f"{name} was .* while in use"):
                journal.append([block(T0_S + seq, [1], seq=seq)], [])


def test_a_data_directory_that_is_taken_away_is_noticed(tmp_path):
    with closing(open_database(tmp_path / "data")) as connection:
        journal = SqliteJournal(connection, "me")
        journal.append([block(T0_S, [1])], [])
        (tmp_path / "data").rename(tmp_path / "elsewhere")
        with pytest.raises(JournalGoneError, match="was deleted while in use"):
            journal.append([block(T0_S + 1, [1], seq=1)], [])
