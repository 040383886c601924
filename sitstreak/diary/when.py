"""Times as people type them, in the wearer's zone; clock changes are told, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sitstreak.diary.errors import TimeError
from sitstreak.local_day import local_date

_FORM: Final = re.compile(
    r"(?:(?P<day>\d{4}-\d\d-\d\d)[ T]+)?(?P<clock>\d{1,2}:\d\d(?::\d\d)?)"
    r"\s*(?P<offset>[Zz]|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
#: Of days: what lies beyond is a slip, and near the ends of the calendar no week can be counted.
_YEARS: Final = range(1970, 2200)
_FORMS: Final = "write 14:30, 2026-11-22 14:30 or 2026-11-22T14:30+01:00"


def parse_when(typed: str, zone: ZoneInfo, now_s: float) -> int:
    """Return the moment that was typed, Unix time. [s]

    Parameters
    ----------
    typed
        `14:30` (today), `2026-11-22 14:30`, or ISO 8601 with an offset.
    zone
        The wearer's.
    now_s
        The present: a later moment is refused. [s]

    Raises
    ------
    TimeError
        If it cannot be read, the clock never showed it, showed it twice, or it lies ahead.
    """
    at_s = _moment(typed, _parts(typed), local_date(now_s, zone), zone)
    if at_s > now_s:
        raise TimeError(typed, "lies ahead; only what has been can be written down")
    return at_s


def parse_stretch(start: str, end: str, zone: ZoneInfo, now_s: float) -> tuple[int, int]:
    """Return a stretch `[start_s, end_s)`, Unix time. [s]

    A bare `23:10` before an end that is not later on the clock was yesterday evening.

    Raises
    ------
    TimeError
        As `parse_when`; also if it does not end after it begins.
    """
    until_s = parse_when(end, zone, now_s)
    day, clock, offset = _parts(start)
    last = local_date(until_s, zone)
    if day is None:
        at_s = _moment(start, (None, clock, offset), last, zone)
        if at_s >= until_s:
            at_s = _moment(start, (None, clock, offset), last - timedelta(days=1), zone)
    else:
        at_s = _moment(start, (day, clock, offset), last, zone)
    if at_s >= until_s:
        raise TimeError(end, f"the end has to be after the beginning, {start!r}")
    return at_s, until_s


def parse_day(typed: str) -> date:
    """Return a date typed as YYYY-MM-DD.

    Raises
    ------
    TimeError
        If it is none, or centuries away.
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", typed.strip(), re.ASCII):
        try:
            day = date.fromisoformat(typed.strip())
        except ValueError:
            pass
        else:
            if day.year in _YEARS:
                return day
            raise TimeError(typed, f"the year must be in {_YEARS.start} to {_YEARS.stop - 1}")
    raise TimeError(typed, "is no date; write YYYY-MM-DD, such as 2026-11-22")


def _parts(typed: str) -> tuple[str | None, str, str | None]:
    match = _FORM.fullmatch(typed.strip())
    if match is None:
        raise TimeError(typed, f"cannot be read; {_FORMS}")
    if match["offset"] is not None and match["day"] is None:
        raise TimeError(typed, "an offset needs a date; write 2026-11-22T14:30+01:00")
    return match["day"], match["clock"], match["offset"]


def _moment(
    typed: str, parts: tuple[str | None, str, str | None], today: date, zone: ZoneInfo
) -> int:
    day, clock, offset = parts
    try:
        on = today if day is None else date.fromisoformat(day)
        at = datetime.fromisoformat(
            f"{on.isoformat()}T{clock.zfill(len(clock) + (clock[1] == ':'))}"
        )
        if offset is not None:
            at = datetime.fromisoformat(f"{at.isoformat()}{offset.upper()}")
            return round(at.astimezone(UTC).timestamp())
        return _local(typed, at, zone)
    except (ValueError, OverflowError):
        raise TimeError(typed, f"there is no such time; {_FORMS}") from None


def _local(typed: str, at: datetime, zone: ZoneInfo) -> int:
    """Return when the wearer's clock showed this; `fold` (PEP 495) tells the two readings apart."""
    first, second = at.replace(tzinfo=zone, fold=0), at.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    assert before is not None
    assert after is not None
    if before < after:
        raise TimeError(typed, f"the clock in {zone.key} went forward and skipped this")
    if before > after:
        either = f"{first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}"
        raise TimeError(typed, f"the clock in {zone.key} showed this twice; write {either}")
    return round(first.timestamp())
