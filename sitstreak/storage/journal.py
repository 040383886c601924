"""The journal: every raw block, safe on disk before anything else happens to it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from ingest.model import LastStored, RawBlock, SensorReading
from processing.model import NS_PER_S, Gap
from sitstreak.errors import JournalBusyError, JournalGoneError, SitstreakError
from sitstreak.storage import sensor_state
from sitstreak.storage.checksum import row_crc
from sitstreak.storage.database import path_of, transaction
from sitstreak.storage.room import Room

_NS_PER_MINUTE: Final = 60 * NS_PER_S
#: No block lasts longer; so one that covers a moment starts at most this long before it. [ns]
LONGEST_BLOCK_NS: Final = 600 * NS_PER_S
#: A row beside its samples: its numbers, its places in the two indexes, a share of the pages.
_ROW_BYTES: Final = 128
#: How long a command waits for another program's write. [s]
_PATIENCE_S: Final = 5.0
#: The collector waits in the thread that listens to all sensors. Two programs that write take
#: turns of some milliseconds; whatever lasts longer it had better try again later. [s]
LISTENER_PATIENCE_S: Final = 0.02
_BUSY_RETRY_S: Final = 0.5
_BUSY_BRIEF_S: Final = 5.0


class SqliteJournal:
    """`ingest.model.Journal` in the one SQLite file.

    A commit returns only after the disk has it (`synchronous=FULL`: in WAL mode the log is synced
    after each commit, sqlite.org/pragma.html#pragma_synchronous), because the sensor is told next
    that it may forget the block.

    Parameters
    ----------
    connection
        From `open_database`; from here on for the journal alone.
    wearer
        Who wears a sensor of which nothing else is known.
    room
        Says when the disk is too full for samples; None for the usual reserve.
    patience_s
        How long a write stands still while another program has the database locked; after that it
        raises JournalBusyError.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        wearer: str,
        *,
        room: Room | None = None,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        check_name("wearer", wearer)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA busy_timeout = {round(patience_s * 1000)}")
        self._db = connection
        self._wearer = wearer
        self._keys: dict[str, int] = {}
        self._path = path_of(connection)
        self._room = room or Room(self._path)
        self._files: dict[Path, tuple[int, int]] = {}
        self._check_files()

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
        known = self._device(device_id)
        if known and known[1:] == (wearer, name):  # a link to a known sensor needs no lock
            return
        with self._writing():
            known = self._device(device_id)
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

        A gap in which no time passed and nothing was lost is none, and is not stored.

        Raises
        ------
        DiskFullError, JournalBusyError
            If it could not be stored now: nothing of it is. The same may be tried again.
        JournalGoneError
            If the file has been deleted or replaced: nothing is stored any more.
        DataDirError
            If the file is damaged or the disk fails.
        ValueError
            If a block lasts longer than ten minutes.
        """
        if not blocks and not gaps:
            return
        new_blocks = [self._row(block) for block in blocks]
        new_gaps = [
            (self._key(gap.device_id), gap.start_ns, gap.end_ns, gap.n_lost, gap.reason)
            for gap in gaps
            if gap.end_ns > gap.start_ns or gap.n_lost  # a start right where the last one ended
        ]
        self._check_files()
        self._room.take(sum(len(row[7]) + _ROW_BYTES for row in new_blocks))
        with self._writing():
            self._db.executemany(
                "INSERT INTO block "
                "(device, boot_id, seq, t0_ns, fs_hz, lsb_per_g, n, samples, ticks, crc) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (device, boot_id, seq) DO NOTHING",
                new_blocks,
            )
            self._db.executemany(
                "INSERT INTO gap VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", new_gaps
            )
        self._check_files()

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
        with self._writing():
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

    def save_state(
        self, device_id: str, name: str, state: dict[str, Any], boot_id: int | None = None
    ) -> None:
        """Remember something of a sensor (of one boot of it) under a name; JSON can hold it."""
        key = self._key(device_id)
        with self._writing():
            sensor_state.save(self._db, key, boot_id, name, state)

    def load_state(
        self, device_id: str, name: str, boot_id: int | None = None
    ) -> dict[str, Any] | None:
        """Return what was remembered, if anything."""
        return sensor_state.load(self._db, device_id, boot_id, name)

    def load_newest_state(self, device_id: str, name: str) -> tuple[int, dict[str, Any]] | None:
        """Return boot id and state of the boot of which something was remembered last."""
        return sensor_state.load_newest(self._db, device_id, name)

    def last_stored(self, device_id: str) -> LastStored | None:
        """Return where the stored blocks of a device end; None without any."""
        row = self._db.execute(
            "SELECT boot_id FROM block JOIN device ON device.id = device WHERE device_id = ? "
            "ORDER BY block.id DESC LIMIT 1",
            (device_id,),
        ).fetchone()
        end_ns = self.stored_until_ns(device_id, 2**63 - 1)
        return None if row is None or end_ns is None else LastStored(row[0], end_ns)

    def n_samples(self, device_id: str) -> int:
        """Return how many samples of a device are stored."""
        n: int = self._db.execute(
            "SELECT coalesce(sum(n), 0) FROM block JOIN device ON device.id = device "
            "WHERE device_id = ?",
            (device_id,),
        ).fetchone()[0]
        return n

    def stored_until_ns(self, device_id: str, before_ns: int) -> int | None:
        """Return the latest end of the blocks that begin before `before_ns`, if any. [ns]"""
        # Where two starts of a sensor overlap, a long block may lie under the one that began last.
        ends = [
            t0_ns + round(n * NS_PER_S / fs_hz)
            for t0_ns, n, fs_hz in self._db.execute(
                "SELECT t0_ns, n, fs_hz FROM block JOIN device ON device.id = device "
                "WHERE device_id = ?1 AND t0_ns < ?2 AND t0_ns >= (SELECT max(t0_ns) FROM block "
                "WHERE device = device.id AND t0_ns < ?2) - ?3",
                (device_id, before_ns, LONGEST_BLOCK_NS),
            )
        ]
        return max(ends, default=None)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction; while another program writes, it says that it will soon be over."""
        try:
            with transaction(self._db):
                yield
        except JournalBusyError as error:
            error.retry_s, error.brief_s = _BUSY_RETRY_S, _BUSY_BRIEF_S
            raise

    def _device(self, device_id: str) -> tuple[int, str, str] | None:
        found: tuple[int, str, str] | None = self._db.execute(
            "SELECT id, wearer, name FROM device WHERE device_id = ?", (device_id,)
        ).fetchone()
        return found

    def _check_files(self) -> None:
        """Notice that the file, or SQLite's log beside it, is not the one that is written to.

        The system keeps a deleted file for whoever has it open, so nothing else would tell.
        """
        for path in (self._path, self._path.with_name(f"{self._path.name}-wal")):
            try:
                found = path.stat()
            except OSError:
                if path in self._files:
                    why = f"{path.name} was deleted while in use; start sitstreak again"
                    raise JournalGoneError(path.parent, why) from None
                continue
            place = (found.st_dev, found.st_ino)
            if self._files.setdefault(path, place) != place:
                why = f"{path.name} was replaced while in use; start sitstreak again"
                raise JournalGoneError(path.parent, why)

    def _key(self, device_id: str) -> int:
        if device_id not in self._keys:
            check_name("device", device_id)
            with self._writing():
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
        samples = block.samples.astype("<i2").tobytes()
        numbers = (block.boot_id, block.seq, block.t0_ns, block.fs_hz, block.lsb_per_g)
        return (
            self._key(block.device_id),
            *numbers,
            len(block.samples),
            samples,
            block.ticks,
            row_crc(*numbers, block.ticks, samples),
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
