"""`sitstreak report`: a week of a wearer's results as files."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import click

from processing.method import Method
from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.errors import DataDirError
from sitstreak.report.csv_export import WeekData, read_week, write_csv
from sitstreak.report.files import OutputError
from sitstreak.report.week import IsoWeek
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.results import Results
from sitstreak.views.wearer import choose_wearer


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
    """Write a week's seconds, bouts and days to DIR.

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
    if not data.n_days_with_data:
        return (
            f"{data.week}: no data of {data.wearer}; "
            f"the files in {out} hold their headers and seven empty days"
        )
    return (
        f"{data.week} of {data.wearer}: {data.n_days_with_data} of 7 days with data, "
        f"{data.n_valid_days} valid; {data.n_known_s} seconds and {len(data.bouts)} bouts "
        f"are in {out}"
    )


def _summary(data: WeekData, paths: list[Path]) -> dict[str, object]:
    return {
        "week": str(data.week),
        "wearer": data.wearer,
        "timezone": data.zone.key,
        "n_seconds": data.n_known_s,
        "n_bouts": len(data.bouts),
        "n_days_with_data": data.n_days_with_data,
        "n_valid_days": data.n_valid_days,
        "method": {"version": data.method.version, "digest": data.method.digest},
        "files": [str(path) for path in paths],
    }
