"""A week's report as one file, for whoever asks the local page for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sitstreak.report.building import BuiltReport
from sitstreak.report.formats import make_files
from sitstreak.report.reading import report_desk
from sitstreak.report.week import IsoWeek
from sitstreak.settings import Settings

_MEDIA_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file as it goes over the wire."""

    name: str
    media_type: str
    body: bytes


def week_pdf(settings: Settings, week: str | None = None, *, page: str = "a4") -> Download:
    """Return a week's report as PDF: see `week_file`."""
    return week_file(settings, "pdf", week, page=page)


def week_html(settings: Settings, week: str | None = None) -> Download:
    """Return a week's report as HTML: see `week_file`."""
    return week_file(settings, "html", week)


def week_file(
    settings: Settings, kind: str, week: str | None = None, *, page: str = "a4"
) -> Download:
    """Make a week's report of the setting's wearer, under their pseudonym.

    It takes a second or two of computing: call it in a thread.

    Parameters
    ----------
    kind
        `pdf` or `html`.
    week
        Such as `2026-W46`; the week that runs by default.

    Raises
    ------
    WeekError
        If the week is none, or has not begun.
    DataDirError
        If there are no data yet.
    """
    asked = None if week is None else IsoWeek.parse(week)
    with report_desk(settings) as desk:
        report: BuiltReport = desk.report(desk.this_week() if asked is None else asked)
    [(path, body)] = make_files(report, [kind], Path(), page=page).items()
    assert isinstance(body, bytes)
    return Download(path.name, _MEDIA_TYPES[kind], body)
