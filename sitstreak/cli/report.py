"""`sitstreak report`: a week of a wearer's results as files."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from processing.figures.bout_figures import longest_bouts
from processing.method import Method
from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.errors import DataDirError
from sitstreak.local_day import iso
from sitstreak.report.csv_export import day_figures, write_csv
from sitstreak.report.figures import week_figures
from sitstreak.report.files import OutputError
from sitstreak.report.week import IsoWeek
from sitstreak.report.week_data import WeekData, read_week
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.results import Results
from sitstreak.views.wearer import choose_wearer
from sitstreak.views.words import duration

_N_LONGEST: Final = 5


@click.command()
@click.option("--week", required=True, metavar="WEEK", help="ISO week, such as 2026-W46.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the files; made if it is not there.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv"]),
    default="csv",
    show_default=True,
    help="Kind of files.",
)
@click.option("--wearer", metavar="NAME", help="Whose week (default: the setting `wearer`).")
@data_dir_option
@json_option
def command(
    week: str,
    out: Path,
    file_format: str,  # noqa: ARG001 - there is one so far, and click has checked it
    wearer: str | None,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Write a week's seconds, bouts, days and figures to DIR.

    The week is the wearer's own: Monday to Sunday in the setting `timezone`. The columns are
    described in docs/export.md.
    """
    settings = settings_module.load(data_dir)
    iso_week = IsoWeek.parse(week)
    if not (settings.data_dir / DATABASE_NAME).is_file():
        raise DataDirError(
            settings.data_dir, "holds no data yet; start with `sitstreak run` or `sitstreak demo`"
        )
    with closing(open_database(settings.data_dir)) as connection:
        results = Results(connection)
        whose = choose_wearer(results, settings.wearer, wearer)
        # A replay may run ahead of the clock on the wall.
        now_s = max(time.time(), results.latest_second(whose) or 0)
        iso_week.check_has_begun(now_s, settings.zone)
        method = results.method(whose) or Method()
        data = read_week(results, iso_week, whose, settings.zone, method)
    _make_directory(out)
    paths = write_csv(data, out)
    if as_json:
        print_json(_summary(data, paths))
    else:
        click.echo(_sentence(data, out))


def _make_directory(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(out, "is a file; --out takes a directory") from None
    except OSError as error:
        raise OutputError(out, f"cannot be made: {error.strerror or error}") from error


def _sentence(data: WeekData, out: Path) -> str:
    week = data.summary
    if not week.n_days_with_data:
        return (
            f"{data.week}: no data of {data.wearer}; "
            f"the files in {out} hold their headers and seven empty days"
        )
    counts = (
        f"{data.week} of {data.wearer}: {week.n_days_with_data} of 7 days with data, "
        f"{week.n_valid_days} valid; {data.n_known_s} seconds and {len(data.bouts)} bouts "
        f"are in {out}"
    )
    return f"{counts}\n{_averages(data)}"


def _averages(data: WeekData) -> str:
    means = data.summary.means
    if means is None:
        return (
            f"no averages: a week needs {data.method.valid_week_days} valid days, "
            f"worn awake for {duration(data.method.valid_day_wear_s)} or more"
        )
    return (
        f"a valid day had {duration(means.sedentary_s)} of sitting or lying awake in "
        f"{duration(means.wear_s)} of wear, {duration(means.sedentary_60min_s)} of it in bouts of "
        f"an hour or more; longest bout {duration(means.longest_bout_s)}; "
        f"{means.n_hours_met} of {means.n_hours_eligible} hours met "
        f"{duration(data.method.hour_goal_s)} of movement"
    )


def _longest(data: WeekData) -> list[dict[str, object]]:
    bouts = [bout for _, day in data.days for bout in day.bouts]
    return [
        {
            "start": iso(bout.start_s, data.zone),
            "end": iso(bout.end_s, data.zone),
            "sedentary_s": bout.sedentary_s,
            "ended_by": bout.ended_by.value,
            "break_s": bout.break_s,
            "touches_gap": bout.touches_gap,
        }
        for bout in longest_bouts(bouts, _N_LONGEST)
    ]


def _summary(data: WeekData, paths: list[Path]) -> dict[str, object]:
    return {
        "week": str(data.week),
        "wearer": data.wearer,
        "timezone": data.zone.key,
        "n_seconds": data.n_known_s,
        "n_bouts": len(data.bouts),
        "n_days_with_data": data.summary.n_days_with_data,
        "n_valid_days": data.summary.n_valid_days,
        "figures": week_figures(data.summary),
        "days": day_figures(data),
        "longest_bouts": _longest(data),
        "method": {"version": data.method.version, "digest": data.method.digest},
        "files": [str(path) for path in paths],
    }
