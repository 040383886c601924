"""`sitstreak run`: collect from a real sensor all day, and show the page."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import click

from ingest.collecting.state import CollectorState, Doing
from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.errors import SitstreakError
from sitstreak.service import Job, run_service, stopped_by_signals
from sitstreak.settings import is_address
from sitstreak.storage.check import repair_if_damaged
from sitstreak.storage.lock import collector_lock
from sitstreak.views.words import duration
from sitstreak.web.link_words import link_status
from sitstreak.web.server import address, listen


@click.command("run")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the local page (default: 8765)."
)
@click.option("--sensor", metavar="ADDRESS", help="Listen to this one sensor only.")
@click.option("--no-serve", is_flag=True, help="Collect without the local page.")
@data_dir_option
@json_option
def command(
    port: int | None, sensor: str | None, no_serve: bool, data_dir: Path | None, as_json: bool
) -> None:
    """Collect from the hip sensor until Ctrl-C; the page is at http://127.0.0.1:8765."""
    logging.basicConfig(level=logging.WARNING, format="sitstreak: %(message)s")
    settings = settings_module.load(data_dir)
    if sensor is not None:
        if not is_address(sensor):
            what = f"--sensor {printable(sensor)} is no Bluetooth address"
            raise SitstreakError(f"{what}, as `sitstreak scan` shows them")
        settings = settings.model_copy(update={"sensor": sensor})
    with collector_lock(settings.data_dir):
        if (said := repair_if_damaged(settings.data_dir, wearer=settings.wearer)) is not None:
            click.echo(said, err=True)
        listener = None if no_serve else listen(settings.port if port is None else port)
        page = address(listener) if listener else None
        if as_json:
            print_json(
                {"page": page, "data_dir": str(settings.data_dir), "wearer": settings.wearer}
            )
        else:
            click.echo(f"Data: {settings.data_dir}" + (f"\nPage: {page}" if page else ""))
            click.echo("Ctrl-C ends it.")
        job = Job(
            settings=settings,
            listener=listener,
            paired=True,
            on_state=None if as_json else StateLines().show,
        )
        asyncio.run(_run(job))


class StateLines:
    """Says on the terminal when the link to the sensor changes; a line each, none twice."""

    def __init__(self) -> None:
        self._said = ""

    def show(self, state: CollectorState) -> None:
        """Print a line if there is news."""
        if state.doing is Doing.STOPPED:
            return
        words = link_status(state).state.split(",")[0]
        line = f"{words}, {state.device_id}" if state.device_id else words
        if line == self._said:
            return
        self._said = line
        behind = f" ({duration(state.lag_s)} to go)" if state.lag_s >= 1 else ""
        click.echo(f"Sensor: {line}{behind}")


async def _run(job: Job) -> None:
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        await run_service(job, stop)
