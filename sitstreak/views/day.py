"""One local day: its sums, its bouts, its streaks and breaks, and each hour's sitting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.bouts import find_bouts
from processing.figures.days import breaks_of_day, margin_s, summarise_day
from processing.figures.streaks import streaks
from processing.method import Method
from processing.model import CODE, Bout, Break, Posture, PostureSeconds, Streak
from sitstreak.local_day import clock_hour_spans, day_span, hours_over, iso
from sitstreak.sleep import sleep_in
from sitstreak.views.record import View
from sitstreak.views.source import ResultsReader
from sitstreak.views.totals import Totals


@dataclass(frozen=True, slots=True)
class BoutView(View):
    """One unbroken stretch of a posture, cut at midnight. `_s` fields are Unix time. [s]"""

    start: str
    end: str
    start_s: int
    end_s: int
    posture: str
    n_steps: int
    confidence: float
    censored: bool

    @classmethod
    def of(cls, bout: Bout, zone: ZoneInfo) -> BoutView:
        """Describe a bout."""
        return cls(
            start=iso(bout.start_s, zone),
            end=iso(bout.end_s, zone),
            start_s=bout.start_s,
            end_s=bout.end_s,
            posture=bout.posture.value,
            n_steps=bout.n_steps,
            confidence=round(bout.confidence, 3),
            censored=bout.censored,
        )


@dataclass(frozen=True, slots=True)
class DayStreakView(View):
    """One sitting streak of the day. `_s` start and end are Unix time. [s]"""

    start: str
    end: str
    start_s: int
    end_s: int
    duration_s: int
    censored: bool

    @classmethod
    def of(cls, streak: Streak, zone: ZoneInfo) -> DayStreakView:
        """Describe a streak."""
        return cls(
            start=iso(streak.start_s, zone),
            end=iso(streak.end_s, zone),
            start_s=streak.start_s,
            end_s=streak.end_s,
            duration_s=streak.duration_s,
            censored=streak.censored,
        )


@dataclass(frozen=True, slots=True)
class DayBreakView(View):
    """One break that begins in the day, cut at midnight. `_s` start and end are Unix time. [s]"""

    start: str
    end: str
    start_s: int
    end_s: int
    moved_s: int

    @classmethod
    def of(cls, found: Break, zone: ZoneInfo) -> DayBreakView:
        """Describe a break."""
        return cls(
            start=iso(found.start_s, zone),
            end=iso(found.end_s, zone),
            start_s=found.start_s,
            end_s=found.end_s,
            moved_s=found.moved_s,
        )


@dataclass(frozen=True, slots=True)
class HourView(View):
    """One hour on the wearer's clock; 23 or 25 of them on a day when clocks change."""

    start: str
    start_s: int
    label: str  #: as the clock shows it, such as 13:00
    sit_min: float


@dataclass(frozen=True, slots=True)
class DayView(View):
    """The answer of `/api/day/YYYY-MM-DD`."""

    wearer: str
    date: str
    timezone: str
    start: str
    end: str
    start_s: int
    end_s: int
    length_h: float
    known_until_s: int  #: the end of the day, or of what has happened of it so far
    has_data: bool
    summary: Totals
    bouts: list[BoutView]
    streaks: list[DayStreakView]
    breaks: list[DayBreakView]
    hourly: list[HourView]


def day_view(
    results: ResultsReader,
    wearer: str,
    day: date,
    *,
    clock_s: float,
    zone: ZoneInfo,
    method: Method,
) -> DayView:
    """Describe one local day, or as much of it as has happened by `clock_s`. [s]"""
    start_s, end_s = day_span(day, zone)
    # A replay may run ahead of the clock, but data of another year must not pass this day for over.
    latest_s = results.latest_second(wearer, end_s)
    now_s = max(int(clock_s), latest_s or 0)
    known_until_s = min(max(now_s, start_s), end_s)
    around = results.seconds(wearer, start_s - margin_s(method), known_until_s + margin_s(method))
    seconds = around.between(start_s, known_until_s)
    sleep = sleep_in(results, wearer, (start_s, end_s), zone, method)
    hours = hours_over(start_s, end_s, zone, results.latest_second(wearer))
    summary = summarise_day(around, start_s, end_s, method, sleep=sleep, hours=hours)
    breaks = breaks_of_day(around, start_s, end_s, method, sleep)
    some = len(seconds) > 0
    return DayView(
        wearer=wearer,
        date=day.isoformat(),
        timezone=zone.key,
        start=iso(start_s, zone),
        end=iso(end_s, zone),
        start_s=start_s,
        end_s=end_s,
        length_h=(end_s - start_s) / 3600,
        known_until_s=known_until_s,
        has_data=bool(np.any(seconds.code != CODE[Posture.UNKNOWN])),
        summary=Totals.of(summary, to_come_s=end_s - known_until_s),
        bouts=[BoutView.of(bout, zone) for bout in find_bouts(seconds)] if some else [],
        streaks=[DayStreakView.of(one, zone) for one in streaks(seconds, method, sleep)],
        breaks=[DayBreakView.of(one, zone) for one in breaks],
        hourly=_hourly(seconds, start_s, end_s, zone),
    )


def _hourly(seconds: PostureSeconds, start_s: int, end_s: int, zone: ZoneInfo) -> list[HourView]:
    hours = []
    for start, end in clock_hour_spans(start_s, end_s, zone):
        sitting = seconds.between(start, end).code == CODE[Posture.SIT]
        label = iso(start, zone)[11:16]
        hours.append(HourView(iso(start, zone), start, label, round(int(sitting.sum()) / 60, 2)))
    return hours
