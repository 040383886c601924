"""`sitstreak diary`: see, change and delete what was written down, and the plan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click

from processing.figures.diary import DiaryKind
from sitstreak.cli.diary_options import (
    Writer,
    at_option,
    open_diary,
    read_score,
    wearer_option,
)
from sitstreak.cli.options import data_dir_option, json_option, print_json
from sitstreak.diary.errors import DiaryError
from sitstreak.diary.output import entry_dict, entry_line, entry_lines
from sitstreak.diary.plan import Planned, parse_planned
from sitstreak.diary.when import parse_day, parse_stretch, parse_when
from sitstreak.local_day import day_span, iso, local_date
from sitstreak.report.week import IsoWeek

#: Without --week or --from, the newest days are listed.
_DAYS: Final = 7


@click.group("diary")
def command() -> None:
    """What was written down with `sitstreak log` or on the page."""


@command.command("list")
@click.option("--week", metavar="WEEK", help="ISO week, such as 2026-W46.")
@click.option("--from", "first", metavar="DATE", help="First day (default: six days before --to).")
@click.option("--to", "last", metavar="DATE", help="Last day (default: today).")
@wearer_option
@data_dir_option
@json_option
def list_entries(
    week: str | None,
    first: str | None,
    last: str | None,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """List the entries of the last seven days, of a week, or of any days."""
    with open_diary(data_dir, wearer) as writer:
        zone = writer.settings.zone
        start_s, end_s = _span(writer, week, first, last)
        entries = writer.diary.entries(writer.wearer, start_s, end_s)
    if as_json:
        print_json([entry_dict(one, zone) for one in entries])
        return
    for line in entry_lines(entries, zone):
        click.echo(line)
    if not entries:
        click.echo(
            f"nothing was written down from {iso(start_s, zone)[:10]} "
            f"to {iso(end_s - 1, zone)[:10]}; write with: sitstreak log"
        )


@command.command()
@click.argument("entry_id", type=int, metavar="ID")
@at_option
@click.option("--from", "start", metavar="TIME", help="Beginning of a stretch; with --to.")
@click.option("--to", "end", metavar="TIME", help="End of a stretch; with --from.")
@click.option("--score", callback=read_score, default=None, help="Pain, 0 to 10.")
@click.option("--what", default=None, metavar="NAME", help="Name of an exercise, stretch or test.")
@click.option("--sets", "n_sets", type=int, default=None, help="How many sets.")
@click.option("--reps", "n_reps", type=int, default=None, help="Repetitions of each set.")
@click.option("--load-kg", type=float, default=None, help="Weight. [kg]")
@click.option("--left-s", type=float, default=None, help="How long on the left leg. [s]")
@click.option("--right-s", type=float, default=None, help="How long on the right leg. [s]")
@click.option("--note", default=None, metavar="TEXT", help="In your own words.")
@wearer_option
@data_dir_option
@json_option
def edit(
    entry_id: int,
    at: str | None,
    start: str | None,
    end: str | None,
    wearer: str | None,
    data_dir: Path | None,
    *,
    as_json: bool,
    **says: Any,  # noqa: ANN401 - fields of an entry
) -> None:
    """Change an entry; what it said before is kept, and reports count that it was edited."""
    with open_diary(data_dir, wearer) as writer:
        changes = {name: value for name, value in says.items() if value is not None}
        changes |= _new_times(writer, entry_id, at, start, end)
        if not changes:
            raise DiaryError("nothing to change; give an option such as --note or --at")
        after = writer.diary.edit(writer.wearer, entry_id, **changes)
    if as_json:
        print_json(entry_dict(after, writer.settings.zone))
    else:
        click.echo(f"Now: {entry_line(after, writer.settings.zone).strip()}")


@command.command()
@click.argument("entry_id", type=int, metavar="ID")
@wearer_option
@data_dir_option
@json_option
def delete(entry_id: int, wearer: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Take an entry away from all figures; `diary restore ID` brings it back."""
    with open_diary(data_dir, wearer) as writer:
        gone = writer.diary.delete(writer.wearer, entry_id)
    if as_json:
        print_json(entry_dict(gone, writer.settings.zone))
    else:
        click.echo(f"Deleted: {entry_line(gone, writer.settings.zone).strip()}")
        click.echo(f"It comes back with: sitstreak diary restore {entry_id}")


