"""A week in numbers, from its days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from processing.figures.bout_figures import Fragmentation, band_s, breaks_per_h, fragmentation
from processing.figures.cadence import CadenceBands
from processing.figures.sedentary_bouts import SedentaryBout
from processing.method import Method
from processing.model import DaySummary


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day with its sedentary bouts, both cut at its midnights, and its minutes by cadence."""

    summary: DaySummary
    bouts: Sequence[SedentaryBout]
    cadence: CadenceBands

    @property
    def band_s(self) -> tuple[int, ...]:
        """Sedentary time in bouts of each band of lengths. [s]"""
        return band_s(self.bouts, self.summary.sedentary_s)

    @property
    def breaks_per_h(self) -> float | None:
        """Breaks per sedentary hour; None without sedentary time."""
        return breaks_per_h(self.summary.n_breaks, self.summary.sedentary_s)

    def sedentary_in_s(self, min_bout_s: int) -> int:
        """Return the sedentary time in bouts of at least this length. [s]"""
        lengths_s = [bout.sedentary_s for bout in self.bouts]
        return sum(length_s for length_s in lengths_s if length_s >= min_bout_s)


@dataclass(frozen=True, slots=True)
class WeekMeans:
    """Means of valid days, and what needs several of them."""

    wear_s: float  #: awake, posture known
    sleep_s: float
    unknown_s: float
    not_worn_s: float
    sedentary_s: float
    sit_s: float
    lie_s: float  #: awake
    stand_s: float
    walk_s: float
    move_s: float
    n_steps: float
    n_breaks: float
    n_bouts_30min: float
    n_bouts_60min: float
    sedentary_30min_s: float  #: in bouts of at least 30 min
    sedentary_60min_s: float
    band_s: tuple[float, ...]  #: by length of bout, see `bout_figures.BAND_STARTS_S`; per day
    sedentary_share: float | None  #: of the wear of all valid days, 0..1
    captured_share: float | None  #: wear, of the time neither asleep nor not worn, 0..1
    breaks_per_h: float | None  #: of all valid days
    longest_bout_s: int
    longest_streak_s: int
    n_hours_eligible: int
    n_hours_met: int
    hours_met_share: float | None  #: 0..1
    fragmentation: Fragmentation  #: of all their bouts together


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """A week of a wearer."""

    n_days: int
    n_days_with_data: int  #: anything was known, if only that the sensor was not worn
    n_valid_days: int
    means: WeekMeans | None  #: None with fewer valid days than `Method.valid_week_days`


def summarise_week(days: Sequence[DayFigures], method: Method) -> WeekSummary:
    """Sum up a week.

    Parameters
    ----------
    days
        Its local days, in any order; those that are not valid count only as present.
    method
        How many valid days make a week, and how many bouts a distribution.

    Returns
    -------
    week
        Without averages when there are too few valid days: a mean of two days is no week.
    """
    valid = [day for day in days if day.summary.is_valid]
    with_data = sum(day.summary.unknown_s < _length_s(day.summary) for day in days)
    enough = len(valid) >= max(method.valid_week_days, 1)
    return WeekSummary(
        n_days=len(days),
        n_days_with_data=with_data,
        n_valid_days=len(valid),
        means=_means(valid, method) if enough else None,
    )


def _means(valid: Sequence[DayFigures], method: Method) -> WeekMeans:
    def total(value: Callable[[DaySummary], int]) -> int:
        return sum(value(day.summary) for day in valid)

    def mean(value: Callable[[DaySummary], int]) -> float:
        return total(value) / len(valid)

    wear_s, sedentary_s = total(lambda day: day.wear_s), total(lambda day: day.sedentary_s)
    n_eligible = total(lambda day: day.n_hours_eligible)
    n_met = total(lambda day: day.n_hours_met)
    return WeekMeans(
        wear_s=wear_s / len(valid),
        sleep_s=mean(lambda day: day.sleep_s),
        unknown_s=mean(lambda day: day.unknown_s),
        not_worn_s=mean(lambda day: day.not_worn_s),
        sedentary_s=sedentary_s / len(valid),
        sit_s=mean(lambda day: day.sit_s),
        lie_s=mean(lambda day: day.lie_s),
        stand_s=mean(lambda day: day.stand_s),
        walk_s=mean(lambda day: day.walk_s),
        move_s=mean(lambda day: day.move_s),
        n_steps=mean(lambda day: day.n_steps),
        n_breaks=mean(lambda day: day.n_breaks),
        n_bouts_30min=mean(lambda day: day.n_sedentary_bouts_30min),
        n_bouts_60min=mean(lambda day: day.n_sedentary_bouts_60min),
        sedentary_30min_s=sum(day.sedentary_in_s(1800) for day in valid) / len(valid),
        sedentary_60min_s=sum(day.sedentary_in_s(3600) for day in valid) / len(valid),
        band_s=tuple(
            sum(band) / len(valid) for band in zip(*(day.band_s for day in valid), strict=True)
        ),
        sedentary_share=_share(sedentary_s, wear_s),
        captured_share=_share(wear_s, wear_s + total(lambda day: day.unknown_s)),
        breaks_per_h=breaks_per_h(total(lambda day: day.n_breaks), sedentary_s),
        longest_bout_s=max(day.summary.longest_bout_s for day in valid),
        longest_streak_s=max(day.summary.longest_streak_s for day in valid),
        n_hours_eligible=n_eligible,
        n_hours_met=n_met,
        hours_met_share=_share(n_met, n_eligible),
        fragmentation=fragmentation([bout for day in valid for bout in day.bouts], method),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _length_s(day: DaySummary) -> int:
    return day.end_s - day.start_s
