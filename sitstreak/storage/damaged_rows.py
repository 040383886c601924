"""Reads around the damaged pages of a database: whatever can be read, in pieces."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

_Rows = list[tuple[Any, ...]]
#: Where names in the file are garbage, Python fails over SQLite's own message about them.
UNREADABLE: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
_IDS_A_PIECE: Final = 4096
#: So many ids in a row that cannot be read: the root of the table is gone, and with it the rest.
_MAX_FAILURES: Final = 50_000
#: How far to look where not even the largest id can be read.
_LARGEST_ID: Final = 2**24
#: Last id of a run of lost ones of which nobody knows how long it is.
NO_END: Final = 2**40


def open_to_look(path: Path) -> sqlite3.Connection:
    """Open a database for reading only, of whatever layout."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA query_only = ON")
    return connection


def open_damaged(path: Path) -> sqlite3.Connection:
    """Open a damaged database for reading only, even if it is cut short or knows few of its tables.

    With `writable_schema` SQLite takes a file for as long as it is, and after one refusal works
    with the tables that it could make out (sqlite3InitOne in src/prepare.c of SQLite).
    """
    connection = open_to_look(path)
    connection.text_factory = str  # a row with garbage for text is lost, not kept as garbage
    connection.execute("PRAGMA writable_schema = ON")
    with contextlib.suppress(*UNREADABLE):
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return connection


def read_by_id(
    connection: sqlite3.Connection, table: str, columns: Sequence[str]
) -> Iterator[tuple[_Rows, tuple[int, int] | None]]:
    """Yield the rows of a table in order of their ids, and between them the runs of ids lost.

    Each item is `(rows, None)`, or `([], (first, last))` for ids that cannot be read; whether each
    of them was there is not known; `last` is `NO_END` where the largest id is not known either. The
    first column is the id where the table has one.
    """
    question = (
        f"SELECT {', '.join(columns)} FROM {table} NOT INDEXED "  # noqa: S608
        "WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    )
    known = _largest_id(connection, table)
    largest = _LARGEST_ID if known is None else known
    n_failures = 0
    for start in range(1, largest + 1, _IDS_A_PIECE):
        pieces = [(start, min(start + _IDS_A_PIECE - 1, largest))]
        while pieces:
            first, last = pieces.pop()
            try:
                rows = connection.execute(question, (first, last)).fetchall()
            except UNREADABLE:
                n_failures += 1
                if n_failures > _MAX_FAILURES:
                    yield [], (first, NO_END if known is None else largest)
                    return
                if first == last:
                    yield [], (first, last)
                    continue
                middle = (first + last) // 2
                pieces += [(middle + 1, last), (first, middle)]
                continue
            if rows:
                n_failures = 0
                yield rows, None
    if known is None:
        yield [], (largest + 1, NO_END)


def read_from_both_ends(
    connection: sqlite3.Connection, table: str, columns: Sequence[str]
) -> Iterator[tuple[_Rows, int]]:
    """Yield the rows of a table without ids: from its first on, and if need be from its last.

    Each item is `(rows, 0)`, and `([], n)` where at least n rows cannot be read.
    """
    keys = [
        row[1]
        for row in sorted(connection.execute(f"PRAGMA table_info({table})"), key=lambda row: row[5])
        if row[5]
    ]
    names = ", ".join(columns)
    for way in ("", " DESC"):
        order = ", ".join(f"{key}{way}" for key in keys)
        question = f"SELECT {names} FROM {table} ORDER BY {order}"  # noqa: S608
        rows, is_whole = _until_error(connection, question)
        yield rows, 0
        if is_whole:
            return
    yield [], 1


def _until_error(connection: sqlite3.Connection, question: str) -> tuple[_Rows, bool]:
    rows: _Rows = []
    try:
        for row in connection.execute(question):
            rows.append(row)
    except UNREADABLE:
        return rows, False
    return rows, True


def _largest_id(connection: sqlite3.Connection, table: str) -> int | None:
    ways = (
        (f"SELECT coalesce(max(rowid), 0) FROM {table} NOT INDEXED", ()),  # noqa: S608
        ("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)),
    )
    for question, values in ways:
        try:
            row = connection.execute(question, values).fetchone()
        except UNREADABLE:
            continue
        if row is not None:
            return int(row[0])
    return None
