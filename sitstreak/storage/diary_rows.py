"""Reads what wearers wrote down."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any, Final

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.diary_figures import told_by
from processing.figures.sleep import Span

#: Columns of both `diary` and `diary_history` that hold what an entry says.
SAYS: Final = tuple(one.name for one in fields(DiaryEntry) if one.name not in ("id", "is_edited"))
_ENTRY: Final = f"SELECT id, version, {', '.join(SAYS)} FROM diary"  # noqa: S608 - names of fields
_LARGEST_ID: Final = 2**63 - 1  #: SQLite takes no larger number
_THERE: Final = "wearer = ? AND deleted_at_s IS NULL"


def entries(
    connection: sqlite3.Connection,
    wearer: str,
    start_s: int,
    end_s: int,
    kinds: Collection[DiaryKind] | None = None,
) -> list[DiaryEntry]:
    """Return the entries of `[start_s, end_s)` in order of time, then of id. [s]

    A stretch belongs to every span that it overlaps.
    """
    rows = connection.execute(
        f"{_ENTRY} WHERE {_THERE} AND until_s IS NULL AND at_s >= ? AND at_s < ? UNION ALL "
        f"{_ENTRY} WHERE {_THERE} AND until_s > ? AND at_s < ? ORDER BY at_s, id",
        (wearer, start_s, end_s, wearer, start_s, end_s),
    )
    found = [as_entry(row) for row in rows]
    return found if kinds is None else [one for one in found if one.kind in kinds]


def entry(
    connection: sqlite3.Connection, wearer: str, entry_id: int, *, deleted: bool = False
) -> DiaryEntry | None:
    """Return one entry of a wearer, or one that was deleted; None if there is none."""
    if abs(entry_id) > _LARGEST_ID:
        return None
    condition = "NOT NULL" if deleted else "NULL"
    row = connection.execute(
        f"{_ENTRY} WHERE wearer = ? AND id = ? AND deleted_at_s IS {condition}", (wearer, entry_id)
    ).fetchone()
    return None if row is None else as_entry(row)


def told_not_worn(connection: sqlite3.Connection, wearer: str) -> tuple[Span, ...]:
    """Return all stretches that a wearer says were not worn, in order and apart. [s]"""
    return told_by(_stretches(connection, wearer, DiaryKind.NOT_WORN)).not_worn


def told_sleep(connection: sqlite3.Connection, wearer: str) -> tuple[Span, ...]:
    """Return all stretches that a wearer says were slept, in order and apart. [s]"""
    return told_by(_stretches(connection, wearer, DiaryKind.SLEEP)).sleep


def as_entry(row: Sequence[Any]) -> DiaryEntry:
    """Make an entry of a row `id, version, *SAYS`."""
    says = dict(zip(SAYS, row[2:], strict=True))
    says["kind"] = DiaryKind(says["kind"])
    return DiaryEntry(id=row[0], is_edited=row[1] > 1, **says)


def _stretches(connection: sqlite3.Connection, wearer: str, kind: DiaryKind) -> list[DiaryEntry]:
    rows = connection.execute(
        f"{_ENTRY} WHERE {_THERE} AND kind = ? AND until_s IS NOT NULL ORDER BY at_s",
        (wearer, kind.value),
    )
    return [as_entry(row) for row in rows]
