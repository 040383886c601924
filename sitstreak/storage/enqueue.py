"""Hands results to the outbox: a cursor over results, so a crash anywhere loses no row.

Two cursors are kept. Rows of settled time go out once, by how far each device is settled. Rows that
may be provisional (minutes, streak, day) go out again from the first second that changed.
"""

from __future__ import annotations

import sqlite3
from zoneinfo import ZoneInfo

from processing.method import Method
from sitstreak.storage import outbox
from sitstreak.storage.database import transaction
from sitstreak.storage.projection import newly_settled_lines, pieces, running_lines
from sitstreak.storage.results import Results


def enqueue(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo, method: Method) -> bool:
    """Queue every row of a wearer that is new or may have changed since the last call.

    The first call queues everything there is. Long spans are queued a day a transaction.

    Returns
    -------
    queued
        Whether there was anything.
    """
    results = Results(connection)
    first_s, latest_s = results.first_second(wearer), results.latest_second(wearer)
    if first_s is None or latest_s is None:
        return False
    _use_zone(connection, wearer, zone, first_s)
    queued = False
    for device in results.devices(wearer):
        queued |= _enqueue_settled(connection, results, wearer, device, first_s)
    dirty_from_s = _dirty_from(connection, wearer, first_s)
    for start_s, end_s in pieces(results, wearer, dirty_from_s, latest_s):
        queued = True
        lines = list(running_lines(results, wearer, start_s, end_s, zone, method))
        with transaction(connection):
            outbox.put(connection, lines)
            _set_dirty(connection, wearer, zone, end_s)
    return queued


def mark_changed(connection: sqlite3.Connection, wearer: str, from_s: int) -> None:
    """Note that results of a wearer changed from a second on; part of the caller's transaction."""
    connection.execute(
        "UPDATE projection SET dirty_from_s = min(dirty_from_s, ?) WHERE wearer = ?",
        (from_s, wearer),
    )


def take_back(
    connection: sqlite3.Connection, key: int, wearer: str, device_id: str, from_s: int
) -> None:
    """Note that results of a device from a second on are to be made again from the samples.

    Part of the caller's transaction, after the bouts were cut. If any went to InfluxDB they are
    deleted there first: the posture may change at other seconds now, and the old rows would stay
    beside the new.
    """
    cursor = connection.execute(
        "UPDATE projection_device SET settled_until_s = min(settled_until_s, ?) WHERE device = ?",
        (from_s, key),
    )
    sent = connection.execute("SELECT 1 FROM projection WHERE wearer = ?", (wearer,)).fetchone()
    if cursor.rowcount or sent:
        # A bout cut there is open again; its row of before would tell of an end that is not known.
        open_s: int | None = connection.execute(
            "SELECT min(start_s) FROM bout WHERE device = ? AND settled = 0", (key,)
        ).fetchone()[0]
        outbox.put_deletions(connection, wearer, device_id, from_s, bouts_from_s=open_s)
        mark_changed(connection, wearer, from_s)


def _enqueue_settled(
    connection: sqlite3.Connection, results: Results, wearer: str, device: str, first_s: int
) -> bool:
    settled_until_s = results.device_settled_until(device) or first_s
    row = connection.execute(
        "SELECT settled_until_s FROM projection_device JOIN device ON device.id = device "
        "WHERE device_id = ?",
        (device,),
    ).fetchone()
    done_until_s = first_s if row is None else row[0]
    queued = False
    for start_s, end_s in pieces(results, wearer, done_until_s, settled_until_s):
        queued = True
        lines = list(newly_settled_lines(results, wearer, device, start_s, end_s))
        with transaction(connection):
            outbox.put(connection, lines)
            connection.execute(
                "INSERT OR REPLACE INTO projection_device SELECT id, ? FROM device "
                "WHERE device_id = ?",
                (end_s, device),
            )
    return queued


def _use_zone(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo, first_s: int) -> None:
    """Start over with days and debt when the wearer has moved to another time zone."""
    row = connection.execute("SELECT zone FROM projection WHERE wearer = ?", (wearer,)).fetchone()
    if row is None or row[0] == zone.key:
        return
    with transaction(connection):
        # The first local day begins before the first second.
        outbox.put_wearer_deletions(connection, wearer, first_s - 2 * 86_400)
        _set_dirty(connection, wearer, zone, first_s)


def _dirty_from(connection: sqlite3.Connection, wearer: str, first_s: int) -> int:
    row = connection.execute(
        "SELECT dirty_from_s FROM projection WHERE wearer = ?", (wearer,)
    ).fetchone()
    return first_s if row is None else row[0]


def _set_dirty(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo, from_s: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO projection VALUES (?, ?, ?)", (wearer, zone.key, from_s)
    )
