"""Entries for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry
from sitstreak.diary.words import entry_words, one_line
from sitstreak.local_day import iso, iso_or_none

_LONGEST_LINE: Final = 200


def entry_dict(entry: DiaryEntry, zone: ZoneInfo) -> dict[str, Any]:
    """Return an entry for JSON; what does not belong to its kind is null."""
    return {
        "id": entry.id,
        "at": iso(entry.at_s, zone),
        "until": iso_or_none(entry.until_s, zone),
        "kind": entry.kind.value,
        "what": entry.what or None,
        "score": entry.score,
        "n_sets": entry.n_sets,
        "n_reps": entry.n_reps,
        "load_kg": entry.load_kg,
        "left_s": entry.left_s,
        "right_s": entry.right_s,
        "note": entry.note,
        "is_edited": entry.is_edited,
        "words": entry_words(entry),
    }


def entry_line(entry: DiaryEntry, zone: ZoneInfo, *, longest: int | None = _LONGEST_LINE) -> str:
    """Return an entry as one line: number, time, what it says, its note."""
    at = datetime.fromtimestamp(entry.at_s, zone)
    is_repeated = at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
    clock = f"{at:%a %Y-%m-%d %H:%M}{f' {at.isoformat()[-6:]}' if is_repeated else ''}"
    edited = " (edited)" if entry.is_edited else ""
    note = f": {one_line(entry.note, longest)}" if entry.note else ""
    return f"{entry.id:>5}  {clock}  {entry_words(entry)}{edited}{note}"


def entry_lines(entries: Sequence[DiaryEntry], zone: ZoneInfo) -> Iterator[str]:
    """Yield one line for each entry."""
    for entry in entries:
        yield entry_line(entry, zone)
