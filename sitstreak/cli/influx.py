"""`sitstreak influx sync`: a span of days once more into InfluxDB, as the results are now."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.cli.sending import NoInfluxError, open_existing, send_now
from sitstreak.errors import AlreadyRunningError, SitstreakError
from sitstreak.local_day import day_span, local_date
from sitstreak.settings import Settings, load
from sitstreak.storage import replays
from sitstreak.storage.database import transaction
from sitstreak.storage.lock import collector_lock
from sitstreak.storage.results import Results
from sitstreak.views.wearer import UnknownWearerError

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("influx")
def command() -> None:
    """The copy of the results in InfluxDB."""


@command.command("sync")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First day (default: of all).")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last day (default: today).")
@click.option(
    "--wearer", "wearers", multiple=True, metavar="NAME", help="Of whom (default: everybody)."
)
@data_dir_option
@json_option
def sync(
    first: datetime | None,
    last: datetime | None,
    wearers: tuple[str, ...],
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Make the rows of some days again from the results, and send them.

    Rows that are there already are replaced by the same or better ones, so it can be repeated.
    Broken off, or while InfluxDB is away, the rest waits for the next time.
    """
    settings = load(data_dir)
    if not settings.influx_url:
        raise NoInfluxError
    span_s = _span(settings, first.date() if first else None, last.date() if last else None)
    chosen = _remember(settings, wearers, span_s)
    started_s = time.monotonic()
    try:
        with collector_lock(settings.data_dir):
            n_sent: int | None = send_now(settings, quiet=as_json)
    except AlreadyRunningError:
        n_sent = None
    if as_json:
        print_json({"wearers": chosen, "n_rows": n_sent, "sends": n_sent is None})
    elif n_sent == 0:
        _tell_of_nothing(settings, chosen)
    elif n_sent is None:
        click.echo("A collector is at work, and sends them if it was started with this InfluxDB;")
        click.echo("see: sitstreak outbox list")
    else:
        click.echo(f"{n_sent:,} rows sent in {time.monotonic() - started_s:.1f} s")


def _tell_of_nothing(settings: Settings, wearers: list[str]) -> None:
    """Say that there was nothing to send, and of which days there are results."""
    click.echo("No results in that span: nothing was sent.")
    with closing(open_existing(settings)) as connection:
        results = Results(connection)
        for wearer in wearers:
            first_s, latest_s = results.first_second(wearer), results.latest_second(wearer)
            if first_s is None or latest_s is None:
                click.echo(f"{wearer}: none yet")
                continue
            first, last = (local_date(at_s, settings.zone) for at_s in (first_s, latest_s - 1))
            click.echo(f"{wearer}: there are some from {first} to {last}")


def _span(settings: Settings, first: date | None, last: date | None) -> tuple[int, int]:
    """Return the local days `first` to `last` in Unix time. [s]"""
    if first and last and last < first:
        raise SitstreakError(f"--to {last} is before --from {first}; swap them")
    from_s = day_span(first, settings.zone)[0] if first else 0
    until_s = day_span(last, settings.zone)[1] if last else replays.END_S
    return from_s, until_s


def _remember(settings: Settings, wanted: tuple[str, ...], span_s: tuple[int, int]) -> list[str]:
    """Note what is to be sent; from here on it will be, whatever happens to this process."""
    with closing(open_existing(settings)) as connection:
        known = Results(connection).wearers()
        for wearer in wanted:
            if wearer not in known:
                raise UnknownWearerError(wearer, known)
        chosen = [wearer for wearer in known if not wanted or wearer in wanted]
        with transaction(connection):
            for wearer in chosen:
                replays.put(connection, wearer, settings.timezone, *span_s)
    return chosen
