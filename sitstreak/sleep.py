"""A wearer's sleep, from stored bouts: on the page, in reports and in InfluxDB the same."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from processing.figures.sleep import Sleep, find_sleep
from processing.method import Method
from sitstreak.local_day import nights
from sitstreak.views.source import ResultsReader


def sleep_in(
    results: ResultsReader,
    wearer: str,
    span_s: tuple[int, int],
    zone: ZoneInfo,
    method: Method,
    *,
    until_s: int | None = None,
) -> list[Sleep]:
    """Return the sleep of all nights that have a part in a span.

    A night is looked at whole, also what of it lies outside the span, because that may tell that
    the lying inside was sleep. Bouts are read for it, not seconds: a fiftieth of the work.

    Parameters
    ----------
    span_s
        `[start_s, end_s)`. [s]
    until_s
        Results from here on are left out; all count by default. [s]
    """
    windows = [
        (start_s, end_s if until_s is None else min(end_s, until_s))
        for start_s, end_s in nights(*span_s, zone, method.night_start_h, method.night_end_h)
        if until_s is None or start_s < until_s
    ]
    if not windows:
        return []
    bouts = results.bouts(wearer, windows[0][0], windows[-1][1])
    return find_sleep(bouts, windows, method)
