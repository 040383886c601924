"""Local days: 23, 24 or 25 hours long, from midnight to midnight in the wearer's zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

#: Every zone of today is a multiple of this away from UTC.
_QUARTER_HOUR_S: Final = 900


def day_span(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return when a local day begins and ends, `[start_s, end_s)` in Unix time. [s]

    Where clocks go forward at midnight there is no 00:00; the day then begins at the change.
    """
    start = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return round(start.timestamp()), round(end.timestamp())


def local_date(at_s: float, zone: ZoneInfo) -> date:
    """Return the date on the wearer's calendar at a moment in Unix time. [s]"""
    return datetime.fromtimestamp(at_s, zone).date()


def iso(at_s: float, zone: ZoneInfo) -> str:
    """Return a moment in Unix time as ISO 8601 with the zone's offset, to the second. [s]"""
    return datetime.fromtimestamp(int(at_s), zone).isoformat()


def iso_or_none(at_s: int | None, zone: ZoneInfo) -> str | None:
    """Return `iso(at_s, zone)`, or None when there is no such moment."""
    return None if at_s is None else iso(at_s, zone)


def hour_starts(start_s: int, end_s: int, zone: ZoneInfo) -> list[int]:
    """Return where the clock shows a full hour in `[start_s, end_s)`, beginning with `start_s`. [s]

    An hour that a clock change repeats is there twice, one that it skips is not there. Zones whose
    clocks change by half an hour give one entry that is half an hour long.
    """
    starts = [start_s]
    at_s = start_s
    while (at_s := at_s + _QUARTER_HOUR_S - at_s % _QUARTER_HOUR_S) < end_s:
        if datetime.fromtimestamp(at_s, zone).minute == 0:
            starts.append(at_s)
    return starts


def clock_hour_spans(start_s: int, end_s: int, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Return the clock hours of the day `[start_s, end_s)`, each half open. [s]"""
    starts = hour_starts(start_s, end_s, zone)
    return list(zip(starts, [*starts[1:], end_s], strict=True))


def hours_over(
    start_s: int, end_s: int, zone: ZoneInfo, latest_s: int | None
) -> list[tuple[int, int]]:
    """Return those clock hours of a day that had ended by the latest second with data. [s]"""
    hours = clock_hour_spans(start_s, end_s, zone)
    return [hour for hour in hours if latest_s is not None and hour[1] <= latest_s]


def nights(
    start_s: int, end_s: int, zone: ZoneInfo, from_hour: int, to_hour: int
) -> list[tuple[int, int]]:
    """Return the nights that have a part in `[start_s, end_s)`, whole and in order. [s]

    Parameters
    ----------
    from_hour, to_hour
        On the wearer's clock: the evening's hour and that of the next morning, 0 to 23.
    """
    found = []
    evening = local_date(start_s, zone) - timedelta(days=1)
    while (from_s := _clock(evening, from_hour, zone)) < end_s:
        evening += timedelta(days=1)
        to_s = _clock(evening, to_hour, zone)
        if to_s > start_s:
            found.append((from_s, to_s))
    return found


def _clock(day: date, hour: int, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(hour), tzinfo=zone).timestamp())
