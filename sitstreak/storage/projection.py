"""Makes the rows of InfluxDB from results, for any span; the outbox gets the very same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.days import margin_s, summarise_day
from processing.figures.sleep import Sleep
from processing.method import Method
from processing.model import IntArray, Posture, PostureSeconds
from sitstreak.local_day import day_span, hours_over, local_date
from sitstreak.sleep import sleep_in
from sitstreak.storage.diary_events import diary_event_lines
from sitstreak.storage.happenings import REACH_S, break_lines, gap_lines
from sitstreak.storage.lines import (
    Line,
    bout_line,
    day_line,
    minute_lines,
    posture_line,
    streak_lines,
)
from sitstreak.storage.results import Results
from sitstreak.storage.running_counts import debt_at, last_reset, streak_at

#: "Until now": past every time stamp, and short of what an integer of SQLite holds in nanoseconds.
END_S: Final = 7_258_118_400
MINUTE_S: Final = 60
HEARTBEAT_S: Final = 300
STREAK_EVERY_S: Final = 30
#: Spans are worked through in pieces of this length, so that memory stays bounded.
PIECE_S: Final = 86_400
_LOOK_BACK_S: Final = 3_600
#: What people told (the diary), as rows of `event`: each is called with results, wearer and a span
#: `[start_s, end_s)`, whether or not there are results in it.
TOLD: Final[tuple[Callable[[Results, str, int, int], Iterable[Line]], ...]] = (diary_event_lines,)
#: After the end of data the streak's rows go on so much longer than it takes it to end.
_LINGER_S: Final = 120


def lines_for_span(
    results: Results, wearer: str, start_s: int, end_s: int, zone: ZoneInfo
) -> Iterator[Line]:
    """Yield every row whose time is in `[start_s, end_s)`, as the results are now.

    Over everything: what a bucket holds once the outbox is empty, but for the rows of `sensor`.
    """
    yield from told_lines(results, wearer, start_s, end_s)
    method = results.method(wearer)
    if method is None:
        return
    for piece_start_s, piece_end_s in pieces(results, wearer, start_s, end_s):
        for device in results.devices(wearer):
            yield from settled_lines(results, wearer, device, piece_start_s, piece_end_s)
        span_s = (piece_start_s, piece_end_s)
        lines = chain(
            _lines_by_minute(results, wearer, span_s, zone, method),
            _lines_by_day(results, wearer, span_s, zone, method),
            gap_lines(results, wearer, *span_s),
        )
        for line in lines:
            if piece_start_s <= line.at_s < piece_end_s:
                yield line


def told_lines(results: Results, wearer: str, start_s: int, end_s: int) -> Iterator[Line]:
    """Yield what the wearer told of a span, as rows of `event`."""
    for told in TOLD:
        yield from told(results, wearer, start_s, end_s)


def settled_lines(
    results: Results, wearer: str, device: str, start_s: int, end_s: int
) -> Iterator[Line]:
    """Yield the rows of `posture` and `bout` in a span: of settled seconds and bouts only."""
    yield from _posture_lines(results, wearer, device, start_s, end_s)
    for bout in results.device_bouts(device, start_s, end_s, settled_only=True):
        if bout.start_s >= start_s:
            yield bout_line(wearer, device, bout)


def newly_settled_lines(
    results: Results, wearer: str, device: str, start_s: int, end_s: int
) -> Iterator[Line]:
    """Yield what there is more of `settled_lines` once settled time grew from `start_s` to `end_s`.

    A bout comes when its end is settled, however long ago it began.
    """
    yield from _posture_lines(results, wearer, device, start_s, end_s)
    for bout in results.device_bouts(device, start_s - 1, end_s, settled_only=True):
        yield bout_line(wearer, device, bout)


def running_lines(
    results: Results, wearer: str, start_s: int, end_s: int, zone: ZoneInfo, method: Method
) -> Iterator[Line]:
    """Yield the rows of `posture_minute`, `streak` and `day` in which seconds of a span count.

    The minute and the day in which the span begins are among them.
    """
    yield from _lines_by_minute(results, wearer, (start_s, end_s), zone, method)
    # What comes after midnight may make a break of what came just before it, or sleep of lying.
    reach_s = max(margin_s(method), (method.night_end_h + 1) * 3600)
    end_s = min(end_s, results.latest_second(wearer) or start_s)
    for day_s in _days(start_s - reach_s, end_s, zone):
        if len(results.stored_minutes(wearer, *day_s)):
            seconds, sleep = _of_day(results, wearer, day_s, zone, method)
            yield _day_line(results, wearer, day_s, seconds, sleep, zone, method)


def event_lines(
    results: Results, wearer: str, start_s: int, end_s: int, zone: ZoneInfo, method: Method
) -> Iterator[Line]:
    """Yield the rows of `event` that may have come or changed as settled time grew by a span.

    Some that did not change are among them. If they were deleted before, then without an end; so
    what was told is there without an end.
    """
    since_s = start_s - REACH_S
    yield from told_lines(results, wearer, since_s, END_S)
    for day_s in _days(since_s, end_s, zone):
        if len(results.stored_minutes(wearer, *day_s)):
            seconds, sleep = _of_day(results, wearer, day_s, zone, method)
            yield from break_lines(results, wearer, seconds, day_s, method, sleep, since_s=since_s)
    yield from gap_lines(results, wearer, since_s, end_s)


def pieces(results: Results, wearer: str, start_s: int, end_s: int) -> Iterator[tuple[int, int]]:
    """Cut a span into UTC days; those more than a day away from any data are left out."""
    while start_s < end_s:
        near_s = results.next_minute(wearer, start_s - 2 * PIECE_S)
        if near_s is None:
            return
        start_s = max(start_s, near_s - near_s % PIECE_S - PIECE_S)
        piece_end_s = min(start_s - start_s % PIECE_S + PIECE_S, end_s)
        if start_s < piece_end_s:
            yield start_s, piece_end_s
        start_s = piece_end_s


def _posture_lines(
    results: Results, wearer: str, device: str, start_s: int, end_s: int
) -> Iterator[Line]:
    end_s = min(end_s, results.device_settled_until(device) or start_s)
    if end_s <= start_s:
        return
    at: set[int] = set()
    for bout in results.device_bouts(device, start_s, end_s):
        if bout.start_s >= start_s:
            at.add(bout.start_s)
        if bout.posture is not Posture.UNKNOWN:
            span = _multiples(max(bout.start_s, start_s), min(bout.end_s, end_s), HEARTBEAT_S)
            at.update(span.tolist())
    seconds = results.device_seconds(device, start_s, end_s)
    for at_s in sorted(at):
        index = at_s - start_s
        confidence = float(seconds.confidence[index])
        yield posture_line(wearer, device, at_s, int(seconds.code[index]), confidence)


def _minute_lines(
    results: Results, wearer: str, device: str, start_s: int, end_s: int
) -> Iterator[Line]:
    start_s, end_s = start_s - start_s % MINUTE_S, end_s + -end_s % MINUTE_S
    seconds = results.device_seconds(device, start_s, end_s)
    minutes_s = results.device_minutes(device, start_s, end_s).tolist()
    yield from minute_lines(wearer, device, seconds, minutes_s)


def _lines_by_minute(
    results: Results, wearer: str, span_s: tuple[int, int], zone: ZoneInfo, method: Method
) -> Iterator[Line]:
    start_s = span_s[0]
    end_s = min(span_s[1], results.latest_second(wearer) or start_s)
    for device in results.devices(wearer):
        yield from _minute_lines(results, wearer, device, start_s, end_s)
    days = _days(start_s, end_s, zone)
    yield from _streak_lines(results, wearer, (start_s, end_s), days, zone, method)


def _lines_by_day(
    results: Results, wearer: str, span_s: tuple[int, int], zone: ZoneInfo, method: Method
) -> Iterator[Line]:
    """Yield the days that have a part in a span, and their breaks."""
    end_s = min(span_s[1], results.latest_second(wearer) or span_s[0])
    for day_s in _days(span_s[0], end_s, zone):
        if len(results.stored_minutes(wearer, *day_s)):
            seconds, sleep = _of_day(results, wearer, day_s, zone, method)
            if day_s[0] >= span_s[0]:
                yield _day_line(results, wearer, day_s, seconds, sleep, zone, method)
            since_s = span_s[0]
            yield from break_lines(results, wearer, seconds, day_s, method, sleep, since_s=since_s)


def _day_line(
    results: Results,
    wearer: str,
    day_s: tuple[int, int],
    seconds: PostureSeconds,
    sleep: list[Sleep],
    zone: ZoneInfo,
    method: Method,
) -> Line:
    hours = hours_over(*day_s, zone, results.latest_second(wearer))
    return day_line(wearer, summarise_day(seconds, *day_s, method, sleep=sleep, hours=hours))


def _of_day(
    results: Results, wearer: str, day_s: tuple[int, int], zone: ZoneInfo, method: Method
) -> tuple[PostureSeconds, list[Sleep]]:
    """Return the seconds that tell a day's figures, a little more than its own, and the sleep."""
    start_s, around_s = day_s[0], margin_s(method)
    until_s = min(day_s[1] + around_s, results.latest_second(wearer) or start_s)
    seconds = results.seconds(wearer, start_s - around_s, until_s)
    return seconds, sleep_in(results, wearer, day_s, zone, method)


