"""What a wearer wrote down, as rows of `event`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.diary_figures import n_repetitions
from processing.model import NS_PER_S
from sitstreak.diary.words import entry_words, one_line
from sitstreak.storage.happenings import event_line
from sitstreak.storage.lines import Line
from sitstreak.storage.results import Results

#: The whole note is in the store; a mark in a picture has room for so much. [characters]
LONGEST_TEXT: Final = 300
#: `event_line` keeps 100 ns for each: together they stay within the second.
_IDS: Final = 9_000_000


def diary_event_lines(results: Results, wearer: str, start_s: int, end_s: int) -> Iterator[Line]:
    """Yield the entries that begin in `[start_s, end_s)`, each at a time of its own. [s]"""
    for entry in results.diary(wearer, start_s, end_s):
        if start_s <= entry.at_s < end_s:
            yield _line(wearer, entry)


def _line(wearer: str, entry: DiaryEntry) -> Line:
    words = entry_words(entry)
    note = one_line(entry.note)
    text = note if entry.kind is DiaryKind.NOTE else f"{words}: {note}" if note else words
    return event_line(
        wearer,
        entry.kind.value,
        entry.at_s * NS_PER_S,
        one_line(text, LONGEST_TEXT),
        _value(entry),
        nth_device=entry.id % _IDS,
    )


def _value(entry: DiaryEntry) -> float | None:
    """Return the number that belongs to the kind (docs/influx-schema.md)."""
    if entry.kind is DiaryKind.PAIN:
        return entry.score
    if entry.kind is DiaryKind.EXERCISE:
        return n_repetitions([entry])
    if entry.kind is DiaryKind.TEST and entry.left_s is not None and entry.right_s is not None:
        return entry.left_s - entry.right_s
    return None
