"""An entry in one line, for people."""

from __future__ import annotations

from typing import Final

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.diary.names import for_people
from sitstreak.views.words import duration

_STRETCHES: Final = {DiaryKind.NOT_WORN: "not worn", DiaryKind.SLEEP: "asleep"}
#: Emoji and scripts need these; a terminal obeys neither.
_JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def entry_words(entry: DiaryEntry) -> str:
    """Return what an entry says, without its note: `glute bridge 3 x 8, 5 kg`."""
    if entry.kind is DiaryKind.PAIN:
        return f"pain {entry.score}"
    if entry.kind is DiaryKind.NOTE:
        return "note"
    if entry.until_s is not None:
        return f"{_STRETCHES[entry.kind]} for {duration(entry.until_s - entry.at_s)}"
    parts = [f"{for_people(entry.kind, entry.what)}{_sets(entry)}"]
    if entry.load_kg is not None:
        parts.append(f"{entry.load_kg:g} kg")
    if entry.left_s is not None:
        parts.append(f"left {entry.left_s:g} s")
    if entry.right_s is not None:
        parts.append(f"right {entry.right_s:g} s")
    return ", ".join(parts)


def one_line(text: str, longest: int | None = None) -> str:
    """Return typed text as one line without anything that a terminal or a log would obey.

    Marks that turn the direction of writing go too: they would reorder what is printed around them.
    """
    shown = "".join(
        char if char.isprintable() or char in _JOINERS else "\N{REPLACEMENT CHARACTER}"
        for char in " ".join(text.split())
    )
    if longest is not None and len(shown) > longest:
        return f"{shown[: longest - 1]}…"
    return shown


def _sets(entry: DiaryEntry) -> str:
    if entry.n_reps is None:
        return "" if entry.n_sets is None else f" {entry.n_sets} sets"
    return f" {entry.n_sets or 1} x {entry.n_reps}"
