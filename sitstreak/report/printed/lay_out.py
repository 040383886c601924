"""The content in words and pictures, before any format has its way with them."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sitstreak.local_day import local_date
from sitstreak.report.content.model import Header, ReportContent
from sitstreak.report.person import Person
from sitstreak.report.printed.catalogue import Catalogue
from sitstreak.report.printed.laid_out import LaidOut, Pair
from sitstreak.report.printed.page_one import page_one
from sitstreak.report.printed.page_two import page_two
from sitstreak.report.printed.printable import Typed

_WHO_EM: Final = 26.0  #: width of the wearer's name, in heights of its font
_META_EM: Final = 20.0
_MAX_DEVICES: Final = 2


def lay_out(
    content: ReportContent, words: Catalogue, typed: Typed, person: Person | None = None
) -> LaidOut:
    """Say everything in a language.

    Parameters
    ----------
    typed
        How typed text is made printable.
    person
        Stands in the header instead of the pseudonym.
    """
    header = content.header
    who = _who(header, words, typed, person)
    return LaidOut(
        language=words.language,
        document_title=words.text("header.document", week=header.week, wearer=who.value),
        title=words.text("header.title"),
        subtitle=words.text("header.subtitle"),
        week=words.text("header.week", week=header.week),
        dates=words.span(header.first_day, header.last_day),
        who=who,
        meta=_meta(header, words, typed),
        remarks=_remarks(content, words),
        report_id=words.text("header.report", id=header.report_id),
        footer=words.text("header.footer"),
        page_of=words.text("header.page", page="{page}", pages="{pages}"),
        one=page_one(content, words),
        two=page_two(content, words, typed),
    )


def _who(header: Header, words: Catalogue, typed: Typed, person: Person | None) -> Pair:
    if person is None:
        name = typed.line(header.wearer, width_em=_WHO_EM)
        return Pair(words.text("header.wearer"), name)
    name = typed.line(person.name, width_em=_WHO_EM)
    if person.born is not None:
        name = words.text("header.born", name=name, day=person.born.isoformat())
    return Pair(words.text("header.person"), name)


def _meta(header: Header, words: Catalogue, typed: Typed) -> tuple[Pair, ...]:
    devices = [typed.line(name, width_em=_META_EM) for name in header.devices[:_MAX_DEVICES]]
    shown = words.listed([*devices, words.text("header.position")])
    if not devices:
        shown = words.text("header.no_devices")
    elif len(header.devices) > len(devices):
        n = len(header.devices) - len(devices)
        shown = words.text("header.more_devices", shown=shown, n=n)
    method = f"{header.method} ({header.method_digest[:8]})"
    if header.other_digests:
        digests = ", ".join(one[:8] for one in header.other_digests[:2])
        method = words.listed([method, words.text("header.other_methods", digests=digests)])
    return (
        Pair(words.text("header.zone"), header.zone),
        Pair(words.text("header.devices"), shown),
        Pair(words.text("header.software"), f"sitstreak {header.software}"),
        Pair(words.text("header.method"), method),
        Pair(words.text("header.input"), header.input_sha256[:12]),
    )


def _remarks(content: ReportContent, words: Catalogue) -> tuple[str, ...]:
    header, zone = content.header, ZoneInfo(content.header.zone)
    said = []
    if header.clock_change is not None:
        change = header.clock_change
        day = local_date(change.at_s, zone)
        key = "header.clock_forward" if change.shift_s > 0 else "header.clock_back"
        hours = _hours(content, day, change.shift_s)
        said.append(words.text(key, day=words.day(day), hours=hours))
    if not header.is_over:
        said.append(words.text("header.running"))
    if header.known_until_s is not None:
        day = local_date(header.known_until_s, zone)
        clock = words.clock(header.known_until_s, zone)
        said.append(words.text("header.known_until", day=words.day(day), clock=clock))
    return tuple(said)


def _hours(content: ReportContent, day: date, shift_s: int) -> float:
    lengths_s = [one.end_s - one.start_s for one in content.ribbon if one.day == day]
    return (lengths_s[0] if lengths_s else 86_400 - shift_s) / 3600
