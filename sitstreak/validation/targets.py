"""The figures that were aimed at, beside what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isnan, nan
from typing import Final

from sitstreak.validation import day_scores
from sitstreak.validation.evaluation import Figures
from sitstreak.validation.labelled import POSTURE_SETS
from sitstreak.validation.scripted import TrialScores
from sitstreak.validation.whole import Validation

#: By set, in the order of `POSTURE_SETS`.
SEDENTARY: Final = (0.975, 0.960, 0.965)
THREE: Final = (0.960, 0.920, 0.930)
PEOPLE_MEAN: Final = (0.97, 0.94, 0.96)
PEOPLE_WORST: Final = (0.88, 0.80, 0.85)
WALKING_F1: Final = (0.99, 0.970, 0.960)
CALIBRATION_ERROR: Final = 0.05
ERROR_LEFT: Final = 0.5
LIVE_WITHIN: Final = 0.015
TOO_EARLY: Final = 0.01
SQUATS: Final = 0.15
STAIRS: Final = 0.05
STAND_SIT_STAND: Final = 0.60
CYCLING: Final = 0.10


@dataclass(frozen=True, slots=True)
class Target:
    """One figure and what it should be."""

    what: str
    where: str  #: which recordings
    value: float
    aim: float
    at_least: bool  #: else at most
    digits: int = 3

    @property
    def is_met(self) -> bool:
        """Whether the printed figure reaches the printed aim."""
        value = round(self.value, self.digits)
        return value >= self.aim if self.at_least else value <= self.aim

    @property
    def verdict(self) -> str:
        """`met`, `not met`, or a dash when it was not measured."""
        return "–" if isnan(self.value) else "met" if self.is_met else "**not met**"


def accuracy_targets(figures: Figures) -> list[Target]:
    """Return the targets of one evaluation."""
    found = []
    for one in figures.sets:
        i = POSTURE_SETS.index(one.name)
        rows = (
            ("sedentary against upright", one.sedentary, SEDENTARY[i]),
            ("sit, stand, walk", one.three, THREE[i]),
            ("sedentary, mean of people", one.mean, PEOPLE_MEAN[i]),
            ("sedentary, worst person", one.worst, PEOPLE_WORST[i]),
            ("walking F1", one.walking_f1, WALKING_F1[i]),
        )
        found += [Target(what, one.name, value, aim, at_least=True) for what, value, aim in rows]
    return found


def other_targets(done: Validation) -> list[Target]:
    """Return all other targets."""
    return [
        *_certainty(done.figures[0]),
        *_worse_recordings(done),
        *_live(done),
        *_trials(done.trials),
        Target(
            "cycling counted as sedentary",
            "harth",
            done.figures[0].cycling_sedentary,
            CYCLING,
            at_least=False,
        ),
        *_days(done),
    ]


def _certainty(figures: Figures) -> Iterator[Target]:
    where = "all three"
    error = figures.calibration_error
    yield Target("expected calibration error", where, error, CALIBRATION_ERROR, at_least=False)
    for name, one in figures.least_certain.items():
        what = "error left without the least certain 5 %, as a share"
        left = one.left / one.error if one.error else nan
        yield Target(what, name, left, ERROR_LEFT, at_least=False)


def _worse_recordings(done: Validation) -> Iterator[Target]:
    for one in done.moved:
        if one.condition.within is not None:
            moved = max(abs(one.sedentary_moved), abs(one.three_moved))
            what = f"{one.condition.name}: moved by"
            yield Target(what, one.set_name, moved, one.condition.within, at_least=False)


def _live(done: Validation) -> Iterator[Target]:
    for one in done.live:
        warm = one.remembered
        behind = max(warm.offline_sedentary - warm.sedentary, warm.offline_three - warm.three)
        yield Target("live behind offline", one.set_name, behind, LIVE_WITHIN, at_least=False)
        what = "cold start: postures shown before any walking"
        yield Target(what, one.set_name, one.too_early, TOO_EARLY, at_least=False)


def _trials(trials: Iterable[TrialScores]) -> Iterator[Target]:
    by_name = {one.name: one for one in trials}
    for name, aim in (("squat", SQUATS), ("bend", SQUATS), ("stairs", STAIRS), ("jump", STAIRS)):
        if name in by_name:
            one = by_name[name]
            what = f"{name}: trials with "
            yield Target(
                what + "a second of sitting", "sisfall", one.any_second, aim, at_least=False
            )
            yield Target(
                what + "a sitting bout counted", "sisfall", one.counted, aim, at_least=False
            )
    if "stand, sit, stand" in by_name:
        found = by_name["stand, sit, stand"].up_down_up
        yield Target("stand, sit, stand found", "sisfall", found, STAND_SIT_STAND, at_least=True)


def _days(done: Validation) -> Iterator[Target]:
    days = {"spliced days": done.plain_days, "spliced days with troubles": done.hard_days}
    for where, scores in days.items():
        for figure in day_scores.FIGURES if scores else ():
            size = day_scores.spread(scores, figure).mean_size
            unit = f" [{figure.unit}]" if figure.unit else ""
            what = f"{figure.name}: off by{unit}, mean of days"
            yield Target(what, where, size, figure.within, at_least=False)
