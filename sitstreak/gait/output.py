"""Gait as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Final
from zoneinfo import ZoneInfo

from ingest.recordings.player import BASE_S
from processing.gait.walks import GaitBout, GaitSummary, summarise_gait
from processing.method import Method
from sitstreak.gait.days import GaitDay
from sitstreak.local_day import iso
from sitstreak.report.exports.cells import safe_text

#: Figures in files; docs/gait.md says what they mean.
FIGURES: Final = tuple(field.name for field in fields(GaitSummary))
TOO_LITTLE: Final = "too little walking"
NO_DATA: Final = "no data"
_DECIMALS: Final = {"judged_s": 0, "cadence_spm": 1}


def note(day: GaitDay) -> str:
    """Return why a day has no figures; nothing when it has them."""
    if day.bouts:
        return ""
    return TOO_LITTLE if day.has_data else NO_DATA


def csv_rows(
    days: Sequence[GaitDay], names: tuple[str, str], method: Method
) -> Iterator[Sequence[object]]:
    """Yield the header and a row for each day."""
    yield (*names, "date", "walk_s", *FIGURES, "note", "method")
    for day in days:
        figures = _figures(day.summary).values()
        yield (
            safe_text(day.who),
            safe_text(day.source),
            "" if day.date is None else day.date.isoformat(),
            day.walk_s if day.has_data else "",
            *("" if value is None else value for value in figures),
            note(day),
            method.digest,
        )


def as_json(
    days: Sequence[GaitDay], names: tuple[str, str], method: Method, zone: ZoneInfo
) -> dict[str, Any]:
    """Return everything as one document: the days, and in each its bouts."""
    return {
        "timezone": zone.key,
        "method": {"version": method.version, "digest": method.digest},
        "min_bout_s": method.gait_window_s,
        "days": [
            {
                names[0]: day.who,
                names[1]: day.source,
                "date": None if day.date is None else day.date.isoformat(),
                "walk_s": day.walk_s if day.has_data else None,
                "note": note(day) or None,
                **_figures(day.summary),
                "bouts": [_bout(bout, day.clock_s, zone) for bout in day.bouts],
            }
            for day in days
        ],
    }


def _bout(bout: GaitBout, clock_s: int | None, zone: ZoneInfo) -> dict[str, Any]:
    """Return a bout; of a recording without dates `start` and `end` are not known."""
    figures = _figures(summarise_gait([bout]))
    del figures["n_bouts"]
    if clock_s is None:
        times: dict[str, Any] = {"start": None, "end": None, "t_s": bout.start_s - BASE_S}
    else:
        times = {"start": iso(bout.start_s + clock_s, zone), "end": iso(bout.end_s + clock_s, zone)}
    return {**times, "duration_s": bout.end_s - bout.start_s, **figures}


def _figures(summary: GaitSummary | None) -> dict[str, Any]:
    """Return `FIGURES` by name, rounded; nothing but the number of bouts without a summary."""
    if summary is None:
        return {name: 0 if name in ("n_bouts", "judged_s") else None for name in FIGURES}
    return {name: _rounded(name, getattr(summary, name)) for name in FIGURES}


def _rounded(name: str, value: float | None) -> float | None:
    if value is None or isinstance(value, int):
        return value
    return round(value, _DECIMALS.get(name, 4) or None)
