"""`sitstreak erase`: remove a person from the store, the outbox and InfluxDB."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.cli.sending import open_existing
from sitstreak.settings import Settings, load
from sitstreak.storage import erasing, outbox
from sitstreak.storage.influx import InfluxSink, RowsRejectedError, SinkUnavailableError
from sitstreak.storage.lock import collector_lock


@click.command("erase")
@click.option("--wearer", required=True, metavar="NAME", help="Who is to be forgotten.")
@click.option("--yes", is_flag=True, help="Do not ask; for programs.")
@data_dir_option
@json_option
def command(wearer: str, data_dir: Path | None, *, yes: bool, as_json: bool) -> None:
    """Remove all that is stored of a person: samples, results, diary, pairings, and in InfluxDB.

    It cannot be undone. Stop the collector first. Copies made before (`sitstreak backup`, reports,
    back-ups of InfluxDB) are not touched: see docs/privacy.md.
    """
    settings = load(data_dir)
    with closing(open_existing(settings)) as connection, collector_lock(settings.data_dir):
        known = erasing.everybody(connection)
        if wearer not in known:
            raise erasing.NobodyError(wearer, known)
        if not yes:
            _ask(wearer)
        sent = bool(settings.influx_url) or outbox.status(connection).sent_at_s is not None
        erased = erasing.erase(connection, wearer, also_sent=sent)
        in_influx = _erase_sent(connection, settings, wearer) if sent else "nothing was ever sent"
        is_smaller = erasing.give_room_back(connection)
        copies = erasing.other_copies(connection)
    if as_json:
        print_json(
            {
                "wearer": wearer,
                "devices": erased.devices,
                "n_rows": erased.n_rows,
                "influxdb": in_influx,
                "file_made_smaller": is_smaller,
                "other_copies": copies,
            }
        )
        return
    n = sum(erased.n_rows.values())
    click.echo(f"{printable(wearer)} is erased: {n:,} rows in {len(erased.n_rows)} tables")
    click.echo(f"InfluxDB: {in_influx}")
    if not is_smaller:
        click.echo("The file keeps its size (no room to rewrite it); what was erased is zeros now")
    if copies:
        where = ", ".join(printable(name) for name in copies)
        click.echo(f"May still hold older data, delete them yourself: {where}")


def _ask(wearer: str) -> None:
    click.echo(f"All that is stored of {printable(wearer)} will be removed for good.", err=True)
    typed = click.prompt("Type the name to go on", default="", show_default=False, err=True)
    if typed != wearer:
        raise click.Abort


def _erase_sent(connection: sqlite3.Connection, settings: Settings, wearer: str) -> str:
    """Carry out the deletions that wait; say in plain words how that went."""
    sink = InfluxSink.from_settings(settings)
    if sink is None:
        return (
            "no address is set (SITSTREAK_INFLUX_URL), though rows were sent before; the deletion "
            "waits, with the name in it, until there is one"
        )
    mine = [one for one in outbox.deletions(connection) if one.wearer == wearer]
    try:
        with sink:
            for deletion in mine:
                sink.delete(deletion)
                outbox.confirm_deletion(connection, deletion)
    except SinkUnavailableError as error:
        return f"not yet: {error}; the deletion waits, with the name in it, and is tried again"
    except RowsRejectedError as error:
        _forget(connection, wearer)
        name = wearer.replace("\\", "\\\\").replace("'", "\\'")
        return f"{error}; in InfluxDB 1 this removes them: DROP SERIES WHERE \"wearer\" = '{name}'"
    return "erased there too"


def _forget(connection: sqlite3.Connection, wearer: str) -> None:
    """Drop deletions that the server can never carry out: nobody's name stays behind."""
    for deletion in outbox.deletions(connection):
        if deletion.wearer == wearer:
            outbox.confirm_deletion(connection, deletion)
