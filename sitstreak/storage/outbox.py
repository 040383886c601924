"""The queue to InfluxDB: what it has not confirmed yet, and what it will never take."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sitstreak.storage.database import transaction
from sitstreak.storage.happenings import REACH_S
from sitstreak.storage.lines import BOUT, EVENT, OF_DEVICE, OF_WEARER, Line, line_text, series


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A line that waits. Its id changes when a newer line takes its place."""

    row_id: int
    text: str
    place: str = ""  #: series and time


@dataclass(frozen=True, slots=True)
class Deletion:
    """Rows of InfluxDB that are to vanish: of one measurement and its tags, from a moment on."""

    row_id: int
    measurement: str
    wearer: str
    device_id: str  #: empty: the measurement has no such tag
    from_s: int


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How the sending goes."""

    n_waiting: int
    n_quarantined: int
    sent_at_s: int | None  #: when InfluxDB last took something
    error: str | None  #: why nothing is sent just now, in plain words


def put(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Queue lines; one for the same place that still waits is replaced.

    Part of the caller's transaction. The replacement gets a new id, so that a sender which has the
    old one in its hands does not cross off the new one.
    """
    connection.executemany(
        "INSERT OR REPLACE INTO outbox (series, at_s, more_ns, fields) VALUES (?, ?, ?, ?)",
        [(line.series, line.at_s, line.more_ns, line.fields) for line in lines],
    )


def put_deletions(
    connection: sqlite3.Connection,
    wearer: str,
    device_id: str,
    from_s: int,
    *,
    bouts_from_s: int | None = None,
) -> None:
    """Queue that everything about a device and its wearer vanishes from `from_s` on.

    Part of the caller's transaction. Lines that wait for that time are dropped: they will be made
    again. So deletions can always go first.

    Parameters
    ----------
    bouts_from_s
        Where the bouts to delete begin, if earlier: a bout is a row at its start, however long.
    """
    for measurement in OF_DEVICE:
        since_s = from_s
        if measurement == BOUT and bouts_from_s is not None:
            since_s = min(bouts_from_s, from_s)
        _put_deletion(connection, measurement, wearer, device_id, since_s)
    put_wearer_deletions(connection, wearer, from_s)


def put_wearer_deletions(connection: sqlite3.Connection, wearer: str, from_s: int) -> None:
    """Queue that the rows of the wearer as a whole vanish from `from_s` on."""
    for measurement in OF_WEARER:
        # An event that began a little earlier may be none any more.
        since_s = from_s - REACH_S if measurement == EVENT else from_s
        _put_deletion(connection, measurement, wearer, "", since_s)


def put_deletion(connection: sqlite3.Connection, deletion: Deletion) -> None:
    """Queue a deletion again; part of the caller's transaction."""
    _put_deletion(
        connection, deletion.measurement, deletion.wearer, deletion.device_id, deletion.from_s
    )


def to_send(connection: sqlite3.Connection, limit: int) -> tuple[list[Deletion], list[OutboxRow]]:
    """Return what comes next, as of one moment: deletions, or lines if no deletion waits.

    A deletion and the lines that replace what it deletes are queued one after the other. Read at
    two moments, the lines could seem to wait for no deletion.
    """
    with transaction(connection):
        waiting = deletions(connection)
        return waiting, [] if waiting else oldest(connection, limit)


def oldest(connection: sqlite3.Connection, limit: int) -> list[OutboxRow]:
    """Return the lines that have waited longest."""
    rows = connection.execute(
        "SELECT id, series, fields, at_s, more_ns FROM outbox ORDER BY id LIMIT ?", (limit,)
    )
    return [OutboxRow(row_id, line_text(*line), line[0]) for row_id, *line in rows]


def deletions(connection: sqlite3.Connection) -> list[Deletion]:
    """Return what is to vanish from InfluxDB before anything more is sent."""
    rows = connection.execute(
        "SELECT id, measurement, wearer, device_id, from_s FROM outbox_delete ORDER BY id"
    )
    return [Deletion(*row) for row in rows]


def confirm(connection: sqlite3.Connection, rows: Sequence[OutboxRow]) -> None:
    """Forget lines that InfluxDB has confirmed."""
    with transaction(connection):
        forget(connection, rows)
        _note_sent(connection)


def confirm_deletion(connection: sqlite3.Connection, deletion: Deletion) -> None:
    """Forget a deletion that InfluxDB has confirmed, unless it has grown meanwhile."""
    with transaction(connection):
        connection.execute(
            "DELETE FROM outbox_delete WHERE id = ? AND from_s = ?",
            (deletion.row_id, deletion.from_s),
        )
        _note_sent(connection)


def note_error(connection: sqlite3.Connection, error: str) -> None:
    """Remember why nothing is sent just now, for `sitstreak status`."""
    with transaction(connection):
        connection.execute("UPDATE sink_status SET error = ?", (error,))


def status(connection: sqlite3.Connection) -> OutboxStatus:
    """Return how the sending goes."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM outbox_delete), "
        "(SELECT count(*) FROM quarantine), sent_at_s, error FROM sink_status"
    ).fetchone()
    return OutboxStatus(*row)


def n_rows(connection: sqlite3.Connection) -> int:
    """Return how many lines wait."""
    n: int = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
    return n


def waiting_by_measurement(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many lines wait of each measurement that has any."""
    return dict(
        connection.execute(
            "SELECT substr(series, 1, instr(series, ',') - 1) AS name, count(*) FROM outbox "
            "GROUP BY name ORDER BY name"
        ).fetchall()
    )


def backfill(connection: sqlite3.Connection) -> None:
    """Have everything sent again, such as to a new bucket: the next step of processing queues it.

    Nothing of this is needed when InfluxDB is first switched on.
    """
    with transaction(connection):
        connection.execute("DELETE FROM projection")
        connection.execute("DELETE FROM projection_device")
        connection.execute("DELETE FROM projection_sensor")
        connection.execute("DELETE FROM quarantine")


def _put_deletion(
    connection: sqlite3.Connection, measurement: str, wearer: str, device_id: str, from_s: int
) -> None:
    connection.execute(
        "DELETE FROM outbox WHERE series = ? AND at_s >= ?",
        (series(measurement, wearer, device_id), from_s),
    )
    connection.execute(
        "INSERT INTO outbox_delete (measurement, wearer, device_id, from_s) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET from_s = min(from_s, excluded.from_s)",
        (measurement, wearer, device_id, from_s),
    )


def forget(connection: sqlite3.Connection, rows: Sequence[OutboxRow]) -> None:
    """Take lines out of the outbox; part of the caller's transaction."""
    connection.executemany("DELETE FROM outbox WHERE id = ?", [(row.row_id,) for row in rows])


def _note_sent(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE sink_status SET sent_at_s = ?, error = NULL", (int(time.time()),))
