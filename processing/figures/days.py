"""One local day in numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processing.chain import within
from processing.figures.hours import clock_hours
from processing.figures.sedentary_bouts import sedentary_bouts
from processing.figures.sleep import Sleep, Span, asleep
from processing.figures.streaks import breaks, debt_s, streaks
from processing.method import Method
from processing.model import (
    CODE,
    MOVING,
    Break,
    DaySummary,
    Posture,
    PostureSeconds,
    is_any,
)


def summarise_day(
    seconds: PostureSeconds,
    start_s: int,
    end_s: int,
    method: Method,
    *,
    sleep: Sequence[Sleep] = (),
    hours: Sequence[Span] = (),
) -> DaySummary:
    """Sum up the day `[start_s, end_s)`.

    Parameters
    ----------
    seconds
        What is known; may begin before the day, end after it, or cover only part of it. What it
        does not cover counts as unknown. Only the breaks look beyond the day: see `breaks_of_day`.
    start_s, end_s
        Local midnight and the next: 23, 24 or 25 hours apart.
    method
        Rules of bouts, streaks, breaks, debt, hours and valid days.
    sleep
        What is known of the wearer's sleep before, in and after the day: see `find_sleep`.
    hours
        Those clock hours of the day that are over: see `clock_hours`.

    Returns
    -------
    day
        Its postures and its sleep sum to `end_s - start_s`. A bout or streak that was going on at
        midnight counts from midnight.
    """
    day = within(seconds, start_s, end_s)
    slept = asleep(day, sleep)
    n_by_code = np.bincount(day.code[~slept], minlength=len(CODE))
    n = {posture: int(n_by_code[code]) for posture, code in CODE.items()}
    n_worn = int(n_by_code.sum()) - n[Posture.UNKNOWN] - n[Posture.NOT_WORN]
    lengths_s = [bout.sedentary_s for bout in sedentary_bouts(day, method, sleep)]
    judged = clock_hours(day, hours, method, sleep)
    owed = debt_s(day, method, sleep)
    return DaySummary(
        start_s=start_s,
        end_s=end_s,
        sit_s=n[Posture.SIT],
        stand_s=n[Posture.STAND],
        walk_s=n[Posture.WALK],
        lie_s=n[Posture.LIE],
        move_s=n[Posture.MOVE],
        sleep_s=int(slept.sum()),
        unknown_s=n[Posture.UNKNOWN],
        not_worn_s=n[Posture.NOT_WORN],
        n_steps=int(day.n_steps.sum()),
        n_breaks=len(breaks_of_day(seconds, start_s, end_s, method, sleep)),
        n_sedentary_bouts_30min=sum(length_s >= 1800 for length_s in lengths_s),
        n_sedentary_bouts_60min=sum(length_s >= 3600 for length_s in lengths_s),
        longest_bout_s=max(lengths_s, default=0),
        longest_streak_s=max((one.duration_s for one in streaks(day, method, sleep)), default=0),
        n_hours_eligible=sum(hour.is_eligible for hour in judged),
        n_hours_met=sum(hour.met_goal for hour in judged),
        debt_s=float(owed[-1]) if len(owed) else 0.0,
        is_valid=n_worn >= method.valid_day_wear_s,
    )


def breaks_of_day(
    seconds: PostureSeconds,
    start_s: int,
    end_s: int,
    method: Method,
    sleep: Sequence[Sleep] = (),
) -> list[Break]:
    """Return the breaks that begin in the day `[start_s, end_s)`, cut at its end.

    A break across midnight belongs to the day in which it begins, and to no other.

    Parameters
    ----------
    seconds
        What is known of the day and, best, `margin_s` more on either side. Without any of the next
        day, a break that is not long enough by midnight is not found; without any of the day
        before, one is not that begins the day and ends yesterday's sitting.
    """
    moving = is_any(seconds.code, MOVING)
    found = []
    for one in breaks(seconds, method, sleep):
        if start_s <= one.start_s < end_s:
            until_s = min(one.end_s, end_s)
            inside = slice(one.start_s - seconds.start_s, until_s - seconds.start_s)
            found.append(Break(one.start_s, until_s, int(moving[inside].sum())))
    return found


def margin_s(method: Method) -> int:
    """Return how much of its neighbours tells a day's breaks: a whole pause of a streak. [s]"""
    return method.max_unknown_s + 2 * method.min_break_s
