"""Hands results to the outbox: a cursor over results, so a crash anywhere loses no row.

Two cursors are kept. Rows of settled time go out once, by how far each device is settled. Rows that
may be provisional (minutes, streak, day) go out again from the first second that changed.

While the outbox is full, which takes weeks without InfluxDB, the spans are remembered in place of
their rows (`replays`): the disk stays bounded, and nothing is lost.
"""

from __future__ import annotations

import sqlite3
from typing import Final
from zoneinfo import ZoneInfo

from processing.method import Method
from sitstreak.storage import outbox, replays
from sitstreak.storage.database import transaction
from sitstreak.storage.projection import (
    event_lines,
    newly_settled_lines,
    pieces,
    running_lines,
)
from sitstreak.storage.results import Results
from sitstreak.storage.sensor_rows import note_beside, sensor_lines

#: Rows of some six weeks of one wearer, about 60 MB.
MOST_ROWS: Final = 200_000
#: A day's row lies up to a day before the second that changes it, and yesterday's changes as well.
_REACH_S: Final = 3 * 86_400


def enqueue(
    connection: sqlite3.Connection,
    wearer: str,
    zone: ZoneInfo,
    method: Method,
    *,
    most_rows: int = MOST_ROWS,
) -> bool:
    """Queue every row of a wearer that is new or may have changed since the last call.

    The first call queues everything there is. Long spans are queued a day a transaction.

    Parameters
    ----------
    most_rows
        With so many rows waiting the outbox is full.

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
        queued |= _enqueue_settled(
            connection, results, wearer, device, first_s, zone, method, most_rows=most_rows
        )
        _enqueue_sensor(connection, wearer, device, zone, most_rows)
    dirty_from_s = _dirty_from(connection, wearer, first_s)
    for start_s, end_s in pieces(results, wearer, dirty_from_s, latest_s):
        queued = True
        is_full = outbox.n_rows(connection) >= most_rows
        with transaction(connection):
            lines = [] if is_full else running_lines(results, wearer, start_s, end_s, zone, method)
            outbox.put(connection, lines)
            if is_full:
                replays.put(connection, wearer, zone.key, start_s - _REACH_S, end_s)
            _set_dirty(connection, wearer, zone, end_s)
    return queued


def replay_everything(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo) -> None:
    """Remember that all there is of a wearer is to be sent, in place of queueing all of it.

    What comes from here on is queued as usual.
    """
    results = Results(connection)
    first_s, latest_s = results.first_second(wearer), results.latest_second(wearer)
    if first_s is None or latest_s is None:
        return
    with transaction(connection):
        replays.put(connection, wearer, zone.key, first_s - _REACH_S, replays.END_S)
        _set_dirty(connection, wearer, zone, latest_s)
        for device in results.devices(wearer):
            settled_until_s = results.device_settled_until(device) or first_s
            _set_settled(connection, device, settled_until_s)


def mark_changed(connection: sqlite3.Connection, wearer: str, from_s: int) -> None:
    """Note that results of a wearer changed from a second on; part of the caller's transaction."""
    connection.execute(
        "UPDATE projection SET dirty_from_s = min(dirty_from_s, ?) WHERE wearer = ?",
        (from_s, wearer),
    )


def resend_told(
    connection: sqlite3.Connection, wearer: str, zone: ZoneInfo, at_s: int, *, removed: bool
) -> None:
    """Note that something was told of a moment, or taken back; part of the caller's transaction.

    Parameters
    ----------
    zone
        Of a wearer of whom nothing was sent yet.
    removed
        What was told before is not true any more: its row, and all events after it, go first.
    """
    if removed:
        outbox.put_event_deletion(connection, wearer, at_s)
    until_s = replays.END_S if removed else at_s + 1
    replays.put(connection, wearer, zone.key, at_s, until_s)


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
    connection: sqlite3.Connection,
    results: Results,
    wearer: str,
    device: str,
    first_s: int,
    zone: ZoneInfo,
    method: Method,
    *,
    most_rows: int,
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
        # Made inside: a diary that another program changes between would be overruled by them.
        with transaction(connection):
            lines = [
                *newly_settled_lines(results, wearer, device, start_s, end_s),
                *event_lines(results, wearer, start_s, end_s, zone, method),
            ]
            if outbox.n_rows(connection) < most_rows:
                outbox.put(connection, lines)
            elif lines:
                from_s = min(line.at_s for line in lines)
                replays.put(connection, wearer, zone.key, from_s, end_s)
            _set_settled(connection, device, end_s)
    return queued


def _enqueue_sensor(
    connection: sqlite3.Connection, wearer: str, device: str, zone: ZoneInfo, most_rows: int
) -> None:
    with transaction(connection):
        minutes_s = note_beside(connection, device)
        if not minutes_s:
            return
        span_s = (minutes_s[0], minutes_s[-1] + 1)
        if outbox.n_rows(connection) < most_rows:
            outbox.put(connection, sensor_lines(connection, wearer, device, *span_s))
        else:
            replays.put(connection, wearer, zone.key, *span_s)


def _use_zone(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo, first_s: int) -> None:
    """Start over with days and debt when the wearer has moved to another time zone."""
    row = connection.execute("SELECT zone FROM projection WHERE wearer = ?", (wearer,)).fetchone()
    if row is None or row[0] == zone.key:
        return
    with transaction(connection):
        # The first local day begins before the first second.
        from_s = first_s - 2 * 86_400
        outbox.put_wearer_deletions(connection, wearer, from_s)
        _set_dirty(connection, wearer, zone, first_s)
        # Events go out once, when settled, and a break ends at midnight.
        replays.put(connection, wearer, zone.key, from_s, replays.END_S)


def _dirty_from(connection: sqlite3.Connection, wearer: str, first_s: int) -> int:
    row = connection.execute(
        "SELECT dirty_from_s FROM projection WHERE wearer = ?", (wearer,)
    ).fetchone()
    return first_s if row is None else row[0]


def _set_dirty(connection: sqlite3.Connection, wearer: str, zone: ZoneInfo, from_s: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO projection VALUES (?, ?, ?)", (wearer, zone.key, from_s)
    )


def _set_settled(connection: sqlite3.Connection, device: str, until_s: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO projection_device SELECT id, ? FROM device WHERE device_id = ?",
        (until_s, device),
    )
