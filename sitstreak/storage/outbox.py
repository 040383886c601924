"""The queue to InfluxDB: what it has not confirmed yet, and what it will never take."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from processing.model import NS_PER_S
from sitstreak.storage import bundles
from sitstreak.storage.database import explained, path_of, transaction
from sitstreak.storage.happenings import REACH_S
from sitstreak.storage.lines import BOUT, EVENT, OF_DEVICE, OF_WEARER, Line, series

#: The same text as `Line.text`.
_OLDEST: Final = (
    f"SELECT id, series || ' ' || fields || ' ' || (at_s * {NS_PER_S} + more_ns) "  # noqa: S608
    "FROM outbox WHERE id <= ? ORDER BY id LIMIT ?"
)
_ANY_ROW: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that are sent next, those that have waited longest first."""

    lines: Sequence[str] = ()
    #: One for each line; it changes when a newer line takes the place. None for bundles.
    row_ids: Sequence[int] = ()
    bundle_ids: Sequence[int] = ()

    def halves(self) -> tuple[Batch, Batch]:
        """Return the lines in two parts."""
        middle = len(self.lines) // 2
        return self.part(0, middle), self.part(middle, len(self.lines))

    def part(self, start: int, stop: int) -> Batch:
        """Return the lines of `[start, stop)`; parts of bundles have no ids."""
        return Batch(self.lines[start:stop], self.row_ids[start:stop])


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
    n_spans: int = 0  #: spans whose rows are to be made again and sent


def put(connection: sqlite3.Connection, lines: Iterable[Line]) -> None:
    """Queue lines behind those that wait; one of few that waits for the same place is replaced.

    Part of the caller's transaction. The replacement gets a new id, so that a sender which has the
    old one in its hands does not cross off the new one. Many lines at a time become a bundle, and
    replace nothing: the sink has the newest in the end, because they are sent in order.
    """
    lines = iter(lines)
    first = list(islice(lines, bundles.FEWEST))
    lines = chain(first, lines)
    if len(first) == bundles.FEWEST and bundles.n_rows(connection) < bundles.MOST_WAITING:
        bundles.put(connection, lines)
        return
    connection.executemany(
        "INSERT OR REPLACE INTO outbox (series, at_s, fields, more_ns) VALUES (?, ?, ?, ?)", lines
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


def put_event_deletion(connection: sqlite3.Connection, wearer: str, from_s: int) -> None:
    """Queue that the events of a wearer vanish from `from_s` on."""
    _put_deletion(connection, EVENT, wearer, "", from_s)


def put_deletion(connection: sqlite3.Connection, deletion: Deletion) -> None:
    """Queue a deletion again; part of the caller's transaction."""
    _put_deletion(
        connection, deletion.measurement, deletion.wearer, deletion.device_id, deletion.from_s
    )


def to_send(connection: sqlite3.Connection, limit: int) -> tuple[list[Deletion], Batch]:
    """Return what comes next, as of one moment: deletions, or lines if no deletion waits.

    A deletion and the lines that replace what it deletes are queued one after the other. Read at
    two moments, the lines could seem to wait for no deletion.
    """
    with _one_moment(connection):
        waiting = deletions(connection)
        return waiting, Batch() if waiting else oldest(connection, limit)


def oldest(connection: sqlite3.Connection, limit: int) -> Batch:
    """Return the lines that have waited longest: at most `limit`, but all of a bundle."""
    last_row = bundles.rows_before(connection)
    rows = connection.execute(
        _OLDEST, (_ANY_ROW if last_row is None else last_row, limit)
    ).fetchall()
    if rows:
        return Batch([line for _, line in rows], [row_id for row_id, _ in rows])
    bundle_ids, lines = bundles.oldest(connection, limit)
    return Batch(lines, (), bundle_ids)


def deletions(connection: sqlite3.Connection) -> list[Deletion]:
    """Return what is to vanish from InfluxDB before anything more is sent."""
    rows = connection.execute(
        "SELECT id, measurement, wearer, device_id, from_s FROM outbox_delete ORDER BY id"
    )
    return [Deletion(*row) for row in rows]


def confirm(connection: sqlite3.Connection, batch: Batch) -> None:
    """Forget lines that InfluxDB has confirmed; bundles once all of them is."""
    with transaction(connection):
        forget(connection, batch)
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
        "SELECT (SELECT count(*) FROM outbox) + (SELECT coalesce(sum(n_rows), 0) FROM "
        "outbox_bundle) + (SELECT count(*) FROM outbox_delete), "
        "(SELECT count(*) FROM quarantine), sent_at_s, error, "
        "(SELECT count(*) FROM outbox_replay) FROM sink_status"
    ).fetchone()
    return OutboxStatus(*row)


def n_rows(connection: sqlite3.Connection) -> int:
    """Return how many lines wait."""
    n: int = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
    return n + bundles.n_rows(connection)


def waiting_by_measurement(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many lines wait of each measurement that has any."""
    counts = Counter(line.partition(",")[0] for line in bundles.all_lines(connection))
    for name, n in connection.execute(
        "SELECT substr(series, 1, instr(series, ',') - 1) AS name, count(*) FROM outbox "
        "GROUP BY name"
    ):
        counts[name] += n
    return dict(sorted(counts.items()))


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
    tags = series(measurement, wearer, device_id)
    connection.execute("DELETE FROM outbox WHERE series = ? AND at_s >= ?", (tags, from_s))
    bundles.drop_since(connection, tags, from_s)
    connection.execute(
        "INSERT INTO outbox_delete (measurement, wearer, device_id, from_s) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET from_s = min(from_s, excluded.from_s)",
        (measurement, wearer, device_id, from_s),
    )


def forget(connection: sqlite3.Connection, batch: Batch) -> None:
    """Take lines out of the outbox; part of the caller's transaction."""
    if batch.bundle_ids:
        bundles.forget(connection, batch.bundle_ids)
    if batch.row_ids:
        # A batch has every row between its first and its last, and ids are never given again.
        connection.execute(
            "DELETE FROM outbox WHERE id BETWEEN ? AND ?", (batch.row_ids[0], batch.row_ids[-1])
        )


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Read all as of one moment, without holding up whoever writes."""
    if connection.in_transaction:
        yield
        return
    with explained(path_of(connection)):
        connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.OperationalError):  # after some errors SQLite has ended it
                connection.execute("COMMIT")


def _note_sent(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE sink_status SET sent_at_s = ?, error = NULL", (int(time.time()),))
