"""How well postures are told apart: people whom the method never saw, and as shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from processing.method import Method
from sitstreak.validation.answers import Answer, Measured, Person, judged_by
from sitstreak.validation.certainty import (
    Band,
    Dropping,
    expected_error,
    least_certain_dropped,
    posture_bands,
    sedentary_bands,
    unknown_dropped,
)
from sitstreak.validation.folds import (
    AS_SHIPPED,
    CROSS_SET,
    LEAVE_ONE_OUT,
    Folds,
    Trainer,
    everybody,
)
from sitstreak.validation.labelled import Labelled
from sitstreak.validation.scores import SetScores, set_scores, share


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The sets with labelled sitting, each person judged by the method meant for them."""

    name: str
    methods: dict[Person, Method]
    answers: dict[str, list[Answer]]  #: by set

    def scores(self) -> list[SetScores]:
        """Return the figures of each set."""
        return [set_scores(name, answers) for name, answers in self.answers.items()]

    @property
    def pooled(self) -> list[Answer]:
        """All answers of all sets."""
        return [one for answers in self.answers.values() for one in answers]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """One evaluation in numbers."""

    name: str
    sets: list[SetScores]
    calibration_error: float  #: expected calibration error over all sets, posture
    sedentary_calibration_error: float  #: the same of sedentary against upright
    posture_bands: list[Band]
    sedentary_bands: list[Band]
    least_certain: dict[str, Dropping]  #: by set: the least certain 5 % dropped
    said_unknown: dict[str, Dropping]  #: by set: what the method calls unknown dropped
    cycling_sedentary: float  #: share of cycling taken for sitting or lying

    def __str__(self) -> str:
        lines = [f"{self.name}: ECE {self.calibration_error:.3f}"]
        lines[0] += f" (sedentary {self.sedentary_calibration_error:.3f})"
        lines[0] += f", cycling sedentary {self.cycling_sedentary:.3f}"
        for one in self.sets:
            kept = self.least_certain[one.name]
            lines.append(
                f"  {one.name:6} sed {one.sedentary:.3f}  three {one.three:.3f}  "
                f"mean {one.mean:.3f}  worst {one.worst:.3f} {one.worst_subject:7} "
                f"walk F1 {one.walking_f1:.3f}  lie {one.lie_recall:.3f}  "
                f"unknown {one.share_unknown:.3f}  error {kept.error:.3f} -> {kept.left:.3f}"
            )
        return "\n".join(lines)


def evaluate(
    sessions_by_set: Mapping[str, Sequence[Labelled]],
    trainer: Trainer,
    *,
    n_processes: int = 1,
    only: Sequence[str] = (LEAVE_ONE_OUT, CROSS_SET, AS_SHIPPED),
) -> list[Figures]:
    """Fit, judge and score; the short way, without the page.

    Parameters
    ----------
    sessions_by_set
        Sets with labelled sitting, standing and walking; see `read_sets`.
    trainer
        Makes a method from examples of some people.
    n_processes
        Folds fitted at a time; with more than one, `trainer` must be a function of a module.
    only
        Which of the three evaluations.
    """
    measured = {n: Measured.all_of(part, Method()) for n, part in sessions_by_set.items()}
    return [figures(one) for one in evaluations(measured, Folds(trainer, n_processes), only)]


def evaluations(
    measured: Mapping[str, Sequence[Measured]],
    folds: Folds,
    only: Sequence[str] = (LEAVE_ONE_OUT, CROSS_SET, AS_SHIPPED),
) -> list[Evaluation]:
    """Judge everybody in each of the ways in `only`."""
    found = []
    for name in only:
        methods = _methods(name, measured, folds)
        answers = {key: judged_by(part, methods) for key, part in measured.items()}
        found.append(Evaluation(name, methods, answers))
    return found


def _methods(
    name: str, measured: Mapping[str, Sequence[Measured]], folds: Folds
) -> dict[Person, Method]:
    if name == LEAVE_ONE_OUT:
        return folds.leave_one_out(measured)
    if name == CROSS_SET:
        return folds.cross_set(measured)
    return everybody(measured, Method())


def figures(evaluation: Evaluation) -> Figures:
    """Return an evaluation in numbers."""
    postures, sedentary = posture_bands(evaluation.pooled), sedentary_bands(evaluation.pooled)
    by_set = evaluation.answers
    return Figures(
        name=evaluation.name,
        sets=evaluation.scores(),
        calibration_error=expected_error(postures),
        sedentary_calibration_error=expected_error(sedentary),
        posture_bands=postures,
        sedentary_bands=sedentary,
        least_certain={name: least_certain_dropped(part) for name, part in by_set.items()},
        said_unknown={name: unknown_dropped(part) for name, part in by_set.items()},
        cycling_sedentary=cycling_sedentary(evaluation.pooled),
    )


def cycling_sedentary(answers: Sequence[Answer]) -> float:
    """Return the share of cycling seconds taken for sitting or lying; NaN if nobody cycled."""
    shares = [share(answers, "label", ["cycle"], [word]) for word in ("sit", "lie")]
    return float(np.sum(shares))
