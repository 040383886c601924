"""Looks whether the database is sound: quickly at each start, thoroughly when asked."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sitstreak.storage.checksum import wrong_blocks
from sitstreak.storage.damaged_rows import UNREADABLE, open_to_look
from sitstreak.storage.database import DATABASE_NAME, explained
from sitstreak.storage.integrity import damage
from sitstreak.storage.salvage import Salvaged, salvage

#: How long a start may take for it. A sound file is looked through from its newest end, where an
#: unclean shutdown would have hurt it; a year's file would take minutes. [s]
BUDGET_S: Final = 3.0
_BLOCKS_A_STEP: Final = 4096
#: Grow with every minute worn: of these only the newest end is looked at.
_LARGE: Final = ("block", "posture_minute")
_N_MINUTES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Health:
    """What a check found."""

    damage: str  #: what SQLite says is wrong; empty: nothing
    n_checked: int  #: blocks looked at
    n_wrong: int  #: blocks whose samples are not those that were stored

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong in what was looked at."""
        return not self.damage and not self.n_wrong


def look_quickly(
    data_dir: Path, *, budget_s: float = BUDGET_S, clock_s: Callable[[], float] = time.monotonic
) -> Health:
    """Check every table, and of the blocks the newest ones, as far as the time allows.

    Raises
    ------
    sqlite3.DatabaseError
        If the file cannot be read for another reason than damage.
    """
    until_s = clock_s() + budget_s
    n_checked = n_wrong = 0
    try:
        with closing(open_to_look(data_dir / DATABASE_NAME)) as connection:
            if _is_empty(connection):
                return Health("", 0, 0)
            found = _look_at_small_tables(connection) or _look_at_newest_ends(connection)
            upper = 0 if found else _newest_id(connection)
            while upper > 0 and clock_s() <= until_s:
                lower = max(upper - _BLOCKS_A_STEP, 0)
                n_checked += _n_blocks(connection, lower, upper)
                n_wrong += sum(1 for _ in wrong_blocks(connection, lower, upper))
                upper = lower
    except UNREADABLE as error:
        return Health(_damage(error), n_checked, n_wrong)
    return Health(found, n_checked, n_wrong)


def look_thoroughly(data_dir: Path) -> Health:
    """Check every page and every block; minutes for a year of data. Raises as `look_quickly`."""
    n_checked = n_wrong = 0
    try:
        with closing(open_to_look(data_dir / DATABASE_NAME)) as connection:
            if _is_empty(connection):
                return Health("", 0, 0)
            found = damage(connection)
            n_checked = _n_blocks(connection, 0, _newest_id(connection))
            n_wrong = sum(1 for _ in wrong_blocks(connection))
    except UNREADABLE as error:
        return Health(_damage(error), n_checked, n_wrong)
    return Health(found, n_checked, n_wrong)


def check(data_dir: Path) -> Health:
    """Check everything; a data directory without data is sound.

    Raises
    ------
    DataDirError
        If the file cannot be read, or is no database at all.
    """
    path = data_dir / DATABASE_NAME
    if not path.exists():
        return Health("", 0, 0)
    with explained(path):
        return look_thoroughly(data_dir)


def repair_if_damaged(
    data_dir: Path, *, wearer: str | None = None, thorough: bool = False
) -> str | None:
    """Make a database that can be used again of a damaged one; hold `collector_lock` meanwhile.

    The damaged file is kept under another name, and what can be read of it goes into a new one.

    Parameters
    ----------
    wearer
        Who is taken for the wearer of a sensor of whom that was lost.
    thorough
        Look at everything, and not only as far as a start has time for.

    Returns
    -------
    line
        What to tell the user; None when nothing is wrong.

    Raises
    ------
    DataDirError, DiskFullError
        If the file cannot be used, is no database at all, or there is no room for the new one.
    """
    if not (data_dir / DATABASE_NAME).exists():
        return None
    with explained(data_dir / DATABASE_NAME):
        health = look_thoroughly(data_dir) if thorough else look_quickly(data_dir)
    return None if health.is_sound else told(salvage(data_dir, wearer))


def told(salvaged: Salvaged) -> str:
    """Say in one line what became of a damaged file."""
    if salvaged.n_blocks_lost is None and not salvaged.n_blocks:
        return (
            "the data file was damaged beyond reading, a new one was begun; the damaged file is "
            f"kept as {salvaged.aside}; sitstreak restore brings a backup back"
        )
    lost = [
        f"{what} (not known how many)" if n is None else f"{n} {what}"
        for n, what in (
            (salvaged.n_blocks_lost, "blocks of samples"),
            (salvaged.n_rows_lost, "rows of results and notes"),
        )
        if n != 0
    ]
    given = (
        ""
        if salvaged.wearer is None
        else f"who wore the sensor was lost: it is {salvaged.wearer} now; "
    )
    return (
        f"the data file was damaged: {salvaged.n_blocks} blocks of samples were saved, "
        f"{' and '.join(lost) + ' were lost' if lost else 'nothing was lost'}; "
        f"{given}the damaged file is kept as {salvaged.aside}"
    )


def _damage(error: Exception) -> str:
    """Return what SQLite says is damaged; any other error is raised again."""
    if isinstance(error, UnicodeDecodeError):
        return "names or texts that cannot be read"
    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF != sqlite3.SQLITE_CORRUPT:
        raise error
    return str(error)


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Return whether the file was made, and nothing put into it yet."""
    return not connection.execute("PRAGMA user_version").fetchone()[0]


def _look_at_small_tables(connection: sqlite3.Connection) -> str:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        if table not in _LARGE and (found := damage(connection, table)):
            return found
    return ""


def _look_at_newest_ends(connection: sqlite3.Connection) -> str:
    """Read where the next rows will go; whatever is damaged there raises."""
    for (key,) in connection.execute("SELECT id FROM device").fetchall():
        by_time = "SELECT max(t0_ns) FROM block WHERE device = ?"
        connection.execute(by_time, (key,)).fetchone()
        by_number = "SELECT 1 FROM block WHERE device = ? ORDER BY boot_id DESC, seq DESC LIMIT 1"
        connection.execute(by_number, (key,)).fetchone()
    newest = "SELECT rowid, * FROM posture_minute NOT INDEXED ORDER BY rowid DESC LIMIT ?"
    for _ in connection.execute(newest, (_N_MINUTES,)):
        pass
    return ""


def _newest_id(connection: sqlite3.Connection) -> int:
    newest: int = connection.execute("SELECT coalesce(max(id), 0) FROM block").fetchone()[0]
    return newest


def _n_blocks(connection: sqlite3.Connection, after_id: int, upto_id: int) -> int:
    n: int = connection.execute(
        "SELECT count(*) FROM block NOT INDEXED WHERE id > ? AND id <= ?", (after_id, upto_id)
    ).fetchone()[0]
    return n
