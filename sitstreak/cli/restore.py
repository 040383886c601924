"""`sitstreak restore`: a copy made by `sitstreak backup` becomes the data again."""

from __future__ import annotations

from pathlib import Path

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.settings import load
from sitstreak.storage.backup import restore


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Set aside the data that are there.")
@data_dir_option
@json_option
def command(file: Path, data_dir: Path | None, *, force: bool, as_json: bool) -> None:
    """Put the copy FILE in the place of the data; no collector may be running."""
    directory = load(data_dir).data_dir
    aside = restore(directory, file.expanduser(), force=force)
    if as_json:
        print_json({"data_dir": str(directory), "set_aside": None if aside is None else str(aside)})
        return
    click.echo(f"{directory} holds the data of {file} now")
    if aside is not None:
        click.echo(f"what was there before is kept as {aside}")
