"""`sitstreak gait`: how regular and symmetric walking was, for trends of one person."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from ingest.recordings.recording import Unit, read_recording
from processing.method import Method
from sitstreak import settings as settings_module
from sitstreak.cli.gait_table import table
from sitstreak.cli.options import data_dir_option, json_option, print_json, unit_option
from sitstreak.errors import DataDirError
from sitstreak.gait import output
from sitstreak.gait.days import GaitDay, gait_of_day, gait_of_session
from sitstreak.local_day import day_span
from sitstreak.report import files
from sitstreak.report.week import IsoWeek, LocalDay, WeekError
from sitstreak.settings import Settings
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.results import Results
from sitstreak.views.wearer import choose_wearer

_STDOUT: Final = Path("-")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--day", metavar="DAY", help="A day of your own data, such as 2026-11-09.")
@click.option("--week", metavar="WEEK", help="An ISO week of your own data, such as 2026-W46.")
@click.option("--wearer", metavar="NAME", help="Whose data (default: the setting `wearer`).")
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(path_type=Path),
    metavar="OUT.csv",
    help="Write one row for each day; - is the standard output.",
)
@unit_option
@data_dir_option
@json_option
def command(
    file: Path | None,
    day: str | None,
    week: str | None,
    wearer: str | None,
    csv_path: Path | None,
    unit: Unit,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Say how regular and symmetric walking was, in the recording FILE or in your own data.

    Numbers for trends of one person with the clip in one place, never for a diagnosis. What they
    mean is described in docs/gait.md.
    """
    _check_call(file, day, week, wearer)
    if csv_path == _STDOUT and as_json:
        raise files.OutputError(_STDOUT, "only one thing can go to the standard output")
    if csv_path is not None and csv_path != _STDOUT:
        files.check_targets([csv_path], inputs=[] if file is None else [file])
    settings = settings_module.load(data_dir)
    if file is not None:
        method = Method()
        names = ("subject", "session")
        sessions = read_recording(file, unit=unit)
        days = [one for each in sessions for one in gait_of_session(each, method, settings.zone)]
    else:
        names = ("wearer", "sensor")
        days, method = _from_journal(settings, day, week, wearer)
    if csv_path is not None:
        _write(csv_path, output.csv_rows(days, names, method))
    if as_json:
        print_json(output.as_json(days, names, method, settings.zone))
    elif csv_path is None:
        _print(days, method)


def _check_call(file: Path | None, day: str | None, week: str | None, wearer: str | None) -> None:
    if sum(one is not None for one in (file, day, week)) != 1:
        raise click.UsageError("give one of FILE, --day and --week", click.get_current_context())
    if file is not None and wearer is not None:
        raise click.UsageError(
            "--wearer goes with --day or --week; FILE names its own subjects",
            click.get_current_context(),
        )


def _from_journal(
    settings: Settings, day: str | None, week: str | None, wearer: str | None
) -> tuple[list[GaitDay], Method]:
    """Return the gait of a day or a week of what is stored, and the numbers behind it."""
    wanted = _local_day(day, settings) if day is not None else IsoWeek.parse(week or "")
    if not (settings.data_dir / DATABASE_NAME).is_file():
        raise DataDirError(
            settings.data_dir, "holds no data yet; start with `sitstreak run` or `sitstreak demo`"
        )
    with closing(open_database(settings.data_dir)) as connection:
        results = Results(connection)
        whose = choose_wearer(results, settings.wearer, wearer)
        # A replay may run ahead of the clock on the wall.
        now_s = max(time.time(), results.latest_second(whose) or 0)
        method = results.method(whose) or Method()
        if isinstance(wanted, LocalDay):
            if now_s < wanted.start_s:
                raise WeekError(f"{wanted.date} is in the future")
            spans = [wanted]
        else:
            wanted.check_has_begun(now_s, settings.zone)
            spans = [one for one in wanted.days(settings.zone) if one.start_s <= now_s]
        found = [one for span in spans for one in gait_of_day(connection, whose, span, method)]
    return found, method


def _local_day(text: str, settings: Settings) -> LocalDay:
    try:
        day = date.fromisoformat(text.strip())
        return LocalDay(day, *day_span(day, settings.zone))
    except (ValueError, OverflowError):
        raise WeekError(f"{text!r} is no day; write it like 2026-11-09") from None


def _write(path: Path, rows: files.Table) -> None:
    if path == _STDOUT:
        files.write_rows(sys.stdout, rows)
    else:
        files.write_tables({path: rows}, private=True)


def _print(days: list[GaitDay], method: Method) -> None:
    Console().print(table(days))
    if any(output.note(day) == output.TOO_LITTLE for day in days):
        click.echo(
            f"{output.TOO_LITTLE}: no walking bout of {method.gait_window_s:.0f} s or more "
            "with a gait steady enough to be judged"
        )
    click.echo("Compare yourself with yourself, with the clip in the same place: no diagnosis.")
