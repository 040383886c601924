"""What bouts and streaks ask of a second: sedentary, upright, asleep, or nothing known."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from processing.bouts import run_edges
from processing.model import SEDENTARY, UPRIGHT, CodeArray, PostureSeconds, is_any
from processing.sleep import Sleep, asleep


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


def runs(kind: CodeArray) -> list[Run]:
    """Cut kinds into stretches; together they cover all of it."""
    return [Run(a, b, int(kind[a])) for a, b in pairwise(run_edges(kind))]
