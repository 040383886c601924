"""`sitstreak outbox`: what waits for InfluxDB, and what it refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.cli.sending import open_existing
from sitstreak.errors import SitstreakError
from sitstreak.settings import load
from sitstreak.storage import outbox, quarantine, replays
from sitstreak.storage.quarantine import Refused

#: More refused rows than a screen holds help nobody; `--json` has them all.
_SHOWN: Final = 20
_chosen_ids = click.argument("ids", nargs=-1, type=click.IntRange(min=1), metavar="[ID]...")
_everything = click.option("--all", "everything", is_flag=True, help="All that were set aside.")


@click.group("outbox")
def command() -> None:
    """What waits for InfluxDB, and what it refused."""


@command.command("list")
@data_dir_option
@json_option
def list_command(data_dir: Path | None, *, as_json: bool) -> None:
    """Show what waits, what is to be sent again, and what was set aside with the reason."""
    settings = load(data_dir)
    with closing(open_existing(settings)) as connection:
        found = _found(connection)
    found["most_rows"] = settings.outbox_rows
    if as_json:
        print_json(found)
        return
    click.echo(f"waiting: {_counts(found['waiting'])} (at most {settings.outbox_rows:,} are kept)")
    for span in found["replays"]:
        click.echo(f"to be sent again: {printable(span['wearer'])}, {span['from']} to {span['to']}")
    if found["n_deletions"]:
        click.echo(f"deletions that wait: {found['n_deletions']}")
    click.echo(f"last sent: {found['sent_at'] or 'never'}")
    if found["error"]:
        click.echo(f"not sent now: {printable(found['error'])}")
    click.echo(f"refused and set aside: {_counts(found['refused_by_measurement'])}")
    for one in found["refused"][:_SHOWN]:
        click.echo(f"  {one['id']}  {printable(one['line'])}\n      {printable(one['reason'])}")
    if len(found["refused"]) > _SHOWN:
        click.echo(f"  ... and {len(found['refused']) - _SHOWN} more (--json shows all)")


@command.command("retry")
@_chosen_ids
@_everything
@data_dir_option
@json_option
def retry_command(
    ids: tuple[int, ...], everything: bool, data_dir: Path | None, *, as_json: bool
) -> None:
    """Send again what was set aside, made anew from the results.

    What InfluxDB still refuses comes back with its reason.
    """
    settings = load(data_dir)
    with closing(open_existing(settings)) as connection:
        chosen = _chosen(connection, ids, everything=everything)
        quarantine.retry(connection, chosen, settings.timezone)
    _say(chosen, "will be sent again", as_json=as_json)


@command.command("drop")
@_chosen_ids
@_everything
@data_dir_option
@json_option
def drop_command(
    ids: tuple[int, ...], everything: bool, data_dir: Path | None, *, as_json: bool
) -> None:
    """Forget what was set aside. The results themselves stay."""
    with closing(open_existing(load(data_dir))) as connection:
        chosen = _chosen(connection, ids, everything=everything)
        quarantine.drop(connection, chosen)
    _say(chosen, "forgotten", as_json=as_json)


def _found(connection: sqlite3.Connection) -> dict[str, Any]:
    status = outbox.status(connection)
    return {
        "waiting": outbox.waiting_by_measurement(connection),
        "n_deletions": len(outbox.deletions(connection)),
        "replays": [
            {
                "wearer": span.wearer,
                "from": _day(span.from_s) if span.from_s > 0 else "the first data",
                "to": _day(span.until_s) if span.until_s < replays.END_S else "now",
            }
            for span in replays.waiting(connection)
        ],
        "sent_at": None if status.sent_at_s is None else _moment(status.sent_at_s),
        "error": status.error,
        "refused_by_measurement": quarantine.by_measurement(connection),
        "refused": [
            {"id": one.row_id, "at": _moment(one.at_s), "line": one.line, "reason": one.reason}
            for one in quarantine.listed(connection)
        ],
    }


def _chosen(
    connection: sqlite3.Connection, ids: tuple[int, ...], *, everything: bool
) -> list[Refused]:
    if bool(ids) == everything:
        raise SitstreakError("say which: one or more IDs of sitstreak outbox list, or --all")
    known = {one.row_id: one for one in quarantine.listed(connection)}
    missing = [one for one in ids if one not in known]
    if missing:
        raise SitstreakError(f"nothing with ID {missing[0]} was set aside; see outbox list")
    return list(known.values()) if everything else [known[one] for one in ids]


def _say(chosen: Sequence[Refused], what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"ids": [one.row_id for one in chosen]})
    else:
        click.echo(f"{len(chosen)} {what}")


def _counts(by_measurement: dict[str, int]) -> str:
    if not by_measurement:
        return "nothing"
    each = ", ".join(f"{name} {n:,}" for name, n in by_measurement.items())
    return f"{sum(by_measurement.values()):,} rows: {each}"


def _moment(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).date().isoformat()
