"""Opens the one SQLite file: private, crash-safe, of the layout this program knows."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sitstreak.errors import DataDirError, DiskFullError, JournalBusyError, SitstreakError
from sitstreak.storage.schema import MIGRATIONS

DATABASE_NAME: Final = "sitstreak.db"
_BUSY_TIMEOUT_S: Final = 30.0
_WHY: Final = {
    sqlite3.SQLITE_NOTADB: f"{DATABASE_NAME} is not a sitstreak database; move it away",
    sqlite3.SQLITE_CORRUPT: f"{DATABASE_NAME} is damaged; "
    "stop the collector, then: sitstreak check --repair",
    sqlite3.SQLITE_READONLY: f"{DATABASE_NAME} cannot be written; check its owner and permissions",
    sqlite3.SQLITE_CANTOPEN: f"{DATABASE_NAME} cannot be opened; check its owner and permissions",
    sqlite3.SQLITE_IOERR: f"the disk reports an error when {DATABASE_NAME} is used",
}

_BUSY: Final = f"{DATABASE_NAME} is kept locked by another program; stop that first"
#: Where SQLite cannot lay out its shared index on a full disk, it speaks of an I/O error.
_MAY_BE_FULL: Final = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_LEAST_ROOM_BYTES: Final = 2**16


def open_database(data_dir: Path) -> sqlite3.Connection:
    """Open, and if need be create or bring up to date, the database of a data directory.

    The connection may be handed from thread to thread, but is for one thread at a time; it is in
    autocommit mode: use `transaction` for everything that belongs together.

    Raises
    ------
    DataDirError
        If the directory or the file cannot be used, or was written by a newer sitstreak.
    DiskFullError
        If there is no room for it.
    """
    path = data_dir / DATABASE_NAME
    _create_private(data_dir, path)
    with explained(path):
        connection = sqlite3.connect(
            path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
    try:
        with explained(path):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # On macOS fsync leaves the data in the drive's cache; elsewhere this does nothing.
            connection.execute("PRAGMA fullfsync = ON")
            connection.execute("PRAGMA checkpoint_fullfsync = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def empty_database() -> sqlite3.Connection:
    """Return a database of the same layout without a file, for who only looks where nothing is."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, path_of(connection))
    return connection


def migrate(
    connection: sqlite3.Connection, path: Path, migrations: tuple[str, ...] = MIGRATIONS
) -> None:
    """Take the steps that this file has not seen, each in a transaction of its own."""
    if _version(connection) > len(migrations):
        raise DataDirError(
            path.parent, f"{DATABASE_NAME} was written by a newer sitstreak; update this one"
        )
    while (version := _version(connection)) < len(migrations):
        with transaction(connection):
            # Two programs may start at once; the second finds the step taken.
            if _version(connection) == version:
                for statement in _statements(migrations[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on any error; nests inside another one.

    Raises
    ------
    DiskFullError, DataDirError
        In place of the errors of SQLite that the user can put right.
    """
    if _is_open(connection):
        yield
        return
    with explained(path_of(connection)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            # SQLite rolls back by itself on some errors, a full disk among them.
            if _is_open(connection):
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite that the user can put right into plain words."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = _in_plain_words(error, path)
        if known is None:
            raise
        raise known from error


def why_unusable(error: sqlite3.DatabaseError) -> str | None:
    """Return in plain words what the user can put right; None: the program is wrong."""
    kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return _BUSY if kind == sqlite3.SQLITE_BUSY else _WHY.get(kind)


def _in_plain_words(error: sqlite3.DatabaseError, path: Path) -> SitstreakError | None:
    # The low byte is the kind of error, the rest says more about it.
    kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if kind == sqlite3.SQLITE_FULL or (kind in _MAY_BE_FULL and _has_no_room(path)):
        return DiskFullError(path)
    if kind == sqlite3.SQLITE_BUSY:
        return JournalBusyError(path.parent, _BUSY)
    return DataDirError(path.parent, _WHY[kind]) if kind in _WHY else None


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM_BYTES
    except OSError:
        return False


def _create_private(data_dir: Path, path: Path) -> None:
    """Make directory and file readable by their owner alone: these are data about health.

    A file that is there is never opened here: closing any descriptor of it drops all locks that
    this process holds on it (POSIX), and the next program would take SQLite's log for abandoned.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise DataDirError(
            data_dir, f"cannot be used as data directory: {error.strerror}"
        ) from error


def _is_open(connection: sqlite3.Connection) -> bool:
    return connection.in_transaction


def path_of(connection: sqlite3.Connection) -> Path:
    """Return the file behind a connection."""
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    """Split a script: `executescript` would commit the transaction that is open."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
