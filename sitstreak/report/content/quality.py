"""Whether there are enough data, and how the figures came about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from processing.figures.bouts import run_edges
from processing.figures.diary import DiaryEntry
from processing.figures.diary_figures import n_seconds_of
from processing.gap_reasons import GapReason
from processing.model import CLASSES, CODE, NS_PER_S, BoolArray, Gap, Posture
from sitstreak.report.content.model import Quality, Sufficiency
from sitstreak.report.content.validated import validated_accuracy
from sitstreak.report.content.week_data import WeekData

#: A shorter stretch without data is no gap worth counting.
_GAP_S: Final = 60


def make_sufficiency(data: WeekData, gaps: Sequence[Gap], now_s: float) -> Sufficiency:
    """Say whether the week may be averaged.

    Parameters
    ----------
    gaps
        Of all sensors, that overlap the week. Where another sensor knew, nothing is missing.
    now_s
        What is still to come is not missing. [s]
    """
    days = [figures.summary for _, figures in data.days]
    wear_s = tuple(day.wear_s for day in days)
    to_come_s = max(days[-1].end_s - max(round(now_s), days[0].start_s), 0)
    missed_s = max(sum(day.unknown_s for day in days) - to_come_s, 0)
    lengths_s = _gap_lengths_s(data, gaps)
    captured = sum(wear_s) + missed_s
    return Sufficiency(
        n_valid_days=data.summary.n_valid_days,
        n_days_needed=data.method.valid_week_days,
        valid_day_wear_s=data.method.valid_day_wear_s,
        wear_s=wear_s,
        captured_share=sum(wear_s) / captured if captured else None,
        n_gaps=len(lengths_s),
        gaps_s=sum(lengths_s),
        is_enough=data.summary.means is not None,
    )


def make_quality(
    data: WeekData, gaps: Sequence[Gap], entries: Sequence[DiaryEntry], n_recovered: int
) -> Quality:
    """Return the rules, and what was lost, recovered, corrected and told.

    Parameters
    ----------
    gaps
        Of all sensors, that overlap the week. One belongs to the week in which it begins.
    entries
        Of the week.
    """
    start_s, end_s = data.seconds.start_s, data.seconds.end_s
    mine = [gap for gap in gaps if start_s <= gap.start_ns // NS_PER_S < end_s]
    worn = np.isin(data.seconds.code, [CODE[posture] for posture in CLASSES])
    method = data.method
    return Quality(
        min_bout_s=method.min_bout_s,
        min_break_s=method.min_break_s,
        bout_interruption_s=method.bout_interruption_s,
        hour_goal_s=method.hour_goal_s,
        hour_wear_s=method.hour_wear_s,
        debt_share=method.debt_ratio,
        n_lost_samples=sum(gap.n_lost for gap in mine),
        n_recovered_samples=n_recovered,
        n_clock_corrections=sum(gap.reason == GapReason.CLOCK_CORRECTED for gap in mine),
        n_edits=sum(one.is_edited for one in entries),
        n_told_not_worn_s=n_seconds_of(data.told.not_worn, start_s, end_s),
        n_told_sleep_s=n_seconds_of(data.told.sleep, start_s, end_s),
        mean_confidence=float(data.seconds.confidence[worn].mean()) if worn.any() else None,
        validated=validated_accuracy(method),
    )


def _gap_lengths_s(data: WeekData, gaps: Iterable[Gap]) -> list[int]:
    """Return how long each stretch without data is that no other sensor filled. [s]"""
    start_s, n = data.seconds.start_s, len(data.seconds)
    missing: BoolArray = np.zeros(n, np.bool_)
    for gap in gaps:
        first = max(gap.start_ns // NS_PER_S - start_s, 0)
        last = max(-(-gap.end_ns // NS_PER_S) - start_s, 0)
        missing[first:last] = True
    missing &= data.seconds.code == CODE[Posture.UNKNOWN]
    return [
        b - a
        for a, b in pairwise(run_edges(missing.view(np.uint8)))
        if missing[a] and b - a >= _GAP_S
    ]
