"""The vocabulary: what the other modules hand to each other.

Units are part of names (`_hz _s _ms _ns _g _deg`), counts start with `n_`, spans are half open
`[start, end)`, and times are UTC: `_ns` nanoseconds or `_s` whole seconds since the Unix epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
#: Where speed counts more than the last digits: filtered samples of a grid.
Float32Array = NDArray[np.float32]
IntArray = NDArray[np.int64]
CodeArray = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]

NS_PER_S: Final = 1_000_000_000


class Posture(StrEnum):
    """What one second was. `sit` and `lie` are sedentary; `unknown` and `not_worn` never are."""

    SIT = "sit"
    STAND = "stand"
    WALK = "walk"
    LIE = "lie"
    MOVE = "move"  #: active but not stepping, such as cycling
    UNKNOWN = "unknown"  #: no data, no upright reference yet, or too close to call
    NOT_WORN = "not_worn"


#: Stored codes: a posture's place in this tuple. Append only; stored data depend on it.
POSTURES: Final = tuple(Posture)
CODE: Final = {posture: code for code, posture in enumerate(POSTURES)}

#: The postures that carry a probability, in the order of the columns of `PostureSeconds.p`.
CLASSES: Final = (Posture.SIT, Posture.STAND, Posture.WALK, Posture.LIE, Posture.MOVE)
SEDENTARY: Final = frozenset({Posture.SIT, Posture.LIE})
UPRIGHT: Final = frozenset({Posture.STAND, Posture.WALK, Posture.MOVE})
MOVING: Final = frozenset({Posture.WALK, Posture.MOVE})


def is_any(code: CodeArray, postures: frozenset[Posture]) -> BoolArray:
    """Return, for each second, whether its posture is one of `postures`; same shape as `code`."""
    found = np.zeros(code.shape, np.bool_)
    for posture in postures:
        found |= code == CODE[posture]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class SampleBlock:
    """An unbroken run of evenly spaced acceleration samples of one device."""

    device_id: str
    t0_ns: int  #: first sample, Unix time, UTC [ns]
    fs_hz: float
    acc_g: FloatArray  #: shape (n, 3), device axes x y z [g]; at rest |a| is 1

    def __post_init__(self) -> None:
        if self.acc_g.ndim != 2 or self.acc_g.shape[1] != 3 or not len(self.acc_g):
            raise ValueError(f"acc_g must have shape (n, 3) with n > 0, got {self.acc_g.shape}")
        if not self.fs_hz > 0:
            raise ValueError(f"fs_hz must be positive, got {self.fs_hz}")
        self.acc_g.setflags(write=False)

    @property
    def end_ns(self) -> int:
        """When the sample after the last one is due. [ns]"""
        return self.t0_ns + round(len(self.acc_g) * NS_PER_S / self.fs_hz)

    @property
    def last_s(self) -> int:
        """One past the whole second that holds the last sample."""
        period_ns = round(NS_PER_S / self.fs_hz)
        return (self.end_ns - period_ns) // NS_PER_S + 1


@dataclass(frozen=True, slots=True)
class Gap:
    """Samples that a device took and we do not have, or a time in which it took none."""

    device_id: str
    start_ns: int
    end_ns: int
    n_lost: int  #: samples known to be lost; 0 when the device was off
    reason: str  #: one of `processing.gap_reasons.GapReason`


@dataclass(frozen=True, slots=True, eq=False)
class PostureSeconds:
    """Consecutive whole seconds and what each of them was (columns of equal length n)."""

    start_s: int  #: the first second covers [start_s, start_s + 1)
    code: CodeArray  #: shape (n,): index into POSTURES
    p: FloatArray  #: shape (n, 5): probability of each of CLASSES; rows sum to 1
    confidence: FloatArray  #: shape (n,): 0..1, that `code` is right; 0 for unknown
    n_steps: IntArray  #: shape (n,): steps that fell into the second

    def __post_init__(self) -> None:
        n = len(self.code)
        if self.p.shape != (n, len(CLASSES)) or len(self.confidence) != n or len(self.n_steps) != n:
            raise ValueError(
                f"columns of PostureSeconds differ in length: {n} codes, p {self.p.shape}"
            )
        for column in (self.code, self.p, self.confidence, self.n_steps):
            column.setflags(write=False)

    def __len__(self) -> int:
        return len(self.code)

    @property
    def end_s(self) -> int:
        """One past the last second."""
        return self.start_s + len(self.code)

    def between(self, start_s: int, end_s: int) -> PostureSeconds:
        """Return the seconds of `[start_s, end_s)` that are in here."""
        a = min(max(start_s - self.start_s, 0), len(self))
        b = max(min(end_s - self.start_s, len(self)), a)
        return PostureSeconds(
            self.start_s + a, self.code[a:b], self.p[a:b], self.confidence[a:b], self.n_steps[a:b]
        )

    @staticmethod
    def unknown(start_s: int, end_s: int) -> PostureSeconds:
        """Return seconds about which nothing is known: every class equally likely."""
        n = max(end_s - start_s, 0)
        return PostureSeconds(
            start_s,
            np.full(n, CODE[Posture.UNKNOWN], np.uint8),
            np.full((n, len(CLASSES)), 1 / len(CLASSES)),
            np.zeros(n),
            np.zeros(n, np.int64),
        )

    @staticmethod
    def concatenate(parts: Sequence[PostureSeconds]) -> PostureSeconds:
        """Join parts that follow each other without a hole."""
        for before, after in pairwise(parts):
            if before.end_s != after.start_s:
                raise ValueError(
                    f"a part ends at {before.end_s}, the next starts at {after.start_s}"
                )
        return PostureSeconds(
            parts[0].start_s,
            np.concatenate([part.code for part in parts]),
            np.concatenate([part.p for part in parts]),
            np.concatenate([part.confidence for part in parts]),
            np.concatenate([part.n_steps for part in parts]),
        )


@dataclass(frozen=True, slots=True, order=True)
class Bout:
    """One unbroken stretch of one posture, `[start_s, end_s)`."""

    start_s: int
    end_s: int
    posture: Posture
    n_steps: int
    confidence: float  #: mean over its seconds, 0..1
    censored: bool  #: touches unknown, not-worn or the edge of the data: may have been longer

    @property
    def duration_s(self) -> int:
        """How long it lasted. [s]"""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """An upright stretch, long enough to count, that ended a sitting streak."""

    start_s: int
    end_s: int
    moved_s: int  #: seconds of it spent walking or moving


@dataclass(frozen=True, slots=True, order=True)
class Streak:
    """Sedentary time between two breaks that count. Short stands pause it and do not end it."""

    start_s: int  #: first sedentary second
    end_s: int  #: one past the last sedentary second so far
    duration_s: int  #: sedentary seconds inside: without the short stands
    censored: bool  #: it began or ended at unknown or not-worn time: it may have been longer


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One local day of a wearer. Postures, sleep, unknown and not worn sum to the whole day."""

    start_s: int  #: local midnight
    end_s: int  #: next local midnight: 23, 24 or 25 h later
    sit_s: int  #: awake
    stand_s: int
    walk_s: int
    lie_s: int  #: awake
    move_s: int
    sleep_s: int  #: lying, or what a diary calls sleep: neither wear nor sedentary
    unknown_s: int
    not_worn_s: int
    n_steps: int
    n_breaks: int
    n_sedentary_bouts_30min: int  #: sitting or lying awake of >= 30 min without a break
    n_sedentary_bouts_60min: int
    longest_bout_s: int  #: longest of these bouts, cut at midnight
    longest_streak_s: int
    n_hours_eligible: int  #: clock hours that could have met 10 minutes of movement
    n_hours_met: int  #: those that did
    debt_s: float  #: movement still owed at the end of the day or of the data
    is_valid: bool  #: worn awake for at least Method.valid_day_wear_s

    @property
    def wear_s(self) -> int:
        """Waking time with a known posture. [s]"""
        return self.sedentary_s + self.stand_s + self.walk_s + self.move_s

    @property
    def sedentary_s(self) -> int:
        """Sitting and lying awake. [s]"""
        return self.sit_s + self.lie_s
