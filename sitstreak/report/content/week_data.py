"""Everything of one wearer's week that goes into its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.chain import within
from processing.figures.cadence import cadence_bands, minute_cadence
from processing.figures.days import margin_s, summarise_day
from processing.figures.diary_figures import Told, with_not_worn
from processing.figures.sedentary_bouts import sedentary_bouts
from processing.figures.sleep import Sleep
from processing.figures.told_bouts import told_bouts
from processing.figures.weeks import DayFigures, WeekSummary, summarise_week
from processing.method import Method
from processing.model import CODE, Bout, Posture, PostureSeconds
from sitstreak.local_day import hours_over
from sitstreak.report.week import IsoWeek, LocalDay
from sitstreak.sleep import sleep_in
from sitstreak.views.source import ResultsReader

_NOTHING_TOLD: Final = Told()
#: Returns what is known of a wearer in `[start_s, end_s)`, `unknown` where nothing is.
Seconds = Callable[[str, int, int], PostureSeconds]


@dataclass(frozen=True, slots=True)
class WeekData:
    """A wearer's week: seconds, raw bouts, days and their figures."""

    week: IsoWeek
    wearer: str
    zone: ZoneInfo
    method: Method
    seconds: PostureSeconds  #: the whole week, `unknown` where there are no data
    bouts: Sequence[Bout]  #: raw ones, those that begin in the week
    told: Told  #: what the diary says of the week
    sleep: Sequence[Sleep]  #: of the nights that have a part in the week
    days: Sequence[tuple[LocalDay, DayFigures]]  #: seven
    summary: WeekSummary

    @property
    def n_known_s(self) -> int:
        """Seconds with a posture or known not to be worn. [s]"""
        return int(np.count_nonzero(self.seconds.code != CODE[Posture.UNKNOWN]))


def read_week(
    results: ResultsReader,
    week: IsoWeek,
    wearer: str,
    zone: ZoneInfo,
    method: Method,
    told: Told = _NOTHING_TOLD,
    *,
    seconds: Seconds | None = None,
) -> WeekData:
    """Collect a wearer's local week, Monday 00:00 to Monday 00:00.

    Parameters
    ----------
    told
        When a diary says that the sensor was not worn, or that the wearer slept: it knows better.
    seconds
        Returns the seconds of a wearer's span, if not `results.seconds` shall.
    """
    read = results.seconds if seconds is None else seconds
    found = read_week_figures(results, week, wearer, zone, method, told, seconds=read)
    start_s, end_s = found.seconds.start_s, found.seconds.end_s
    bouts = told_bouts(
        results.bouts(wearer, start_s, end_s),
        told.not_worn,
        lambda from_s, to_s: read(wearer, from_s, to_s),
    )
    return replace(found, bouts=[one for one in bouts if start_s <= one.start_s < end_s])


def read_week_figures(
    results: ResultsReader,
    week: IsoWeek,
    wearer: str,
    zone: ZoneInfo,
    method: Method,
    told: Told,
    *,
    seconds: Seconds,
) -> WeekData:
    """Collect a week as `read_week` does, but without its raw bouts."""
    days = week.days(zone)
    start_s, end_s = days[0].start_s, days[-1].end_s
    around_s = margin_s(method)
    around = with_not_worn(seconds(wearer, start_s - around_s, end_s + around_s), told.not_worn)
    sleep = sleep_in(results, wearer, (start_s, end_s), zone, method, reported=told.sleep)
    latest_s = results.latest_second(wearer)
    figures = [_day_figures(around, day, sleep, zone, method, latest_s) for day in days]
    return WeekData(
        week=week,
        wearer=wearer,
        zone=zone,
        method=method,
        seconds=around.between(start_s, end_s),
        bouts=(),
        told=told.within(start_s, end_s),
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
