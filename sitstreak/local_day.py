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
