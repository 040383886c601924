"""Puts a made-up source of reports into a store, as live processing would have."""

from __future__ import annotations

import sqlite3
from functools import partial

from processing.model import CODE, BoolArray, Posture
from sitstreak.storage.database import transaction
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.live_state import Extent, StoredState, save
from sitstreak.storage.results_writing import (
    cut_bouts,
    cut_seconds,
    write_bouts,
    write_seconds,
)
from tests.support.report_source import ReportSource

_PIECE_S = 86_400


def store(connection: sqlite3.Connection, source: ReportSource, device_id: str = "hip-1") -> None:
    """Write a source's seconds, bouts and gaps into an open store; once more: as made again."""
    journal = SqliteJournal(connection, source.wearer)
    journal.register_device(device_id, source.wearer, source.device_name)
    if source.all_gaps:
        journal.append([], list(source.all_gaps))
    key: int
    [key] = connection.execute("SELECT id FROM device WHERE device_id = ?", (device_id,)).fetchone()
    start_s, end_s = source.start_s, source.start_s + len(source.code)
    with transaction(connection):
        extent = Extent(start_s, end_s, end_s + 1, finished=True)
        stored = StoredState(source.made_by.digest, b"", extent=extent)
        save(connection, key, stored, source.made_by)
        cut_seconds(connection, key, start_s)
        cut_bouts(connection, key, start_s)
        for from_s in range(start_s, end_s, _PIECE_S):
            seconds = source.seconds(source.wearer, from_s, min(from_s + _PIECE_S, end_s))
            known = seconds.code != CODE[Posture.UNKNOWN]
            write_seconds(
                connection,
                key,
                seconds,
                partial(_is_any, known, from_s),
            )
        write_bouts(connection, key, (start_s, end_s), end_s + 1, source.made_by)


def _is_any(flags: BoolArray, first_s: int, start_s: int, end_s: int) -> bool:
    return bool(flags[start_s - first_s : end_s - first_s].any())
