"""`sitstreak status`: the present, in a terminal."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from processing.method import Method
from processing.model import Posture
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.settings import Settings, load
from sitstreak.storage.database import DATABASE_NAME
from sitstreak.views.nothing import NothingRecorded
from sitstreak.views.now import NO_DATA, NowView, now_view
from sitstreak.views.wearer import UnknownWearerError, choose_wearer
from sitstreak.views.words import POSTURE_WORDS, duration
from sitstreak.web.reader import open_results


@click.command("status")
@click.option(
    "--wearer", default=None, metavar="NAME", help="Whose results (default: the setting)."
)
@data_dir_option
@json_option
def command(wearer: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Show posture, streak and debt of this moment."""
    settings = load(data_dir)
    now = _now(settings, wearer)
    if as_json:
        print_json(now.as_dict())
    else:
        # When piped, Console leaves colours out by itself.
        Console(highlight=False, soft_wrap=True).print(_text(now))


def _now(settings: Settings, wearer: str | None) -> NowView:
    """Read the present; a data directory that is not there is left alone."""
    clock_s = time.time()
    zone, method = settings.zone, Method()
    if not (settings.data_dir / DATABASE_NAME).exists():
        if wearer is not None:
            raise UnknownWearerError(wearer, [])
        return now_view(
            NothingRecorded(), settings.wearer, clock_s=clock_s, zone=zone, method=method
        )
    with open_results(settings.data_dir) as results:
        chosen = choose_wearer(results, settings.wearer, wearer)
        return now_view(results, chosen, clock_s=clock_s, zone=zone, method=method)


def _text(now: NowView) -> Text:
    if now.data_until is None:
        nobody = now.state == NO_DATA
        hint = (
            "clip the sensor on and start: sitstreak run" if nobody else "see theirs: --wearer NAME"
        )
        return Text(f"{now.state}; {hint}")
    rows = [
        ("now", _posture(now)),
        ("sitting streak", _streak(now)),
        ("movement debt", _debt(now)),
        ("last break", _last_break(now)),
        ("today", _today(now)),
        ("sensor", _sensor(now)),
        ("wearer", f"{now.wearer}, {now.timezone}" + (", simulated data" if now.simulated else "")),
    ]
    rows[-1:-1] = [("", note) for note in now.sensor.notes]
    if now.sensor.missing_today:
        rows.insert(-1, ("missing today", _missing(now)))
    # Lines and not a table: a table would fold long lines to 80 columns when piped.
    lines = [
        Text.assemble((f"{name:<16}", "dim"), (value, "bold" if name == "now" else ""))
        for name, value in rows
    ]
    return Text("\n").join(lines)


def _posture(now: NowView) -> str:
    if now.live:
        word = POSTURE_WORDS[Posture(now.posture)]
        sure = "" if now.posture in (Posture.UNKNOWN, Posture.NOT_WORN) else f", {now.sureness}"
        return f"{word} for {duration(now.in_posture_s)}{sure}"
    if now.last_known is None:
        return f"not known: {now.state}"
    last = now.last_known
    word = POSTURE_WORDS[Posture(last.posture)]
    return f"not known: {now.state}; last known: {word} at {_clock(last.at, now)}"


def _streak(now: NowView) -> str:
    if now.streak_started is None:
        return "none" if now.live else "not known"
    paused = ", paused" if now.streak.state == "paused" else ""
    return f"{duration(now.streak_s)} since {_clock(now.streak_started, now)}{paused}"


def _debt(now: NowView) -> str:
    return f"{duration(now.debt_s)} ({now.debt_min_per_hour:g} min per hour of sitting)"


def _last_break(now: NowView) -> str:
    if now.live and now.streak.state == "none" and now.streak.up_s:
        return f"now, {duration(now.streak.up_s)} so far"
    if now.last_break is None:
        return "none yet today"
    start, end = _clock(now.last_break.start, now), _clock(now.last_break.end, now)
    return f"{start} to {end}, {duration(now.last_break.moved_s)} of it moving"


def _today(now: NowView) -> str:
    day = now.today
    slept = f", {duration(day.sleep_s)} asleep" if day.sleep_s else ""
    return (
        f"{duration(day.sedentary_s)} sitting or lying of {duration(day.wear_s)} worn, "
        f"{day.n_breaks} breaks, {day.n_steps} steps, "
        f"longest streak {duration(day.longest_streak_s)}{slept}"
    )


def _sensor(now: NowView) -> str:
    sensor = now.sensor
    battery = "" if sensor.battery_pct is None else f", battery {sensor.battery_pct} %"
    seen = "" if sensor.last_seen is None else f", last data {_clock(sensor.last_seen, now)}"
    return f"{sensor.name or 'none yet'}{battery}{seen}"


def _missing(now: NowView) -> str:
    return ", ".join(
        f"{duration(one.duration_s)} {one.words}" + (f" ({one.n_gaps} times)" * (one.n_gaps > 1))
        for one in now.sensor.missing_today
    )


def _clock(iso: str, now: NowView) -> str:
    """Return the time of day, with the date in front when it is not today."""
    moment = datetime.fromisoformat(iso)
    return f"{moment:%H:%M}" if iso.startswith(now.date) else f"{moment:%Y-%m-%d %H:%M}"
