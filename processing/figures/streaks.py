"""Sitting streaks, the breaks that end them, and movement debt.

A streak is sedentary time since the last break that counts: `Method.min_break_s` of standing or
moving without anything else in between. Less than that pauses it. Time of which nothing is known
pauses it as well, until there is more of it than `Method.max_unknown_s` in one pause; it never
helps a break to count: upright time before it and after it is two stretches. Sitting for less than
`Method.min_bout_s` with standing on both sides counts as standing, as it does for bouts. Sleep is
no part of a streak and ends it for good; what begins after sleep begins there for certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from processing.figures.kinds import Kind, kinds, runs, without_flicker
from processing.figures.sleep import Sleep, asleep
from processing.method import Method
from processing.model import (
    MOVING,
    SEDENTARY,
    Break,
    FloatArray,
    PostureSeconds,
    Streak,
    is_any,
)


@dataclass(slots=True)
class _Open:
    """A streak while the scan passes over it. Times count from the first second of the data."""

    start: int
    end: int
    starts_censored: bool
    n_sedentary: int = 0
    n_absent: int = 0  #: of the current pause
    lost: bool = False  #: ended by unknown or not-worn time
    slept: bool = False  #: ended by sleep
    ended_by: tuple[int, int] | None = None  #: the break

    @property
    def is_over(self) -> bool:
        return self.lost or self.slept or self.ended_by is not None

    @property
    def is_censored(self) -> bool:
        return self.starts_censored or not (self.slept or self.ended_by is not None)


def streaks(seconds: PostureSeconds, method: Method, sleep: Sequence[Sleep] = ()) -> list[Streak]:
    """Return every streak in order. The last one may still go on; then it counts as censored."""
    found = _scan(seconds, method, sleep)
    return [_streak(seconds, one, censored=one.is_censored) for one in found]


def current_streak(
    seconds: PostureSeconds, method: Method, sleep: Sequence[Sleep] = ()
) -> Streak | None:
    """Return the streak that goes on at the end of `seconds`.

    It is None once a break that counts has been taken, after too much unknown time, after sleep,
    and when nobody has sat yet. `censored` says whether it may have begun earlier than can be seen.
    """
    found = _scan(seconds, method, sleep)
    if not found or found[-1].is_over:
        return None
    return _streak(seconds, found[-1], censored=found[-1].starts_censored)


def breaks(seconds: PostureSeconds, method: Method, sleep: Sequence[Sleep] = ()) -> list[Break]:
    """Return the breaks that ended a streak, each until it ends or the wearer is lost sight of.

    Getting up from sleep is none: no streak was running. Nor is there one where sitting flickered
    up for less than `Method.min_bout_s`: that was no bout, so nothing was broken.
    """
    moving = is_any(seconds.code, MOVING)
    return [
        Break(seconds.start_s + a, seconds.start_s + b, int(moving[a:b].sum()))
        for a, b in (
            one.ended_by
            for one in _scan(seconds, method, sleep)
            if one.ended_by and one.n_sedentary >= method.min_bout_s
        )
    ]


def debt_s(seconds: PostureSeconds, method: Method, sleep: Sequence[Sleep] = ()) -> FloatArray:
    """Return the movement owed at the end of each second.

    Sitting or lying awake adds `Method.debt_ratio` of its time, walking or moving pays its time
    back; it never falls below zero.

    Parameters
    ----------
    seconds
        From local midnight on, where the debt is zero.

    Returns
    -------
    debt_s : shape (n,) [s]
    """
    sedentary = is_any(seconds.code, SEDENTARY) & ~asleep(seconds, sleep)
    owed = np.cumsum(method.debt_ratio * sedentary - 1.0 * is_any(seconds.code, MOVING))
    # a sum that may not fall below zero is the free sum above its lowest point so far
    return np.asarray(owed - np.minimum.accumulate(np.minimum(owed, 0.0)))


def _streak(seconds: PostureSeconds, one: _Open, *, censored: bool) -> Streak:
    return Streak(seconds.start_s + one.start, seconds.start_s + one.end, one.n_sedentary, censored)


def _scan(seconds: PostureSeconds, method: Method, sleep: Sequence[Sleep]) -> list[_Open]:
    found: list[_Open] = []
    n_upright = 0  # upright time since the last unknown second or edge: is a beginning certain?
    for a, b, kind in runs(without_flicker(kinds(seconds, sleep), method)):
        one = found[-1] if found and not found[-1].is_over else None
        if kind == Kind.SEDENTARY:
            if one is None:
                one = _Open(a, b, starts_censored=n_upright < method.min_break_s)
                found.append(one)
            one.end = b
            one.n_sedentary += b - a
            one.n_absent = n_upright = 0
        elif kind == Kind.UPRIGHT:
            n_upright += b - a
            if one is not None and b - a >= method.min_break_s:
                one.ended_by = (a, b)
        elif kind == Kind.ASLEEP:
            n_upright = method.min_break_s  # as certain as after a break
            if one is not None:
                one.slept = True
        else:
            n_upright = 0
            if one is not None:
                one.n_absent += b - a
                one.lost = one.n_absent > method.max_unknown_s
    return found
