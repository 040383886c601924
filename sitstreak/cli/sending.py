"""Sends what waits while somebody looks on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings
from sitstreak.storage import outbox, quarantine, replays
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.drain import drain_all
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.results import Results


class NoInfluxError(SitstreakError):
    """There is no InfluxDB to send to."""

    def __init__(self) -> None:
        super().__init__(
            "set SITSTREAK_INFLUX_URL in .env to the address of InfluxDB, and "
            "SITSTREAK_INFLUX_TOKEN to a token that may write the bucket"
        )


class NoDataError(SitstreakError):
    """There is no file of data to send from."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        super().__init__(f"there are no data in {data_dir}; give another --data-dir")


def open_existing(settings: Settings) -> sqlite3.Connection:
    """Open the database of a data directory that has one.

    Raises
    ------
    NoDataError
        If there is none: looking must not make one.
    """
    if not (settings.data_dir / DATABASE_NAME).exists():
        raise NoDataError(settings.data_dir)
    return open_database(settings.data_dir)


def send_now(settings: Settings, *, quiet: bool) -> int:
    """Send everything that waits, with a bar on stderr; return how many rows left the outbox.

    Raises
    ------
    NoInfluxError
        If no address is set.
    SinkUnavailableError
        If InfluxDB could not be used; what it has not confirmed still waits.
    """
    sink = InfluxSink.from_settings(settings)
    if sink is None:
        raise NoInfluxError
    console = Console(stderr=True, quiet=quiet)
    with (
        sink,
        closing(open_existing(settings)) as connection,
        Progress(console=console, transient=True, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("Sending to InfluxDB", total=None)
        from_s = min((span.from_s for span in replays.waiting(connection)), default=0)
        n_aside_before = len(quarantine.listed(connection))

        def show(n_done: int) -> None:
            left = replays.waiting(connection)
            n_waiting = outbox.n_rows(connection)
            share = _replayed(connection, left, from_s) if left else 1.0
            total = n_done + n_waiting if not left else (n_done + n_waiting) / max(share, 0.01)
            bar.update(task, total=total, completed=n_done)

        n_sent = drain_all(connection, sink, told=show)
        n_aside = len(quarantine.listed(connection)) - n_aside_before
    if n_aside > 0:
        click.echo(
            f"sitstreak: InfluxDB refused {n_aside} rows; see: sitstreak outbox list", err=True
        )
    return n_sent


def _replayed(connection: sqlite3.Connection, left: list[replays.Replay], from_s: int) -> float:
    """Return about how much of the spans is made, from 0 to 1."""
    latest_s = max(
        (Results(connection).latest_second(span.wearer) or from_s for span in left),
        default=from_s,
    )
    now_s = min(span.from_s for span in left)
    first_s = max(from_s, min(Results(connection).first_second(w.wearer) or from_s for w in left))
    return min(max((now_s - first_s) / max(latest_s - first_s, 1), 0.0), 1.0)
