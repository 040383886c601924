"""The running streak and debt as they stood at given moments. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from processing.figures.kinds import kinds, without_flicker
from processing.figures.sleep import Sleep, asleep, known_at
from processing.figures.streaks import current_streak, debt_s, streaks
from processing.method import Method
from processing.model import (
    SEDENTARY,
    UPRIGHT,
    BoolArray,
    CodeArray,
    FloatArray,
    IntArray,
    PostureSeconds,
    is_any,
)


def streak_at(
    seconds: PostureSeconds, at_s: IntArray, method: Method, sleep: Sequence[Sleep] = ()
) -> IntArray:
    """Return how long the current streak was at each moment; 0 where there was none. [s]

    Parameters
    ----------
    seconds
        Must begin where no streak was running: see `last_reset`.
    at_s : shape (n,)
        Ascending, each in `[seconds.start_s, seconds.end_s]`; what counts is the time before it.
    sleep
        Counts from when it was known: until then, lying down at night looked like any lying.
    """
    streak_s = np.zeros(len(at_s), np.int64)
    for then, known in _as_known(at_s, sleep):
        streak_s[then] = _streak_at(seconds, at_s[then], method, known)
    return streak_s


def _streak_at(
    seconds: PostureSeconds, at_s: IntArray, method: Method, sleep: Sequence[Sleep]
) -> IntArray:
    waking = is_any(seconds.code, SEDENTARY) & ~asleep(seconds, sleep)
    sedentary = np.concatenate([[0], np.cumsum(waking)])
    streak_s = np.zeros(len(at_s), np.int64)
    found = streaks(seconds, method, sleep)
    next_starts = [*(streak.start_s for streak in found), seconds.end_s][1:]
    for streak, next_start_s in zip(found, next_starts, strict=True):
        inside = (at_s > streak.start_s) & (at_s <= streak.end_s)
        before = sedentary[streak.start_s - seconds.start_s]
        streak_s[inside] = sedentary[at_s[inside] - seconds.start_s] - before
        # After its last sedentary second a streak is paused, until the pause proves to be its end.
        for index in np.flatnonzero((at_s > streak.end_s) & (at_s <= next_start_s)):
            so_far = seconds.between(streak.start_s, int(at_s[index]))
            running = current_streak(so_far, method, sleep)
            if running is None:
                break
            streak_s[index] = running.duration_s
    for index in np.flatnonzero(_in_flicker(seconds, at_s, method, sleep)):
        running = current_streak(seconds.between(seconds.start_s, int(at_s[index])), method, sleep)
        streak_s[index] = running.duration_s if running else 0
    return streak_s


def _in_flicker(
    seconds: PostureSeconds, at_s: IntArray, method: Method, sleep: Sequence[Sleep]
) -> BoolArray:
    """Return which moments end a second of sitting that later turned out to be a flicker."""
    kind = kinds(seconds, sleep)
    flicker = without_flicker(kind, method) != kind
    return np.concatenate([[False], flicker])[at_s - seconds.start_s]


def debt_at(
    day: PostureSeconds, at_s: IntArray, method: Method, sleep: Sequence[Sleep] = ()
) -> FloatArray:
    """Return the movement owed at each moment of a local day. [s]

    Parameters
    ----------
    day
        Begins at local midnight.
    at_s : shape (n,)
        Ascending, each in `[day.start_s, day.end_s]`; what counts is the time before it.
    sleep
        As for `streak_at`.
    """
    owed_s = np.zeros(len(at_s))
    for then, known in _as_known(at_s, sleep):
        owed = np.concatenate([[0.0], debt_s(day, method, known)])
        owed_s[then] = owed[at_s[then] - day.start_s]
    return owed_s


def _as_known(at_s: IntArray, sleep: Sequence[Sleep]) -> Iterator[tuple[slice, list[Sleep]]]:
    """Yield pieces of ascending moments between which no more sleep became known, and what was."""
    cuts = np.searchsorted(at_s, sorted({one.known_s for one in sleep}))
    for a, b in pairwise([0, *cuts.tolist(), len(at_s)]):
        if a < b:
            yield slice(a, b), known_at(sleep, int(at_s[a]))


def last_reset(code: CodeArray, method: Method) -> int | None:
    """Return where the last stretch begins that ends any streak, None when there is none.

    That is upright time of `min_break_s`, or more than `max_unknown_s` that is unknown or not worn.
    From there on streaks do not depend on what was before.
    """
    upright, sedentary = is_any(code, UPRIGHT), is_any(code, SEDENTARY)
    kind = np.where(upright, 1, np.where(sedentary, 0, 2))
    edges = np.flatnonzero(np.diff(kind, prepend=-1, append=-1))
    for first, end in reversed(list(pairwise(edges.tolist()))):
        long_up = kind[first] == 1 and end - first >= method.min_break_s
        long_away = kind[first] == 2 and end - first > method.max_unknown_s
        if long_up or long_away:
            return int(first)
    return None
