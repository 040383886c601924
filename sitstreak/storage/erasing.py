"""Removes a person from the file: every table that knows of them, and the room they took."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sitstreak.errors import SitstreakError
from sitstreak.storage import outbox, quarantine
from sitstreak.storage.database import path_of, transaction
from sitstreak.storage.lines import (
    BOUT,
    DAY,
    EVENT,
    POSTURE,
    POSTURE_MINUTE,
    SENSOR,
    STREAK,
    series,
)
from sitstreak.storage.outbox import Deletion

#: Everything that is ever sent to InfluxDB carries the wearer as a tag.
MEASUREMENTS: Final = (POSTURE, POSTURE_MINUTE, BOUT, SENSOR, STREAK, DAY, EVENT)
#: Tables about nobody: numbers of the method, and one line on how sending goes.
ABOUT_NOBODY: Final = frozenset({"method", "sink_status"})
#: Tables of lines in which the wearer is a tag.
OF_LINES: Final = frozenset({"outbox", "outbox_bundle", "quarantine"})


class NobodyError(SitstreakError):
    """Somebody is to be erased of whom there is nothing."""

    def __init__(self, wearer: str, known: list[str]) -> None:
        self.wearer, self.known = wearer, known
        there = f"there is something of {', '.join(known)}" if known else "there are no data"
        super().__init__(f"there is nothing of {wearer!r} here; {there}")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed."""

    devices: tuple[str, ...]  #: ids of the sensors that the person wore
    n_rows: dict[str, int]  #: by table


def everybody(connection: sqlite3.Connection) -> list[str]:
    """Return everybody of whom anything is stored, by name."""
    found = set()
    for table in tables(connection):
        if "wearer" in columns(connection, table):
            found |= {
                row[0]
                for row in connection.execute(f"SELECT DISTINCT wearer FROM {table}")  # noqa: S608 - from the schema
            }
    return sorted(found)


def erase(connection: sqlite3.Connection, wearer: str, *, also_sent: bool) -> Erased:
    """Remove a person from every table, in one transaction.

    What was removed is overwritten with zeros in the file (`PRAGMA secure_delete`).

    Parameters
    ----------
    also_sent
        Queue that they vanish from InfluxDB too.

    Raises
    ------
    NobodyError
        If there is nothing of that person.
    """
    known = everybody(connection)
    if wearer not in known:
        raise NobodyError(wearer, known)
    connection.execute("PRAGMA secure_delete = ON")
    with transaction(connection):
        devices: dict[int, str] = dict(
            connection.execute(
                "SELECT id, device_id FROM device WHERE wearer = ? ORDER BY id", (wearer,)
            ).fetchall()
        )
        n_rows = {
            table: _erase_from(connection, table, wearer, devices)
            for table in _children_first(connection)
        }
        if also_sent:
            for deletion in deletions(wearer):
                outbox.put_deletion(connection, deletion)
    return Erased(tuple(devices.values()), {name: n for name, n in n_rows.items() if n})


def deletions(wearer: str) -> list[Deletion]:
    """Return what removes a person from InfluxDB, of whatever sensor and whenever."""
    return [Deletion(0, measurement, wearer, "", 0) for measurement in MEASUREMENTS]


def give_room_back(connection: sqlite3.Connection) -> bool:
    """Make the file as small as what is in it; return False where there was no room to do so.

    It takes as much free disk as the new file. SQLite's log, in which removed rows may still stand,
    is emptied in any case.
    """
    try:
        connection.execute("VACUUM")
        done = True
    except sqlite3.OperationalError:
        done = False
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def other_copies(connection: sqlite3.Connection) -> list[str]:
    """Return names of files beside the database that may hold older data."""
    path = path_of(connection)
    own = {path.name + ending for ending in ("", "-wal", "-shm")}
    return sorted(file.name for file in path.parent.glob(f"{path.stem}*") if file.name not in own)


def _erase_from(
    connection: sqlite3.Connection, table: str, wearer: str, devices: Mapping[int, str]
) -> int:
    if table in ABOUT_NOBODY:
        return 0
    if table == "outbox":
        return _erase_waiting(connection, wearer, list(devices.values()))
    if table == "outbox_bundle":
        return _erase_bundled(connection, wearer, list(devices.values()))
    if table == "quarantine":
        return _erase_refused(connection, wearer)
    names = columns(connection, table)
    n = 0
    if "wearer" in names:
        mine = f"DELETE FROM {table} WHERE wearer = ?"  # noqa: S608 - a name from the schema
        n += connection.execute(mine, (wearer,)).rowcount
    if "device" in names:
        of_device = f"DELETE FROM {table} WHERE device = ?"  # noqa: S608 - a name from the schema
        n += connection.executemany(of_device, [(key,) for key in devices]).rowcount
    return n


def _erase_waiting(connection: sqlite3.Connection, wearer: str, devices: Sequence[str]) -> int:
    mine = [(one,) for one in _series(wearer, devices)]
    return connection.executemany("DELETE FROM outbox WHERE series = ?", mine).rowcount


def _erase_bundled(connection: sqlite3.Connection, wearer: str, devices: Sequence[str]) -> int:
    mine = tuple(f"{one} " for one in _series(wearer, devices))
    n = 0
    bundles = connection.execute("SELECT id, lines FROM outbox_bundle").fetchall()
    for row_id, text in bundles:
        lines = text.split("\n")
        kept = [line for line in lines if not line.startswith(mine)]
        n += len(lines) - len(kept)
        if not kept:
            connection.execute("DELETE FROM outbox_bundle WHERE id = ?", (row_id,))
        elif len(kept) < len(lines):
            connection.execute(
                "UPDATE outbox_bundle SET lines = ?, n_rows = ? WHERE id = ?",
                ("\n".join(kept), len(kept), row_id),
            )
    return n


def _series(wearer: str, devices: Sequence[str]) -> list[str]:
    return [
        series(measurement, wearer, device_id)
        for measurement in MEASUREMENTS
        for device_id in ("", *devices)
    ]


def _erase_refused(connection: sqlite3.Connection, wearer: str) -> int:
    mine = [one for one in quarantine.listed(connection) if one.wearer == wearer]
    quarantine.drop(connection, mine)
    return len(mine)


def _children_first(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield tables so that a row goes before the row it refers to."""
    left = {
        table: {row[2] for row in connection.execute(f"PRAGMA foreign_key_list({table})")} - {table}
        for table in tables(connection)
    }
    while left:
        referred = set().union(*left.values())
        free = sorted(table for table in left if table not in referred)
        yield from free
        for table in free:
            del left[table]


def tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of all tables."""
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [row[0] for row in rows]


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns, in order."""
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
