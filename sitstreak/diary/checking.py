"""What an entry may say. Nothing is stored that was not looked at here."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from typing import Final

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.diary.errors import DiaryError
from sitstreak.diary.names import NAMES, known_name

LONGEST_NOTE: Final = 10_000
_EARLIEST_S: Final = 946_684_800  #: 2000-01-01: before it, somebody mistyped a year
_LONGEST_SLEEP_S: Final = 86_400
_LONGEST_OFF_S: Final = 92 * 86_400  #: beyond a summer somebody mistyped a year
_STRETCHES: Final = frozenset({DiaryKind.NOT_WORN, DiaryKind.SLEEP})
_NEVER_ALONE: Final = {
    DiaryKind.PAIN: "pain needs a whole number from 0 to 10",
    DiaryKind.TEST: "a test needs --left-s or --right-s",
    DiaryKind.NOTE: "a note needs a text",
}
#: Field -> least, most, kinds that have it. Beyond these somebody mistyped.
_RANGES: Final[dict[str, tuple[float, float, frozenset[DiaryKind]]]] = {
    "score": (0, 10, frozenset({DiaryKind.PAIN})),
    "n_sets": (1, 100, frozenset({DiaryKind.EXERCISE, DiaryKind.STRETCH})),
    "n_reps": (1, 1_000, frozenset({DiaryKind.EXERCISE, DiaryKind.STRETCH})),
    "load_kg": (0, 500, frozenset({DiaryKind.EXERCISE})),
    "left_s": (0, 3_600, frozenset({DiaryKind.TEST})),
    "right_s": (0, 3_600, frozenset({DiaryKind.TEST})),
}
_WHOLE: Final = frozenset({"score", "n_sets", "n_reps"})


def checked(entry: DiaryEntry, now_s: float) -> DiaryEntry:
    """Return the entry with its name as on the list and its note without control characters.

    Raises
    ------
    DiaryError
        If it says what cannot be, or lies ahead of `now_s`. [s]
    """
    _check_times(entry, now_s)
    for name in _RANGES:
        _check_number(entry, name)
    what = known_name(entry.kind, entry.what) if entry.kind in NAMES else ""
    if entry.what and entry.kind not in NAMES:
        raise DiaryError(f"{entry.kind.value} has no name; put {entry.what!r} into the note")
    cleaned = replace(entry, what=what, note=clean(entry.note))
    says = {
        DiaryKind.PAIN: cleaned.score is not None,
        DiaryKind.TEST: cleaned.left_s is not None or cleaned.right_s is not None,
        DiaryKind.NOTE: bool(cleaned.note),
    }
    if not says.get(entry.kind, True):
        raise DiaryError(_NEVER_ALONE[entry.kind])
    return cleaned


def clean(text: str) -> str:
    """Return a note with line ends as one character and other control characters made visible.

    Raises
    ------
    DiaryError
        If it is longer than 10,000 characters: a part would be lost.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
    if len(text) > LONGEST_NOTE:
        raise DiaryError(
            f"the note has {len(text):,} characters; {LONGEST_NOTE:,} fit, write two notes"
        )
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if char != "\n" and unicodedata.category(char) in ("Cc", "Cs")
        else char
        for char in text
    )


def _check_times(entry: DiaryEntry, now_s: float) -> None:
    if entry.at_s < _EARLIEST_S:
        raise DiaryError("the time is before the year 2000; look at the year")
    if max(entry.at_s, entry.until_s or 0) > now_s:
        raise DiaryError("the time lies ahead; only what has been can be written down")
    if (entry.kind in _STRETCHES) != (entry.until_s is not None):
        either = "needs --from and --to" if entry.until_s is None else "is a moment: it has no end"
        raise DiaryError(f"{entry.kind.value} {either}")
    if entry.until_s is None:
        return
    if entry.until_s <= entry.at_s:
        raise DiaryError("the end has to be after the beginning")
    if entry.kind is DiaryKind.SLEEP and entry.until_s - entry.at_s > _LONGEST_SLEEP_S:
        raise DiaryError("sleep of more than 24 h; look at the days")
    if entry.until_s - entry.at_s > _LONGEST_OFF_S:
        raise DiaryError("not worn for more than 92 days; look at the year, or write two entries")


def _check_number(entry: DiaryEntry, name: str) -> None:
    value = getattr(entry, name)
    least, most, kinds = _RANGES[name]
    if value is None:
        return
    if entry.kind not in kinds:
        raise DiaryError(f"{entry.kind.value} has no {name}")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_right_kind = is_number and (name not in _WHOLE or isinstance(value, int))
    if not is_right_kind or not math.isfinite(value) or not least <= value <= most:
        number = "whole number" if name in _WHOLE else "number"
        raise DiaryError(f"{name} {value!r}: needs a {number} from {least:g} to {most:g}")
