"""The trend: this week after up to eleven others, and the five tiles that compare it with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from processing.figures.diary import DiaryEntry
from processing.figures.diary_figures import in_span, pain_median, pain_scores
from processing.figures.trend import usual_of
from processing.figures.weeks import WeekMeans
from sitstreak.report.content.earlier_weeks import EarlierWeek
from sitstreak.report.content.model import Measure, Tile, TrendWeek

#: Weeks before the reported one whose median is the usual.
_N_USUAL: Final = 4


def make_trend(weeks: Sequence[EarlierWeek], entries: Sequence[DiaryEntry]) -> list[TrendWeek]:
    """Return the trend; `weeks` in order, the reported one last."""
    return [
        TrendWeek(
            week=str(one.week),
            n_valid_days=one.point.n_valid_days,
            is_hollow=one.point.is_hollow,
            sedentary_h=one.point.sedentary_h,
            prolonged_h=one.point.prolonged_h,
            hours_met_share=one.point.hours_met_share,
            pain=_pain(one, entries),
            method_digest=one.used[0].digest if one.used else None,
        )
        for one in weeks
    ]


def make_tiles(weeks: Sequence[EarlierWeek], entries: Sequence[DiaryEntry]) -> tuple[Tile, ...]:
    """Return the five tiles; `weeks` in order and without a hole, the reported one last."""
    this = weeks[-1]
    means = this.summary.means
    scores = pain_scores(in_span(entries, this.start_s, this.end_s))
    more: dict[Measure, tuple[float | None, int | None, int | None]] = {
        Measure.SEDENTARY_H: (means.sedentary_share if means else None, None, None),
        Measure.HOURS_MET: (
            None,
            means.n_hours_met if means else None,
            means.n_hours_eligible if means else None,
        ),
        Measure.PAIN: (None, None, len(scores)),
    }
    tiles = []
    for measure in Measure:
        values = [_value(measure, week, entries) for week in weeks]
        share, n, n_of = more.get(measure, (None, None, None))
        tiles.append(
            Tile(
                measure=measure,
                this_week=values[-1],
                last_week=values[-2] if len(values) > 1 else None,
                median_4_weeks=usual_of(values[-1 - _N_USUAL : -1]),
                share=share,
                n=n,
                n_of=n_of,
            )
        )
    return tuple(tiles)


def _value(measure: Measure, week: EarlierWeek, entries: Sequence[DiaryEntry]) -> float | None:
    if measure is Measure.PAIN:
        return _pain(week, entries)
    return None if week.summary.means is None else _of_means(measure, week.summary.means)


def _of_means(measure: Measure, means: WeekMeans) -> float | None:
    if measure is Measure.SEDENTARY_H:
        return means.sedentary_s / 3_600
    if measure is Measure.PROLONGED_H:
        return means.sedentary_60min_s / 3_600
    if measure is Measure.LONGEST_BOUT_MIN:
        return means.longest_bout_s / 60
    return means.hours_met_share


def _pain(week: EarlierWeek, entries: Sequence[DiaryEntry]) -> float | None:
    return pain_median(in_span(entries, week.start_s, week.end_s))
