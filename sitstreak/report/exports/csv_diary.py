"""The week's diary as a table. Columns and units: docs/exports.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry
from sitstreak.report.content.model import ReportContent
from sitstreak.report.exports.cells import local, safe_text, truth, utc
from sitstreak.report.exports.plain_text import cell_text

DIARY_COLUMNS: Final = (
    "wearer", "id", "utc", "local", "until_utc", "until_local", "kind", "what", "score", "n_sets",
    "n_reps", "load_kg", "left_s", "right_s", "note", "is_edited",
)  # fmt: skip


def diary_table(content: ReportContent) -> Iterator[Sequence[object]]:
    """Return the rows of `-diary.csv`, its header first; what an entry does not have is empty."""
    yield DIARY_COLUMNS
    zone = ZoneInfo(content.header.zone)
    wearer = _typed(content.header.wearer)
    for entry in content.entries:
        yield (wearer, *_cells(entry, zone))


def _cells(entry: DiaryEntry, zone: ZoneInfo) -> Sequence[object]:
    numbers = (entry.n_sets, entry.n_reps, entry.load_kg, entry.left_s, entry.right_s)
    return (
        entry.id,
        utc(entry.at_s),
        local(entry.at_s, zone),
        "" if entry.until_s is None else utc(entry.until_s),
        "" if entry.until_s is None else local(entry.until_s, zone),
        entry.kind.value,
        _typed(entry.what),
        "" if entry.score is None else entry.score,
        *("" if number is None else number for number in numbers),
        _typed(entry.note),
        truth(entry.is_edited),
    )


def _typed(text: str) -> str:
    return safe_text(cell_text(text))
