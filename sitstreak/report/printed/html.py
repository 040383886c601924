"""The report as one HTML file: no script, nothing fetched, the pictures inside."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from importlib import resources

from sitstreak.report.content.model import ReportContent
from sitstreak.report.person import Person
from sitstreak.report.printed.catalogue import catalogue
from sitstreak.report.printed.laid_out import (
    Chart,
    LaidOut,
    PageOne,
    PageTwo,
    Pair,
    Table,
    TileWords,
)
from sitstreak.report.printed.lay_out import lay_out
from sitstreak.report.printed.printable import on_screen

#: Even if typed text were taken for markup, nothing could run or be fetched.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render_html(
    content: ReportContent, *, person: Person | None = None, language: str = "en"
) -> bytes:
    """Return the report as HTML: UTF-8, the same bytes for the same content.

    Parameters
    ----------
    person
        Stands in the header instead of the pseudonym.

    Raises
    ------
    CatalogueError
        If there are no texts in this language.
    """
    pages = lay_out(content, catalogue(language), on_screen(), person)
    style = (resources.files("sitstreak.report.printed") / "static" / "report.css").read_text(
        "utf-8"
    )
    text = f"""<!doctype html>
<html lang="{escape(pages.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(pages.document_title)}</title>
<style>
{style}</style>
</head>
<body>
{_header(pages)}
<main>
{_one(pages.one)}
{_two(pages.two)}
</main>
<footer>{escape(pages.footer)} {escape(pages.report_id)}</footer>
</body>
</html>
"""
    return text.encode("utf-8", "replace")


def _header(pages: LaidOut) -> str:
    who = f"{escape(pages.who.label)}: <strong>{escape(pages.who.value)}</strong>"
    return f"""<header>
<h1>{escape(pages.title)}</h1>
<p class="quiet">{escape(pages.subtitle)}</p>
<p><strong>{escape(pages.week)}</strong> {escape(pages.dates)}<br>{who}</p>
{_pairs(pages.meta)}
{"".join(_paragraph(one, "banner") for one in pages.remarks)}
</header>"""


def _one(page: PageOne) -> str:
    days = "".join(
        f'<li class="{"valid" if one.is_valid else "short"}">{escape(one.day)} '
        f"<strong>{escape(one.hours)}</strong> {escape(one.verdict)}</li>"
        for one in page.sufficiency
    )
    tiles = "".join(_tile(tile, page.reference_label) for tile in page.tiles)
    return "\n".join(
        (
            _paragraph(page.banner, "banner"),
            _section(
                page.sufficiency_title,
                f'<ul class="days" aria-label="{escape(page.sufficiency_caption)}">{days}</ul>'
                + _paragraph(page.sufficiency_line, "quiet"),
            ),
            _section(page.tiles_title, f'<div class="tiles">{tiles}</div>'),
            _section(
                page.ribbon_title,
                _sideways(page.ribbon_title, _chart(page.ribbon)),
                page.ribbon_note,
            ),
            _beside(
                _section(page.modal_title, _chart(page.modal), page.modal_note),
                _section(page.sentences_title, _list(page.sentences)),
            ),
        )
    )


def _two(page: PageTwo) -> str:
    exercises = _table(page.exercises) + "".join(_paragraph(one) for one in page.tests)
    red_flags = _paragraph(page.red_flags) + _paragraph(page.device, "strong")
    return "\n".join(
        (
            _beside(
                _section(page.longest_title, _table(page.longest), page.longest_note),
                _section(page.bands_title, _chart(page.bands), page.bands_note),
            ),
            _section(page.days_title, _table(page.days), page.days_note),
            _beside(
                _section(page.trend_title, _chart(page.trend), page.trend_note),
                _section(page.exercises_title, exercises, page.exercises_note),
            ),
            _section(page.notes_title, _list(page.notes), page.notes_note),
            _beside(
                _section(page.quality_title, "".join(_paragraph(one) for one in page.quality)),
                f'<div><div class="framed">{_section(page.red_flags_title, red_flags)}</div>'
                f"{_section(page.references_title, _paragraph(page.references))}</div>",
            ),
        )
    )


def _tile(tile: TileWords, reference: str) -> str:
    return (
        f'<section class="tile"><h3>{escape(tile.title)}</h3>'
        f"<p><strong>{escape(tile.value)}</strong> {escape(tile.unit)}</p>"
        f"{_paragraph(tile.note)}{_pairs(tile.beside)}"
        f"{_pairs((Pair(reference, tile.reference),))}</section>"
    )


def _section(title: str, inside: str, note: str = "") -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{inside}\n{_paragraph(note, 'quiet')}</section>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.head)
    rows = []
    for index, (row, is_quiet) in enumerate(zip(table.rows, table.is_quiet, strict=True)):
        is_sum = table.last_is_sum and index == len(table.rows) - 1
        kind = "sum" if is_sum else "quiet" if is_quiet else ""
        cells = "".join(f"<td>{escape(one)}</td>" for one in row[1:])
        rows.append(f'<tr class="{kind}"><th scope="row">{escape(row[0])}</th>{cells}</tr>')
    return _sideways(
        table.caption,
        f"<table><caption>{escape(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
    )


def _sideways(name: str, inside: str) -> str:
    """Return what a narrow screen scrolls sideways, by keyboard as well."""
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(name)}">{inside}</div>'
    )


def _beside(left: str, right: str) -> str:
    return f'<div class="two">{left}{right}</div>'


def _chart(chart: Chart) -> str:
    picture = base64.b64encode(chart.svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(chart.alt)}">'


def _pairs(pairs: Iterable[Pair]) -> str:
    inside = "".join(
        f"<div><dt>{escape(pair.label)}</dt><dd>{escape(pair.value)}</dd></div>" for pair in pairs
    )
    return f"<dl>{inside}</dl>"


def _list(parts: Iterable[str]) -> str:
    inside = "".join(f"<li>{escape(part)}</li>" for part in parts)
    return f"<ul>{inside}</ul>" if inside else ""


def _paragraph(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if text else ""
