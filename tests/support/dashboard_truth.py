"""What each panel of each dashboard ought to show, computed from the local store alone.

Rows are dictionaries as `Influx.query` gives them, `time` in seconds. Where a panel shows sums,
they are summed here anew over `Results.seconds`; what a day is in numbers comes from the report's
own `read_week` and the local page's `day_view`, which must agree.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from unittest.mock import ANY

import numpy as np

from dashboards import common
from dashboards.queries import TimeSpan
from processing.figures.days import breaks_of_day, margin_s
from processing.figures.diary import DiaryKind
from processing.figures.sleep import known_at
from processing.figures.streaks import current_streak, debt_s
from processing.model import CODE, POSTURES, Break, DaySummary, Posture, PostureSeconds
from sitstreak.local_day import clock_hour_spans, day_span, local_date
from sitstreak.report.content.week_data import read_week
from sitstreak.report.week import IsoWeek
from sitstreak.sleep import sleep_in
from sitstreak.storage.results import Results
from sitstreak.views.day import day_view
from tests.support.seeded_weeks import METHOD, SeededWeek

Row = dict[str, Any]
Rows = list[Row]
H: Final = 3_600
_STREAK_EVERY_S: Final = 30
#: Rows of the streak go on so long after the last minute with data: a lost streak, and 2 minutes.
_LINGER_S: Final = METHOD.max_unknown_s + 120


@dataclass(frozen=True)
class Local:
    """One wearer's local store."""

    connection: sqlite3.Connection
    week: SeededWeek

    @property
    def results(self) -> Results:
        """What is stored."""
        return Results(self.connection)

    @cached_property
    def days(self) -> list[DaySummary]:
        """The seven days as the report has them; the local page has the same."""
        week, (start_s, end_s) = self.week, self.week.span_s
        iso = IsoWeek.of(start_s, week.zone)
        report = read_week(self.results, iso, week.wearer, week.zone, METHOD)
        days = [figures.summary for _, figures in report.days]
        for day, summary in zip((local.date for local, _ in report.days), days, strict=True):
            page = day_view(
                self.results, week.wearer, day, clock_s=end_s, zone=week.zone, method=METHOD
            ).summary
            for name in ("sit_s", "stand_s", "walk_s", "lie_s", "move_s", "n_breaks", "n_steps"):
                assert getattr(page, name) == getattr(summary, name)
            for name in ("longest_streak_s", "longest_bout_s", "n_hours_met", "n_hours_eligible"):
                assert getattr(page, name) == getattr(summary, name)
        return days

    @cached_property
    def seconds(self) -> PostureSeconds:
        """All seconds of the week."""
        return self.results.seconds(self.week.wearer, *self.week.span_s)

    @cached_property
    def breaks(self) -> list[Break]:
        """Every break of the week, by local day."""
        week, around_s = self.week, margin_s(METHOD)
        found = []
        for start_s, end_s in week.days:
            span_s = (start_s - around_s, min(end_s + around_s, week.span_s[1]))
            seconds = self.results.seconds(week.wearer, *span_s)
            sleep = sleep_in(self.results, week.wearer, (start_s, end_s), week.zone, METHOD)
            found += breaks_of_day(seconds, start_s, end_s, METHOD, sleep)
        return found

    @cached_property
    def minutes_s(self) -> list[int]:
        """The start of every minute in which the sensor took samples. [s]"""
        minutes: list[int] = self.results.stored_minutes(self.week.wearer, 0, 2**40).tolist()
        return minutes


Truth = Callable[[Local, TimeSpan], Rows]


def inside(rows: Sequence[Row], span: TimeSpan) -> Rows:
    """Return the rows whose time is in a span."""
    return [row for row in rows if span.start_ms <= row["time"] * 1_000 <= span.end_ms]