@command.command()
@click.argument("entry_id", type=int, metavar="ID")
@wearer_option
@data_dir_option
@json_option
def restore(entry_id: int, wearer: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Bring back an entry that was deleted."""
    with open_diary(data_dir, wearer) as writer:
        entry = writer.diary.restore(writer.wearer, entry_id)
    if as_json:
        print_json(entry_dict(entry, writer.settings.zone))
    else:
        click.echo(f"Back: {entry_line(entry, writer.settings.zone).strip()}")


@command.command()
@click.option(
    "--set",
    "planned",
    multiple=True,
    metavar="PLAN",
    help="Such as 'glute-bridge 3x8 Mon,Wed,Fri'; once for each exercise.",
)
@click.option("--nothing", is_flag=True, help="Plan nothing from now on.")
@click.option("--from", "first", metavar="DATE", help="First day of the new plan (default: today).")
@wearer_option
@data_dir_option
@json_option
def plan(
    planned: tuple[str, ...],
    first: str | None,
    wearer: str | None,
    data_dir: Path | None,
    *,
    nothing: bool,
    as_json: bool,
) -> None:
    """Show the plan of exercises, or set it from a day on; days before keep theirs."""
    if nothing and planned:
        raise DiaryError("--nothing and --set do not go together")
    new = [parse_planned(one) for one in planned]
    with open_diary(data_dir, wearer, makes=bool(new) or nothing) as writer:
        today = local_date(writer.now_s, writer.settings.zone)
        day = today if first is None else parse_day(first)
        if new or nothing:
            if day < today:
                raise DiaryError(f"--from {day}: what was planned for days gone by stays")
            writer.diary.set_plan(writer.wearer, day, new)
        now = writer.diary.whole_plan(writer.wearer, day)
    if as_json:
        print_json({"on": day, "plan": [_plan_dict(one) for one in now]})
        return
    for one in now:
        click.echo(one.words)
    if not now:
        click.echo("nothing is planned; set it with: sitstreak diary plan --set")


def _span(writer: Writer, week: str | None, first: str | None, last: str | None) -> tuple[int, int]:
    zone = writer.settings.zone
    if week is not None:
        if first or last:
            raise DiaryError("--week and --from or --to do not go together")
        days = IsoWeek.parse(week).days(zone)
        return days[0].start_s, days[-1].end_s
    last_day = local_date(writer.now_s, zone) if last is None else parse_day(last)
    first_day = last_day - timedelta(days=_DAYS - 1) if first is None else parse_day(first)
    if first_day > last_day:
        raise DiaryError(f"--from {first_day} is after --to {last_day}")
    return day_span(first_day, zone)[0], day_span(last_day, zone)[1]


def _new_times(
    writer: Writer, entry_id: int, at: str | None, start: str | None, end: str | None
) -> dict[str, int]:
    zone, now_s = writer.settings.zone, writer.now_s
    if at is None and start is None and end is None:
        return {}
    is_stretch = writer.diary.entry(writer.wearer, entry_id).kind in (
        DiaryKind.NOT_WORN,
        DiaryKind.SLEEP,
    )
    if is_stretch:
        if at is not None or start is None or end is None:
            raise DiaryError("a stretch has a beginning and an end: give --from and --to")
        at_s, until_s = parse_stretch(start, end, zone, now_s)
        return {"at_s": at_s, "until_s": until_s}
    if at is None:
        raise DiaryError("this entry is a moment: give --at")
    return {"at_s": parse_when(at, zone, now_s)}


def _plan_dict(one: Planned) -> dict[str, object]:
    return {
        "what": one.what,
        "weekdays": [day + 1 for day in one.weekdays],
        "n_sets": one.n_sets,
        "n_reps": one.n_reps,
        "words": one.words,
    }
