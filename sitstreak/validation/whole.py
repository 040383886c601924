"""Everything that is measured for docs/validation.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from processing.method import Method
from sitstreak.validation import scores
from sitstreak.validation.answers import Answer, Measured, Person, judged_by
from sitstreak.validation.conditions import CONDITIONS, Condition
from sitstreak.validation.day_builder import DAY_SETS, HOURS
from sitstreak.validation.day_scores import DayScore, score_built
from sitstreak.validation.evaluation import Evaluation, Figures, evaluations, figures
from sitstreak.validation.folds import AS_SHIPPED, CROSS_SET, LEAVE_ONE_OUT, Folds
from sitstreak.validation.labelled import POSTURE_SETS, Labelled
from sitstreak.validation.living import (
    LiveScores,
    Seen,
    guessed_too_early,
    live_scores,
    watched,
)
from sitstreak.validation.parallel import each
from sitstreak.validation.people import PersonStory, worst_people
from sitstreak.validation.scores import SetScores, set_scores
from sitstreak.validation.scripted import TrialScores, trial_scores, trials


@dataclass(frozen=True, slots=True)
class Moved:
    """What one condition does to one set."""

    condition: Condition
    set_name: str
    sedentary: float
    three: float
    sedentary_moved: float  #: against the same recordings as they are
    three_moved: float
    share_changed: float  #: of all labelled seconds that got another class


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """Live against offline for one set."""

    set_name: str
    remembered: LiveScores
    cold: LiveScores
    too_early: float  #: cold: share of seconds before any walking that were shown as a posture


@dataclass(frozen=True, slots=True)
class Validation:
    """All that was measured. What needs refitted methods is empty after a quick look."""

    method: Method
    figures: list[Figures]  #: the first one is what the other parts were measured with
    moved: list[Moved]
    live: list[LiveFigures]
    trials: list[TrialScores]
    walkers: list[SetScores]  #: sets with labelled walking only
    plain_days: list[DayScore]
    hard_days: list[DayScore]
    stories: dict[str, list[PersonStory]]

    @property
    def is_quick(self) -> bool:
        """Whether nothing was refitted."""
        return self.figures[0].name == AS_SHIPPED


def validate(
    sessions: Mapping[str, Sequence[Labelled]],
    folds: Folds,
    *,
    quick: bool = False,
    day_hours: int = HOURS,
) -> Validation:
    """Measure everything.

    Parameters
    ----------
    sessions
        All sets.
    folds
        How methods are fitted. Every part but the scripted trials and the sets with walking only
        judges a person by the method that was fitted without them.
    quick
        Judge by the shipped parameters only, and leave out what takes minutes: live and days.
    day_hours
        Length of the spliced days. [h]
    """
    method = Method()
    measured = {
        name: each(name, _measure, sessions[name], progress=folds.progress) for name in POSTURE_SETS
    }
    ways = (AS_SHIPPED,) if quick else (LEAVE_ONE_OUT, CROSS_SET, AS_SHIPPED)
    found = evaluations(measured, folds, ways)
    honest = found[0]
    filmed = [] if quick else [one for name in DAY_SETS for one in sessions[name]]
    days = [(one, honest.methods[one.person], day_hours * 3600) for one in filmed]
    return Validation(
        method=method,
        figures=[figures(one) for one in found],
        moved=_conditions(honest, folds),
        live=[] if quick else _live(honest, folds),
        trials=trial_scores(trials(sessions["sisfall"], method), method),
        walkers=[_walkers(name, sessions[name], method) for name in ("ipol", "umafall")],
        plain_days=_days(days, folds, with_troubles=False),
        hard_days=_days(days, folds, with_troubles=True),
        stories={name: worst_people(part, method) for name, part in honest.answers.items()},
    )


def _measure(session: Labelled) -> Measured:
    return Measured(session, session.features(Method()))


def _walkers(name: str, sessions: Sequence[Labelled], method: Method) -> SetScores:
    found = set_scores(name, [one.judged(method) for one in Measured.all_of(sessions, method)])
    return replace(found, by_subject={})


def _conditions(honest: Evaluation, folds: Folds) -> list[Moved]:
    work = [(one, name) for one in CONDITIONS for name in honest.answers]
    found: list[Moved] = []
    for condition, name in work:
        folds.progress("worse recordings", len(found), len(work))
        found.append(_moved(condition, name, honest.answers[name], honest.methods))
    folds.progress("worse recordings", len(work), len(work))
    return found


def _moved(
    condition: Condition, name: str, plain: Sequence[Answer], methods: Mapping[Person, Method]
) -> Moved:
    changed = [one.of.recorded_as(condition.change(one.of.recorded)) for one in plain]
    answers = judged_by([_measure(one) for one in changed], methods)
    truth, guess = scores.pooled(answers)
    _, before = scores.pooled(plain)
    sedentary, three = scores.sedentary_accuracy(truth, guess), scores.three_postures(truth, guess)
    return Moved(
        condition,
        name,
        sedentary,
        three,
        sedentary - scores.sedentary_accuracy(truth, before),
        three - scores.three_postures(truth, before),
        float(np.mean(guess != before)),
    )


def _live(honest: Evaluation, folds: Folds) -> list[LiveFigures]:
    found = []
    for name, answers in honest.answers.items():
        warm, cold = (_seen(f"live, {name}", answers, honest, folds, is_cold=c) for c in (0, 1))
        found.append(
            LiveFigures(name, live_scores(warm), live_scores(cold), guessed_too_early(cold))
        )
    return found


def _seen(
    what: str, answers: Sequence[Answer], honest: Evaluation, folds: Folds, *, is_cold: int
) -> list[Seen]:
    work = [(one, honest.methods[one.of.person], bool(is_cold)) for one in answers]
    what += ", cold" if is_cold else ""
    return each(what, watched, work, n_processes=folds.n_processes, progress=folds.progress)


def _days(
    days: Sequence[tuple[Labelled, Method, int]], folds: Folds, *, with_troubles: bool
) -> list[DayScore]:
    work = [(*day, with_troubles) for day in days]
    what = "days with troubles" if with_troubles else "days"
    return each(what, score_built, work, n_processes=folds.n_processes, progress=folds.progress)
