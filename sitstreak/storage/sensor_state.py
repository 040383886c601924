"""What ingest has to remember of a sensor from one start of the program to the next, as JSON."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

from sitstreak.storage.database import transaction

#: Of each kind of state so many starts of a sensor are kept; a log never reaches back further.
N_BOOTS_KEPT: Final = 16
_NO_BOOT: Final = -1  # of the device whatever its boot; a boot id is a u32


def save(
    connection: sqlite3.Connection, key: int, boot_id: int | None, name: str, state: dict[str, Any]
) -> None:
    """Store a state in place of the one before, and forget those of long ago."""
    text = json.dumps(state, separators=(",", ":"), allow_nan=False)
    boot = _NO_BOOT if boot_id is None else boot_id
    with transaction(connection):
        # Replaced rows get a new id, so the ids tell which was saved last.
        connection.execute(
            "INSERT OR REPLACE INTO sensor_state (device, name, boot_id, json) VALUES (?, ?, ?, ?)",
            (key, name, boot, text),
        )
        connection.execute(
            "DELETE FROM sensor_state WHERE device = ?1 AND name = ?2 AND boot_id >= 0 "
            "AND id NOT IN (SELECT id FROM sensor_state WHERE device = ?1 AND name = ?2 "
            "AND boot_id >= 0 ORDER BY id DESC LIMIT ?3)",
            (key, name, N_BOOTS_KEPT),
        )


def load(
    connection: sqlite3.Connection, device_id: str, boot_id: int | None, name: str
) -> dict[str, Any] | None:
    """Return a stored state; None if there is none, or none that can be read."""
    row = connection.execute(
        "SELECT json FROM sensor_state JOIN device ON device.id = device "
        "WHERE device_id = ? AND sensor_state.name = ? AND boot_id = ?",
        (device_id, name, _NO_BOOT if boot_id is None else boot_id),
    ).fetchone()
    return None if row is None else _read(row[0])


def load_newest(
    connection: sqlite3.Connection, device_id: str, name: str
) -> tuple[int, dict[str, Any]] | None:
    """Return the boot id and the state that was saved last of all boots; None if there is none."""
    row = connection.execute(
        "SELECT boot_id, json FROM sensor_state JOIN device ON device.id = device "
        "WHERE device_id = ? AND sensor_state.name = ? AND boot_id >= 0 "
        "ORDER BY sensor_state.id DESC LIMIT 1",
        (device_id, name),
    ).fetchone()
    state = None if row is None else _read(row[1])
    return None if state is None else (row[0], state)


def _read(text: str) -> dict[str, Any] | None:
    # A state only makes a start easier: a damaged one is as good as none.
    try:
        state = json.loads(text)
    except ValueError:
        return None
    return state if isinstance(state, dict) else None
