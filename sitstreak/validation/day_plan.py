"""Which seconds of a recording are played, and in which order, to make a whole day of it.

A day is the recording of one person, over and over, with some of its stretches made longer.
Everything else stays as it was recorded: whoever sits down in the built day does so as they did
before the camera. A stretch is made longer by turning back inside it and playing it backwards, then
forwards again, as often as needed: where the direction changes, the samples on both sides are the
same, so that there is no jump of gravity and no false transition. Walking is never played
backwards (forward would become backward). One pass over the recording begins and ends in walking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from processing.figures.bouts import run_edges
from processing.model import BoolArray, IntArray
from sitstreak.validation.words import Words

#: Seconds at both ends of a stretch that are played once only: they hold the transition.
EDGE_S: Final = 4
#: Shortest inside that is played to and fro: less would be a rhythm of its own. [s]
SHORTEST_INSIDE_S: Final = 12


@dataclass(frozen=True, slots=True)
class Stretching:
    """How long a stretch may become."""

    probability: float  #: of this happening to a stretch
    least_s: int  #: length afterwards: log-uniform between these two
    most_s: int


#: What may happen to stretches of a posture; the rest stays as it was recorded. Long stands are
#: there so that "long and still" alone does not make sitting.
STRETCHING: Final = {
    "sit": (Stretching(0.3, 1_800, 10_800), Stretching(0.4, 120, 1_800)),
    "lie": (Stretching(0.3, 1_200, 5_400),),
    "stand": (Stretching(0.15, 120, 1_800),),
}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Consecutive seconds of a day, as seconds of a recording."""

    second: IntArray  #: shape (n,): which second of the recording; `NOT_WORN` where there is none
    is_backwards: BoolArray  #: shape (n,)

    def cut(self, n: int) -> Plan:
        """Return the first `n` seconds."""
        return Plan(self.second[:n], self.is_backwards[:n])


#: Stands in `Plan.second` for a sensor that nobody wears.
NOT_WORN: Final = -1


def plan_day(truth: Words, n_seconds: int, rng: np.random.Generator) -> Plan:
    """Plan a day.

    Parameters
    ----------
    truth : shape (n,)
        Posture of each second of the recording.
    n_seconds
        Length of the day. [s]
    rng
        Draws which stretches become how long.
    """
    seconds, backwards, n = [], [], 0
    while n < n_seconds:
        one = _one_pass(truth, rng)
        seconds.append(one.second)
        backwards.append(one.is_backwards)
        n += len(one.second)
    return Plan(np.concatenate(seconds), np.concatenate(backwards)).cut(n_seconds)


def lengthened(start: int, end: int, extra_s: int) -> Plan:
    """Play the seconds `[start, end)` with about `extra_s` more, to and fro inside the stretch.

    Parameters
    ----------
    start, end
        At least `2 * EDGE_S + SHORTEST_INSIDE_S` apart.
    extra_s
        Rounded down to an even number. [s]
    """
    a, b = start + EDGE_S, end - EDGE_S
    if b - a < SHORTEST_INSIDE_S:
        raise ValueError(f"a stretch of {end - start} s is too short to be made longer")
    n_full, rest = divmod(max(extra_s, 0), 2 * (b - a))
    parts = [(np.arange(start, b), False)]
    for reach in (*([b - a] * n_full), rest // 2):
        parts.append((np.arange(b - 1, b - 1 - reach, -1), True))
        parts.append((np.arange(b - reach, b), False))
    parts.append((np.arange(b, end), False))
    return Plan(
        np.concatenate([second for second, _ in parts]).astype(np.int64),
        np.concatenate([np.full(len(second), backwards) for second, backwards in parts]),
    )


def inserted(plan: Plan, at: int, n_seconds: int) -> Plan:
    """Return the plan with `n_seconds` in which nobody wears the sensor, from `at` on."""
    return Plan(
        np.insert(plan.second, at, np.full(n_seconds, NOT_WORN)),
        np.insert(plan.is_backwards, at, np.zeros(n_seconds, np.bool_)),
    )


def _one_pass(truth: Words, rng: np.random.Generator) -> Plan:
    first, last = _between_walks(truth)
    _, codes = np.unique(truth, return_inverse=True)
    edges = [e for e in run_edges(codes.astype(np.uint8)) if first < e < last]
    stretches = list(pairwise([first, *edges, last]))
    longest = max(
        (one for one in stretches if truth[one[0]] == "sit"),
        key=lambda o: o[1] - o[0],
        default=None,
    )
    parts = [_stretch(truth, one, rng, always=one == longest) for one in stretches]
    return Plan(
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.is_backwards for part in parts]),
    )


def _stretch(
    truth: Words, stretch: tuple[int, int], rng: np.random.Generator, *, always: bool
) -> Plan:
    a, b = stretch
    drawn, length = rng.random(), rng.random()
    rules = STRETCHING.get(str(truth[a]), ())
    rule = rules[0] if always else _drawn(rules, drawn)
    if rule is None or b - a < 2 * EDGE_S + SHORTEST_INSIDE_S:
        return Plan(np.arange(a, b), np.zeros(b - a, np.bool_))
    wanted_s = rule.least_s * (rule.most_s / rule.least_s) ** length
    return lengthened(a, b, round(wanted_s) - (b - a))


def _drawn(rules: Sequence[Stretching], drawn: float) -> Stretching | None:
    for rule in rules:
        drawn -= rule.probability
        if drawn < 0:
            return rule
    return None


def _between_walks(truth: Words) -> tuple[int, int]:
    """Return the first and one past the last second of walking; all when there is none."""
    walking = np.flatnonzero(truth == "walk")
    return (int(walking[0]), int(walking[-1]) + 1) if len(walking) else (0, len(truth))
