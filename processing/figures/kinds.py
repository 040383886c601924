"""What bouts and streaks ask of a second: sedentary, upright, asleep, or nothing known."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from processing.figures.bouts import run_edges
from processing.figures.sleep import Sleep, asleep
from processing.method import Method
from processing.model import SEDENTARY, UPRIGHT, CodeArray, PostureSeconds, is_any


class Kind(IntEnum):
    """Each second is one of these."""

    ABSENT = 0  #: unknown or not worn
    SEDENTARY = 1  #: sitting or lying awake
    UPRIGHT = 2
    ASLEEP = 3


class Run(NamedTuple):
    """A stretch of one kind, `[start, end)`, in seconds from the first one."""

    start: int
    end: int
    kind: int

    @property
    def length(self) -> int:
        """How long it is. [s]"""
        return self.end - self.start


def kinds(seconds: PostureSeconds, sleep: Sequence[Sleep]) -> CodeArray:
    """Return the kind of each second; shape (n,)."""
    kind = np.full(len(seconds), Kind.ABSENT, np.uint8)
    kind[is_any(seconds.code, UPRIGHT)] = Kind.UPRIGHT
    kind[is_any(seconds.code, SEDENTARY)] = Kind.SEDENTARY
    kind[asleep(seconds, sleep)] = Kind.ASLEEP
    return kind


def without_flicker(kind: CodeArray, method: Method) -> CodeArray:
    """Take sitting or lying for less than `min_bout_s` between upright stretches for being up."""
    edges = np.array(run_edges(kind))
    of_run = kind[edges[:-1]]
    up = of_run == Kind.UPRIGHT
    between = np.zeros(len(of_run), np.bool_)
    between[1:-1] = up[:-2] & up[2:]
    flicker = between & (of_run == Kind.SEDENTARY) & (np.diff(edges) < method.min_bout_s)
    return np.repeat(np.where(flicker, Kind.UPRIGHT, of_run), np.diff(edges)).astype(np.uint8)


def runs(kind: CodeArray) -> list[Run]:
    """Cut kinds into stretches; together they cover all of it."""
    return [Run(a, b, int(kind[a])) for a, b in pairwise(run_edges(kind))]
