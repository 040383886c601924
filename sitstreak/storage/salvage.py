"""Saves what can be read of a damaged database into a new one; the damaged file is kept."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from processing.gap_reasons import GapReason
from processing.model import NS_PER_S
from sitstreak.storage.checksum import is_right
from sitstreak.storage.damaged_rows import (
    NO_END,
    UNREADABLE,
    open_damaged,
    read_by_id,
    read_from_both_ends,
)
from sitstreak.storage.database import DATABASE_NAME, explained, migrate, transaction
from sitstreak.storage.new_file import new_file, set_aside
from sitstreak.storage.swept_blocks import sweep_blocks

#: Reason of the gap where blocks were damaged.
DAMAGED: Final = GapReason.DAMAGED
#: Where processing stands, and what was handed on; made again when results are missing.
_STANDING: Final = ("live_state", "live_checkpoint", "projection", "projection_device")
_NOT_RESULTS: Final = (
    *("block", "sensor_reading", "sensor_state", "quarantine", "sink_status"),
    *("diary", "diary_history", "exercise_plan"),
)


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What became of a damaged file."""

    aside: Path  #: the damaged file: its name is new, and what was in its log is in it
    n_blocks: int  #: blocks of samples that were saved
    n_blocks_lost: int | None  #: None: not known how many
    n_rows_lost: int | None  #: of everything else; at least so many, None: not known how many
    wearer: str | None  #: who is taken for the wearer of sensors of whom that was lost; None: none


@dataclass(frozen=True, slots=True)
class _Loss:
    blocks: list[tuple[int, int]]  #: runs of ids, first and last
    rows: dict[str, int | None]  #: of every other table; None: not known how many
    is_unreadable: bool  #: blocks were lost because pages, not only checksums, are wrong

    @property
    def n_blocks(self) -> int | None:
        return _n_ids(self.blocks)

    @property
    def n_rows(self) -> int | None:
        known = [n for n in self.rows.values() if n is not None]
        return sum(known) if len(known) == len(self.rows) else None


def salvage(data_dir: Path, wearer: str | None = None) -> Salvaged:
    """Put a sound database in the place of a damaged one; nobody else may use it meanwhile.

    Every row that can be read, and whose checksum is right, is kept under its id; blocks that
    cannot be reached any more are looked for in the whole file. Where blocks are missing between
    two others of one boot a gap is noted, reason `damaged`. When results are missing, processing
    makes them again from the samples.

    Parameters
    ----------
    wearer
        Who is taken for the wearer of a sensor of whom that is lost, unless the file knows only
        one wearer.

    Raises
    ------
    DataDirError, DiskFullError
        If there is no room for the new file; the damaged one is as it was.
    """
    path = data_dir / DATABASE_NAME
    with explained(path), new_file(path) as part:
        with closing(sqlite3.connect(part, isolation_level=None)) as new:
            new.execute("PRAGMA journal_mode = MEMORY")  # a crash leaves the damaged file in place
            migrate(new, part)
            with closing(open_damaged(path)) as damaged:
                loss = _copy_all(damaged, new)
                sequences, names = _sequences(damaged), _device_names(damaged)
                with contextlib.suppress(*UNREADABLE):  # so that the file has all that is there
                    damaged.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if loss.is_unreadable:
                loss = replace(loss, blocks=sweep_blocks(path, new, loss.blocks))
            given = _mend(new, loss, sequences, names, wearer)
            n_blocks = new.execute("SELECT count(*) FROM block").fetchone()[0]
        aside = set_aside(path, "damaged")
    return Salvaged(aside, n_blocks, loss.n_blocks, loss.n_rows, given)


def _copy_all(damaged: sqlite3.Connection, new: sqlite3.Connection) -> _Loss:
    blocks: list[tuple[int, int]] = []
    is_unreadable = False
    rows_lost: dict[str, int | None] = {}
    for table in _tables(new):
        columns = [name for name in _columns(new, table) if name in _columns(damaged, table)]
        if not columns:
            if table == "block":  # a file of whatever layout has it: the list of tables is damaged
                blocks, is_unreadable = [(1, NO_END)], True
                rows_lost["sqlite_master"] = None
            continue
        into = _insertion(table, columns)
        if not _has_rowid(new, table):
            n_all_lost = 0
            for rows, n_lost in read_from_both_ends(damaged, table, columns):
                _write(new, into, rows)
                n_all_lost += n_lost
            rows_lost[table] = n_all_lost
            continue
        runs: list[tuple[int, int]] = []
        for rows, run in read_by_id(damaged, table, columns):
            wrong = _wrong(columns, rows) if table == "block" else []
            _write(new, into, [row for row in rows if row[0] not in wrong])
            runs += [(id_, id_) for id_ in wrong]
            if run is not None:
                runs.append(run)
                is_unreadable = is_unreadable or table == "block"
        if table == "block":
            blocks = _joined(runs)
        else:
            rows_lost[table] = _n_ids(runs)
    return _Loss(blocks, rows_lost, is_unreadable)


