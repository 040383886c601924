"""Lines that were queued many at a time: kept as the text that is sent, thousands to a row.

A bundle keeps its place in the order: what was queued before it is sent before it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from processing.model import NS_PER_S
from sitstreak.storage.lines import Line

#: Fewer lines than this are queued one by one, so that newer ones replace those that wait.
FEWEST: Final = 500
#: More than this wait in no bundle: a bundle is not replaced, so it could be queued time and again.
MOST_WAITING: Final = 50_000
#: One request of InfluxDB's advised size.
_LARGEST: Final = 5_000


def put(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Queue lines behind everything that waits; part of the caller's transaction.

    Of two for the same place only the last is: in one request neither would be the newer.
    """
    newest: dict[str, dict[int, str]] = {}
    for series, at_s, fields, more_ns in lines:
        at_ns = at_s * NS_PER_S + more_ns
        newest.setdefault(series, {})[at_ns] = f"{series} {fields} {at_ns}"
    texts = [text for of_series in newest.values() for text in of_series.values()]
    after_row = connection.execute(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)"
    ).fetchone()[0]
    for at in range(0, len(texts), _LARGEST):
        some = texts[at : at + _LARGEST]
        connection.execute(
            "INSERT INTO outbox_bundle (after_row, n_rows, lines) VALUES (?, ?, ?)",
            (after_row, len(some), "\n".join(some)),
        )


def rows_before(connection: sqlite3.Connection) -> int | None:
    """Return the last row of `outbox` that goes before the next bundle; None without a bundle."""
    row = connection.execute("SELECT after_row FROM outbox_bundle ORDER BY id LIMIT 1").fetchone()
    return None if row is None else row[0]


def oldest(connection: sqlite3.Connection, limit: int) -> tuple[list[int], list[str]]:
    """Return the next bundles, before which no row goes, by their ids, and all of their lines.

    As many as have no more than `limit` lines, and at least one if any waits.
    """
    [first_row] = connection.execute("SELECT min(id) FROM outbox").fetchone()
    bundle_ids: list[int] = []
    lines: list[str] = []
    for bundle_id, after_row, n_lines, text in connection.execute(
        "SELECT id, after_row, n_rows, lines FROM outbox_bundle ORDER BY id"
    ):
        is_behind_a_row = first_row is not None and after_row >= first_row
        if is_behind_a_row or (lines and len(lines) + n_lines > limit):
            break
        bundle_ids.append(bundle_id)
        lines += _split(text)
    return bundle_ids, lines


def forget(connection: sqlite3.Connection, bundle_ids: Sequence[int]) -> None:
    """Take bundles out of the outbox; part of the caller's transaction."""
    connection.executemany(
        "DELETE FROM outbox_bundle WHERE id = ?", [(bundle_id,) for bundle_id in bundle_ids]
    )


def drop_since(connection: sqlite3.Connection, series: str, from_s: int) -> None:
    """Take the lines of one series from a moment on out of all bundles."""
    start, from_ns = f"{series} ", from_s * NS_PER_S
    bundles = connection.execute("SELECT id, lines FROM outbox_bundle").fetchall()
    for bundle_id, text in bundles:
        lines = _split(text)
        left = [
            line
            for line in lines
            if not (line.startswith(start) and int(line.rpartition(" ")[2]) >= from_ns)
        ]
        if not left:
            forget(connection, [bundle_id])
        elif len(left) < len(lines):
            connection.execute(
                "UPDATE outbox_bundle SET n_rows = ?, lines = ? WHERE id = ?",
                (len(left), "\n".join(left), bundle_id),
            )


def n_rows(connection: sqlite3.Connection) -> int:
    """Return how many lines wait in bundles."""
    n: int = connection.execute("SELECT coalesce(sum(n_rows), 0) FROM outbox_bundle").fetchone()[0]
    return n


def all_lines(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield every line that waits in a bundle."""
    for (text,) in connection.execute("SELECT lines FROM outbox_bundle ORDER BY id"):
        yield from _split(text)


def _split(text: str) -> list[str]:
    # Not `splitlines`: a text for people may hold other characters that end lines elsewhere.
    return text.split("\n")
