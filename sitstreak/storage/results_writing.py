"""Writes results, only what changed; each function is part of the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

from processing.method import Method
from processing.model import Bout, Posture, PostureSeconds
from sitstreak.storage.bout_runs import Run, find_runs
from sitstreak.storage.packing import (
    SECONDS_PER_ROW,
    MinuteRow,
    from_rows,
    join,
    pack,
    to_rows,
    unknown,
)
from sitstreak.storage.results import as_bout, minute_rows

_NOTHING: Final = next(to_rows(unknown(0, SECONDS_PER_ROW)))


def write_seconds(
    connection: sqlite3.Connection,
    key: int,
    seconds: PostureSeconds,
    has_data: Callable[[int, int], bool],
) -> int | None:
    """Replace a device's seconds from `seconds.start_s` on.

    Parameters
    ----------
    has_data
        Whether the device took samples in a span `[start_s, end_s)`. Minutes without get no row: a
        week in a drawer costs nothing.

    Returns
    -------
    changed_from_s
        No second before it differs from what was stored; None when none does. [s]
    """
    start_s = seconds.start_s - seconds.start_s % SECONDS_PER_ROW
    end_s = seconds.end_s + -seconds.end_s % SECONDS_PER_ROW
    stored = {row.minute_s: row for row in minute_rows(connection, key, start_s, end_s)}
    before = from_rows(list(stored.values())[:1], start_s, seconds.start_s)
    padding = unknown(seconds.end_s, end_s)
    changed = [
        row
        for row in to_rows(join([before, pack(seconds), padding]))
        if row != stored.get(row.minute_s)
        and (
            row.minute_s in stored
            or not _is_nothing(row)
            or has_data(row.minute_s, row.minute_s + SECONDS_PER_ROW)
        )
    ]
    _store(connection, key, changed)
    # The whole minute: where rows of the streak stand depends on which minutes are stored.
    return changed[0].minute_s if changed else None


def cut_seconds(connection: sqlite3.Connection, key: int, from_s: int) -> None:
    """Forget a device's seconds from `from_s` on."""
    minute_s = from_s - from_s % SECONDS_PER_ROW
    rows = minute_rows(connection, key, minute_s, from_s)
    connection.execute(
        "DELETE FROM posture_minute WHERE device = ? AND minute_s >= ?", (key, minute_s)
    )
    if rows:
        kept = from_rows(rows, minute_s, from_s)
        rest = unknown(from_s, minute_s + SECONDS_PER_ROW)
        _store(connection, key, list(to_rows(join([kept, rest]))))


def write_bouts(
    connection: sqlite3.Connection,
    key: int,
    span_s: tuple[int, int],
    settled_until_s: int,
    method: Method,
    known: Run | None = None,
) -> Run | None:
    """Find the bouts of a device again from its first one that was still open.

    They are found in the stored seconds, not in the ones just computed: stored numbers are rounded,
    and a bout must not depend on when it was looked at.

    Parameters
    ----------
    span_s
        First second of the device and one past its last one.
    settled_until_s
        Seconds before it never change again; a bout is settled when the second after it is, so
        one past the end of the data settles all.
    known
        What the call before returned, if nothing was taken back since.

    Returns
    -------
    settled
        What need not be read again at the next call.
    """
    first_s, until_s = span_s
    open_s = _open_from(connection, key, first_s)
    bouts, settled_part = find_runs(
        connection,
        key,
        (open_s, until_s),
        first_s=first_s,
        settled_until_s=settled_until_s,
        known=known,
    )
    found = {bout.start_s: bout for bout in bouts}
    stored = _stored_bouts(connection, key, open_s)
    connection.executemany(
        "DELETE FROM bout WHERE device = ? AND start_s = ?",
        [(key, start_s) for start_s in stored.keys() - found.keys()],
    )
    changed = [
        (bout, settled)
        for bout in found.values()
        if stored.get(bout.start_s) != (bout, settled := bout.end_s < settled_until_s)
    ]
    connection.executemany(
        "INSERT OR REPLACE INTO bout VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                key,
                bout.start_s,
                bout.end_s,
                bout.posture.value,
                bout.n_steps,
                bout.confidence,
                bout.censored,
                settled,
                method.digest,
            )
            for bout, settled in changed
        ],
    )
    return settled_part


def write_hole(
    connection: sqlite3.Connection, key: int, start_s: int, end_s: int, method: Method
) -> None:
    """Store a hole of days between two stretches of data as one settled bout.

    It is a bout of its own even beside unknown seconds, so that nobody has to lay it out in seconds
    to find it again.
    """
    connection.execute(
        "INSERT OR REPLACE INTO bout VALUES (?, ?, ?, ?, 0, 0.0, 1, 2, ?)",
        (key, start_s, end_s, Posture.UNKNOWN.value, method.digest),
    )


def cut_bouts(connection: sqlite3.Connection, key: int, from_s: int) -> None:
    """Forget a device's bouts from `from_s` on; one that reaches there is open again."""
    connection.execute("DELETE FROM bout WHERE device = ? AND start_s >= ?", (key, from_s))
    connection.execute(
        "UPDATE bout SET end_s = ?1, settled = 0 WHERE device = ?2 AND end_s >= ?1 "
        "AND NOT (settled = 2 AND end_s = ?1)",
        (from_s, key),
    )


def _store(connection: sqlite3.Connection, key: int, rows: list[MinuteRow]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO posture_minute VALUES (?, ?, ?, ?, ?, ?)",
        [(key, row.minute_s, row.code, row.p, row.confidence, row.n_steps) for row in rows],
    )


def _open_from(connection: sqlite3.Connection, key: int, first_s: int) -> int:
    """Return where the first bout begins that may still change, or else the first that is to be."""
    open_s, last_end_s = connection.execute(
        "SELECT (SELECT min(start_s) FROM bout WHERE device = ?1 AND settled = 0), "
        "(SELECT max(end_s) FROM bout WHERE device = ?1)",
        (key,),
    ).fetchone()
    places: tuple[int | None, ...] = (open_s, last_end_s, first_s)
    return next(place for place in places if place is not None)


def _stored_bouts(
    connection: sqlite3.Connection, key: int, open_s: int
) -> dict[int, tuple[Bout, bool]]:
    rows = connection.execute(
        "SELECT start_s, end_s, posture, n_steps, confidence, censored, settled FROM bout "
        "WHERE device = ? AND start_s >= ?",
        (key, open_s),
    )
    return {row[0]: (as_bout(row[:6]), bool(row[6])) for row in rows}


def _is_nothing(row: MinuteRow) -> bool:
    return (row.code, row.p, row.n_steps) == (_NOTHING.code, _NOTHING.p, _NOTHING.n_steps)
