"""Spans whose rows are made again from the results: InfluxDB is a copy that can be rebuilt.

So the outbox need not hold everything. While it is full, a span is remembered in place of its rows.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sitstreak.storage import outbox
from sitstreak.storage.database import transaction
from sitstreak.storage.lines import Line
from sitstreak.storage.projection import END_S, lines_for_span, pieces, told_lines
from sitstreak.storage.results import Results
from sitstreak.storage.sensor_rows import note_all_beside, sensor_lines

__all__ = ["END_S", "Replay", "put", "refill", "waiting"]


@dataclass(frozen=True, slots=True)
class Replay:
    """A span of one wearer that is to be sent again."""

    wearer: str
    zone: str  #: local days are cut by this one, unless rows were queued by another since
    from_s: int
    until_s: int


def put(connection: sqlite3.Connection, wearer: str, zone: str, from_s: int, until_s: int) -> None:
    """Remember that the rows of `[from_s, until_s)` are to be sent; spans of a wearer are joined.

    Part of the caller's transaction. What lies between two spans is sent too: that changes nothing.
    """
    connection.execute(
        "INSERT INTO outbox_replay VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "zone = excluded.zone, from_s = min(from_s, excluded.from_s), "
        "until_s = max(until_s, excluded.until_s)",
        (wearer, zone, from_s, until_s),
    )


def waiting(connection: sqlite3.Connection) -> list[Replay]:
    """Return the spans that wait."""
    rows = connection.execute(
        "SELECT outbox_replay.wearer, coalesce(projection.zone, outbox_replay.zone), from_s, "
        "until_s FROM outbox_replay LEFT JOIN projection USING (wearer) ORDER BY wearer"
    )
    return [Replay(*row) for row in rows]


def refill(connection: sqlite3.Connection) -> bool:
    """Queue the rows of the next day that waits; return whether there was a span.

    Made and queued in one transaction: rows that were made before results changed would otherwise
    come behind those that replace them.
    """
    with transaction(connection):
        results = Results(connection)
        for replay in waiting(connection):
            has_results = results.latest_second(replay.wearer) is not None
            if has_results and results.method(replay.wearer) is None:
                continue  # an older sitstreak made them; the span waits until they are made again
            for device_id in results.devices(replay.wearer):
                note_all_beside(connection, device_id)
            _refill(connection, results, replay)
            return True
    return False


def _refill(connection: sqlite3.Connection, results: Results, replay: Replay) -> None:
    wearer = replay.wearer
    latest_s = results.latest_second(wearer)
    until_s = replay.from_s if latest_s is None else min(replay.until_s, latest_s + 1)
    _, end_s = next(pieces(results, wearer, replay.from_s, until_s), (0, until_s))
    if end_s > replay.from_s:
        zone = ZoneInfo(replay.zone)
        outbox.put(connection, _lines(connection, results, replay, end_s, zone))
    if end_s >= until_s:  # people also tell of times without data
        outbox.put(
            connection, told_lines(results, wearer, max(end_s, replay.from_s), replay.until_s)
        )
    if end_s < until_s:
        connection.execute("UPDATE outbox_replay SET from_s = ? WHERE wearer = ?", (end_s, wearer))
    else:
        connection.execute("DELETE FROM outbox_replay WHERE wearer = ?", (wearer,))


def _lines(
    connection: sqlite3.Connection, results: Results, replay: Replay, end_s: int, zone: ZoneInfo
) -> list[Line]:
    lines = list(lines_for_span(results, replay.wearer, replay.from_s, end_s, zone))
    for device_id in results.devices(replay.wearer):
        lines += sensor_lines(connection, replay.wearer, device_id, replay.from_s, end_s)
    return lines
