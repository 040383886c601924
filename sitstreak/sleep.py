"""A wearer's sleep, from stored bouts: on the page, in reports and in InfluxDB the same."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from processing.figures.sleep import Sleep, Span, find_sleep
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
    reported: Sequence[Span] = (),
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
    reported
        What a diary says beside the one of `results`, in order; a night into which a diary
        reaches is left to it. [s]
    """
    windows = [
        (start_s, end_s if until_s is None else min(end_s, until_s))
        for start_s, end_s in nights(*span_s, zone, method.night_start_h, method.night_end_h)
        if until_s is None or start_s < until_s
    ]
    whole_s = (min([span_s, *windows])[0], max(end_s for _, end_s in [span_s, *windows]))
    told_there = results.told_sleep(wearer, *whole_s)
    if until_s is not None:
        told_there = [span for span in told_there if span[0] < until_s]
    reported = sorted({*reported, *told_there})
    told = [span for span in reported if span[0] < span_s[1] and span[1] > span_s[0]]
    if not windows:
        return [Sleep.told(span) for span in told]
    bouts = results.bouts(wearer, windows[0][0], windows[-1][1])
    # of all that is reported, as a night at the edge may be told of by what lies outside the span
    near = [span for span in reported if span[0] < windows[-1][1] and span[1] > windows[0][0]]
    return find_sleep(bouts, windows, method, reported=near)
