"""Rows of `sensor`: what a sensor said of itself each minute, and what stood beside it then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from processing.model import NS_PER_S
from sitstreak.storage import outbox, sensor_state
from sitstreak.storage.database import transaction
from sitstreak.storage.lines import SENSOR, Line, fields, series

_UTC_DAY_S: Final = 86_400
_MINUTE_S: Final = 60
#: One transaction writes at most so many readings: ten days of them.
_AT_ONCE: Final = 14_400


def sensor_lines(
    connection: sqlite3.Connection, wearer: str, device_id: str, start_s: int, end_s: int
) -> Iterator[Line]:
    """Yield the rows of one device in a span, as far as they have been noted: see `note_beside`."""
    rows = connection.execute(
        "SELECT minute_s, battery_pct, rssi_dbm, n_lost, n_backfilled, drift_ppm, n_waiting "
        "FROM sensor_beside JOIN sensor_reading USING (device, minute_s) "
        "JOIN device ON device.id = device "
        "WHERE device_id = ? AND minute_s >= ? AND minute_s < ? ORDER BY minute_s",
        (device_id, start_s, end_s),
    )
    for row in rows.fetchall():
        yield _line(wearer, device_id, *row)


def note_beside(connection: sqlite3.Connection, device_id: str) -> list[int]:
    """Note what stands beside readings that are new or were replaced, once; return their minutes.

    Part of the caller's transaction. Lost samples may be found later, the drift is known better
    later, and how many rows wait is known now only: without a note no row could be made again.
    """
    key, newest_s = _cursor(connection, device_id)
    minutes = [
        row[0]
        for row in connection.execute(
            "SELECT minute_s FROM sensor_reading WHERE device = ? AND minute_s >= ? "
            "ORDER BY minute_s LIMIT ?",
            (key, newest_s, _AT_ONCE),
        )
    ]
    drift_ppm = _drift_ppm(connection, device_id)
    n_waiting = outbox.n_rows(connection)
    connection.executemany(
        "INSERT OR IGNORE INTO sensor_beside VALUES (?, ?, ?, ?, ?)",
        [
            (key, minute_s, _n_lost(connection, key, minute_s), drift_ppm, n_waiting)
            for minute_s in minutes
        ],
    )
    if minutes:
        connection.execute(
            "INSERT OR REPLACE INTO projection_sensor VALUES (?, ?)", (key, minutes[-1])
        )
    return minutes


def note_all_beside(connection: sqlite3.Connection, device_id: str) -> None:
    """Note what stands beside every reading that has none yet, without queueing any row."""
    with transaction(connection):
        key, _ = _cursor(connection, device_id)
        minutes = connection.execute(
            "SELECT minute_s FROM sensor_reading WHERE device = ?1 AND minute_s NOT IN "
            "(SELECT minute_s FROM sensor_beside WHERE device = ?1)",
            (key,),
        ).fetchall()
        drift_ppm = _drift_ppm(connection, device_id)
        connection.executemany(
            "INSERT INTO sensor_beside VALUES (?, ?, ?, ?, 0)",
            [(key, at_s, _n_lost(connection, key, at_s), drift_ppm) for (at_s,) in minutes],
        )


def _line(
    wearer: str,
    device_id: str,
    minute_s: int,
    battery_pct: int | None,
    rssi_dbm: int | None,
    n_lost: int,
    n_backfilled: int,
    drift_ppm: float | None,
    n_waiting: int,
) -> Line:
    known = {
        "battery_pct": battery_pct,
        "rssi_dbm": rssi_dbm,
        "lost_samples": n_lost,
        "backfilled_samples": n_backfilled,
        "clock_drift_ppm": drift_ppm,
        "outbox_depth": n_waiting,
    }
    values = {name: float(value) for name, value in known.items() if value is not None}
    return Line(series(SENSOR, wearer, device_id), minute_s, fields(values))


def _cursor(connection: sqlite3.Connection, device_id: str) -> tuple[int, int]:
    """Return the device's key and the newest minute that was noted; that one may be replaced."""
    key, minute_s = connection.execute(
        "SELECT id, minute_s FROM device LEFT JOIN projection_sensor ON device = id "
        "WHERE device_id = ?",
        (device_id,),
    ).fetchone()
    return key, minute_s or 0


def _n_lost(connection: sqlite3.Connection, key: int, minute_s: int) -> int:
    """Return how many samples are known to be lost from midnight UTC to the end of the minute."""
    n: int = connection.execute(
        "SELECT coalesce(sum(n_lost), 0) FROM gap "
        "WHERE device = ? AND start_ns >= ? AND start_ns < ?",
        (key, (minute_s - minute_s % _UTC_DAY_S) * NS_PER_S, (minute_s + _MINUTE_S) * NS_PER_S),
    ).fetchone()[0]
    return n


def _drift_ppm(connection: sqlite3.Connection, device_id: str) -> float | None:
    """Return how much the sensor's clock is slow (positive) or fast, if that is known."""
    newest = sensor_state.load_newest(connection, device_id, "clock")
    drift = newest[1].get("drift") if newest else None
    if isinstance(drift, list) and drift and isinstance(drift[0], int | float):
        return float(drift[0])
    return None
