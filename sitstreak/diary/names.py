"""What can be done, stretched and tested, by name. One list: reports count by these."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from processing.figures.diary import DiaryKind
from sitstreak.diary.errors import UnknownNameError

#: Name -> for people. A name stays for ever: entries of years hold it.
EXERCISES: Final = {
    "glute-bridge": "glute bridge",
    "single-leg-bridge": "single-leg bridge",
    "squat": "squat",
    "leg-lift": "leg lift",
    "band-work": "band work",
}
STRETCHES: Final = {"hip-flexor": "hip-flexor stretch"}
TESTS: Final = {"single-leg-bridge": "single-leg bridge test"}
NAMES: Final = {
    DiaryKind.EXERCISE: EXERCISES,
    DiaryKind.STRETCH: STRETCHES,
    DiaryKind.TEST: TESTS,
}


def known_name(kind: DiaryKind, typed: str) -> str:
    """Return the name that was typed in whatever case, with spaces, or as `glute_bridges`.

    Raises
    ------
    UnknownNameError
        If there is none; it tells the nearest.
    """
    known = NAMES[kind]
    name = "-".join(typed.strip().lower().replace("_", " ").replace("-", " ").split())
    for candidate in (name, name.removesuffix("s"), name.removesuffix("-stretch")):
        if candidate in known:
            return candidate
    close = get_close_matches(name, known, n=1)
    raise UnknownNameError(kind.value, typed, close[0] if close else None, list(known))


def for_people(kind: DiaryKind, name: str) -> str:
    """Return how a name is said; one that is not on the list stays what it is."""
    return NAMES.get(kind, {}).get(name, name)
