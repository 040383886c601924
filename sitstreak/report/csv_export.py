"""A wearer's week as CSV: seconds, bouts and days. Columns and units: docs/export.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.days import margin_s, summarise_day
from processing.method import Method
from processing.model import CODE, Bout, DaySummary, Posture, PostureSeconds
from sitstreak.report.cells import (
    P_COLUMNS,
    local,
    posture_names,
    safe_text,
    share,
    shares,
    truth,
    utc,
)
from sitstreak.report.files import Table, write_tables
from sitstreak.report.week import IsoWeek, LocalDay
from sitstreak.views.source import ResultsReader

SECONDS_COLUMNS: Final = (
    "wearer", "utc", "local", "posture", "confidence", *P_COLUMNS, "n_steps",
)  # fmt: skip
BOUTS_COLUMNS: Final = (
    "wearer", "start_utc", "end_utc", "start_local", "end_local", "duration_s", "posture",
    "n_steps", "confidence", "censored",
)  # fmt: skip
DAY_FIGURES: Final = (
    "wear_s", "sedentary_s", "sit_s", "lie_s", "stand_s", "walk_s", "move_s", "not_worn_s",
    "n_steps", "n_breaks", "n_sedentary_bouts_30min", "n_sedentary_bouts_60min",
    "longest_streak_s",
)  # fmt: skip
DAYS_COLUMNS: Final = (
    "wearer", "date", "start_utc", "end_utc", "length_s", "unknown_s", "is_valid", *DAY_FIGURES,
    "debt_s", "method",
)  # fmt: skip
_NOT_FOR_FILES: Final = re.compile(r"[^\w.-]")


@dataclass(frozen=True, slots=True)
class WeekData:
    """Everything of one wearer's week that goes into the files."""

    week: IsoWeek
    wearer: str
    zone: ZoneInfo
    method: Method
    seconds: PostureSeconds  #: the whole week, `unknown` where there are no data
    bouts: Sequence[Bout]  #: those that begin in the week
    days: Sequence[tuple[LocalDay, DaySummary]]  #: seven

    @property
    def n_known_s(self) -> int:
        """Seconds with a posture or known not to be worn. [s]"""
        return int(np.count_nonzero(self.seconds.code != CODE[Posture.UNKNOWN]))

    @property
    def n_days_with_data(self) -> int:
        """Days of which anything is known."""
        return sum(_has_data(summary) for _, summary in self.days)

    @property
    def n_valid_days(self) -> int:
        """Days worn for long enough to count."""
        return sum(summary.is_valid for _, summary in self.days)


def read_week(
    results: ResultsReader, week: IsoWeek, wearer: str, zone: ZoneInfo, method: Method
) -> WeekData:
    """Collect a wearer's local week, Monday 00:00 to Monday 00:00."""
    days = week.days(zone)
    start_s, end_s = days[0].start_s, days[-1].end_s
    around_s = margin_s(method)
    around = results.seconds(wearer, start_s - around_s, end_s + around_s)
    seconds = around.between(start_s, end_s)
    bouts = [bout for bout in results.bouts(wearer, start_s, end_s) if bout.start_s >= start_s]
    summaries = [
        summarise_day(
            around.between(day.start_s - around_s, day.end_s + around_s),
            day.start_s,
            day.end_s,
            method,
        )
        for day in days
    ]
    return WeekData(
        week, wearer, zone, method, seconds, bouts, list(zip(days, summaries, strict=True))
    )


def write_csv(data: WeekData, directory: Path) -> list[Path]:
    """Write `2026-W46-NAME-seconds.csv`, `-bouts.csv` and `-days.csv`: all three or none.

    The wearer is in the names, so that two people's weeks fit into one directory.

    Raises
    ------
    OutputError
        If the directory or a file in it cannot be written.
    """
    stem = f"{data.week}-{_NOT_FOR_FILES.sub('_', data.wearer)}"
    tables: dict[Path, Table] = {
        directory / f"{stem}-seconds.csv": _seconds(data),
        directory / f"{stem}-bouts.csv": _bouts(data),
        directory / f"{stem}-days.csv": _days(data),
    }
    write_tables(tables)
    return list(tables)


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


def _days(data: WeekData) -> Iterator[Sequence[object]]:
    yield DAYS_COLUMNS
    wearer = safe_text(data.wearer)
    for day, summary in data.days:
        # Nothing known is not the same as nothing done: no figure, rather than a zero.
        figures = [getattr(summary, name) for name in DAY_FIGURES]
        debt = f"{summary.debt_s:.1f}"
        if not _has_data(summary):
            figures, debt = [""] * len(DAY_FIGURES), ""
        yield (
            wearer,
            day.date.isoformat(),
            utc(day.start_s),
            utc(day.end_s),
            day.end_s - day.start_s,
            summary.unknown_s,
            truth(summary.is_valid),
            *figures,
            debt,
            data.method.digest,
        )


def _has_data(summary: DaySummary) -> bool:
    return summary.wear_s + summary.not_worn_s > 0
