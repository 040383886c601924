"""A week among other weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.figures.weeks import DayFigures
from processing.method import Method

#: With fewer earlier weeks there is nothing usual to compare with.
_MIN_WEEKS: Final = 2


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """A week in a trend, also one that has too few valid days for averages."""

    n_valid_days: int
    is_hollow: bool  #: too few valid days: to be shown, not to be trusted
    sedentary_h: float | None  #: hours a valid day; None without any
    prolonged_h: float | None  #: of it in bouts of an hour or more
    hours_met_share: float | None  #: of the hours that could be judged, 0..1


def week_point(days: Sequence[DayFigures], method: Method) -> WeekPoint:
    """Return what a trend shows of a week, from its days in any order."""
    valid = [day for day in days if day.summary.is_valid]
    n_eligible = sum(day.summary.n_hours_eligible for day in valid)
    n_met = sum(day.summary.n_hours_met for day in valid)
    sedentary_s = sum(day.summary.sedentary_s for day in valid)
    prolonged_s = sum(day.sedentary_in_s(3_600) for day in valid)
    return WeekPoint(
        n_valid_days=len(valid),
        is_hollow=len(valid) < max(method.valid_week_days, 1),
        sedentary_h=sedentary_s / len(valid) / 3_600 if valid else None,
        prolonged_h=prolonged_s / len(valid) / 3_600 if valid else None,
        hours_met_share=n_met / n_eligible if n_eligible else None,
    )


def usual_of(weeks: Sequence[float | None]) -> float | None:
    """Return the median of the weeks that have a value; None with fewer than two of them."""
    known = [value for value in weeks if value is not None]
    return float(np.median(known)) if len(known) >= _MIN_WEEKS else None
