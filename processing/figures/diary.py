"""What a wearer wrote down: the entries that reports and figures read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DiaryKind(StrEnum):
    """What an entry is about."""

    PAIN = "pain"
    EXERCISE = "exercise"
    STRETCH = "stretch"
    TEST = "test"
    NOT_WORN = "not_worn"
    SLEEP = "sleep"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One entry; what does not belong to its kind is None.

    `not_worn` and `sleep` are stretches, `[at_s, until_s)`, and change figures; the rest are
    moments and change none.
    """

    id: int
    at_s: int  #: Unix time [s]
    kind: DiaryKind
    until_s: int | None = None  #: end of a stretch, Unix time [s]
    what: str = ""  #: exercise, stretch or test by its name, such as `glute-bridge`
    score: int | None = None  #: pain, 0 to 10
    n_sets: int | None = None
    n_reps: int | None = None  #: of each set
    load_kg: float | None = None
    left_s: float | None = None  #: how long each side was held [s]
    right_s: float | None = None
    note: str = ""  #: as typed: never run, never trusted
    is_edited: bool = False  #: changed after it was first written
