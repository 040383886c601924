"""The files of a report: one or more for each format, each made only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sitstreak.errors import SitstreakError
from sitstreak.report.content.building import BuiltReport
from sitstreak.report.exports.csv_week import csv_tables, file_stem
from sitstreak.report.files import Content
from sitstreak.report.person import Person

#: In the order in which they are made: what fails fast comes first.
FORMATS: Final = ("csv", "json", "ieee1752", "parquet", "html", "pdf", "fhir")
PAGES: Final = ("a4", "letter")

Told = Callable[[str], None]


class FormatError(SitstreakError):
    """Something was asked for that is no format."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(f"there is no format {asked!r}; there are {', '.join(FORMATS)}")


class FormatPartError(SitstreakError):
    """A part that makes a format is not installed."""

    def __init__(self, module: str, missing: str) -> None:
        self.module, self.missing = module, missing
        super().__init__(
            f"{missing} is missing, which {module} needs; install sitstreak anew, "
            "or leave that format out"
        )


def parse_formats(text: str) -> tuple[str, ...]:
    """Return the formats of a list with commas, in the order in which they are made.

    Raises
    ------
    FormatError
        If one of them is none, or none is named.
    """
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    for one in asked or [text]:
        if one not in FORMATS:
            raise FormatError(one)
    return tuple(one for one in FORMATS if one in asked)


def make_files(
    report: BuiltReport,
    formats: Sequence[str],
    directory: Path,
    *,
    page: str = "a4",
    person: Person | None = None,
    told: Told = lambda _what: None,
) -> dict[Path, Content]:
    """Return what is to be written, by the files it goes to.

    Parameters
    ----------
    formats
        Of `FORMATS`.
    page
        Of `PAGES`.
    person
        Whose name stands in what people and records systems read; never in the others.
    told
        Called with each format before it is made.
    """
    maker = _Maker(report, page, person)
    found: dict[Path, Content] = {}
    for one in formats:
        told(one)
        found |= maker.files(one, directory)
    return found


class _Maker:
    """Makes the formats of one report; the PDF, which goes into FHIR as well, only once."""

    def __init__(self, report: BuiltReport, page: str, person: Person | None) -> None:
        self._content, self._data = report.content, report.data
        self._page, self._person = page, person

    def files(self, which: str, directory: Path) -> dict[Path, Content]:
        """Return the files of one format."""
        stem = directory / file_stem(self._data)
        match which:
            case "csv":
                diary = _made_by("exports.csv_diary", "diary_table")(self._content)
                return {**csv_tables(self._data, directory), Path(f"{stem}-diary.csv"): diary}
            case "json":
                return {
                    Path(f"{stem}.json"): _made_by("exports.json_report", "render_json")(
                        self._content
                    )
                }
            case "ieee1752":
                points = _made_by("exports.ieee1752", "render_ieee1752")(self._content)
                return {Path(f"{stem}-ieee1752.ndjson"): points}
            case "parquet":
                seconds = _made_by("exports.parquet_seconds", "render_parquet")(self._data)
                return {Path(f"{stem}-seconds.parquet"): seconds}
            case "html":
                page = _made_by("printed.html", "render_html")(self._content, person=self._person)
                return {Path(f"{stem}.html"): page}
            case "pdf":
                return {Path(f"{stem}.pdf"): self._pdf}
            case "fhir":
                render = _made_by("exports.fhir", "render_bundle")
                bundle = render(self._content, pdf=self._pdf, person=self._person)
                return {Path(f"{stem}-fhir.json"): bundle}
        raise FormatError(which)

    @cached_property
    def _pdf(self) -> bytes:
        render = _made_by("printed.pdf", "render_pdf")
        pdf: bytes = render(self._content, page=self._page, person=self._person)
        return pdf


def _made_by(module: str, function: str) -> Callable[..., Any]:
    """Return a format's function: matplotlib, typst and pyarrow load only when they are needed."""
    name = f"sitstreak.report.{module}"
    try:
        made: Callable[..., Any] = getattr(importlib.import_module(name), function)
    except ModuleNotFoundError as error:
        raise FormatPartError(module, error.name or name) from error
    return made
