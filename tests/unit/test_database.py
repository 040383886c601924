"""The one file: private, migrated, and refused in plain words."""

import os
import sqlite3
import stat
from contextlib import closing

import pytest

from sitstreak.errors import DataDirError, DiskFullError
from sitstreak.storage.database import DATABASE_NAME, migrate, open_database, transaction
from sitstreak.storage.schema import MIGRATIONS


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def one_line(error: pytest.ExceptionInfo[Exception]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def test_only_the_owner_can_read_the_data(tmp_path):
    data_dir = tmp_path / "new"
    with closing(open_database(data_dir)) as connection, transaction(connection):
        connection.execute("INSERT INTO method VALUES ('a', '{}')")
        assert mode(data_dir) == 0o700
        made = sorted(data_dir.iterdir())
        assert [path.name for path in made] == [
            DATABASE_NAME,
            f"{DATABASE_NAME}-shm",
            f"{DATABASE_NAME}-wal",
        ]
        assert {mode(path) for path in made} == {0o600}


def test_a_crash_keeps_what_was_committed_and_nothing_else(tmp_path):
    connection = open_database(tmp_path)
    with transaction(connection):
        connection.execute("INSERT INTO method VALUES ('a', '{}')")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO method VALUES ('b', '{}')")
    connection.close()
    with closing(open_database(tmp_path)) as again:
        assert again.execute("SELECT digest FROM method").fetchall() == [("a",)]
        assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_error_inside_a_transaction_leaves_nothing_behind(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.executemany("INSERT INTO method VALUES (?, '{}')", [("a",), ("a",)])
        assert connection.execute("SELECT count(*) FROM method").fetchone() == (0,)
        assert not connection.in_transaction


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / DATABASE_NAME).write_text(
        "my shopping list, which is long enough to be read\n" * 99
    )
    with pytest.raises(DataDirError) as error:
        open_database(tmp_path)
    assert "is not a sitstreak database" in one_line(error)
    assert (tmp_path / DATABASE_NAME).read_text().startswith("my shopping list")


def test_a_database_of_a_newer_sitstreak_is_refused_and_left_alone(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(DataDirError) as error:
        open_database(tmp_path)
    assert "newer sitstreak" in one_line(error)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataDirError) as error:
        open_database(tmp_path / "file" / "data")
    assert "Not a directory" in one_line(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_directory_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(DataDirError) as error:
        open_database(tmp_path)
    assert "Permission denied" in one_line(error)


def test_a_full_disk_is_said_plainly_and_keeps_what_there_was(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        with transaction(connection):
            connection.execute("INSERT INTO method VALUES ('kept', '{}')")
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskFullError) as error, transaction(connection):
            connection.execute("INSERT INTO method VALUES ('lost', ?)", ("x" * 100_000,))
        assert "disk is full" in one_line(error)
        connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
        with transaction(connection):
            connection.execute("INSERT INTO method VALUES ('later', '{}')")
        found = connection.execute("SELECT digest FROM method ORDER BY digest").fetchall()
        assert found == [("kept",), ("later",)]


def test_a_failing_migration_changes_nothing(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        broken = (*MIGRATIONS, "CREATE TABLE fine (a);\nCREATE TABLE fine (a);\n")
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, tmp_path / DATABASE_NAME, broken)
        names = connection.execute("SELECT name FROM sqlite_master WHERE name = 'fine'").fetchall()
        assert names == []
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_migration_keeps_the_data_and_is_taken_once(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        connection.execute("INSERT INTO method VALUES ('a', '{}')")
        newer = (*MIGRATIONS, "ALTER TABLE method ADD COLUMN note TEXT;\n")
        migrate(connection, tmp_path / DATABASE_NAME, newer)
        migrate(connection, tmp_path / DATABASE_NAME, newer)
        assert connection.execute("SELECT * FROM method").fetchall() == [("a", "{}", None)]
