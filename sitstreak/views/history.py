"""The last fortnight, a line a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.days import margin_s, summarise_day
from processing.figures.sleep import Sleep, Span
from processing.method import Method
from processing.model import Bout, DaySummary
from sitstreak.local_day import day_span, hours_over, local_date
from sitstreak.sleep import sleep_in
from sitstreak.views.record import View
from sitstreak.views.source import ResultsReader
from sitstreak.views.totals import Totals

HISTORY_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class HistoryDay(View):
    """One day of the fortnight."""

    date: str
    length_h: float
    has_data: bool
    summary: Totals


@dataclass(frozen=True, slots=True)
class HistoryView(View):
    """The answer of `/api/history`: oldest day first, today last."""

    wearer: str
    timezone: str
    valid_day_wear_s: int  #: how long a sensor has to be worn for a day to count
    days: list[HistoryDay]


#: What a day's sums depend on, besides the method: bouts, sleep, and the hours that are over.
_Basis = tuple[list[Bout], list[Sleep], list[Span]]


class SummaryCache:
    """Remembers the sums of past days for as long as their stored bouts stay the same.

    A sensor that was away for a night delivers yesterday late, so a past day is not fixed for ever;
    reading a day's bouts is a fiftieth of the work of reading its seconds.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str, int, int], tuple[_Basis, DaySummary]] = {}

    def summary(
        self,
        results: ResultsReader,
        wearer: str,
        span_s: tuple[int, int],
        zone: ZoneInfo,
        method: Method,
    ) -> DaySummary:
        """Return the sums of a day, computed anew only when its bouts or its nights have changed.

        Parameters
        ----------
        span_s
            Local midnight and the next. [s]
        """
        start_s, end_s = span_s
        around = start_s - margin_s(method), end_s + margin_s(method)
        key = (wearer, zone.key, method.digest, start_s, end_s)
        sleep = sleep_in(results, wearer, span_s, zone, method)
        hours = hours_over(start_s, end_s, zone, results.latest_second(wearer))
        basis = results.bouts(wearer, *around), sleep, hours
        if key in self._known and self._known[key][0] == basis:
            return self._known[key][1]
        seconds = results.seconds(wearer, *around)
        summary = summarise_day(seconds, start_s, end_s, method, sleep=sleep, hours=hours)
        self._known[key] = (basis, summary)
        return summary


def history_view(
    results: ResultsReader,
    wearer: str,
    *,
    clock_s: float,
    zone: ZoneInfo,
    method: Method,
    cache: SummaryCache,
) -> HistoryView:
    """Describe the last `HISTORY_DAYS` local days, today among them."""
    today = local_date(clock_s, zone)
    days = [
        _history_day(
            results, wearer, today - timedelta(days=ago), int(clock_s), zone, method, cache
        )
        for ago in reversed(range(HISTORY_DAYS))
    ]
    return HistoryView(wearer, zone.key, method.valid_day_wear_s, days)


def _history_day(
    results: ResultsReader,
    wearer: str,
    day: date,
    clock_s: int,
    zone: ZoneInfo,
    method: Method,
    cache: SummaryCache,
) -> HistoryDay:
    start_s, end_s = day_span(day, zone)
    known = cache.summary(results, wearer, (start_s, end_s), zone, method)
    totals = Totals.of(known, to_come_s=end_s - min(max(clock_s, start_s), end_s))
    has_data = totals.wear_s > 0 or totals.not_worn_s > 0
    return HistoryDay(day.isoformat(), (end_s - start_s) / 3600, has_data, totals)