def _streak_lines(
    results: Results,
    wearer: str,
    span_s: tuple[int, int],
    days: list[tuple[int, int]],
    zone: ZoneInfo,
    method: Method,
) -> Iterator[Line]:
    at_s = _streak_times(results, wearer, *span_s, method)
    if not len(at_s):
        return
    context_s = _clean_start(results, wearer, int(at_s[0]), method)
    until_s = int(at_s[-1])
    seconds = results.seconds(wearer, context_s, until_s)
    sleep_from_s = min(context_s, days[0][0])
    sleep = sleep_in(results, wearer, (sleep_from_s, until_s + 1), zone, method)
    streak_s = streak_at(seconds, at_s, method, sleep)
    for day_start_s, day_end_s in days:
        of_day = (at_s >= day_start_s) & (at_s < day_end_s)
        if not of_day.any():
            continue
        day = results.seconds(wearer, day_start_s, int(at_s[of_day][-1]))
        debt_s = debt_at(day, at_s[of_day], method, sleep)
        rows = zip(at_s[of_day].tolist(), streak_s[of_day].tolist(), debt_s, strict=True)
        yield from streak_lines(wearer, rows)


def _streak_times(
    results: Results, wearer: str, start_s: int, end_s: int, method: Method
) -> IntArray:
    """Return the multiples of 30 s in the span that are near data: none all through a week off."""
    linger_s = method.max_unknown_s + _LINGER_S
    at_s = _multiples(start_s, end_s, STREAK_EVERY_S)
    minutes = results.stored_minutes(wearer, start_s - linger_s - MINUTE_S, end_s)
    if not len(minutes):
        return at_s[:0]
    before = np.searchsorted(minutes, at_s) - 1
    near = (before >= 0) & (at_s <= minutes[before] + MINUTE_S + linger_s)
    first_s = results.first_second(wearer)
    return at_s[near & (at_s >= (first_s or 0))]


def _clean_start(results: Results, wearer: str, at_s: int, method: Method) -> int:
    """Return a second at or before `at_s` where no streak was running."""
    first_s = results.first_second(wearer)
    earliest_s = at_s if first_s is None else min(first_s, at_s)
    back_s = _LOOK_BACK_S
    while at_s - back_s > earliest_s:
        code = results.seconds(wearer, at_s - back_s, at_s).code
        reset = last_reset(code, method)
        if reset is not None:
            return at_s - back_s + reset
        back_s *= 4
    return earliest_s


def _days(start_s: int, end_s: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return the local days that have a part in the span."""
    days = []
    day = local_date(start_s, zone)
    while (span := day_span(day, zone))[0] < end_s:
        days.append(span)
        day += timedelta(days=1)
    return days


def _multiples(start_s: int, end_s: int, every_s: int) -> IntArray:
    return np.arange(start_s + -start_s % every_s, end_s, every_s, dtype=np.int64)
