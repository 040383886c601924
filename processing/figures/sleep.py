"""When the wearer slept: a night's lying, or what a diary says.

Sedentary is waking by definition (SBRN 2017 [1]_), so sleep is counted apart. A single hip sensor
cannot tell sleep from lying awake in bed: what is found here is a night's rest. The rule is that of
a commercial sensor for the lower back [2]_: lying of at least `Method.sleep_min_s`, interrupted
for less than `Method.sleep_interruption_s` at a time. It is applied inside the night hours only;
published rules without such hours lean on activity counts (Barreira 2015 [3]_).

.. [1] M. S. Tremblay et al., "Sedentary Behavior Research Network (SBRN) - Terminology Consensus
   Project process and outcome", Int. J. Behav. Nutr. Phys. Act., vol. 14, 75, 2017.
.. [2] McRoberts, MoveMonitor, module "Sleep movements": night's rest detection.
.. [3] T. V. Barreira et al., "Identifying children's nocturnal sleep using 24-h waist
   accelerometry", Med. Sci. Sports Exerc., vol. 47, no. 5, 2015.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from processing.method import Method
from processing.model import (
    CODE,
    SEDENTARY,
    BoolArray,
    Bout,
    Posture,
    PostureSeconds,
    is_any,
)

#: `[start_s, end_s)` in Unix time. [s]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Sleep:
    """A night's rest, `[start_s, end_s)`.

    If it was found, its lying seconds are sleep. If it was reported, its sitting is as well: people
    sleep in armchairs. Standing, walking and unknown time inside it stay what they are.
    """

    start_s: int
    end_s: int
    known_s: int  #: data up to here are enough to tell
    reported: bool = False  #: by a diary

    @staticmethod
    def told(span_s: Span) -> Sleep:
        """Return sleep that a diary tells of; it is known from its beginning."""
        start_s, end_s = span_s
        return Sleep(start_s, end_s, start_s, reported=True)


def find_sleep(
    bouts: Sequence[Bout],
    nights: Sequence[Span],
    method: Method,
    *,
    reported: Sequence[Span] = (),
) -> list[Sleep]:
    """Find a wearer's sleep in raw bouts.

    Parameters
    ----------
    bouts
        In order; those that overlap the nights.
    nights
        The hours in which lying may be sleep, in order and apart from each other: the wearer's
        `Method.night_start_h` to `night_end_h`, which are not the same in UTC all year.
    method
        How long lying has to last, and what may interrupt it.
    reported
        What a diary says, in order. A night into which it reaches is left to the diary.

    Returns
    -------
    sleep
        In order. What was found reaches from the first lying second of a night's rest to its last
        one, and depends on that night's bouts before `end_s` only.
    """
    found = [Sleep.told(span) for span in reported]
    for start_s, end_s in nights:
        if any(a < end_s and b > start_s for a, b in reported):
            continue
        lying = [
            (max(bout.start_s, start_s), min(bout.end_s, end_s))
            for bout in bouts
            if bout.posture is Posture.LIE and bout.end_s > start_s and bout.start_s < end_s
        ]
        for rest in _rests(lying, method):
            known_s = _long_enough_at(rest, method.sleep_min_s)
            if known_s is not None:
                found.append(Sleep(rest[0][0], rest[-1][1], known_s))
    return sorted(found)


def asleep(seconds: PostureSeconds, sleep: Sequence[Sleep]) -> BoolArray:
    """Return, for each second, whether it was slept through; shape (n,)."""
    mask = np.zeros(len(seconds), np.bool_)
    for one in sleep:
        a = min(max(one.start_s - seconds.start_s, 0), len(seconds))
        b = max(min(one.end_s - seconds.start_s, len(seconds)), a)
        code = seconds.code[a:b]
        mask[a:b] |= is_any(code, SEDENTARY) if one.reported else code == CODE[Posture.LIE]
    return mask


def known_at(sleep: Sequence[Sleep], at_s: int) -> list[Sleep]:
    """Return the sleep that data before `at_s` are enough to tell. [s]"""
    return [one for one in sleep if one.known_s <= at_s]


def _rests(lying: Sequence[Span], method: Method) -> Iterator[list[Span]]:
    """Group lying that is interrupted for less than `sleep_interruption_s` at a time."""
    starts = np.array([start_s for start_s, _ in lying], np.int64)
    ends = np.array([end_s for _, end_s in lying], np.int64)
    group = np.concatenate([[0], np.cumsum(starts[1:] - ends[:-1] >= method.sleep_interruption_s)])
    for _, members in groupby(zip(group.tolist(), lying, strict=False), key=lambda pair: pair[0]):
        yield [span for _, span in members]


def _long_enough_at(rest: Sequence[Span], enough_s: int) -> int | None:
    """Return when the lying in a rest added up to `enough_s`, None if it never did."""
    for start_s, end_s in rest:
        if end_s - start_s >= enough_s:
            return start_s + enough_s
        enough_s -= end_s - start_s
    return None
