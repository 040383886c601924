"""The two pages as words, tables and pictures: what PDF and HTML lay out, each in its way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """A word and what it is."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture."""

    svg: str
    alt: str  #: the same in words, for who cannot see it


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the first column names its row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_quiet: tuple[bool, ...]  #: rows in grey: not a valid day
    last_is_sum: bool = False


@dataclass(frozen=True, slots=True)
class DayWear:
    """Data sufficiency of one day."""

    day: str
    hours: str
    verdict: str
    is_valid: bool


@dataclass(frozen=True, slots=True)
class TileWords:
    """One of the five tiles."""

    title: str
    value: str
    unit: str
    note: str  #: beside the number: of how much, of how many
    beside: tuple[Pair, ...]  #: last week, median of four weeks
    reference: str


@dataclass(frozen=True, slots=True)
class PageOne:
    """Stands alone."""

    banner: str  #: empty: nothing to warn of
    sufficiency_title: str
    sufficiency_caption: str
    sufficiency: tuple[DayWear, ...]
    sufficiency_line: str
    tiles_title: str
    tiles: tuple[TileWords, ...]
    reference_label: str
    ribbon_title: str
    ribbon: Chart
    ribbon_note: str
    modal_title: str
    modal: Chart
    modal_note: str
    sentences_title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageTwo:
    """Details."""

    longest_title: str
    longest: Table
    longest_note: str
    bands_title: str
    bands: Chart
    bands_note: str
    days_title: str
    days: Table
    days_note: str
    trend_title: str
    trend: Chart
    trend_note: str
    exercises_title: str
    exercises: Table
    exercises_note: str
    tests: tuple[str, ...]
    notes_title: str
    notes: tuple[str, ...]
    notes_note: str
    quality_title: str
    quality: tuple[str, ...]
    red_flags_title: str
    red_flags: str
    device: str
    references_title: str
    references: str


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A report in words of one language."""

    language: str
    document_title: str
    title: str
    subtitle: str
    week: str
    dates: str
    who: Pair
    meta: tuple[Pair, ...]
    remarks: tuple[str, ...]  #: clock change, a week that still runs
    report_id: str
    footer: str
    page_of: str  #: with {page} and {pages}
    one: PageOne
    two: PageTwo
