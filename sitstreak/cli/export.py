"""`sitstreak export`: everything that is stored of a person, in open formats."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click
from rich.console import Console

from sitstreak.cli.options import data_dir_option, json_option, print_json, printable
from sitstreak.cli.sending import open_existing
from sitstreak.report.exports.take_along import take_along
from sitstreak.settings import load
from sitstreak.storage.erasing import NobodyError, everybody


@click.command("export")
@click.option("--all", "whole", is_flag=True, required=True, help="Everything; there is no part.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A new or empty folder.",
)
@click.option("--wearer", metavar="NAME", help="Whose (default: the setting `wearer`).")
@data_dir_option
@json_option
def command(
    out: Path,
    wearer: str | None,
    data_dir: Path | None,
    *,
    whole: bool,  # noqa: ARG001 - click has seen to it that it is there
    as_json: bool,
) -> None:
    """Write all samples, seconds, bouts, diary entries and readings of a person into DIR.

    A running collector goes on meanwhile. For one week and for a clinician: `sitstreak report`.
    """
    settings = load(data_dir)
    with closing(open_existing(settings)) as connection:
        known = everybody(connection)
        whose = wearer or (known[0] if len(known) == 1 else settings.wearer)
        if whose not in known:
            raise NobodyError(whose, known)
        console = Console(stderr=True, quiet=as_json)
        with console.status("Writing") as shown:
            done = take_along(
                connection,
                whose,
                out.expanduser(),
                told=lambda name: shown.update(f"Writing {printable(name)}"),
            )
    if as_json:
        print_json(
            {"wearer": whose, "directory": str(out)}
            | {name: getattr(done, name) for name in done.__slots__}
        )
        return
    click.echo(
        f"{out}: {done.n_files} files with {done.n_samples:,} samples, {done.n_seconds:,} seconds "
        f"and {done.n_rows:,} rows of {printable(whose)}; start with README.txt"
    )
