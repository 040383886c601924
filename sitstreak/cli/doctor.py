"""`sitstreak doctor`: what is wrong, and for each the one thing to do."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.doctor.examine import ZONE_SETTING, gather, is_well, judge
from sitstreak.doctor.finding import Finding, State
from sitstreak.doctor.listen import listen
from sitstreak.errors import SettingError
from sitstreak.settings import Settings

_STYLE: Final = {
    State.OK: "green",
    State.NOTE: "yellow",
    State.WRONG: "bold red",
    State.UNUSED: "dim",
}


@click.command("doctor")
@click.option(
    "--seconds",
    type=click.FloatRange(0, 60),
    default=5.0,
    show_default=True,
    help="How long to listen for sensors; 0 leaves Bluetooth alone.",
)
@data_dir_option
@json_option
def command(seconds: float, data_dir: Path | None, *, as_json: bool) -> int:
    """Say what is wrong and what to do; exit code 1 if anything is. Changes nothing."""
    # It counts the lines of .env that it cannot read, again at each reading; the check names them.
    logging.getLogger("dotenv.main").setLevel(logging.ERROR)
    settings = _settings(data_dir)
    findings = judge(gather(settings, asyncio.run(listen(seconds))))
    well = is_well(findings)
    if as_json:
        print_json({"well": well, "findings": [finding.as_dict() for finding in findings]})
    else:
        _show(findings, well=well)
    return 0 if well else 1


def _settings(data_dir: Path | None) -> Settings:
    """Read the settings; a wrong time zone is told by its check, so it stops nothing here."""
    try:
        return settings_module.load(data_dir)
    except SettingError as error:
        if error.name != ZONE_SETTING:
            raise
    return settings_module.load(data_dir, timezone="UTC")


def _show(findings: list[Finding], *, well: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if console.is_terminal:
        console.print(_table(findings), soft_wrap=False)
    else:
        # Lines and not a table: a table would fold long lines to 80 columns when piped.
        for finding in findings:
            click.echo(f"{finding.state:<10}{finding.name:<22}{finding.found}")
            if finding.todo:
                click.echo(f"{'':<32}-> {finding.todo}")
    n_wrong = sum(finding.state is State.WRONG for finding in findings)
    things = "1 thing is" if n_wrong == 1 else f"{n_wrong} things are"
    click.echo("\nNothing is wrong." if well else f"\n{things} wrong; begin at the top.")


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        said = escape(finding.found)
        if finding.todo:
            said += f"\n[bold]-> {escape(finding.todo)}[/bold]"
        style = _STYLE[finding.state]
        table.add_row(f"[{style}]{finding.state}[/{style}]", finding.name, said)
    return table
