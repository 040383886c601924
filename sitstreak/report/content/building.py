"""Builds a report's content from results and diary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.bout_figures import longest_bouts
from processing.figures.diary import DiaryEntry
from processing.figures.diary_figures import in_span, in_time, told_by
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.local_day import day_span
from sitstreak.report.content.earlier_weeks import N_WEEKS, Memo, condense, earlier_weeks
from sitstreak.report.content.exercises import make_exercises, make_tests
from sitstreak.report.content.header import input_hash, make_header
from sitstreak.report.content.model import ReportContent
from sitstreak.report.content.quality import make_quality, make_sufficiency
from sitstreak.report.content.ribbon import make_day_rows, make_modal_day, make_ribbon
from sitstreak.report.content.sentences import make_sentences
from sitstreak.report.content.sources import DiaryReader, ReportReader
from sitstreak.report.content.trend import make_tiles, make_trend
from sitstreak.report.content.week_data import WeekData, read_week
from sitstreak.report.week import IsoWeek, LocalDay

_N_LONGEST: Final = 5
#: How far beyond its weeks the diary is read: a night at either end is looked at whole. [s]
_BEYOND_S: Final = 2 * 86_400


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """A report's content, and the seconds that it was made from."""

    content: ReportContent
    data: WeekData


def build_content(
    source: ReportReader,
    diary: DiaryReader,
    week: IsoWeek,
    wearer: str,
    zone: ZoneInfo,
    method: Method,
    *,
    now_s: float,
    software: str,
) -> ReportContent:
    """Return what a week's report says: see `build_report`."""
    return build_report(
        source, diary, week, wearer, zone, method, now_s=now_s, software=software
    ).content


def build_report(
    source: ReportReader,
    diary: DiaryReader,
    week: IsoWeek,
    wearer: str,
    zone: ZoneInfo,
    method: Method,
    *,
    now_s: float,
    software: str,
    memo: Memo | None = None,
) -> BuiltReport:
    """Build a week's report.

    Parameters
    ----------
    source, diary
        Should show one state throughout: best, in one transaction of the store.
    week, wearer, zone
        Whose seven local days.
    method
        The rules of bouts, hours, days and weeks; printed in the header.
    now_s
        Of a week that runs, what has not come yet depends on it; of one that is over, nothing. [s]
    software
        Version of sitstreak.
    memo
        Earlier weeks that were read for another report in the same transaction.
    """
    entries = _entries(diary, week, wearer, zone)
    told = told_by(entries)
    days = week.days(zone)
    planned = [[one.what for one in diary.agreed_plan(wearer, day.date, day.end_s)] for day in days]
    data = read_week(source, week, wearer, zone, method, told)
    this = condense(source, data)
    weeks = [*earlier_weeks(source, week, wearer, zone, method, told, memo), this]
    mine = in_span(entries, this.start_s, this.end_s)
    gaps = source.gaps(wearer, this.start_s * NS_PER_S, this.end_s * NS_PER_S)
    tiles, modal_day = make_tiles(weeks, entries), make_modal_day(data)
    used = [one for which in (this, *weeks[:-1]) for one in which.used]
    content = ReportContent(
        header=make_header(
            source,
            data,
            input_hash(data, weeks[:-1], entries, planned, used),
            used,
            now_s=now_s,
            software=software,
        ),
        sufficiency=make_sufficiency(data, gaps, now_s),
        tiles=tiles,
        ribbon=make_ribbon(data, entries),
        modal_day=modal_day,
        sentences=make_sentences(data, tiles, modal_day, mine),
        longest=tuple(longest_bouts([b for _, day in data.days for b in day.bouts], _N_LONGEST)),
        days=make_day_rows(data, entries),
        summary=data.summary,
        trend=tuple(make_trend(weeks, entries)),
        exercises=make_exercises(days, mine, _so_far(planned, days, now_s)),
        tests=make_tests(mine),
        entries=tuple(mine),
        quality=make_quality(
            data, gaps, mine, source.n_recovered(wearer, this.start_s, this.end_s)
        ),
    )
    return BuiltReport(content, data)


def _so_far(
    planned: Sequence[Sequence[str]], days: Sequence[LocalDay], now_s: float
) -> list[Sequence[str]]:
    """Return the plan without the days ahead: what is still to come was not missed. [s]"""
    return [names if day.start_s <= now_s else () for names, day in zip(planned, days, strict=True)]


def _entries(
    diary: DiaryReader, week: IsoWeek, wearer: str, zone: ZoneInfo
) -> Sequence[DiaryEntry]:
    """Return what was written in all weeks of the trend, in order of time."""
    first = week.monday - timedelta(weeks=N_WEEKS - 1)
    start_s = day_span(first, zone)[0] - _BEYOND_S
    end_s = day_span(week.monday + timedelta(weeks=1), zone)[0] + _BEYOND_S
    return sorted(diary.entries(wearer, start_s, end_s), key=in_time)
