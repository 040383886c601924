"""The ribbon, the table of days, and the modal day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.bouts import run_edges
from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.diary_figures import in_span, n_exercises, pain_median
from processing.figures.modal_hours import hours_of_day, usual_hours
from processing.figures.sleep import asleep
from processing.figures.weeks import DayFigures
from processing.model import POSTURES
from sitstreak.local_day import clock_hour_spans
from sitstreak.report.content.model import DayRow, DayStrip, ModalHour, Run
from sitstreak.report.content.week_data import WeekData, has_data
from sitstreak.report.week import LocalDay

_LONG_BOUT_S: Final = 3_600
_MARKED: Final = (DiaryKind.PAIN, DiaryKind.EXERCISE, DiaryKind.STRETCH, DiaryKind.TEST)
_ASLEEP: Final = len(POSTURES)  #: one past the codes of postures


def make_ribbon(data: WeekData, entries: Sequence[DiaryEntry]) -> tuple[DayStrip, ...]:
    """Return the seven strips."""
    return tuple(_strip(data, day, figures, entries) for day, figures in data.days)


def make_day_rows(data: WeekData, entries: Sequence[DiaryEntry]) -> tuple[DayRow, ...]:
    """Return the seven lines of the table of days."""
    rows = []
    for day, figures in data.days:
        mine = in_span(entries, day.start_s, day.end_s)
        rows.append(
            DayRow(
                day=day.date,
                start_s=day.start_s,
                end_s=day.end_s,
                has_data=has_data(figures),
                figures=figures,
                pain=pain_median(mine),
                n_exercises=n_exercises(mine),
            )
        )
    return tuple(rows)


def make_modal_day(data: WeekData) -> tuple[ModalHour, ...]:
    """Return the 24 hours of the clock over the valid days.

    Without enough of them for a week's averages nothing is usual either: no medians.
    """
    hours = []
    for index, (day, figures) in enumerate(data.days):
        if figures.summary.is_valid:
            spans = clock_hour_spans(day.start_s, day.end_s, data.zone)
            shown = [(_clock_hour(a, data.zone), a, b) for a, b in spans]
            seconds = data.seconds.between(day.start_s, day.end_s)
            hours += hours_of_day(seconds, index, shown, data.sleep)
    usual = usual_hours(hours)
    if data.summary.means is None:
        return tuple(ModalHour(one.hour, one.n_days, None, None, None) for one in usual)
    return tuple(
        ModalHour(one.hour, one.n_days, one.median_min, one.q1_min, one.q3_min) for one in usual
    )


def _strip(
    data: WeekData, day: LocalDay, figures: DayFigures, entries: Sequence[DiaryEntry]
) -> DayStrip:
    seconds = data.seconds.between(day.start_s, day.end_s)
    shown = np.where(asleep(seconds, data.sleep), np.uint8(_ASLEEP), seconds.code)
    return DayStrip(
        day=day.date,
        start_s=day.start_s,
        end_s=day.end_s,
        is_valid=figures.summary.is_valid,
        has_data=has_data(figures),
        runs=tuple(
            Run(day.start_s + a, day.start_s + b, _what(int(shown[a])))
            for a, b in pairwise(run_edges(shown))
        ),
        long_bouts=tuple(
            (bout.start_s, bout.end_s) for bout in figures.bouts if bout.sedentary_s >= _LONG_BOUT_S
        ),
        marks=tuple(one for one in in_span(entries, day.start_s, day.end_s) if one.kind in _MARKED),
    )


def _what(code: int) -> str:
    return "sleep" if code == _ASLEEP else POSTURES[code]


def _clock_hour(at_s: int, zone: ZoneInfo) -> int:
    return datetime.fromtimestamp(at_s, zone).hour
