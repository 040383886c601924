"""`sitstreak report`: a week of a wearer's results as files."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from sitstreak import settings as settings_module
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.local_day import iso
from sitstreak.report.content.building import BuiltReport
from sitstreak.report.content.model import ReportContent
from sitstreak.report.content.reading import ReportDesk, report_desk
from sitstreak.report.content.week_data import WeekData
from sitstreak.report.exports.csv_week import day_figures
from sitstreak.report.exports.figures import week_figures
from sitstreak.report.files import OutputError, write_files
from sitstreak.report.formats import PAGES, make_files, parse_formats
from sitstreak.report.person import Person
from sitstreak.report.week import IsoWeek, WeekError
from sitstreak.views.words import duration

_PATIENCE_S: Final = 1.0


@click.command()
@click.option("--week", metavar="WEEK", help="ISO week, such as 2026-W46.")
@click.option("--last-week", is_flag=True, help="The newest week that is over.")
@click.option("--this-week", is_flag=True, help="The week that runs.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Directory for the files; made if it is not there.",
)
@click.option(
    "--format",
    "formats",
    default="csv",
    show_default=True,
    metavar="LIST",
    help="Any of pdf, html, csv, json, fhir, ieee1752, parquet, with commas between.",
)
@click.option(
    "--page",
    type=click.Choice(PAGES, case_sensitive=False),
    default="a4",
    show_default=True,
    help="Paper of the PDF.",
)
@click.option("--wearer", metavar="NAME", help="Whose week (default: the setting `wearer`).")
@click.option("--name", metavar="NAME", help="Real name, for PDF, HTML and FHIR; never stored.")
@click.option(
    "--birth-date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Such as 1980-12-31, with --name; never stored.",
)
@data_dir_option
@json_option
def command(
    week: str | None,
    out: Path,
    formats: str,
    page: str,
    wearer: str | None,
    name: str | None,
    birth_date: datetime | None,
    data_dir: Path | None,
    *,
    last_week: bool,
    this_week: bool,
    as_json: bool,
) -> None:
    """Write a week's report to DIR: two pages for a clinician, and files for programs.

    The week is the wearer's own: Monday to Sunday in the setting `timezone`. The files are
    described in docs/export.md; all of them are written, or none.
    """
    began_s = time.monotonic()
    wanted = parse_formats(formats)
    person = _person(name, birth_date)
    settings = settings_module.load(data_dir)
    asked = _asked(week, last_week=last_week, this_week=this_week)
    with report_desk(settings, wearer) as desk:
        report = desk.report(_week(desk, asked))
    _make_directory(out)

    def told(what: str) -> None:
        if time.monotonic() - began_s > _PATIENCE_S:
            click.echo(f"making {what} ({wanted.index(what) + 1} of {len(wanted)})", err=True)

    files = make_files(report, wanted, out, page=page, person=person, told=told)
    write_files(files, private=True)
    if as_json:
        print_json(_summary(report, list(files)))
    else:
        click.echo(_sentence(report, out))


def _asked(week: str | None, *, last_week: bool, this_week: bool) -> IsoWeek | str:
    if sum((week is not None, last_week, this_week)) != 1:
        raise WeekError("say which week: one of --week 2026-W46, --last-week, --this-week")
    return IsoWeek.parse(week) if week is not None else "last" if last_week else "this"


def _week(desk: ReportDesk, asked: IsoWeek | str) -> IsoWeek:
    if isinstance(asked, IsoWeek):
        return asked
    return desk.last_week() if asked == "last" else desk.this_week()


def _person(name: str | None, birth_date: datetime | None) -> Person | None:
    if name is None:
        if birth_date is not None:
            raise click.UsageError("--birth-date goes with --name")
        return None
    if not name.strip():
        raise click.UsageError("--name is empty; leave it out for a report under the pseudonym")
    born: date | None = birth_date.date() if birth_date else None
    # by tomorrow the newest birthday has come in every time zone
    if born is not None and born > datetime.now(UTC).date() + timedelta(days=1):
        raise click.UsageError(f"--birth-date {born} lies ahead; look at the year")
    return Person(name, born)


def _make_directory(out: Path) -> None:
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(out, "is a file; --out takes a directory") from None
    except OSError as error:
        raise OutputError(out, f"cannot be made: {error.strerror or error}") from error


def _sentence(report: BuiltReport, out: Path) -> str:
    data, header = report.data, report.content.header
    week = data.summary
    if not week.n_days_with_data:
        return f"{data.week}: no data of {data.wearer}; the files in {out} say so" + _still(report)
    counts = (
        f"{data.week} of {data.wearer}: {week.n_days_with_data} of 7 days with data, "
        f"{week.n_valid_days} valid; {data.n_known_s} seconds and {len(data.bouts)} bouts "
        f"are in {out}"
    )
    others = ""
    if header.other_digests:
        others = (
            f"\nmade by method {header.method} ({header.method_digest}); results that it is "
            f"compared with are partly by {', '.join(header.other_digests)}"
        )
    return f"{counts}{_still(report)}\n{_averages(data)}{others}"


def _still(report: BuiltReport) -> str:
    if report.content.header.is_over:
        return ""
    return f"\nthe week runs until {report.content.header.last_day}: figures may still change"


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


def _longest(content: ReportContent, data: WeekData) -> list[dict[str, object]]:
    return [
        {
            "start": iso(bout.start_s, data.zone),
            "end": iso(bout.end_s, data.zone),
            "sedentary_s": bout.sedentary_s,
            "ended_by": bout.ended_by.value,
            "break_s": bout.break_s,
            "touches_gap": bout.touches_gap,
        }
        for bout in content.longest
    ]


def _summary(report: BuiltReport, paths: list[Path]) -> dict[str, object]:
    data, header = report.data, report.content.header
    return {
        "week": str(data.week),
        "report_id": header.report_id,
        "is_over": header.is_over,
        "wearer": data.wearer,
        "timezone": data.zone.key,
        "n_seconds": data.n_known_s,
        "n_bouts": len(data.bouts),
        "n_days_with_data": data.summary.n_days_with_data,
        "n_valid_days": data.summary.n_valid_days,
        "figures": week_figures(data.summary),
        "days": day_figures(data),
        "longest_bouts": _longest(report.content, data),
        "method": {
            "version": header.method,
            "digest": header.method_digest,
            "other_digests": list(header.other_digests),
        },
        "files": [str(path) for path in paths],
    }
