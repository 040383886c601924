"""A copy of the database while it is in use, and the way back."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from sitstreak.errors import SitstreakError
from sitstreak.storage.checksum import wrong_blocks
from sitstreak.storage.damaged_rows import UNREADABLE
from sitstreak.storage.database import DATABASE_NAME, explained, open_database
from sitstreak.storage.integrity import damage
from sitstreak.storage.lock import collector_lock
from sitstreak.storage.new_file import new_file, set_aside
from sitstreak.storage.schema import MIGRATIONS

Progress = Callable[[int, int], None]  #: pages done, of how many

_PAGES_A_STEP: Final = 256


class BackupError(SitstreakError):
    """A copy cannot be made or used: which file, and why."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


def back_up(
    data_dir: Path, target: Path, *, force: bool = False, progress: Progress | None = None
) -> int:
    """Copy the database as it is at this moment to `target`; a collector goes on meanwhile.

    The copy is checked before it gets its name: `target` is the old file or a whole new one.

    Returns
    -------
    n_blocks
        How many blocks of samples the copy holds.

    Raises
    ------
    BackupError
        If there is nothing to copy, `target` exists and `force` is not given, the folder cannot be
        written, or the copy turns out damaged (then it is not kept).
    DataDirError, DiskFullError
        If the database cannot be read, or there is no room for the copy.
    """
    source = data_dir / DATABASE_NAME
    if not source.exists():
        raise BackupError(source, "there is no data to back up")
    if target.is_dir():
        raise BackupError(target, "is a folder; name a file in it")
    _refuse_own_files(source, target)
    if target.exists() and not force:
        raise BackupError(target, "exists already; choose another name, or add --force")
    with new_file(target) as copy:
        with closing(open_database(data_dir)) as connection:
            _copy(connection, copy, progress)
        return check_copy(copy)


def restore(data_dir: Path, source: Path, *, force: bool = False) -> Path | None:
    """Put a copy in the place of the database; what was there is set aside, not deleted.

    Returns
    -------
    aside
        Where the database that was there is now; None if there was none.

    Raises
    ------
    AlreadyRunningError
        If a collector uses the data directory.
    BackupError
        If `source` is no sound copy, or there are data already and `force` is not given.
    DataDirError, DiskFullError
        If the data directory cannot be used, or there is no room.
    """
    if not source.is_file():
        raise BackupError(source, "there is no such file")
    with _reading(source) as connection:
        _check_layout(connection, source)
    with collector_lock(data_dir):
        path = data_dir / DATABASE_NAME
        _refuse_own_files(path, source)
        if path.exists() and not force:
            raise BackupError(
                path, "there are data already; with --force they are set aside, not deleted"
            )
        with new_file(path) as copy:
            with _reading(source) as connection:
                _copy(connection, copy, None)
            check_copy(copy)
            if not path.exists():
                return None
            with contextlib.suppress(SitstreakError, sqlite3.DatabaseError):
                open_database(data_dir).close()  # takes what is in SQLite's log into the file
            return set_aside(path, "before-restore")


def check_copy(path: Path) -> int:
    """Return how many blocks a copy holds, after all of it has been read.

    Raises
    ------
    BackupError
        If it is damaged, no database of sitstreak, or of a newer one.
    """
    with _reading(path) as connection:
        _check_layout(connection, path)
        found = damage(connection)
        n_blocks: int = connection.execute("SELECT count(*) FROM block").fetchone()[0]
        n_wrong = sum(1 for _ in wrong_blocks(connection))
    if found or n_wrong:
        raise BackupError(path, f"is damaged ({found or f'{n_wrong} blocks'})")
    return n_blocks


def _check_layout(connection: sqlite3.Connection, path: Path) -> None:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if not 0 < version <= len(MIGRATIONS):
        is_newer = version > len(MIGRATIONS)
        what = "is of a newer sitstreak" if is_newer else "is no copy made by sitstreak backup"
        raise BackupError(path, what)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy; whatever SQLite cannot read of it is a `BackupError`."""
    try:
        with closing(_open_copy(path)) as connection:
            yield connection
    except UNREADABLE as error:
        raise BackupError(path, f"is damaged or no database of sitstreak ({error})") from error


def _copy(connection: sqlite3.Connection, target: Path, progress: Progress | None) -> None:
    """Copy page by page, all of one moment.

    A copy starts over whenever another process has written in between (sqlite.org/c3ref, backup):
    beside a collector it would never end. An open reading transaction holds the moment fast, and
    in WAL mode keeps nobody from writing.
    """

    def tell(_status: int, n_left: int, n_pages: int) -> None:
        if progress is not None:
            progress(n_pages - n_left, n_pages)

    with explained(target), closing(sqlite3.connect(target, isolation_level=None)) as copy:
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT count(*) FROM device").fetchone()
            connection.backup(copy, pages=_PAGES_A_STEP, progress=tell, sleep=0)
        finally:
            connection.execute("ROLLBACK")
        # One file and no log beside it: it can be carried away as it is.
        copy.execute("PRAGMA journal_mode = DELETE")


def _open_copy(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def _refuse_own_files(database: Path, other: Path) -> None:
    own = {database.with_name(database.name + ending).resolve() for ending in ("", "-wal", "-shm")}
    if other.resolve() in own:
        raise BackupError(other, "is the database itself; name another file")
