"""One local day in numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from processing.bouts import run_edges
from processing.chain import within
from processing.method import Method
from processing.model import (
    CODE,
    MOVING,
    SEDENTARY,
    Break,
    DaySummary,
    Posture,
    PostureSeconds,
    is_any,
)
from processing.streaks import breaks, debt_s, streaks


def summarise_day(seconds: PostureSeconds, start_s: int, end_s: int, method: Method) -> DaySummary:
    """Sum up the day `[start_s, end_s)`.

    Parameters
    ----------
    seconds
        What is known; may begin before the day, end after it, or cover only part of it. What it
        does not cover counts as unknown. Only the breaks look beyond the day: see `breaks_of_day`.
    start_s, end_s
        Local midnight and the next: 23, 24 or 25 hours apart.
    method
        Rules of streaks, breaks, debt and valid days.

    Returns
    -------
    day
        Its postures sum to `end_s - start_s`. A streak that was going on at midnight counts from
        midnight.
    """
    day = within(seconds, start_s, end_s)
    n_by_code = np.bincount(day.code, minlength=len(CODE))
    n = {posture: int(n_by_code[code]) for posture, code in CODE.items()}
    sedentary = _sedentary_bouts(day)
    n_worn = len(day) - n[Posture.UNKNOWN] - n[Posture.NOT_WORN]
    owed = debt_s(day, method)
    return DaySummary(
        start_s=start_s,
        end_s=end_s,
        sit_s=n[Posture.SIT],
        stand_s=n[Posture.STAND],
        walk_s=n[Posture.WALK],
        lie_s=n[Posture.LIE],
        move_s=n[Posture.MOVE],
        unknown_s=n[Posture.UNKNOWN],
        not_worn_s=n[Posture.NOT_WORN],
        n_steps=int(day.n_steps.sum()),
        n_breaks=len(breaks_of_day(seconds, start_s, end_s, method)),
        n_sedentary_bouts_30min=sum(length >= 1800 for length in sedentary),
        n_sedentary_bouts_60min=sum(length >= 3600 for length in sedentary),
        longest_streak_s=max((one.duration_s for one in streaks(day, method)), default=0),
        debt_s=float(owed[-1]) if len(owed) else 0.0,
        is_valid=n_worn >= method.valid_day_wear_s,
    )


def breaks_of_day(seconds: PostureSeconds, start_s: int, end_s: int, method: Method) -> list[Break]:
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
    for one in breaks(seconds, method):
        if start_s <= one.start_s < end_s:
            until_s = min(one.end_s, end_s)
            inside = slice(one.start_s - seconds.start_s, until_s - seconds.start_s)
            found.append(Break(one.start_s, until_s, int(moving[inside].sum())))
    return found


def margin_s(method: Method) -> int:
    """Return how much of its neighbours tells a day's breaks: a whole pause of a streak. [s]"""
    return method.max_unknown_s + 2 * method.min_break_s


def _sedentary_bouts(day: PostureSeconds) -> list[int]:
    """Return the lengths of unbroken sitting and lying, the two taken together. [s]"""
    sedentary = is_any(day.code, SEDENTARY).astype(np.uint8)
    edges = run_edges(sedentary)
    return [b - a for a, b in pairwise(edges) if sedentary[a]]