def _n_ids(runs: Sequence[tuple[int, int]]) -> int | None:
    if any(last == NO_END for _, last in runs):
        return None
    return sum(last - first + 1 for first, last in runs)


def _insertion(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608


def _write(new: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with transaction(new):
        for row in rows:
            # A row of garbage may break a rule of the table; it is then as lost as any other.
            with contextlib.suppress(sqlite3.IntegrityError):
                new.execute(into, row)


def _wrong(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[int]:
    if "crc" not in columns:
        return []
    names = ("boot_id", "seq", "t0_ns", "fs_hz", "lsb_per_g", "ticks", "samples", "crc")
    at = [columns.index(name) for name in names]
    wrong = []
    for row in rows:
        *measured, crc = (row[i] for i in at)
        if crc is not None and not is_right(crc, measured):
            wrong.append(int(row[0]))
    return wrong


def _mend(
    new: sqlite3.Connection,
    loss: _Loss,
    sequences: Sequence[tuple[str, int]],
    names: dict[int, str],
    wearer: str | None,
) -> str | None:
    """Make whole what depends on rows that are lost; return who was given sensors, if anybody."""
    with transaction(new):
        given = _name_devices(new, names, wearer)
        _note_gaps(new, loss.blocks)
        if any(n != 0 for table, n in loss.rows.items() if table not in _NOT_RESULTS):
            for table in _STANDING:
                new.execute(f"DELETE FROM {table}")  # noqa: S608
        # An id that was given is never given again: cursors take blocks for new by their ids.
        for name, seq in sequences:
            new.execute("DELETE FROM sqlite_sequence WHERE name = ?1 AND seq < ?2", (name, seq))
            new.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE NOT EXISTS "
                "(SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
                (name, seq),
            )
        new.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, "
            "(SELECT coalesce(max(seen_id), 0) FROM live_state)) WHERE name = 'block'"
        )
    return given


def _name_devices(new: sqlite3.Connection, names: dict[int, str], wearer: str | None) -> str | None:
    lost = new.execute(
        "SELECT DISTINCT device FROM block WHERE device NOT IN (SELECT id FROM device)"
    ).fetchall()
    if not lost:
        return None
    known = [row[0] for row in new.execute("SELECT DISTINCT wearer FROM device")]
    given = known[0] if len(known) == 1 else wearer or "recovered"
    for (key,) in lost:
        name = names.get(key, f"recovered-{key}")
        # INSERT OR IGNORE: a name that another sensor has by now is not given twice.
        row = (key, name, given, name)
        new.execute("INSERT OR IGNORE INTO device VALUES (?, ?, ?, ?)", row)
        spare = (key, f"recovered-{key}", given, "recovered")
        new.execute("INSERT OR IGNORE INTO device VALUES (?, ?, ?, ?)", spare)
    return given


def _note_gaps(new: sqlite3.Connection, runs: Sequence[tuple[int, int]]) -> None:
    side = "SELECT boot_id, seq, t0_ns, n, fs_hz FROM block WHERE device = ? AND id"
    for first, last in runs:
        for (device,) in new.execute("SELECT id FROM device").fetchall():
            before = new.execute(f"{side} < ? ORDER BY id DESC LIMIT 1", (device, first)).fetchone()
            after = new.execute(f"{side} > ? ORDER BY id LIMIT 1", (device, last)).fetchone()
            if before is None or after is None or before[0] != after[0]:
                continue
            n_missing = after[1] - before[1] - 1
            end_ns = before[2] + round(before[3] * NS_PER_S / before[4])
            if n_missing > 0 and end_ns < after[2]:
                gap = (device, end_ns, after[2], n_missing * before[3], DAMAGED)
                new.execute("INSERT OR IGNORE INTO gap VALUES (?, ?, ?, ?, ?)", gap)


def _sequences(damaged: sqlite3.Connection) -> list[tuple[str, int]]:
    try:
        return damaged.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    except UNREADABLE:
        return []


def _device_names(damaged: sqlite3.Connection) -> dict[int, str]:
    """Return the names of sensors by their keys, as their index has them: pages of its own."""
    question = "SELECT id, device_id FROM device INDEXED BY sqlite_autoindex_device_1"
    try:
        return dict(damaged.execute(question).fetchall())
    except UNREADABLE:
        return {}


def _joined(runs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [row[0] for row in rows]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    # The names alone, as bytes: in a damaged file they and the types may be no text any more.
    rows = connection.execute("SELECT CAST(name AS BLOB) FROM pragma_table_info(?)", (table,))
    return [row[0].decode(errors="replace") for row in rows]


def _has_rowid(connection: sqlite3.Connection, table: str) -> bool:
    try:
        connection.execute(f"SELECT rowid FROM {table} LIMIT 0")  # noqa: S608
    except sqlite3.OperationalError:
        return False
    return True
