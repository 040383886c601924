"""The report as PDF: two pages, tagged (PDF/UA-1), the same bytes for the same content.

Typst lays out; texts reach it as data, so that typed text is never markup.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, Literal

import typst

from sitstreak.errors import SitstreakError
from sitstreak.report.content.model import ReportContent
from sitstreak.report.person import Person
from sitstreak.report.printed.catalogue import catalogue
from sitstreak.report.printed.laid_out import LaidOut
from sitstreak.report.printed.lay_out import lay_out
from sitstreak.report.printed.printable import FONT_FILES, in_print

Paper = Literal["a4", "letter"]

#: As typst names them; the text is 516 pt wide on both. [pt]
_PAPERS: Final[dict[Paper, tuple[str, float]]] = {
    "a4": ("a4", 595.276),
    "letter": ("us-letter", 612.0),
}


class PdfError(SitstreakError):
    """The pages could not be set."""


def render_pdf(
    content: ReportContent,
    *,
    page: Paper = "a4",
    person: Person | None = None,
    language: str = "en",
) -> bytes:
    """Return the report as a PDF of two pages.

    Parameters
    ----------
    person
        Stands in the header instead of the pseudonym.

    Raises
    ------
    PdfError
        If typst refuses, or would lose something: its warnings count as errors.
    CatalogueError
        If there are no texts in this language.
    """
    pages = lay_out(content, catalogue(language), in_print(), person)
    return _set(pages, page, content.header.last_day)


def _set(pages: LaidOut, page: Paper, day: date) -> bytes:
    try:
        pdf, warnings = _compiler().compile_with_warnings(
            format="pdf",
            sys_inputs=inputs(pages, page, day),
            pdf_standards="ua-1",
            timestamp=0,
        )
    except typst.TypstError as error:
        raise PdfError(f"the PDF could not be made: {error.message}") from error
    if warnings:
        raise PdfError(f"the PDF could not be made: {warnings[0].message}")
    if not isinstance(pdf, bytes):
        raise PdfError("the PDF could not be made: typst returned no document")
    return pdf


def inputs(pages: LaidOut, page: Paper, day: date) -> dict[str, str]:
    """Return what the template gets; `day` is the date that the document carries."""
    paper, width_pt = _PAPERS[page]
    data = {**asdict(pages), "paper": paper, "width_pt": width_pt, "date": day.timetuple()[:3]}
    return {"report": json.dumps(data)}


def template() -> bytes:
    """Return the layout, in typst's language."""
    return (resources.files("sitstreak.report.printed") / "static" / "report.typ").read_bytes()


def _compiler() -> typst.Compiler:
    """Return typst with the template; one that is given bytes can compile them only once."""
    return typst.Compiler(template(), font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of matplotlib: none of the system, no network."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONT_FILES[0].parent)],
    )
