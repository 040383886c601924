"""The figures of days and weeks under the names they have in files: docs/export.md."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Final

from processing.figures.bout_figures import BAND_STARTS_S, Fragmentation
from processing.figures.cadence import BANDS_SPM, CadenceBands
from processing.figures.weeks import DayFigures, WeekMeans, WeekSummary

#: None: cannot be said.
Figure = int | float | None

_MINUTES: Final = [start // 60 for start in BAND_STARTS_S]
#: Sedentary time by the length of the bout it was spent in.
BAND_COLUMNS: Final = (
    *(f"sedentary_in_{a}_{b}min_s" for a, b in pairwise(_MINUTES)),
    f"sedentary_in_{_MINUTES[-1]}min_up_s",
)
#: Minutes of the clock by their steps, and what is said of the brisk ones.
CADENCE_COLUMNS: Final = (
    "n_minutes_0spm",
    *(f"n_minutes_{a}_{b - 1}spm" for a, b in pairwise(BANDS_SPM[1:])),
    f"n_minutes_{BANDS_SPM[-1]}spm_up",
    "n_brisk_minutes",
    "peak_30min_spm",
)
#: Figures of several valid days; in the week's row without them they are empty.
MEAN_COLUMNS: Final = tuple(
    field.name for field in fields(WeekMeans) if field.name not in ("band_s", "fragmentation")
)
FRAGMENTATION_COLUMNS: Final = tuple(field.name for field in fields(Fragmentation))
WEEK_FIGURES: Final = (*MEAN_COLUMNS, *BAND_COLUMNS, *FRAGMENTATION_COLUMNS)


def day_extras(day: DayFigures) -> dict[str, Figure]:
    """Return breaks per sedentary hour, time by bout length, and minutes by cadence."""
    bands = zip(BAND_COLUMNS, day.band_s, strict=True)
    return {
        "breaks_per_h": _rounded("breaks_per_h", day.breaks_per_h),
        **dict(bands),
        **_cadence(day.cadence),
    }


def _cadence(bands: CadenceBands) -> dict[str, Figure]:
    # of a day without a known minute there is no peak, which is not a peak of 0
    peak_spm = round(bands.peak_30_spm, 1) if sum(bands.n_minutes) else None
    found = (*bands.n_minutes, bands.n_brisk_minutes, peak_spm)
    return dict(zip(CADENCE_COLUMNS, found, strict=True))


def week_figures(week: WeekSummary) -> dict[str, Figure]:
    """Return `WEEK_FIGURES` by name: seconds and counts with one decimal, shares with four.

    All None when the week has too few valid days for averages.
    """
    if week.means is None:
        return dict.fromkeys(WEEK_FIGURES)
    means, bouts = week.means, week.means.fragmentation
    found = {name: getattr(means, name) for name in MEAN_COLUMNS}
    found |= dict(zip(BAND_COLUMNS, means.band_s, strict=True))
    found |= {name: getattr(bouts, name) for name in FRAGMENTATION_COLUMNS}
    return {name: _rounded(name, value) for name, value in found.items()}


def _rounded(name: str, value: Figure) -> Figure:
    if not isinstance(value, float):
        return value
    return round(value, 1 if name.endswith("_s") or name.startswith("n_") else 4)
