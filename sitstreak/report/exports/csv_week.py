"""A wearer's week as CSV, from seconds to the week. Columns and units: docs/export.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np

from processing.figures.weeks import DayFigures
from processing.model import CODE, Posture
from sitstreak.report.content.week_data import WeekData, has_data
from sitstreak.report.exports.cells import (
    P_COLUMNS,
    local,
    posture_names,
    safe_text,
    share,
    shares,
    truth,
    utc,
)
from sitstreak.report.exports.figures import (
    BAND_COLUMNS,
    CADENCE_COLUMNS,
    WEEK_FIGURES,
    Figure,
    day_extras,
    week_figures,
)
from sitstreak.report.files import Table, write_tables

SECONDS_COLUMNS: Final = (
    "wearer", "utc", "local", "posture", "confidence", *P_COLUMNS, "n_steps",
)  # fmt: skip
BOUTS_COLUMNS: Final = (
    "wearer", "start_utc", "end_utc", "start_local", "end_local", "duration_s", "posture",
    "n_steps", "confidence", "censored",
)  # fmt: skip
DAY_FIGURES: Final = (
    "wear_s", "sedentary_s", "sit_s", "lie_s", "stand_s", "walk_s", "move_s", "sleep_s",
    "not_worn_s", "n_steps", "n_breaks", "n_sedentary_bouts_30min", "n_sedentary_bouts_60min",
    "longest_bout_s", "longest_streak_s", "n_hours_eligible", "n_hours_met",
)  # fmt: skip
SEDENTARY_COLUMNS: Final = (
    "wearer", "start_utc", "end_utc", "start_local", "end_local", "sedentary_s", "begun_after",
    "ended_by", "break_s", "moved_s", "touches_gap",
)  # fmt: skip
DAYS_COLUMNS: Final = (
    "wearer", "date", "start_utc", "end_utc", "length_s", "unknown_s", "is_valid", *DAY_FIGURES,
    "breaks_per_h", *BAND_COLUMNS, *CADENCE_COLUMNS, "debt_s", "method",
)  # fmt: skip
WEEK_COLUMNS: Final = (
    "wearer", "week", "n_days_with_data", "n_valid_days", *WEEK_FIGURES, "method",
)  # fmt: skip
_LONGEST_NAME: Final = 100
_NOT_FOR_FILES: Final = re.compile(r"[^\w.-]")


def write_csv(data: WeekData, directory: Path) -> list[Path]:
    """Write `2026-W46-NAME-seconds.csv`, `-bouts`, `-sedentary`, `-days`, `-week`: all or none.

    Raises
    ------
    OutputError
        If the directory or a file in it cannot be written.
    """
    tables = csv_tables(data, directory)
    write_tables(tables)
    return list(tables)


def csv_tables(data: WeekData, directory: Path) -> dict[Path, Table]:
    """Return the five tables by the files that they go to."""
    stem = file_stem(data)
    return {
        directory / f"{stem}-seconds.csv": _seconds(data),
        directory / f"{stem}-bouts.csv": _bouts(data),
        directory / f"{stem}-sedentary.csv": _sedentary(data),
        directory / f"{stem}-days.csv": _days(data),
        directory / f"{stem}-week.csv": _week(data),
    }


def file_stem(data: WeekData) -> str:
    """Return how the names of a week's files begin: two people's weeks fit into one directory.

    A name that has to be changed for that gets the beginning of its hash: another one may be
    changed to the same.
    """
    name = _NOT_FOR_FILES.sub("_", data.wearer)[:_LONGEST_NAME]
    if name != data.wearer:
        name += f"-{sha256(data.wearer.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    return f"{data.week}-{name}"


def _seconds(data: WeekData) -> Iterator[Sequence[object]]:
    yield SECONDS_COLUMNS
    wearer = safe_text(data.wearer)
    for day, _ in data.days:
        seconds = data.seconds.between(day.start_s, day.end_s)
        known = np.flatnonzero(seconds.code != CODE[Posture.UNKNOWN])
        rows = zip(
            (seconds.start_s + known).tolist(),
            posture_names(seconds.code[known]),
            seconds.confidence[known].tolist(),
            shares(seconds.p[known]),
            seconds.n_steps[known].tolist(),
            strict=True,
        )
        for at_s, posture, confidence, p, n_steps in rows:
            here = local(at_s, data.zone)
            yield (wearer, utc(at_s), here, posture, share(confidence), *p, n_steps)


def _bouts(data: WeekData) -> Iterator[Sequence[object]]:
    yield BOUTS_COLUMNS
    wearer = safe_text(data.wearer)
    for bout in data.bouts:
        yield (
            wearer,
            utc(bout.start_s),
            utc(bout.end_s),
            local(bout.start_s, data.zone),
            local(bout.end_s, data.zone),
            bout.duration_s,
            bout.posture.value,
            bout.n_steps,
            share(bout.confidence),
            truth(bout.censored),
        )


def _sedentary(data: WeekData) -> Iterator[Sequence[object]]:
    yield SEDENTARY_COLUMNS
    wearer = safe_text(data.wearer)
    for _, day in data.days:
        for bout in day.bouts:
            yield (
                wearer,
                utc(bout.start_s),
                utc(bout.end_s),
                local(bout.start_s, data.zone),
                local(bout.end_s, data.zone),
                bout.sedentary_s,
                bout.begun_after.value,
                bout.ended_by.value,
                bout.break_s,
                bout.moved_s,
                truth(bout.touches_gap),
            )


def _days(data: WeekData) -> Iterator[Sequence[object]]:
    yield DAYS_COLUMNS
    wearer = safe_text(data.wearer)
    for day, figures in data.days:
        summary = figures.summary
        found = _figures_of(figures)
        cells: list[object] = [*map(_cell, found.values()), f"{summary.debt_s:.1f}"]
        # Nothing known is not the same as nothing done: no figure, rather than a zero.
        if not has_data(figures):
            cells = [""] * len(cells)
        yield (
            wearer,
            day.date.isoformat(),
            utc(day.start_s),
            utc(day.end_s),
            day.end_s - day.start_s,
            summary.unknown_s,
            truth(summary.is_valid),
            *cells,
            data.method.digest,
        )


def day_figures(data: WeekData) -> list[dict[str, Figure | str]]:
    """Return for each day what the days' file says; figures are None where nothing is known."""
    return [
        {
            "date": day.date.isoformat(),
            "unknown_s": figures.summary.unknown_s,
            "is_valid": figures.summary.is_valid,
            **{
                name: value if has_data(figures) else None
                for name, value in _figures_of(figures).items()
            },
        }
        for day, figures in data.days
    ]


def _figures_of(figures: DayFigures) -> dict[str, Figure]:
    plain = {name: getattr(figures.summary, name) for name in DAY_FIGURES}
    return plain | day_extras(figures)


def _week(data: WeekData) -> Iterator[Sequence[object]]:
    yield WEEK_COLUMNS
    week = data.summary
    figures = week_figures(week)
    yield (
        safe_text(data.wearer),
        str(data.week),
        week.n_days_with_data,
        week.n_valid_days,
        *(_cell(figures[name]) for name in WEEK_FIGURES),
        data.method.digest,
    )


def _cell(value: Figure) -> object:
    if value is None:
        return ""
    return truth(value) if isinstance(value, bool) else value
