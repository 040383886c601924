"""The sitting streak that is running at a moment, however long ago it began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.kinds import Kind, kinds, without_flicker
from processing.figures.sleep import Sleep
from processing.figures.streaks import current_streak
from processing.method import Method
from processing.model import SEDENTARY, BoolArray, PostureSeconds, Streak, is_any
from sitstreak.local_day import iso
from sitstreak.sleep import sleep_in
from sitstreak.views.record import View
from sitstreak.views.source import ResultsReader

_STEP_BACK_S: Final = 12 * 3600
_FARTHEST_BACK_S: Final = 48 * 3600


@dataclass(frozen=True, slots=True)
class StreakView(View):
    """Where the wearer stands with the current streak."""

    state: str  #: none | running | paused
    duration_s: int  #: sedentary seconds so far; 0 when there is no streak
    started: str | None
    censored: bool  #: it touches unknown time: it may be longer
    ends_in_s: int | None  #: while paused by standing: how much longer until the streak ends
    up_s: int  #: for how long the wearer has been on their feet; 0 when not

    @classmethod
    def of(cls, now: UpToNow, method: Method, zone: ZoneInfo) -> StreakView:
        """Describe the current streak."""
        seconds, streak = now.seconds, now.streak
        up_s = _trailing(without_flicker(kinds(seconds, now.sleep), method) == Kind.UPRIGHT)
        if streak is None:
            return cls("none", 0, None, censored=False, ends_in_s=None, up_s=up_s)
        running = bool(is_any(seconds.code[-1:], SEDENTARY).all())
        ends_in_s = max(method.min_break_s - up_s, 0) if up_s else None
        state = "running" if running else "paused"
        return cls(
            state=state,
            duration_s=streak.duration_s,
            started=iso(streak.start_s, zone),
            censored=streak.censored,
            ends_in_s=ends_in_s,
            up_s=up_s,
        )


@dataclass(frozen=True, slots=True)
class UpToNow:
    """Seconds that hold the whole current streak, and what is known of them."""

    seconds: PostureSeconds
    sleep: list[Sleep]  #: of all nights that have a part in `seconds`
    streak: Streak | None  #: the one that is current at the end


def up_to_now(
    results: ResultsReader,
    wearer: str,
    span_s: tuple[int, int],
    zone: ZoneInfo,
    method: Method,
) -> UpToNow:
    """Return a span, widened to the past until it holds the whole current streak.

    Parameters
    ----------
    span_s
        `[start_s, end_s)` that is needed anyway (today so far). A streak that touches its start
        began before it, so the span is widened to the past, up to two days. [s]
    """
    start_s, end_s = span_s
    first_s = results.first_second(wearer)
    earliest_s = max(start_s - _FARTHEST_BACK_S, start_s if first_s is None else first_s)
    near_edge_s = method.max_unknown_s + method.min_break_s
    while True:
        seconds = results.seconds(wearer, start_s, end_s)
        sleep = sleep_in(results, wearer, (start_s, end_s), zone, method, until_s=end_s)
        streak = current_streak(seconds, method, sleep) if len(seconds) else None
        if streak is None or streak.start_s - start_s > near_edge_s or start_s <= earliest_s:
            return UpToNow(seconds, sleep, streak)
        start_s = max(start_s - _STEP_BACK_S, earliest_s)


def _trailing(flags: BoolArray) -> int:
    """Return how many flags at the end are set without a break."""
    unset = np.flatnonzero(~flags)
    return len(flags) - (int(unset[-1]) + 1 if len(unset) else 0)
