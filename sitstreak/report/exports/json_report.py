"""Everything a report says as one JSON file. Fields and units: docs/exports.md.

The schema is `schemas/report-1.schema.json`. A field here has the name it has in `content`; moments
are ISO 8601 with the wearer's offset and end in `_local`, and the figures of days and of the week
have the names of the CSV files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from processing.figures.sedentary_bouts import SedentaryBout
from sitstreak.report.content.model import DayRow, DayStrip, ExerciseRow, ReportContent, SideTest
from sitstreak.report.exports.cells import local
from sitstreak.report.exports.csv_week import DAY_FIGURES
from sitstreak.report.exports.figures import day_extras, week_figures
from sitstreak.report.exports.plain_text import unicode_text

FORMAT: Final = "sitstreak-report/1"
SCHEMA_FILE: Final = Path(__file__).with_name("schemas") / "report-1.schema.json"
#: Fields that are moments in Unix time; all others that end in `_s` are lengths of time.
_MOMENTS: Final = {
    "at_s": "at_local",
    "start_s": "start_local",
    "end_s": "end_local",
    "until_s": "until_local",
    "known_until_s": "known_until_local",
}


def render_json(content: ReportContent) -> bytes:
    """Return the report as JSON: UTF-8, indented, the same bytes for the same content.

    Raises
    ------
    ValueError
        If a figure is not finite: JSON has no word for it, and a report must not need one.
    """
    text = json.dumps(report(content), ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def report(content: ReportContent) -> dict[str, Any]:
    """Return the report as plain values, in the order of the pages."""
    zone = ZoneInfo(content.header.zone)
    found: dict[str, Any] = {"format": FORMAT}
    for field in fields(content):
        value = getattr(content, field.name)
        match field.name:
            case "ribbon":
                found["ribbon"] = [_strip(strip, zone) for strip in value]
            case "days":
                found["days"] = [_day(row, zone) for row in value]
            case "summary":
                found["week"] = {
                    "n_days": value.n_days,
                    "n_days_with_data": value.n_days_with_data,
                    "n_valid_days": value.n_valid_days,
                    "has_means": value.means is not None,
                    **week_figures(value),
                }
            case name:
                found[name] = _plain(value, zone)
    return found


def _strip(strip: DayStrip, zone: ZoneInfo) -> dict[str, Any]:
    found = _record(strip, zone)
    bouts = [{"start_s": start_s, "end_s": end_s} for start_s, end_s in strip.long_bouts]
    return found | {"long_bouts": _plain(bouts, zone)}


def _day(row: DayRow, zone: ZoneInfo) -> dict[str, Any]:
    summary = row.figures.summary
    figures: dict[str, Any] = {name: getattr(summary, name) for name in DAY_FIGURES}
    figures |= day_extras(row.figures) | {"debt_s": round(summary.debt_s, 1)}
    # Nothing known is not the same as nothing done.
    if not row.has_data:
        figures = dict.fromkeys(figures)
    return {
        "date": row.day.isoformat(),
        "start_local": local(row.start_s, zone),
        "end_local": local(row.end_s, zone),
        "length_s": row.end_s - row.start_s,
        "has_data": row.has_data,
        "is_valid": summary.is_valid,
        "unknown_s": summary.unknown_s,
        **figures,
        "pain": row.pain,
        "n_exercises": row.n_exercises,
        "bouts": _plain(row.figures.bouts, zone),
    }


def _plain(value: object, zone: ZoneInfo) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):  # of an enumeration, too
        return unicode_text(str(value))
    if isinstance(value, Mapping):
        return {
            _MOMENTS.get(name, unicode_text(name)): _member(name, one, zone)
            for name, one in value.items()
        }
    if isinstance(value, Sequence):
        return list(map(partial(_plain, zone=zone), value))
    if is_dataclass(value):
        return _record(value, zone)
    return value


def _record(value: object, zone: ZoneInfo) -> dict[str, Any]:
    assert is_dataclass(value)
    names = [field.name for field in fields(value)]
    found: dict[str, Any] = _plain({name: getattr(value, name) for name in names}, zone)
    match value:
        case ExerciseRow():
            found["n_planned"] = sum(value.is_planned)
            found["n_kept"] = value.n_kept
        case SideTest():
            found["difference_s"] = value.difference_s
        case SedentaryBout():
            found["touches_gap"] = value.touches_gap
    return found


def _member(name: str, value: object, zone: ZoneInfo) -> Any:  # noqa: ANN401 - the same
    if name in _MOMENTS and isinstance(value, int):
        return local(value, zone)
    return _plain(value, zone)
