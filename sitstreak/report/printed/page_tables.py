"""The tables of page 2: longest bouts, day by day, exercises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.sedentary_bouts import Limit, SedentaryBout
from processing.figures.weeks import WeekMeans
from sitstreak.local_day import local_date
from sitstreak.report.content.model import DayRow, ExerciseRow, ReportContent
from sitstreak.report.printed.catalogue import NOTHING, Catalogue
from sitstreak.report.printed.laid_out import Table
from sitstreak.report.printed.printable import Typed

_MAX_EXERCISES: Final = 6
_NAME_EM: Final = 11.5  #: width of an exercise's name, in heights of its font
_DAY_COLUMNS: Final = (
    "day",
    "wear",
    "sedentary",
    "share",
    "bouts_30",
    "bouts_60",
    "longest",
    "breaks",
    "hours_met",
    "walk",
    "steps",
    "brisk",
    "pain",
    "exercises",
)


def longest_table(content: ReportContent, zone: ZoneInfo, words: Catalogue) -> Table:
    """Return the longest bouts: when, how long, what ended them."""
    head = tuple(words.text(f"longest.{key}") for key in ("when", "minutes", "ended_by"))
    rows = tuple(_bout(bout, zone, words) for bout in content.longest)
    return Table(words.text("longest.caption"), head, rows, (False,) * len(rows))


def _bout(bout: SedentaryBout, zone: ZoneInfo, words: Catalogue) -> tuple[str, ...]:
    day = words.day(local_date(bout.start_s, zone))
    when = f"{day} {words.clock(bout.start_s, zone)}–{words.clock(bout.end_s, zone)}"
    at_least = words.text("longest.censored") if bout.touches_gap else ""
    if bout.ended_by is Limit.BREAK:
        ended_by = words.text("longest.break", min=bout.break_s / 60)
    else:
        ended_by = words.text(f"longest.{bout.ended_by}")
    return (when, f"{at_least} {words.number(bout.sedentary_s / 60)}".strip(), ended_by)


def days_table(content: ReportContent, words: Catalogue) -> Table:
    """Return a row for each day, and the mean of valid days where there are enough."""
    head = tuple(words.text(f"days.{key}") for key in _DAY_COLUMNS)
    rows = [_day(day, words) for day in content.days]
    quiet = [not day.figures.summary.is_valid for day in content.days]
    means = content.summary.means
    if means is not None:
        rows.append(_mean(means, words))
        quiet.append(False)
    return Table(
        words.text("days.caption"), head, tuple(rows), tuple(quiet), last_is_sum=means is not None
    )


def _day(row: DayRow, words: Catalogue) -> tuple[str, ...]:
    day, figures = row.figures.summary, row.figures
    name = words.day(row.day)
    pain, exercises = words.short(row.pain), words.number(row.n_exercises or None)
    if not row.has_data:
        return (name, *(NOTHING,) * 11, pain, exercises)
    share = day.sedentary_s / day.wear_s if day.wear_s else None
    met = (
        words.text("days.met", n=day.n_hours_met, n_of=day.n_hours_eligible)
        if day.n_hours_eligible
        else NOTHING
    )
    return (
        name if day.is_valid else f"{name} {words.text('days.invalid')}",
        words.number(day.wear_s / 3600, 1),
        words.number(day.sedentary_s / 3600, 1),
        words.number(None if share is None else 100 * share),
        words.number(day.n_sedentary_bouts_30min),
        words.number(day.n_sedentary_bouts_60min),
        words.number(day.longest_bout_s / 60),
        words.number(figures.breaks_per_h, 1),
        met,
        words.number(day.walk_s / 60),
        words.number(day.n_steps),
        words.number(figures.cadence.n_brisk_minutes),
        pain,
        exercises,
    )


def _mean(means: WeekMeans, words: Catalogue) -> tuple[str, ...]:
    share = None if means.sedentary_share is None else 100 * means.sedentary_share
    met = words.text("days.met", n=means.n_hours_met, n_of=means.n_hours_eligible)
    return (
        words.text("days.mean"),
        words.number(means.wear_s / 3600, 1),
        words.number(means.sedentary_s / 3600, 1),
        words.number(share),
        words.number(means.n_bouts_30min, 1),
        words.number(means.n_bouts_60min, 1),
        NOTHING,  # the longest bout is no mean; tile and list have it
        words.number(means.breaks_per_h, 1),
        met,
        words.number(means.walk_s / 60),
        words.number(means.n_steps),
        NOTHING,
        NOTHING,
        NOTHING,
    )


@dataclass(frozen=True, slots=True)
class Exercises:
    """The grid and what is said below."""

    table: Table
    note: str


def exercises_table(content: ReportContent, words: Catalogue, typed: Typed) -> Exercises:
    """Return exercises by day: done, planned, or nothing written."""
    days = tuple(words.weekday(day.day) for day in content.days)
    ends = (words.text("exercises.kept"), words.text("exercises.reps"))
    head = (words.text("exercises.what"), *days, *ends)
    shown = content.exercises[:_MAX_EXERCISES]
    rows = tuple(_exercise(row, words, typed) for row in shown)
    table = Table(words.text("exercises.caption"), head, rows, (False,) * len(rows))
    if not rows:
        return Exercises(table, words.text("exercises.none"))
    note = words.text("exercises.note")
    if len(content.exercises) > len(shown):
        n = len(content.exercises) - len(shown)
        note = f"{note}. {words.text('exercises.more', n=n)}"
    return Exercises(table, note)


def _exercise(row: ExerciseRow, words: Catalogue, typed: Typed) -> tuple[str, ...]:
    cells = []
    for n_done, planned in zip(row.n_done, row.is_planned, strict=True):
        if n_done > 1:
            cells.append(words.text("exercises.done_more", n=n_done))
        elif n_done:
            cells.append(words.text("exercises.done"))
        else:
            cells.append(words.text("exercises.planned") if planned else "")
    n_planned = sum(row.is_planned)
    kept = words.text("days.met", n=row.n_kept, n_of=n_planned) if n_planned else NOTHING
    return (exercise_name(row.what, words, typed), *cells, kept, words.number(row.n_reps))


def exercise_name(what: str, words: Catalogue, typed: Typed) -> str:
    """Return the name of an exercise in the language, or as it was typed."""
    key = f"exercise.{what}"
    return words.text(key) if words.has(key) else typed.line(what, width_em=_NAME_EM)
