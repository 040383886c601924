"""Everything a week's report says, as data: each format lays it out and computes nothing.

Times are Unix time [s]; lengths are seconds; a figure that cannot be said is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from processing.figures.diary import DiaryEntry
from processing.figures.sedentary_bouts import SedentaryBout
from processing.figures.weeks import DayFigures, WeekSummary
from processing.model import Posture


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Clocks were changed in the week."""

    at_s: int
    shift_s: int  #: positive: forward, a day of 23 hours


@dataclass(frozen=True, slots=True)
class Header:
    """Who, when and by what."""

    report_id: str  #: short, from the input and the method: the same input has the same id
    week: str  #: 2026-W46
    first_day: date
    last_day: date
    zone: str  #: IANA name
    clock_change: ClockChange | None
    wearer: str  #: pseudonym
    devices: tuple[str, ...]  #: name of each sensor with data in the week
    software: str  #: version of sitstreak
    method: str  #: version of the method
    method_digest: str
    other_digests: tuple[str, ...]  #: methods of results in the trend that are not the week's
    input_sha256: str  #: of the seconds, the diary and the settings that went in
    is_over: bool  #: False: the week still runs, figures may grow
    known_until_s: int | None  #: end of the data, if they end in the week


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """Whether there are enough data to say anything."""

    n_valid_days: int
    n_days_needed: int
    valid_day_wear_s: int
    wear_s: tuple[int, ...]  #: of each day, Monday first
    captured_share: float | None  #: wear, of the time neither asleep nor not worn, 0..1
    n_gaps: int  #: stretches of a minute or more without data
    gaps_s: int
    is_enough: bool  #: False: no averages


class Measure(StrEnum):
    """The five tiles."""

    SEDENTARY_H = "sedentary_h"  #: hours a valid day
    PROLONGED_H = "prolonged_h"  #: hours a valid day in bouts of an hour or more
    LONGEST_BOUT_MIN = "longest_bout_min"
    HOURS_MET = "hours_met"  #: share of eligible hours, 0..1
    PAIN = "pain"  #: median of the entries, 0..10


@dataclass(frozen=True, slots=True)
class Tile:
    """One measure, this week beside earlier ones."""

    measure: Measure
    this_week: float | None
    last_week: float | None
    median_4_weeks: float | None  #: of the four weeks before this one that have it; None under 2
    share: float | None = None  #: sedentary: share of wear, 0..1
    n: int | None = None  #: hours met: how many
    n_of: int | None = None  #: of how many; pain: how many entries


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one posture on the ribbon; `sleep` is a posture of its own here."""

    start_s: int
    end_s: int
    what: Posture | str  #: a posture, or "sleep"


@dataclass(frozen=True, slots=True)
class DayStrip:
    """One day of the ribbon."""

    day: date
    start_s: int
    end_s: int
    is_valid: bool
    has_data: bool
    runs: tuple[Run, ...]  #: cover the day, in order
    long_bouts: tuple[tuple[int, int], ...]  #: sedentary bouts of an hour or more, cut at midnight
    marks: tuple[DiaryEntry, ...]  #: pain, exercises, stretches and tests of the day


@dataclass(frozen=True, slots=True)
class ModalHour:
    """Sedentary minutes in one clock hour over the valid days."""

    hour: int  #: 0 to 23 on the wearer's clock
    n_days: int  #: valid days on which the hour was worn awake for half of it or more
    median_min: float | None  #: None with too few days
    q1_min: float | None
    q3_min: float | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule's finding: a key of the catalogue and the numbers that go into it."""

    key: str
    values: dict[str, float | int | str]


@dataclass(frozen=True, slots=True)
class DayRow:
    """A line of the day table."""

    day: date
    start_s: int
    end_s: int
    has_data: bool
    figures: DayFigures
    pain: float | None  #: median of the day's entries
    n_exercises: int  #: entries of exercises and stretches


@dataclass(frozen=True, slots=True)
class TrendWeek:
    """One week of the trend."""

    week: str
    n_valid_days: int
    is_hollow: bool  #: too few valid days: shown hollow
    sedentary_h: float | None  #: hours a valid day; of a hollow week of the days there are
    prolonged_h: float | None
    hours_met_share: float | None
    pain: float | None
    method_digest: str | None


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """One exercise through the week; blank is not "not done"."""

    what: str
    n_done: tuple[int, ...]  #: entries on each day, Monday first
    is_planned: tuple[bool, ...]
    n_reps: int | None  #: repetitions in the week, where they were written down

    @property
    def n_kept(self) -> int:
        """Planned days on which it was done."""
        return sum(p and d > 0 for p, d in zip(self.is_planned, self.n_done, strict=True))


@dataclass(frozen=True, slots=True)
class SideTest:
    """A single-leg bridge of both sides."""

    at_s: int
    left_s: float | None
    right_s: float | None

    @property
    def difference_s(self) -> float | None:
        """Left minus right. [s]"""
        if self.left_s is None or self.right_s is None:
            return None
        return self.left_s - self.right_s


@dataclass(frozen=True, slots=True)
class Quality:
    """How the figures came about, with the numbers that decide."""

    min_bout_s: int
    min_break_s: int
    bout_interruption_s: int
    hour_goal_s: int
    hour_wear_s: int
    debt_share: float  #: movement owed for each second of sitting
    n_lost_samples: int
    n_recovered_samples: int
    n_clock_corrections: int
    n_edits: int  #: diary entries of the week that were changed by hand
    n_told_not_worn_s: int  #: time that the diary, not the sensor, says was not worn
    n_told_sleep_s: int
    mean_confidence: float | None  #: of the known seconds, 0..1
    validated: dict[str, float]  #: accuracy of the method on labelled recordings, by catalogue key


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The two pages."""

    header: Header
    sufficiency: Sufficiency
    tiles: tuple[Tile, ...]  #: five, in the order of `Measure`
    ribbon: tuple[DayStrip, ...]  #: seven
    modal_day: tuple[ModalHour, ...]  #: 24
    sentences: tuple[Sentence, ...]  #: three or four; fewer without enough data
    longest: tuple[SedentaryBout, ...]  #: up to five
    days: tuple[DayRow, ...]  #: seven
    summary: WeekSummary
    trend: tuple[TrendWeek, ...]  #: up to twelve weeks, this one last
    exercises: tuple[ExerciseRow, ...]
    tests: tuple[SideTest, ...]
    entries: tuple[DiaryEntry, ...]  #: all of the week, in order of time
    quality: Quality
