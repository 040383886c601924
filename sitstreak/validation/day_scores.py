"""Days by their figures: what the method makes of a built day against its truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.chain import classify
from processing.figures.days import summarise_day
from processing.method import Method
from processing.model import DaySummary, PostureSeconds
from sitstreak.validation.day_builder import DAY_START_S, BuiltDay, build_day
from sitstreak.validation.labelled import Labelled


@dataclass(frozen=True, slots=True)
class DayScore:
    """One built day: what was found and what was true."""

    subject: str
    found: DaySummary
    true: DaySummary


@dataclass(frozen=True, slots=True)
class DayFigure:
    """A figure of days, and how far it may be off."""

    name: str
    within: float
    unit: str
    of: Callable[[DaySummary], float]
    is_relative: bool = False  #: compare as a share of the truth

    def off(self, score: DayScore) -> float:
        """Return found minus true, in the figure's unit or as a share of the truth."""
        true, found = self.of(score.true), self.of(score.found)
        return (found - true) / max(true, 1e-9) if self.is_relative else found - true


FIGURES: Final = (
    DayFigure("sedentary time", 0.03, "", lambda day: day.sedentary_s, is_relative=True),
    DayFigure("bouts of 30 min or more", 1, "", lambda day: day.n_sedentary_bouts_30min),
    DayFigure("breaks of 1 min or more", 0.10, "", lambda day: day.n_breaks, is_relative=True),
    DayFigure("longest streak", 2, "min", lambda day: day.longest_streak_s / 60),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a figure is off over many days."""

    mean: float
    total: float  #: found minus true over all days, as a share of the truth over all days
    mean_size: float  #: mean of the differences without their sign
    worst: float  #: the largest difference, with its sign
    n_within: int
    n_days: int


def score_day(day: BuiltDay, method: Method) -> DayScore:
    """Classify a built day and sum up both the answer and the truth by the same rules."""
    found = classify(day.blocks(), method, start_s=DAY_START_S, end_s=day.end_s)
    return compare(day.subject, found, day.true_seconds(), method)


def compare(subject: str, found: PostureSeconds, true: PostureSeconds, method: Method) -> DayScore:
    """Sum up answer and truth of the same seconds by the same rules."""
    span = true.start_s, true.end_s
    return DayScore(
        subject, summarise_day(found, *span, method), summarise_day(true, *span, method)
    )


def score_built(work: tuple[Labelled, Method, int, bool]) -> DayScore:
    """Build and score a day: session, method, length in seconds, whether it has troubles."""
    session, method, n_seconds, with_troubles = work
    return score_day(build_day(session, with_troubles=with_troubles, n_seconds=n_seconds), method)


def spread(scores: Sequence[DayScore], figure: DayFigure) -> Spread:
    """Return how far a figure is off."""
    off = np.array([figure.off(score) for score in scores])
    return Spread(
        mean=float(off.mean()),
        total=sum(figure.of(one.found) for one in scores)
        / max(sum(figure.of(one.true) for one in scores), 1e-9)
        - 1,
        mean_size=float(np.abs(off).mean()),
        worst=float(off[np.abs(off).argmax()]),
        n_within=int((np.abs(off) <= figure.within + 1e-9).sum()),
        n_days=len(off),
    )
