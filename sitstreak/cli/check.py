"""`sitstreak check`: reads all data and says whether they are sound; mends them if asked."""

from __future__ import annotations

from pathlib import Path

import click

from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.errors import DataDirError
from sitstreak.settings import load
from sitstreak.storage.check import Health, check, repair_if_damaged
from sitstreak.storage.lock import collector_lock


@click.command("check")
@click.option("--repair", is_flag=True, help="Save what is readable into a new file.")
@data_dir_option
@json_option
def command(data_dir: Path | None, *, repair: bool, as_json: bool) -> None:
    """Read all stored data and say whether they are sound."""
    settings = load(data_dir)
    directory = settings.data_dir
    if repair:
        with collector_lock(directory):
            line = repair_if_damaged(directory, wearer=settings.wearer, thorough=True)
        if line is not None:
            _tell({"repaired": line}, line, as_json=as_json)
            return
    health = check(directory)
    if not health.is_sound:
        raise DataDirError(directory, _words(health))
    line = f"{directory}: {health.n_checked} blocks of samples, all sound"
    _tell({"sound": True, "n_blocks": health.n_checked}, line, as_json=as_json)


def _tell(document: dict[str, object], line: str, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        click.echo(line)


def _words(health: Health) -> str:
    what = health.damage or f"{health.n_wrong} blocks of samples are not what was stored"
    return f"the data file is damaged ({what}); stop the collector, then: sitstreak check --repair"
