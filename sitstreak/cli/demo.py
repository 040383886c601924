"""`sitstreak demo`: see it live with no sensor and no server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shlex
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import Progress

from ingest.simulation.source import SampleSource
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json, program
from sitstreak.cli.sending import send_now
from sitstreak.demo_history import Filled
from sitstreak.demo_worker import SEED, WEARER, finished, history_in_background
from sitstreak.live import LiveProcessor
from sitstreak.service import Job, run_service, stopped_by_signals
from sitstreak.settings import Settings
from sitstreak.simulation import simulated
from sitstreak.storage.check import repair_if_damaged
from sitstreak.storage.database import open_database
from sitstreak.storage.enqueue import replay_everything
from sitstreak.storage.influx import InfluxSink, RowsRejectedError
from sitstreak.storage.lock import collector_lock
from sitstreak.storage.results import Results
from sitstreak.web.server import address, listen

_PATIENCE_S: Final = 0.05
_DAYS: Final = 14
_DAYS_SENT: Final = 84  # twelve weeks, as many as the dashboard Trends shows


@click.command("demo")
@click.option(
    "--days",
    type=click.IntRange(0, 366),
    help="Days of history before today (default: 14; 84 with --influx).",
)
@click.option(
    "--influx",
    "influx_url",
    metavar="URL",
    help="Fill the bucket of the settings in this InfluxDB with it, and go on live.",
)
@click.option("--no-serve", is_flag=True, help="Make the history and the results, then end.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the local page (default: 8765)."
)
@data_dir_option
@json_option
def command(
    days: int | None,
    influx_url: str | None,
    no_serve: bool,
    port: int | None,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Show it live with a simulated sensor: no hardware, no server, no network."""
    logging.basicConfig(level=logging.ERROR, format="sitstreak: %(message)s")
    settings = _settings(data_dir, influx_url)
    if days is None:
        days = _DAYS_SENT if influx_url else _DAYS
    _check_influx(settings)
    with collector_lock(settings.data_dir):
        if (said := repair_if_damaged(settings.data_dir, wearer=WEARER)) is not None:
            click.echo(said, err=True)
        listener = None if no_serve else listen(settings.port if port is None else port)
        filled = _fill(settings, days, quiet=as_json)
        n_rows = _send(settings, quiet=as_json)
        page = address(listener) if listener else None
        if as_json:
            print_json(
                {
                    "page": page,
                    "data_dir": str(settings.data_dir),
                    "wearer": settings.wearer,
                    "days": days,
                    "n_samples": filled.n_samples,
                    "n_rows_sent": n_rows,
                }
            )
        elif page:
            click.echo(f"\n  Open  {page}\n\n  A simulated wearer sits, stands and walks there.")
            click.echo(f"  Data: {settings.data_dir}   Ctrl-C ends it.")
        else:
            place = shlex.quote(str(settings.data_dir))
            click.echo(f"Look at it with: {program()} status --data-dir {place}")
        if listener is not None:
            job = Job(settings=settings, listener=listener, simulated=True)
            asyncio.run(_live(job, filled.live_source()))


def _settings(data_dir: Path | None, influx_url: str | None) -> Settings:
    """Return the settings of the demo: nobody's real data are touched, nothing is sent unasked.

    Without `--data-dir` the demo has a folder of its own below the usual one.
    """
    settings = settings_module.load(data_dir)
    update: dict[str, object] = {"wearer": WEARER, "sensor": None, "influx_url": influx_url}
    if data_dir is None:
        update["data_dir"] = settings.data_dir / "demo"
    return settings.model_copy(update=update)


def _check_influx(settings: Settings) -> None:
    """Find out before minutes of work whether InfluxDB takes anything."""
    sink = InfluxSink.from_settings(settings)
    if sink is not None:
        # InfluxDB 2 rejects an empty request to a bucket it knows, others take it.
        with sink, contextlib.suppress(RowsRejectedError):
            sink.write([])


def _send(settings: Settings, *, quiet: bool) -> int | None:
    """Send all of the demo's results, if asked for; return how many rows that were."""
    if not settings.influx_url:
        return None
    with closing(open_database(settings.data_dir)) as connection:
        replay_everything(connection, WEARER, settings.zone)
    return send_now(settings, quiet=quiet)


def _fill(settings: Settings, days: int, *, quiet: bool) -> Filled:
    """Generate what is missing of the last days while processing what is there already."""
    started_s = time.time()
    unsent = settings.model_copy(update={"influx_url": None})  # all of it is sent at the end
    with (
        closing(open_database(settings.data_dir)) as connection,
        LiveProcessor(settings.data_dir, unsent, Method()) as processor,
        Progress(console=Console(stderr=True, quiet=quiet), transient=True) as bar,
        history_in_background(settings, days) as history,
    ):
        results = Results(connection)
        task = bar.add_task(f"Making {days} days of history", total=None)
        while processor.step() or not history.poll(_PATIENCE_S):
            first_s, latest_s = results.first_second(WEARER), results.latest_second(WEARER)
            if first_s is not None and latest_s is not None:
                bar.update(task, total=started_s - first_s, completed=latest_s - first_s)
        filled = finished(history)
        while processor.step():
            pass
    return filled


class _SensorClock:
    """Goes on since the history ended, also while this computer sleeps, and never back."""

    def __init__(self, tick_zero_ns: int) -> None:
        self._tick_zero_s = tick_zero_ns / NS_PER_S
        self._latest_s = 0.0

    def elapsed_s(self) -> float:
        """Return the time since tick zero. [s]"""
        self._latest_s = max(self._latest_s, time.time() - self._tick_zero_s)
        return self._latest_s


async def _live(job: Job, source: SampleSource) -> None:
    stop = asyncio.Event()
    clock = _SensorClock(source.utc_at_tick_zero_ns)
    with stopped_by_signals(stop):
        async with simulated(source, clock=clock.elapsed_s, outages_seed=SEED) as world:
            await run_service(replace(job, backend=world.backend), stop)
