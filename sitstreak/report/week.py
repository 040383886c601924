"""ISO weeks: Monday to Sunday on the wearer's calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from sitstreak.errors import SitstreakError
from sitstreak.local_day import day_span, local_date

_FORM: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_YEARS: Final = range(1970, 2200)


class WeekError(SitstreakError):
    """The week asked for is none, or has not begun."""


@dataclass(frozen=True, slots=True)
class LocalDay:
    """One day of a wearer: `[start_s, end_s)`, 23, 24 or 25 hours."""

    date: date
    start_s: int  #: Unix time [s]
    end_s: int  #: Unix time [s]


@dataclass(frozen=True, slots=True)
class IsoWeek:
    """A week of ISO 8601; week 1 is the one with the year's first Thursday."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a week such as `2026-W46`.

        Raises
        ------
        WeekError
            If it is written otherwise, or the year has no such week.
        """
        match = _FORM.fullmatch(text.strip().upper())
        if match is None:
            raise WeekError(f"{text!r} is no ISO week; write it like 2026-W46")
        year, number = int(match[1]), int(match[2])
        if year not in _YEARS:
            raise WeekError(f"{text!r}: the year must be in {_YEARS.start} to {_YEARS.stop - 1}")
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            last = date(year, 12, 28).isocalendar().week  # always in a year's last week
            raise WeekError(f"{text!r}: the weeks of {year} are W01 to W{last}") from None
        return cls(year, number)

    @classmethod
    def of(cls, at_s: float, zone: ZoneInfo) -> Self:
        """Return the week of a moment in Unix time, on the calendar of `zone`. [s]"""
        return cls.starting(local_date(at_s, zone))

    @classmethod
    def starting(cls, day: date) -> Self:
        """Return the week that a date lies in."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"

    @property
    def monday(self) -> date:
        """First day."""
        return date.fromisocalendar(self.year, self.number, 1)

    def days(self, zone: ZoneInfo) -> list[LocalDay]:
        """Return its seven days on the clock of `zone`."""
        dates = [self.monday + timedelta(days=i) for i in range(7)]
        return [LocalDay(day, *day_span(day, zone)) for day in dates]

    def check_has_begun(self, now_s: float, zone: ZoneInfo) -> None:
        """Refuse a week of the future, for which there can be no data. [s]"""
        if now_s < day_span(self.monday, zone)[0]:
            raise WeekError(
                f"{self} begins on {self.monday}, which is in the future; "
                f"this week is {self.of(now_s, zone)}"
            )
