"""The process that makes the demo's history, while its parent processes what is there already."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from ingest.model import RawBlock
from processing.model import Gap
from sitstreak.demo_history import DEVICE_ID, Filled, fill_history
from sitstreak.demo_readings import fill_readings
from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal

WEARER: Final = "demo"
SEED: Final = 20


class HistoryStoppedError(SitstreakError):
    """The process that makes the history is gone."""

    def __init__(self) -> None:
        super().__init__(
            "making the history was broken off from outside; "
            "start the demo again, it goes on where it was"
        )


@contextmanager
def history_in_background(settings: Settings, days: int) -> Iterator[Connection]:
    """Make the history in a process of its own; give it to `finished` once it can be received.

    The process ends with the context at the latest, and with this process however that ends.
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(
        target=_work, args=(settings, days, os.getpid(), sender), name="history", daemon=True
    )
    worker.start()
    sender.close()  # so that the worker's end is the only one, and its death can be seen
    try:
        yield receiver
    finally:
        worker.terminate()
        worker.join()
        receiver.close()


def finished(history: Connection) -> Filled:
    """Return what was filled in.

    Raises
    ------
    HistoryStoppedError
        If the worker died.
    SitstreakError
        If it could not go on, such as on a full disk.
    """
    try:
        result = history.recv()
    except EOFError:
        raise HistoryStoppedError from None
    if isinstance(result, Filled):
        return result
    raise SitstreakError(str(result))


class _OwnedJournal(SqliteJournal):
    """Stops writing once the parent is gone: the lock on the data was the parent's."""

    parent: int = 0

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both in one durable commit."""
        if os.getppid() != self.parent:
            raise HistoryStoppedError
        super().append(blocks, gaps)


def _work(settings: Settings, days: int, parent: int, sender: Connection) -> None:
    # Ctrl-C in a terminal reaches this process too; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with sender:
        try:
            sender.send(_generate(settings, days, parent))
        except SitstreakError as error:
            sender.send(str(error))


def _generate(settings: Settings, days: int, parent: int) -> Filled:
    with closing(open_database(settings.data_dir)) as connection:
        journal = _OwnedJournal(connection, settings.wearer)
        journal.parent = parent
        filled = fill_history(
            journal, days=days, now_ns=time.time_ns(), zone=settings.zone, seed=SEED
        )
        fill_readings(connection, DEVICE_ID, filled.until_s, seed=SEED)
        return filled
