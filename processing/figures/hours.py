"""Clock hours that met 10 minutes of movement: the wearer's own target, no guideline.

An hour is eligible when its `Method.hour_wear_s` were worn and waking and some of it was spent
sitting or lying awake; it is met by `Method.hour_goal_s` of movement in all, however divided.
Standing does not count and is shown apart. An hour that is cut short is left out, never failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.figures.sleep import Sleep, Span, asleep
from processing.method import Method
from processing.model import (
    CODE,
    MOVING,
    SEDENTARY,
    BoolArray,
    IntArray,
    Posture,
    PostureSeconds,
    is_any,
)

_HOUR_S: Final = 3_600


@dataclass(frozen=True, slots=True, order=True)
class ClockHour:
    """What the wearer did in one hour of their clock, `[start_s, end_s)`."""

    start_s: int
    end_s: int
    sedentary_s: int  #: sitting, or lying awake
    stand_s: int
    moved_s: int  #: walking or other movement
    is_eligible: bool
    met_goal: bool  #: only of an eligible hour


def clock_hours(
    seconds: PostureSeconds, hours: Sequence[Span], method: Method, sleep: Sequence[Sleep] = ()
) -> list[ClockHour]:
    """Judge hours.

    Parameters
    ----------
    seconds
        What is known.
    hours
        `[start_s, end_s)` of each hour on the wearer's clock, in order, that is over: one that has
        not ended yet could still be met. [s]
    method
        How much wear an hour needs, and how much movement it asks for.
    sleep
        Counts neither as wear nor as sitting.

    Returns
    -------
    hours
        One for each. Hours that a clock change makes shorter or longer than an hour are not
        eligible.
    """
    slept = asleep(seconds, sleep)
    sedentary = is_any(seconds.code, SEDENTARY) & ~slept
    standing = seconds.code == CODE[Posture.STAND]
    moving = is_any(seconds.code, MOVING)
    bounds = np.array(hours, np.int64).reshape(-1, 2)
    counts = [_count(kind, bounds - seconds.start_s) for kind in (sedentary, standing, moving)]
    judged = []
    for (start_s, end_s), sedentary_s, stand_s, moved_s in zip(
        bounds.tolist(), *(count.tolist() for count in counts), strict=True
    ):
        whole = end_s - start_s == _HOUR_S
        worn_s = sedentary_s + stand_s + moved_s
        eligible = whole and worn_s >= method.hour_wear_s and sedentary_s > 0
        met = eligible and moved_s >= method.hour_goal_s
        judged.append(ClockHour(start_s, end_s, sedentary_s, stand_s, moved_s, eligible, met))
    return judged


def _count(kind: BoolArray, bounds: IntArray) -> IntArray:
    """Return how many of the flags between each pair of bounds are set."""
    total = np.concatenate([[0], np.cumsum(kind)])
    inside = np.clip(bounds, 0, len(kind))
    return np.asarray(total[inside[:, 1]] - total[inside[:, 0]])