def running(name: str) -> Truth:
    """Return the running streak or debt at each 30 s; one in 61 is computed, of all it is known
    that they are there.
    """

    def rows(local: Local, span: TimeSpan) -> Rows:
        last = np.array([0, *local.minutes_s]) + 60
        found: Rows = []
        start_s, end_s = local.week.span_s
        for at_s in range(-(-start_s // 30) * 30, end_s, _STREAK_EVERY_S):
            if not span.start_ms <= at_s * 1_000 <= span.end_ms:
                continue
            since_s = at_s - int(last[np.searchsorted(last - 60, at_s) - 1])
            if since_s <= _LINGER_S:
                close = at_s // _STREAK_EVERY_S % 61 == 0
                found.append({"time": at_s, name: count_at(local, name, at_s) if close else ANY})
        return found

    return rows


def count_at(local: Local, name: str, at_s: int) -> float:
    """Return a count as it stood at a moment, from nothing but the seconds before it."""
    wearer, zone = local.week.wearer, local.week.zone
    midnight_s, _ = day_span(local_date(at_s, zone), zone)
    from_s = midnight_s if name == "debt_s" else at_s - 30 * H
    all_sleep = sleep_in(local.results, wearer, (at_s - 30 * H, at_s + 30 * H), zone, METHOD)
    sleep = known_at(all_sleep, at_s)
    seconds = local.seconds.between(from_s, at_s)
    if name == "debt_s":
        owed_s = debt_s(seconds, METHOD, sleep)
        return float(owed_s[-1]) if len(owed_s) else 0.0
    streak = current_streak(seconds, METHOD, sleep)
    return float(streak.duration_s) if streak else 0.0


def each_posture(local: Local, span: TimeSpan) -> Rows:
    """Return where each posture begins, as far as the span shows it."""
    start_s = max(span.start_ms // 1_000, local.week.span_s[0])
    end_s = min(span.end_ms // 1_000 + 1, local.week.span_s[1])
    if end_s <= start_s:
        return []
    code = local.seconds.between(start_s, end_s).code.astype(np.int64)
    changes = np.flatnonzero(np.diff(code, prepend=-1)).tolist()
    return [{"time": start_s + at, "state": POSTURES[code[at]].value} for at in changes]


def sat_in_each_hour(local: Local, span: TimeSpan) -> Rows:
    """Return the minutes sat in each hour on the wearer's clock."""
    rows = []
    start_s, end_s = span.start_ms // 1_000, span.end_ms // 1_000 + 1
    for from_s, to_s in clock_hour_spans(start_s, end_s, local.week.zone):
        code = local.seconds.between(from_s, to_s).code
        sat_s = int(np.count_nonzero(code == CODE[Posture.SIT]))
        rows.append({"time": from_s, "minutes": sat_s / 60})
    return rows


def of_day(**columns: Callable[[DaySummary], float]) -> Truth:
    """Return the numbers of the days whose midnight is in the span."""

    def rows(local: Local, span: TimeSpan) -> Rows:
        return inside(
            [
                {"time": day.start_s} | {name: value(day) for name, value in columns.items()}
                for day in local.days
            ],
            span,
        )

    return rows


def of_week(**columns: Callable[[DaySummary], float]) -> Truth:
    """Return the numbers of seven days, the last of which is the one shown."""

    def rows(local: Local, span: TimeSpan) -> Rows:
        zone = local.week.zone
        first = local_date(span.start_ms / 1_000, zone) - timedelta(days=6)
        start_s, _ = day_span(first, zone)
        return of_day(**columns)(local, TimeSpan(start_s * 1_000, span.end_ms))

    return rows


def reading(column: str, name: str) -> Truth:
    """Return what the sensor said each time, with what was noted beside it."""

    def rows(local: Local, span: TimeSpan) -> Rows:
        found = local.connection.execute(
            f"SELECT minute_s, {column} FROM sensor_beside JOIN sensor_reading "
            "USING (device, minute_s) JOIN device ON device.id = device WHERE device_id = ? "
            "ORDER BY minute_s",
            (local.week.device,),
        )
        return inside([{"time": at_s, name: value} for at_s, value in found], span)

    return rows


def newest_minutes(local: Local, span: TimeSpan) -> Rows:
    """Return every minute with data; the panel shows when the last one was."""
    return inside([{"time": at_s} for at_s in local.minutes_s], span)


def gaps(local: Local, span: TimeSpan) -> Rows:
    """Return each gap and its minutes."""
    start_s, end_s = local.week.gap_s
    return inside([{"time": start_s, "minutes": (end_s - start_s) / 60}], span)


def pain(local: Local, span: TimeSpan) -> Rows:
    """Return what the diary says of pain."""
    written = [told for told in local.week.diary if told.entry.kind is DiaryKind.PAIN]
    return inside([{"time": told.entry.at_s, "pain": told.value} for told in written], span)


def quartiles(value: Callable[[DaySummary], float]) -> Truth:
    """Return the quartiles of each week's valid days, by nearest rank."""

    def of_the_week(local: Local) -> Row:
        valid = sorted(value(day) for day in local.days if day.is_valid)
        ranks = {name: math.floor(len(valid) * share + 0.5) for name, share in _SHARES.items()}
        return {name: valid[rank - 1] for name, rank in ranks.items()}

    return _weekly(of_the_week, dict.fromkeys(_SHARES))


_SHARES: Final = {"lower quarter": 0.25, "median": 0.5, "upper quarter": 0.75}


def _weekly(of_the_week: Callable[[Local], Row], otherwise: Row) -> Truth:
    """Return a row a week, dated by 11:00 UTC of the Sunday before; only one week has data."""

    def rows(local: Local, span: TimeSpan) -> Rows:
        noon_s = local.week.span_s[0] - 6 * H
        sunday_s = noon_s - noon_s % (24 * H) + 11 * H
        back = (sunday_s - span.start_ms // 1_000) // (7 * 24 * H) + 1
        ahead = (span.end_ms // 1_000 - sunday_s) // (7 * 24 * H)
        times = [sunday_s + 7 * 24 * H * n for n in range(-back, ahead + 1)]
        return [
            {"time": at_s} | (of_the_week(local) if at_s == sunday_s else otherwise)
            for at_s in times
        ]

    return rows


_TODAY: Final[dict[str, Truth]] = {
    "Sitting streak": running("streak_s"),
    "Movement owed": running("debt_s"),
    "Postures": each_posture,
    "Sitting in each hour": sat_in_each_hour,
    "Breaks": of_day(breaks=lambda day: day.n_breaks),
    "Longest streak": of_day(streak=lambda day: day.longest_streak_s),
    "Hours met": of_day(met=lambda day: day.n_hours_met, of=lambda day: day.n_hours_eligible),
    "Steps": of_day(steps=lambda day: day.n_steps),
    "Battery": reading("battery_pct", "battery_pct"),
    "Signal": reading("rssi_dbm", "rssi_dbm"),
    "Last data": newest_minutes,
}
_WHEN: Final = ("last day", "the day before", *(f"{n} days before" for n in range(2, 7)))
_WEEK: Final[dict[str, Truth]] = {
    f"${{__from:date:ddd D MMM}} ({when})": each_posture for when in _WHEN
} | {
    "Sitting per day": of_week(
        **{
            "valid day": lambda day: day.sit_s / H * day.is_valid,
            "too little worn": lambda day: day.sit_s / H * (not day.is_valid),
        }
    ),
    "Worn awake": of_week(hours=lambda day: day.wear_s / H),
    "Long sedentary bouts": of_week(
        **{
            "30 min": lambda day: day.n_sedentary_bouts_30min,
            "60 min": lambda day: day.n_sedentary_bouts_60min,
        }
    ),
    "Longest bout": of_week(minutes=lambda day: day.longest_bout_s / 60),
    "Longest streak": of_week(minutes=lambda day: day.longest_streak_s / 60),
    "Breaks": of_week(breaks=lambda day: day.n_breaks),
    "Hours that met 10 minutes": of_week(
        met=lambda day: day.n_hours_met, of=lambda day: day.n_hours_eligible
    ),
    "Steps": of_week(steps=lambda day: day.n_steps),
}
_TRENDS: Final[dict[str, Truth]] = {
    "Sitting": quartiles(lambda day: day.sit_s / H),
    "Longest bout": quartiles(lambda day: day.longest_bout_s / 60),
    "Breaks": quartiles(lambda day: day.n_breaks),
    "Steps": quartiles(lambda day: day.n_steps),
    "Pain": pain,
    "Valid days": _weekly(
        lambda local: {"valid days": sum(day.is_valid for day in local.days)}, {"valid days": 0}
    ),
}
_SENSORS: Final[dict[str, Truth]] = {
    "Gaps": gaps,
    "Battery": reading("battery_pct", "battery_pct"),
    "Signal": reading("rssi_dbm", "rssi_dbm"),
    "Lost samples": reading("n_lost", "lost_samples"),
    "Fetched later": reading("n_backfilled", "backfilled_samples"),
    "Clock drift": reading("drift_ppm", "clock_drift_ppm"),
    "Rows waiting": reading("n_waiting", "outbox_depth"),
}
#: uid of the dashboard and title of the panel -> what it ought to show.
TRUTHS: Final[dict[tuple[str, str], Truth]] = {
    (uid, title): truth
    for uid, truths in (
        (common.TODAY, _TODAY),
        (common.WEEK, _WEEK),
        (common.TRENDS, _TRENDS),
        (common.SENSORS, _SENSORS),
    )
    for title, truth in truths.items()
}
