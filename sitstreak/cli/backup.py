"""`sitstreak backup`: a checked copy of all data, also while the collector works."""

from __future__ import annotations

from pathlib import Path

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.settings import load
from sitstreak.storage.backup import back_up


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@data_dir_option
@json_option
def command(file: Path, data_dir: Path | None, *, force: bool, as_json: bool) -> None:
    """Copy all data to FILE; a running collector goes on meanwhile."""
    target = file.expanduser()
    n_blocks = back_up(load(data_dir).data_dir, target, force=force)
    n_bytes = target.stat().st_size
    if as_json:
        print_json({"file": str(target), "n_bytes": n_bytes, "n_blocks": n_blocks})
    else:
        click.echo(f"{target}: {n_bytes / 1e6:.1f} MB, {n_blocks} blocks of samples, checked")
