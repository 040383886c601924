"""The journal: every raw block, safe on disk before anything else happens to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from ingest.model import RawBlock, SensorReading
from processing.model import NS_PER_S, Gap
from sitstreak.errors import SitstreakError
from sitstreak.storage.database import transaction

_SELECT: Final = (
    "SELECT block.id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, samples, device_id "
    "FROM block JOIN device ON device.id = device"
)
_NS_PER_MINUTE: Final = 60 * NS_PER_S
#: No block lasts longer; so one that covers a moment starts at most this long before it. [ns]
LONGEST_BLOCK_NS: Final = 600 * NS_PER_S


class SqliteJournal:
    """`ingest.model.Journal` in the one SQLite file.

    A commit returns only after the disk has it (`synchronous=FULL`), because the sensor is told
    next that it may forget the block.
    """

    def __init__(self, connection: sqlite3.Connection, wearer: str) -> None:
        check_name("wearer", wearer)
        connection.execute("PRAGMA synchronous = FULL")
        self._db = connection
        self._wearer = wearer
        self._keys: dict[str, int] = {}

    def register_device(self, device_id: str, wearer: str, name: str) -> None:
        """Say who wears a device.

        Raises
        ------
        SitstreakError
            If there are samples already that somebody else wore it for, or if a name cannot be a
            tag in InfluxDB.
        """
        check_name("wearer", wearer)
        check_name("device", device_id)
        with transaction(self._db):
            known = self._db.execute(
                "SELECT id, wearer FROM device WHERE device_id = ?", (device_id,)
            ).fetchone()
            if known and known[1] != wearer and self._has_blocks(known[0]):
                raise SitstreakError(
                    f"sensor {device_id} has data of wearer {known[1]!r} here, not of {wearer!r}; "
                    "give another --data-dir, or set SITSTREAK_WEARER back"
                )
            self._db.execute(
                "INSERT INTO device (device_id, wearer, name) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET wearer = excluded.wearer, name = excluded.name",
                (device_id, wearer, name),
            )

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both in one durable commit. A block that is there already is left alone.

        Raises
        ------
        DiskFullError, DataDirError
            If it could not be stored: then nothing of it is, and the sensor still has it.
        ValueError
            If a block lasts longer than ten minutes.
        """
        if not blocks and not gaps:
            return
        new_blocks = [self._row(block) for block in blocks]
        new_gaps = [
            (self._key(gap.device_id), gap.start_ns, gap.end_ns, gap.n_lost, gap.reason)
            for gap in gaps
        ]
        with transaction(self._db):
            self._db.executemany(
                "INSERT INTO block (device, boot_id, seq, t0_ns, fs_hz, lsb_per_g, n, samples) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device, boot_id, seq) DO NOTHING",
                new_blocks,
            )
            self._db.executemany(
                "INSERT INTO gap VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", new_gaps
            )

    def next_seq(self, device_id: str, boot_id: int) -> int:
        """Return the first sequence number not yet stored of this start of the sensor."""
        last = self._db.execute(
            "SELECT max(seq) FROM block JOIN device ON device.id = device "
            "WHERE device_id = ? AND boot_id = ?",
            (device_id, boot_id),
        ).fetchone()[0]
        return 0 if last is None else last + 1

    def note_sensor(self, reading: SensorReading) -> None:
        """Remember a sensor's battery, signal and counters; one reading a minute is kept."""
        key = self._key(reading.device_id)
        with transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO sensor_reading VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    reading.at_ns // _NS_PER_MINUTE * 60,
                    reading.at_ns,
                    reading.battery_pct,
                    reading.rssi_dbm,
                    reading.n_malformed,
                    reading.n_backfilled,
                ),
            )

    def read_after(self, block_id: int, limit: int) -> list[tuple[int, RawBlock]]:
        """Return up to `limit` blocks of all devices in order of arrival, each with its id."""
        rows = self._db.execute(
            f"{_SELECT} WHERE block.id > ? ORDER BY block.id LIMIT ?", (block_id, limit)
        )
        return [(row[0], as_block(row[-1], row)) for row in rows]

    def read_from(self, device_id: str, from_ns: int) -> Iterator[RawBlock]:
        """Yield, in order of time, the blocks of a device that end after `from_ns`."""
        rows = self._db.execute(
            f"{_SELECT} WHERE device_id = ? AND t0_ns >= ? ORDER BY t0_ns, block.id",
            (device_id, from_ns - LONGEST_BLOCK_NS),
        )
        return (block for row in rows if (block := as_block(device_id, row)).end_ns > from_ns)

    def n_samples(self, device_id: str) -> int:
        """Return how many samples of a device are stored."""
        n: int = self._db.execute(
            "SELECT coalesce(sum(n), 0) FROM block JOIN device ON device.id = device "
            "WHERE device_id = ?",
            (device_id,),
        ).fetchone()[0]
        return n

    def stored_until_ns(self, device_id: str, before_ns: int) -> int | None:
        """Return the end of the last block that begins before `before_ns`, if any. [ns]"""
        row = self._db.execute(
            f"{_SELECT} WHERE device_id = ? AND t0_ns < ? ORDER BY t0_ns DESC LIMIT 1",
            (device_id, before_ns),
        ).fetchone()
        return None if row is None else as_block(device_id, row).end_ns

    def _key(self, device_id: str) -> int:
        if device_id not in self._keys:
            check_name("device", device_id)
            with transaction(self._db):
                self._db.execute(
                    "INSERT INTO device (device_id, wearer, name) VALUES (?, ?, ?) "
                    "ON CONFLICT (device_id) DO NOTHING",
                    (device_id, self._wearer, device_id),
                )
            row = self._db.execute("SELECT id FROM device WHERE device_id = ?", (device_id,))
            self._keys[device_id] = row.fetchone()[0]
        return self._keys[device_id]

    def _row(self, block: RawBlock) -> tuple[Any, ...]:
        if block.end_ns - block.t0_ns > LONGEST_BLOCK_NS:
            raise ValueError(f"a block of {len(block.samples)} samples lasts over ten minutes")
        samples = block.samples.astype("<i2")
        return (
            self._key(block.device_id),
            block.boot_id,
            block.seq,
            block.t0_ns,
            block.fs_hz,
            block.lsb_per_g,
            len(samples),
            samples.tobytes(),
        )

    def _has_blocks(self, key: int) -> bool:
        found = self._db.execute("SELECT 1 FROM block WHERE device = ? LIMIT 1", (key,))
        return found.fetchone() is not None


def check_name(what: str, name: str) -> None:
    """Refuse here, at the edge, what line protocol has no way to write as a tag."""
    if not name or "\\" in name or not name.isprintable():
        raise SitstreakError(
            f"{what} {name!r}: a name needs at least one character, and no line break, other "
            "control character or backslash"
        )


def as_block(device_id: str, row: tuple[Any, ...]) -> RawBlock:
    """Make a block of a row `id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, samples, ...`."""
    _, boot_id, seq, t0_ns, fs_hz, lsb_per_g, samples = row[:7]
    columns = np.frombuffer(samples, "<i2").reshape(-1, 3).astype(np.int16, copy=False)
    return RawBlock(device_id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, columns)
