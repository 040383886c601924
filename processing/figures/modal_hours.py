"""The modal day: how much of each hour of the clock is usually spent sitting or lying awake.

The picture is that of the ambulatory glucose profile: all days of a week laid upon each other, the
median and the band that holds the middle half of the days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.figures.sleep import Sleep, asleep
from processing.model import CLASSES, CODE, SEDENTARY, PostureSeconds, is_any

#: With fewer days there is no usual.
MIN_DAYS: Final = 3
_N_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class HourOfDay:
    """One hour of the clock on one day; a repeated hour is there twice."""

    day: int  #: anything that tells days apart
    hour: int  #: on the clock, 0 to 23
    length_s: int
    sedentary_s: int
    worn_s: int  #: awake, posture known


@dataclass(frozen=True, slots=True)
class UsualHour:
    """One hour of the clock over the days."""

    hour: int
    n_days: int  #: days on which it was worn awake for half of it or more
    median_min: float | None  #: sedentary minutes of 60; None with fewer than `MIN_DAYS`
    q1_min: float | None  #: a quarter of the days has less
    q3_min: float | None  #: a quarter has more


def hours_of_day(
    seconds: PostureSeconds,
    day: int,
    hours: Sequence[tuple[int, int, int]],
    sleep: Sequence[Sleep] = (),
) -> list[HourOfDay]:
    """Count each hour of a day.

    Parameters
    ----------
    seconds
        What is known.
    hours
        What the clock shows, and `[start_s, end_s)`, of each.
    sleep
        Neither wear nor sedentary.
    """
    awake = ~asleep(seconds, sleep)
    sedentary = is_any(seconds.code, SEDENTARY) & awake
    worn = np.isin(seconds.code, [CODE[posture] for posture in CLASSES]) & awake
    found = []
    for hour, start_s, end_s in hours:
        a, b = max(start_s - seconds.start_s, 0), max(end_s - seconds.start_s, 0)
        counts = int(sedentary[a:b].sum()), int(worn[a:b].sum())
        found.append(HourOfDay(day, hour, end_s - start_s, *counts))
    return found


def usual_hours(hours: Iterable[HourOfDay]) -> list[UsualHour]:
    """Return the 24 hours over all days, in any order.

    An hour that a clock change repeats or shortens counts as one hour: its minutes of 60. Quartiles
    are interpolated linearly between days (type 7 of Hyndman and Fan, Am. Stat. 50, 1996).
    """
    of_day: dict[tuple[int, int], list[HourOfDay]] = defaultdict(list)
    for one in hours:
        of_day[one.hour, one.day].append(one)
    minutes: list[list[float]] = [[] for _ in range(_N_HOURS)]
    for (hour, _), parts in sorted(of_day.items()):
        length_s = sum(part.length_s for part in parts)
        if 2 * sum(part.worn_s for part in parts) >= length_s > 0:
            minutes[hour].append(60 * sum(part.sedentary_s for part in parts) / length_s)
    return [_usual(hour, days) for hour, days in enumerate(minutes)]


def _usual(hour: int, minutes: Sequence[float]) -> UsualHour:
    if len(minutes) < MIN_DAYS:
        return UsualHour(hour, len(minutes), None, None, None)
    q1, median, q3 = np.percentile(minutes, (25, 50, 75)).tolist()
    return UsualHour(hour, len(minutes), median, q1, q3)
