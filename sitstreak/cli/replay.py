"""`sitstreak replay`: a recording through sensor, radio, Bleak and journal into results."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import closing
from math import isfinite
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from ingest.collecting.state import CollectorState
from ingest.recordings.recording import Unit, read_recording
from processing.method import Method
from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json, printable, unit_option
from sitstreak.live import LiveProcessor
from sitstreak.replaying import Replay, Verdict, make_room, plan_replays, verify
from sitstreak.service import Job, run_service, stopped_by_signals
from sitstreak.settings import Settings
from sitstreak.simulation import simulated
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_all
from sitstreak.storage.influx import InfluxSink, SinkUnavailableError
from sitstreak.storage.lock import collector_lock


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--subject", help="Replay the sessions of this subject only.")
@click.option("--session", help="Replay this session only.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="N times real time, live; without it, as a full log, as fast as the radio carries it.",
)
@unit_option
@data_dir_option
@json_option
def command(
    file: Path,
    subject: str | None,
    session: str | None,
    speed: float | None,
    unit: Unit,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Send the recording FILE through the simulated sensor and the virtual radio.

    Exit code 0: every sample of it is in the journal exactly once. Broken off, it goes on where it
    was; run twice, it changes nothing.
    """
    logging.basicConfig(level=logging.ERROR, format="sitstreak: %(message)s")
    if speed is not None and not isfinite(speed):
        raise click.BadParameter(f"{speed} is no speed", param_hint="--speed")
    settings = settings_module.load(data_dir)
    sessions = read_recording(file, unit=unit)
    replays = plan_replays(file, sessions, subject=subject, session=session, wearer=settings.wearer)
    outcomes = []
    with collector_lock(settings.data_dir):
        for one in replays:
            played, verdict = _replay(settings, one, speed, quiet=as_json)
            outcomes.append(_outcome(played, verdict))
            if not as_json:
                _say(played, verdict)
    is_complete = all(outcome["complete"] for outcome in outcomes)
    if as_json:
        print_json({"file": str(file), "complete": is_complete, "sessions": outcomes})
    _send(settings)
    sys.exit(0 if is_complete else 1)


def _replay(
    settings: Settings, chosen: Replay, speed: float | None, *, quiet: bool
) -> tuple[Replay, Verdict]:
    """Play one session to its end, settle its results, and compare the journal with it."""
    with closing(open_database(settings.data_dir)) as connection:
        placed = make_room(connection, chosen)
    console = Console(stderr=True, quiet=quiet)
    title = escape(f"Replaying {printable(placed.session.label)}")
    with console.status(title) as line:

        def show(state: CollectorState) -> None:
            line.update(f"{title}: {state.doing}")

        asyncio.run(_play(settings, placed, speed, show))
    own = settings.model_copy(update={"wearer": placed.wearer})
    with LiveProcessor(settings.data_dir, own, Method()) as processor:
        processor.finish(placed.device_id)
    with closing(open_database(settings.data_dir)) as connection:
        return placed, verify(connection, placed)


async def _play(
    settings: Settings,
    placed: Replay,
    speed: float | None,
    show: Callable[[CollectorState], None],
) -> None:
    stop = asyncio.Event()
    own = settings.model_copy(update={"wearer": placed.wearer, "sensor": None, "influx_url": None})
    with stopped_by_signals(stop):
        async with simulated(placed.source(), speed=speed) as world:
            job = Job(settings=own, backend=world.backend, until_drained=True, on_state=show)
            collected = await run_service(job, stop)
    if not collected.is_drained:
        raise click.Abort  # Ctrl-C: the same command goes on from here


def _outcome(played: Replay, verdict: Verdict) -> dict[str, Any]:
    return {
        "subject": played.session.subject,
        "session": played.session.session,
        "wearer": played.wearer,
        "device": played.device_id,
        "n_samples": verdict.n_samples,
        "n_stored": verdict.n_stored,
        "n_lost": verdict.n_lost,
        "n_duplicate": verdict.n_duplicate,
        "complete": verdict.is_complete,
    }


def _say(played: Replay, verdict: Verdict) -> None:
    click.echo(
        f"{printable(played.session.label)}: {verdict.n_stored:,} of {verdict.n_samples:,} "
        f"samples in the journal, {verdict.n_lost:,} lost, {verdict.n_duplicate:,} duplicate"
    )


def _send(settings: Settings) -> None:
    """Send the results to InfluxDB, if there is one; what cannot be sent now waits."""
    sink = InfluxSink.from_settings(settings)
    if sink is None:
        return
    with sink, closing(open_database(settings.data_dir)) as connection:
        try:
            drain_all(connection, sink)
        except SinkUnavailableError as error:
            click.echo(f"sitstreak: the results are stored and wait to be sent: {error}", err=True)
