"""Everything of one wearer's week that goes into its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from processing.chain import within
from processing.figures.cadence import cadence_bands, minute_cadence
from processing.figures.days import margin_s, summarise_day
from processing.figures.sedentary_bouts import sedentary_bouts
from processing.figures.sleep import Sleep
from processing.figures.weeks import DayFigures, WeekSummary, summarise_week
from processing.method import Method
from processing.model import CODE, Bout, Posture, PostureSeconds
from sitstreak.local_day import hours_over
from sitstreak.report.week import IsoWeek, LocalDay
from sitstreak.sleep import sleep_in
from sitstreak.views.source import ResultsReader


@dataclass(frozen=True, slots=True)
class WeekData:
    """A wearer's week: seconds, raw bouts, days and their figures."""

    week: IsoWeek
    wearer: str
    zone: ZoneInfo
    method: Method
    seconds: PostureSeconds  #: the whole week, `unknown` where there are no data
    bouts: Sequence[Bout]  #: raw ones, those that begin in the week
    sleep: Sequence[Sleep]  #: of the nights that have a part in the week
    days: Sequence[tuple[LocalDay, DayFigures]]  #: seven
    summary: WeekSummary

    @property
    def n_known_s(self) -> int:
        """Seconds with a posture or known not to be worn. [s]"""
        return int(np.count_nonzero(self.seconds.code != CODE[Posture.UNKNOWN]))


def read_week(
    results: ResultsReader, week: IsoWeek, wearer: str, zone: ZoneInfo, method: Method
) -> WeekData:
    """Collect a wearer's local week, Monday 00:00 to Monday 00:00."""
    days = week.days(zone)
    start_s, end_s = days[0].start_s, days[-1].end_s
    around_s = margin_s(method)
    around = results.seconds(wearer, start_s - around_s, end_s + around_s)
    sleep = sleep_in(results, wearer, (start_s, end_s), zone, method)
    latest_s = results.latest_second(wearer)
    figures = [_day_figures(around, day, sleep, zone, method, latest_s) for day in days]
    return WeekData(
        week=week,
        wearer=wearer,
        zone=zone,
        method=method,
        seconds=around.between(start_s, end_s),
        bouts=[one for one in results.bouts(wearer, start_s, end_s) if one.start_s >= start_s],
        sleep=sleep,
        days=list(zip(days, figures, strict=True)),
        summary=summarise_week(figures, method),
    )


def has_data(day: DayFigures) -> bool:
    """Return whether anything of a day is known, if only that the sensor was not worn."""
    return day.summary.unknown_s < day.summary.end_s - day.summary.start_s


def _day_figures(
    around: PostureSeconds,
    day: LocalDay,
    sleep: Sequence[Sleep],
    zone: ZoneInfo,
    method: Method,
    latest_s: int | None,
) -> DayFigures:
    around_s = margin_s(method)
    hours = hours_over(day.start_s, day.end_s, zone, latest_s)
    summary = summarise_day(
        around.between(day.start_s - around_s, day.end_s + around_s),
        day.start_s,
        day.end_s,
        method,
        sleep=sleep,
        hours=hours,
    )
    seconds = within(around, day.start_s, day.end_s)
    cadence = cadence_bands(minute_cadence(seconds, method), method)
    return DayFigures(summary, sedentary_bouts(seconds, method, sleep), cadence)
