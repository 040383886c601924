"""What guided measurements found, kept for each device."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from processing.gait.guided_reference import Axis, GuidedReference
from processing.gait.single_leg import Side, SingleLeg
from sitstreak.calibrated import Calibration
from sitstreak.storage.database import transaction

_CALIBRATION: Final = (
    "SELECT from_s, up_x, up_y, up_z, forward_x, forward_y, forward_z, standing_deg, cadence_spm "
    "FROM calibration"
)


@dataclass(frozen=True, slots=True)
class StoredHold:
    """One single-leg test of earlier."""

    at_s: int  #: when the hold began, Unix time
    hold: SingleLeg


def store_calibration(
    connection: sqlite3.Connection, device_id: str, calibration: Calibration
) -> None:
    """Remember a calibration; the live processing takes it up at its next step."""
    guided = calibration.guided
    forward: Sequence[float | None] = guided.forward or (None, None, None)
    with transaction(connection):
        connection.execute(
            "INSERT OR REPLACE INTO calibration VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            (
                _key(connection, device_id),
                calibration.from_s,
                *guided.up,
                *forward,
                guided.standing_deg,
                guided.cadence_spm,
            ),
        )


def calibrations(connection: sqlite3.Connection, key: int) -> list[Calibration]:
    """Return the calibrations of a device in order of time."""
    rows = connection.execute(f"{_CALIBRATION} WHERE device = ? ORDER BY from_s", (key,))
    return [_as_calibration(row) for row in rows]


def newest_calibration(connection: sqlite3.Connection, device_id: str) -> Calibration | None:
    """Return the last calibration of a device."""
    row = connection.execute(
        f"{_CALIBRATION} WHERE device = ? ORDER BY from_s DESC LIMIT 1",
        (_key(connection, device_id),),
    ).fetchone()
    return None if row is None else _as_calibration(row)


def first_new(connection: sqlite3.Connection, key: int) -> int | None:
    """Return from when the first calibration holds that processing has not seen yet. [s]"""
    from_s: int | None = connection.execute(
        "SELECT min(from_s) FROM calibration WHERE device = ? AND taken_up = 0", (key,)
    ).fetchone()[0]
    return from_s


def take_up(connection: sqlite3.Connection, key: int) -> None:
    """Say that processing knows all calibrations of a device; part of the caller's transaction."""
    connection.execute("UPDATE calibration SET taken_up = 1 WHERE device = ?", (key,))


def store_hold(connection: sqlite3.Connection, device_id: str, stored: StoredHold) -> None:
    """Remember a single-leg test."""
    hold = stored.hold
    with transaction(connection):
        connection.execute(
            "INSERT OR REPLACE INTO single_leg VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                _key(connection, device_id),
                stored.at_s,
                hold.side.value,
                hold.hold_s,
                hold.is_cut,
                hold.lift_deg,
                hold.sag_deg,
                hold.drop_deg,
                hold.sway_g,
                hold.path_g_s,
            ),
        )


def earlier_holds(
    connection: sqlite3.Connection, device_id: str, side: Side, limit: int
) -> list[StoredHold]:
    """Return the newest tests on one leg, newest first."""
    rows = connection.execute(
        "SELECT at_s, hold_s, is_cut, lift_deg, sag_deg, drop_deg, sway_g, path_g_s "
        "FROM single_leg WHERE device = ? AND side = ? ORDER BY at_s DESC LIMIT ?",
        (_key(connection, device_id), side.value, limit),
    )
    return [
        StoredHold(row[0], SingleLeg(side, 0.0, row[1], bool(row[2]), *row[3:])) for row in rows
    ]


def _key(connection: sqlite3.Connection, device_id: str) -> int:
    key: int = connection.execute(
        "SELECT id FROM device WHERE device_id = ?", (device_id,)
    ).fetchone()[0]
    return key


def _as_calibration(row: Sequence[Any]) -> Calibration:
    up: Axis = (row[1], row[2], row[3])
    forward: Axis | None = None if row[4] is None else (row[4], row[5], row[6])
    return Calibration(row[0], GuidedReference(up, forward, row[7], row[8]))
