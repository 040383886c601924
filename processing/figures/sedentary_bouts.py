"""Sedentary bouts as figures count them: flicker removed, short interruptions tolerated.

Raw bouts (`find_bouts`) cover every second; these do not. Two rules, both in `Method`:

1. Sitting or lying for less than `min_bout_s` is no bout. Between two upright stretches it does not
   interrupt the being up either.
2. What interrupts a bout for less than `bout_interruption_s` in all, upright or unknown, does not
   end it. The interruption itself is not sedentary and not part of `SedentaryBout.sedentary_s`.

Sleep is never part of a bout and always ends one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from processing.figures.kinds import Kind, Run, kinds, runs, without_flicker
from processing.figures.sleep import Sleep
from processing.method import Method
from processing.model import MOVING, PostureSeconds, is_any


class Limit(StrEnum):
    """What came before a sedentary bout, or after it."""

    BREAK = "break"  #: the wearer was up
    SLEEP = "sleep"
    GAP = "gap"  #: unknown or not worn: the bout may have been longer
    EDGE = "edge"  #: the span that was looked at, such as the day, begins or ends there


@dataclass(frozen=True, slots=True, order=True)
class SedentaryBout:
    """Sitting or lying awake without a break, `[start_s, end_s)`."""

    start_s: int  #: first sedentary second
    end_s: int  #: one past the last
    sedentary_s: int  #: sedentary seconds inside: without tolerated interruptions
    begun_after: Limit
    ended_by: Limit
    break_s: int  #: length of the upright stretch that ended it; 0 when something else did
    moved_s: int  #: seconds of that stretch spent walking or moving

    @property
    def touches_gap(self) -> bool:
        """Whether unknown or not-worn time is at either end: it may have been longer."""
        return Limit.GAP in (self.begun_after, self.ended_by)


def sedentary_bouts(
    seconds: PostureSeconds, method: Method, sleep: Sequence[Sleep] = ()
) -> list[SedentaryBout]:
    """Find the sedentary bouts of a span.

    Parameters
    ----------
    seconds
        Bouts are cut at its ends.
    method
        The two rules.
    sleep
        Not sedentary.

    Returns
    -------
    bouts
        In order, apart from each other. Their `sedentary_s` and the flicker that is in none of them
        sum to the waking sedentary time of the span.
    """
    cut = runs(without_flicker(kinds(seconds, sleep), method))
    moving = np.concatenate([[0], np.cumsum(is_any(seconds.code, MOVING))])
    found = []
    for first, last in _joined(cut, method):
        inside = cut[first : last + 1]
        n_sedentary = sum(run.length for run in inside if run.kind == Kind.SEDENTARY)
        if n_sedentary < method.min_bout_s:
            continue
        before, _ = _limit((cut[i] for i in range(first - 1, -1, -1)), method)
        after, up = _limit((cut[i] for i in range(last + 1, len(cut))), method)
        found.append(
            SedentaryBout(
                start_s=seconds.start_s + cut[first].start,
                end_s=seconds.start_s + cut[last].end,
                sedentary_s=n_sedentary,
                begun_after=before,
                ended_by=after,
                break_s=up.length if up else 0,
                moved_s=int(moving[up.end] - moving[up.start]) if up else 0,
            )
        )
    return found


def _joined(cut: Sequence[Run], method: Method) -> list[tuple[int, int]]:
    """Return the first and last run of each bout: sedentary runs, little between them."""
    bouts: list[tuple[int, int]] = []
    slept = True  # or nothing sedentary so far
    for index, run in enumerate(cut):
        if run.kind == Kind.SEDENTARY:
            pause_s = run.start - cut[bouts[-1][1]].end if bouts else 0
            if slept or pause_s >= method.bout_interruption_s:
                bouts.append((index, index))
            else:
                bouts[-1] = (bouts[-1][0], index)
            slept = False
        slept = slept or run.kind == Kind.ASLEEP
    return bouts


def _limit(beside: Iterable[Run], method: Method) -> tuple[Limit, Run | None]:
    """Say what is next to a bout, given the runs from it outwards; with the break, if it is one.

    The first stretch that is long enough to end a bout tells. Shorter ones that only together are
    long enough have unknown time among them, so that nobody knows.
    """
    passed_s = 0
    for run in beside:
        if run.kind == Kind.ASLEEP:
            return Limit.SLEEP, None
        if run.length >= method.bout_interruption_s:
            return (Limit.BREAK, run) if run.kind == Kind.UPRIGHT else (Limit.GAP, None)
        passed_s += run.length
        if passed_s >= method.bout_interruption_s:
            return Limit.GAP, None
    return Limit.EDGE, None
