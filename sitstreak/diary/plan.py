"""The plan: which exercises on which days of the week."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from processing.figures.diary import DiaryKind
from sitstreak.diary.errors import DiaryError
from sitstreak.diary.names import EXERCISES, known_name

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE_DAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_FEWEST_LETTERS: Final = 3
_SETS: Final = re.compile(r"(\d{1,3})\s*[xX×]\s*(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Planned:
    """An exercise that is planned."""

    what: str  #: as in `DiaryEntry.what`
    weekdays: tuple[int, ...]  #: Monday is 0, in order
    n_sets: int
    n_reps: int  #: of each set

    @property
    def words(self) -> str:
        """The plan as it is typed: `glute-bridge 3x8 Mon,Wed,Fri`."""
        days = ",".join(DAYS[day] for day in self.weekdays)
        return f"{self.what} {self.n_sets}x{self.n_reps} {days}"


#: Of who never set one.
DEFAULT_PLAN: Final = (Planned("glute-bridge", (0, 2, 4), 3, 8),)


def parse_planned(typed: str) -> Planned:
    """Read `glute-bridge 3x8 Mon,Wed,Fri`.

    Raises
    ------
    DiaryError
        If it cannot be read.
    """
    words = typed.split()
    sets = _SETS.fullmatch(words[1]) if len(words) == 3 else None
    if sets is None:
        raise DiaryError(f"plan {typed!r}: write it like 'glute-bridge 3x8 Mon,Wed,Fri'")
    n_sets, n_reps = int(sets[1]), int(sets[2])
    if not 1 <= n_sets <= 100 or not 1 <= n_reps <= 1_000:
        raise DiaryError(f"plan {typed!r}: 1 to 100 sets of 1 to 1000 repetitions")
    kind = DiaryKind.EXERCISE if words[0] in EXERCISES else _kind_of(words[0])
    return Planned(known_name(kind, words[0]), _weekdays(typed, words[2]), n_sets, n_reps)


def plan_json(plan: Sequence[Planned]) -> str:
    """Return a plan as it is stored."""
    return json.dumps([asdict(one) for one in plan])


def plan_from_json(text: str) -> list[Planned]:
    """Return a stored plan."""
    return [Planned(**(one | {"weekdays": tuple(one["weekdays"])})) for one in json.loads(text)]


def of_day(plan: Sequence[Planned], day: date) -> list[Planned]:
    """Return what a plan has for a local day."""
    return [one for one in plan if day.weekday() in one.weekdays]


def kind_of(what: str) -> DiaryKind:
    """Return as which kind a planned thing is written down."""
    return DiaryKind.EXERCISE if what in EXERCISES else DiaryKind.STRETCH


def _kind_of(typed: str) -> DiaryKind:
    try:
        known_name(DiaryKind.STRETCH, typed)
    except DiaryError:
        return DiaryKind.EXERCISE
    return DiaryKind.STRETCH


def _weekdays(typed: str, names: str) -> tuple[int, ...]:
    if names.lower() == "daily":
        return tuple(range(7))
    numbers = [_weekday(name) for name in names.split(",") if name]
    if not numbers or None in numbers:
        raise DiaryError(f"plan {typed!r}: days are {', '.join(DAYS)}, with commas, or daily")
    return tuple(sorted({number for number in numbers if number is not None}))


def _weekday(name: str) -> int | None:
    """Read a day's name in English, whole or its first letters."""
    for number, whole in enumerate(_WHOLE_DAYS):
        if len(name) >= _FEWEST_LETTERS and whole.startswith(name.lower()):
            return number
    return None
