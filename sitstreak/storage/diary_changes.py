"""What InfluxDB is told when a diary says that something was not as it seemed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sitstreak.storage.database import transaction
from sitstreak.storage.enqueue import take_back
from sitstreak.storage.results import Results

#: A night into which a diary's sleep reaches is left to the diary: it may begin so much earlier.
_NIGHT_S: Final = 86_400


@contextmanager
def changing(connection: sqlite3.Connection, wearer: str, from_s: int) -> Iterator[None]:
    """Change inside this context what was not worn or slept from a second on; one transaction.

    Rows of before vanish from InfluxDB from there on, and are made again. [s]
    """
    with transaction(connection):
        before_s = _first_touched(connection, wearer, from_s)
        yield
        after_s = _first_touched(connection, wearer, from_s)
        mark_changed(connection, wearer, min(before_s, after_s))


def mark_changed(connection: sqlite3.Connection, wearer: str, from_s: int) -> None:
    """Note that what is read of a wearer changed from a second on, where a bout begins. [s]

    Part of the caller's transaction.
    """
    rows = connection.execute(
        "SELECT id, device_id FROM device WHERE wearer = ?", (wearer,)
    ).fetchall()
    for key, device_id in rows:
        take_back(connection, key, wearer, device_id, from_s)


def _first_touched(connection: sqlite3.Connection, wearer: str, from_s: int) -> int:
    """Return where the first bout begins that a change from a second on can cut or join. [s]"""
    results = Results(connection)
    from_s -= _NIGHT_S
    starts = [
        bout.start_s
        for device_id in results.devices(wearer)
        for bout in results.device_bouts(device_id, from_s - 1, from_s + 1)
    ]
    return min([from_s, *starts])
