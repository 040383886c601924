"""Sends the outbox: at least once, in order, and never a row lost."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from sitstreak.errors import SitstreakError
from sitstreak.storage import bundles, outbox, quarantine, replays
from sitstreak.storage.database import open_database
from sitstreak.storage.influx import RowsRejectedError, Sink, SinkUnavailableError
from sitstreak.storage.outbox import Batch, Deletion

BATCH: Final = 5_000
_IDLE_S: Final = 2.0
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 300.0

_log = logging.getLogger(__name__)


def back_off_s(attempts: int) -> float:
    """Return how long to wait after so many failures in a row (>= 1): 1, 2, 4 ... 300 s."""
    return min(_FIRST_WAIT_S * 2.0 ** min(attempts - 1, 30), _LONGEST_WAIT_S)


def drain_once(connection: sqlite3.Connection, sink: Sink, *, limit: int = BATCH) -> int:
    """Carry out the deletions that wait, then send the oldest rows once.

    A deletion may grow, or a new one come, while the sink is at work on another. The rows queued
    with it must not go before it, or it would remove them: rows are sent only once none waits.
    When nothing waits, the next day of a span that is to be replayed is queued and sent.

    Returns
    -------
    n
        How many rows left the outbox: sent, or set aside because the sink will never take them.

    Raises
    ------
    SinkUnavailableError
        If the sink could not be used; what it has not confirmed is still in the outbox.
    """
    deletions, batch = outbox.to_send(connection, limit)
    while deletions or (not batch.lines and replays.refill(connection)):
        for deletion in deletions:
            _delete(connection, sink, deletion)
        deletions, batch = outbox.to_send(connection, limit)
    if batch.bundle_ids and len(batch.lines) > limit:
        for start in range(0, len(batch.lines), limit):
            _send(connection, sink, batch.part(start, start + limit))
        outbox.confirm(connection, batch)
    elif batch.lines:
        _send(connection, sink, batch)
    return len(batch.lines)


def drain_all(
    connection: sqlite3.Connection,
    sink: Sink,
    *,
    told: Callable[[int], None] = lambda _n_done: None,
) -> int:
    """Send everything that waits, now; return how many rows left the outbox.

    Parameters
    ----------
    told
        Called after each batch with how many rows have left so far.

    Raises
    ------
    SinkUnavailableError
        If the sink could not be used; what it has not confirmed is still in the outbox.
    """
    n_all = 0
    while n_done := drain_once(connection, sink):
        n_all += n_done
        told(n_all)
    return n_all


def drain_until(
    data_dir: Path,
    sink: Sink,
    stop: threading.Event,
    *,
    wait: Callable[[float], bool] | None = None,
) -> None:
    """Send what is in the outbox, and what comes into it, until `stop` is set; for a thread.

    No error ends it that may pass: it is noted, and after a pause everything is tried again.

    Parameters
    ----------
    wait
        Waits so many seconds and says whether to stop; `stop.wait` unless given.
    """
    wait = wait or stop.wait
    attempts = 0
    while not stop.is_set():
        try:
            # Opened anew after an error: a connection may be of no use after one of the disk.
            with closing(open_database(data_dir)) as connection:
                while not stop.is_set():
                    n_done = drain_once(connection, sink)
                    attempts = 0
                    if wait(_pause_s(connection, n_done)):
                        return
        except (SitstreakError, sqlite3.Error) as error:
            attempts += 1
            if attempts == 1:
                _log.warning("nothing is lost, sending is tried again: %s", error)
            _note(data_dir, str(error))
            asked_s = error.retry_after_s if isinstance(error, SinkUnavailableError) else 0.0
            if wait(max(back_off_s(attempts), asked_s)):
                return


def _pause_s(connection: sqlite3.Connection, n_done: int) -> float:
    """Return how long to collect more rows before the next request: not while many wait."""
    if not n_done:
        return _IDLE_S
    many = (
        n_done >= BATCH
        or bundles.rows_before(connection) is not None
        or bool(replays.waiting(connection))
    )
    return 0.0 if many else _IDLE_S


def _note(data_dir: Path, error: str) -> None:
    """Leave word for `sitstreak status`, if the database is not itself what fails."""
    with suppress(SitstreakError, sqlite3.Error), closing(open_database(data_dir)) as connection:
        outbox.note_error(connection, error)


def _delete(connection: sqlite3.Connection, sink: Sink, deletion: Deletion) -> None:
    try:
        sink.delete(deletion)
    except RowsRejectedError as error:
        _log.warning("a deletion was set aside: %s", error)
        quarantine.put_deletion(connection, deletion, str(error))
    else:
        outbox.confirm_deletion(connection, deletion)


def _send(connection: sqlite3.Connection, sink: Sink, batch: Batch) -> None:
    """Send lines in one request; find the poisoned ones by halving and set them aside."""
    try:
        sink.write(batch.lines)
    except RowsRejectedError as error:
        if len(batch.lines) == 1:
            _log.warning("a row was set aside: %s", error)
            quarantine.put(connection, batch, str(error))
            return
        for half in batch.halves():
            _send(connection, sink, half)
        if batch.bundle_ids:
            outbox.confirm(connection, batch)
    else:
        outbox.confirm(connection, batch)
