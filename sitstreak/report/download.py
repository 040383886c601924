"""A week's report as one file, for whoever asks the local page for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sitstreak.report.content.building import BuiltReport
from sitstreak.report.content.reading import report_desk
from sitstreak.report.formats import make_files
from sitstreak.report.week import IsoWeek
from sitstreak.settings import Settings

_NAMED: Final = ("this", "last")
_MEDIA_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it goes over the wire."""

    name: str
    media_type: str
    body: bytes


def week_file(
    settings: Settings,
    kind: str,
    week: str = "this",
    *,
    page: str = "a4",
    wearer: str | None = None,
    now_s: float | None = None,
) -> Download:
    """Make a week's report under the wearer's pseudonym.

    It takes a second or two of computing: call it in a thread.

    Parameters
    ----------
    kind
        `pdf` or `html`.
    week
        Such as `2026-W46`; `this` for the week that runs, `last` for the newest that is over.
    page
        `a4` or `letter`; of the PDF.
    wearer
        Whose week; the setting's wearer, or the only one there is, by default.
    now_s
        The clock on the wall by default. [s]

    Raises
    ------
    WeekError
        If the week is none, or has not begun.
    DataDirError
        If there are no data yet.
    UnknownWearerError
        If there is nothing of whom was asked for, or nothing says who of several is meant.
    """
    asked = None if week in _NAMED else IsoWeek.parse(week)
    with report_desk(settings, wearer, now_s=now_s) as desk:
        named = desk.this_week() if week == "this" else desk.last_week()
        report: BuiltReport = desk.report(asked or named)
    [(path, body)] = make_files(report, [kind], Path(), page=page).items()
    assert isinstance(body, bytes)
    return Download(path.name, _MEDIA_TYPES[kind], body)
