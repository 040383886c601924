"""Three or four findings by rule: numbers only, no cause, no advice; words: the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from processing.figures.bout_figures import longest_bouts
from processing.figures.diary import DiaryEntry
from processing.figures.diary_figures import pain_scores
from sitstreak.report.content.model import Measure, ModalHour, Sentence, Tile
from sitstreak.report.content.week_data import WeekData

_LONG_BOUT_S: Final = 3_600
#: So many points of 0..10 are a change that means something to people: Farrar 2001,
#: doi:10.1016/S0304-3959(01)00349-9
PAIN_CHANGE: Final = 2


def make_sentences(
    data: WeekData,
    tiles: Sequence[Tile],
    modal_day: Sequence[ModalHour],
    entries: Sequence[DiaryEntry],
) -> tuple[Sentence, ...]:
    """Return the findings of a week, the most telling first.

    Parameters
    ----------
    entries
        Of the week.
    """
    of = {tile.measure: tile for tile in tiles}
    pain = _pain(of[Measure.PAIN], entries)
    if data.summary.means is None:
        few = Sentence(
            "too_few_days",
            {"n": data.summary.n_valid_days, "needed": data.method.valid_week_days},
        )
        return (few, *pain)
    found = [*_sitting(data, of[Measure.SEDENTARY_H]), _long_bouts(data), *_peak_hour(modal_day)]
    return (*found, *(pain or _hours_met(of[Measure.HOURS_MET])))


def _sitting(data: WeekData, tile: Tile) -> list[Sentence]:
    if tile.this_week is None or tile.share is None:
        return []
    values: dict[str, float | int | str] = {
        "hours": tile.this_week,
        "share": tile.share,
        "n_days": data.summary.n_valid_days,
    }
    if tile.last_week is None:
        return [Sentence("sitting", values)]
    change_min = 60 * (tile.this_week - tile.last_week)
    key = "sitting_as_before"
    if round(change_min):
        key = "sitting_more" if change_min > 0 else "sitting_less"
    return [Sentence(key, {**values, "last_hours": tile.last_week, "minutes": abs(change_min)})]


def _long_bouts(data: WeekData) -> Sentence:
    days = [figures for _, figures in data.days if figures.summary.is_valid]
    bouts = [bout for figures in days for bout in figures.bouts]
    n = sum(bout.sedentary_s >= _LONG_BOUT_S for bout in bouts)
    longest = longest_bouts(bouts, 1)
    if not longest:
        return Sentence("no_bouts", {})
    start = datetime.fromtimestamp(longest[0].start_s, data.zone)
    values: dict[str, float | int | str] = {
        "n": n,
        "minutes": longest[0].sedentary_s / 60,
        "date": start.date().isoformat(),
        "weekday": start.isoweekday(),
        "time": f"{start:%H:%M}",
    }
    return Sentence("long_bouts" if n else "no_long_bouts", values)


def _peak_hour(modal_day: Sequence[ModalHour]) -> list[Sentence]:
    known = [(one.median_min, one) for one in modal_day if one.median_min is not None]
    if not known:
        return []
    median_min, peak = max(known, key=lambda pair: (pair[0], -pair[1].hour))
    return [
        Sentence(
            "peak_hour",
            {
                "hour": peak.hour,
                "next_hour": (peak.hour + 1) % 24,
                "minutes": median_min,
                "n_days": peak.n_days,
            },
        )
    ]


def _pain(tile: Tile, entries: Sequence[DiaryEntry]) -> list[Sentence]:
    scores = pain_scores(entries)
    if tile.this_week is None or not scores:
        return []
    values: dict[str, float | int | str] = {
        "median": tile.this_week,
        "n": len(scores),
        "lowest": min(scores),
        "highest": max(scores),
    }
    if tile.last_week is None or abs(tile.this_week - tile.last_week) < PAIN_CHANGE:
        return [Sentence("pain", values)]
    key = "pain_higher" if tile.this_week > tile.last_week else "pain_lower"
    return [Sentence(key, {**values, "last_median": tile.last_week})]


def _hours_met(tile: Tile) -> list[Sentence]:
    if tile.n is None or not tile.n_of:
        return []
    return [Sentence("hours_met", {"n": tile.n, "n_of": tile.n_of})]
