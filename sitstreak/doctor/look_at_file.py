"""Reads what the doctor wants to know of the data directory; changes and creates nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from processing.model import NS_PER_S
from sitstreak.doctor.database_check import FileFacts
from sitstreak.errors import SitstreakError
from sitstreak.storage import outbox
from sitstreak.storage.check import look_quickly
from sitstreak.storage.damaged_rows import UNREADABLE, open_to_look
from sitstreak.storage.database import DATABASE_NAME, explained
from sitstreak.storage.lock import collector_runs
from sitstreak.storage.outbox import OutboxStatus
from sitstreak.storage.schema import MIGRATIONS

_MAGIC: Final = b"SQLite format 3\0"  #: the first bytes of every database of SQLite


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What is in the data directory."""

    file: FileFacts
    outbox: OutboxStatus | None = None  #: None: no file, or it cannot be read
    paired: frozenset[str] = frozenset()  #: addresses in small letters
    data_until_s: float | None = None  #: up to when there are samples [s]


def look_at_file(data_dir: Path) -> DataFacts:
    """Look at layout, damage, outbox, pairing and the newest sample."""
    path = data_dir / DATABASE_NAME
    file = FileFacts(path.exists(), newest_layout=len(MIGRATIONS))
    if not file.exists:
        return DataFacts(file)
    file = replace(file, is_running=_is_running(data_dir))
    if _is_foreign(path):
        return DataFacts(replace(file, foreign=str(path)))
    try:
        with explained(path):
            health = look_quickly(data_dir)
    except SitstreakError as error:
        return DataFacts(replace(file, unreadable=str(error)))
    file = replace(file, damage=health.damage, n_checked=health.n_checked)
    if health.n_wrong:
        file = replace(file, damage=f"{health.n_wrong} blocks are not what was stored")
    facts = DataFacts(file)
    # An older layout lacks tables, a damaged one may lack anything: what can be read is told.
    with suppress(*UNREADABLE), closing(open_to_look(path)) as connection:
        layout: int = connection.execute("PRAGMA user_version").fetchone()[0]
        facts = replace(facts, file=replace(file, layout=layout))
        facts = replace(facts, data_until_s=_data_until_s(connection))
        facts = replace(facts, paired=_paired(connection))
        facts = replace(facts, outbox=outbox.status(connection))
    return facts


def free_bytes(data_dir: Path) -> int:
    """Return the room on the disk of a data directory, which need not exist yet."""
    place = data_dir.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _is_foreign(path: Path) -> bool:
    """Whether the file does not begin as SQLite's do; an empty one is a new database."""
    with suppress(OSError), path.open("rb") as file:
        beginning = file.read(len(_MAGIC))
        return beginning != b"" and beginning != _MAGIC
    return False


def _is_running(data_dir: Path) -> bool:
    with suppress(SitstreakError):  # a directory that cannot be written has no collector either
        return collector_runs(data_dir)
    return False


def _data_until_s(connection: sqlite3.Connection) -> float | None:
    newest = connection.execute(
        "SELECT t0_ns, n, fs_hz FROM device JOIN block ON block.device = device.id AND block.t0_ns "
        "= (SELECT max(t0_ns) FROM block WHERE device = device.id)"
    ).fetchall()
    return max((t0_ns / NS_PER_S + n / fs_hz for t0_ns, n, fs_hz in newest), default=None)


def _paired(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute("SELECT json FROM sensor_state WHERE name = 'pin'").fetchall()
    return frozenset(json.loads(text)["address"].lower() for (text,) in rows)
