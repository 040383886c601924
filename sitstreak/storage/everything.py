"""All that is stored of a person, table by table, for them to take along."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from processing.model import NS_PER_S, FloatArray, IntArray
from sitstreak.storage import erasing

#: Made from the rest, or copies on their way to InfluxDB: a person has nothing from them.
DERIVED: Final = frozenset(
    {
        "live_state", "live_checkpoint", "projection", "projection_device", "projection_sensor",
        "sensor_beside", "outbox", "outbox_bundle", "outbox_delete", "outbox_replay", "quarantine",
        "sink_status",
    }
)  # fmt: skip
#: Written as samples and as seconds, not as rows.
NOT_AS_ROWS: Final = frozenset({"block", "posture_minute"})


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Raw samples of one device, in order of time."""

    t_ns: IntArray  #: shape (n,), Unix time [ns]
    acc_g: FloatArray  #: shape (n, 3), device axes [g]


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Rows of one table as they are stored."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def plain_tables(connection: sqlite3.Connection, wearer: str) -> Iterator[PlainTable]:
    """Yield every table that is not derived, with the person's rows; the empty ones as well."""
    devices = [key for key, _ in device_keys(connection, wearer)]
    for table in erasing.tables(connection):
        if table in DERIVED or table in NOT_AS_ROWS:
            continue
        columns = erasing.columns(connection, table)
        condition, values = _whose(columns, wearer, devices)
        found = connection.execute(
            f"SELECT * FROM {table}{condition}",  # noqa: S608 - names from the schema
            values,
        )
        yield PlainTable(table, tuple(columns), found.fetchall())


def device_keys(connection: sqlite3.Connection, wearer: str) -> list[tuple[int, str]]:
    """Return the key and the id of each sensor of a person."""
    return connection.execute(
        "SELECT id, device_id FROM device WHERE wearer = ? ORDER BY id", (wearer,)
    ).fetchall()


def sample_days(connection: sqlite3.Connection, key: int) -> list[int]:
    """Return the days (since 1970, UTC) on which blocks of a device begin, in order."""
    rows = connection.execute(
        "SELECT DISTINCT t0_ns / ? FROM block WHERE device = ? ORDER BY 1",
        (86_400 * NS_PER_S, key),
    )
    return [row[0] for row in rows]


def samples_of_day(connection: sqlite3.Connection, key: int, day: int) -> Samples:
    """Return the samples of the blocks that begin on a day (since 1970, UTC); a few MB at 50 Hz."""
    start_ns = day * 86_400 * NS_PER_S
    rows = connection.execute(
        "SELECT t0_ns, fs_hz, lsb_per_g, n, samples FROM block "
        "WHERE device = ? AND t0_ns >= ? AND t0_ns < ? ORDER BY t0_ns, id",
        (key, start_ns, start_ns + 86_400 * NS_PER_S),
    ).fetchall()
    t_ns = [
        t0_ns + np.round(np.arange(n) * (NS_PER_S / fs_hz)).astype(np.int64)
        for t0_ns, fs_hz, _, n, _ in rows
    ]
    acc_g = [np.frombuffer(samples, "<i2").reshape(-1, 3) / lsb for _, _, lsb, _, samples in rows]
    return Samples(np.concatenate(t_ns), np.concatenate(acc_g))


def _whose(
    columns: Sequence[str], wearer: str, devices: Sequence[int]
) -> tuple[str, Sequence[object]]:
    """Return the condition under which a row is the person's; rows about nobody are everybody's."""
    if "wearer" in columns:
        return " WHERE wearer = ?", (wearer,)
    if "device" in columns:
        return f" WHERE device IN ({','.join('?' * len(devices))})", devices
    return "", ()
