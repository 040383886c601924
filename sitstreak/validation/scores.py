"""Figures of merit over labelled seconds. Every one counts; the largest probability decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from processing.model import IntArray
from sitstreak.validation.answers import Answer
from sitstreak.validation.labelled import SCORED
from sitstreak.validation.words import Words

#: The two sides of the question that everything hangs on.
SEDENTARY_WORDS: Final = ("sit", "lie")
UPRIGHT_WORDS: Final = ("stand", "walk", "move")
GUESSES: Final = ("sit", "stand", "walk", "lie", "move")


@dataclass(frozen=True, slots=True, eq=False)
class SetScores:
    """The figures of one data set; NaN where the set cannot say."""

    name: str
    n_subjects: int
    n_seconds: int
    n_sit: int
    sedentary: float  #: mean recall of sedentary and of upright seconds
    three: float  #: mean recall of sitting, standing and walking
    walking_f1: float
    lie_recall: float
    share_unknown: float
    confusion: IntArray  #: shape (4, 5): rows `SCORED`, columns `GUESSES`
    by_subject: dict[str, float] = field(default_factory=dict)  #: sedentary, one each

    @property
    def mean(self) -> float:
        """Mean over people of their sedentary figure."""
        return float(np.mean(list(self.by_subject.values()))) if self.by_subject else float("nan")

    @property
    def worst(self) -> float:
        """The worst person's sedentary figure."""
        return min(self.by_subject.values(), default=float("nan"))

    @property
    def worst_subject(self) -> str:
        """The worst person, or nobody."""
        return min(self.by_subject, key=lambda who: self.by_subject[who], default="")


def set_scores(name: str, answers: Sequence[Answer]) -> SetScores:
    """Score one data set."""
    truth, guess = pooled(answers)
    unknown = np.concatenate([answer.is_unknown[answer.of.is_scored] for answer in answers])
    return SetScores(
        name=name,
        n_subjects=len({answer.of.subject for answer in answers}),
        n_seconds=len(truth),
        n_sit=int((truth == "sit").sum()),
        sedentary=sedentary_accuracy(truth, guess),
        three=three_postures(truth, guess),
        walking_f1=walking_f1(truth, guess),
        lie_recall=recall(truth, guess, ("lie",)),
        share_unknown=float(unknown.mean()) if len(unknown) else float("nan"),
        confusion=confusion(truth, guess),
        by_subject=by_subject(answers),
    )


def pooled(answers: Sequence[Answer]) -> tuple[Words, Words]:
    """Return truth and guess of all seconds that count."""
    truth = [answer.of.truth[answer.of.is_scored] for answer in answers]
    guess = [answer.guess[answer.of.is_scored] for answer in answers]
    return np.concatenate(truth), np.concatenate(guess)


def recall(truth: Words, guess: Words, group: Sequence[str]) -> float:
    """Return the share of a group's seconds that were taken for one of it; NaN if there is none."""
    of_group = np.isin(truth, group)
    return float(np.isin(guess[of_group], group).mean()) if of_group.any() else float("nan")


def balanced(truth: Words, guess: Words, groups: Sequence[Sequence[str]]) -> float:
    """Return the mean recall over groups of classes; NaN when the truth lacks one of them."""
    return float(np.mean([recall(truth, guess, group) for group in groups]))


def sedentary_accuracy(truth: Words, guess: Words) -> float:
    """Return the mean of the recalls of sedentary and upright seconds."""
    return balanced(truth, guess, [SEDENTARY_WORDS, UPRIGHT_WORDS])


def three_postures(truth: Words, guess: Words) -> float:
    """Return the mean of the recalls of sitting, standing and walking."""
    return balanced(truth, guess, [("sit",), ("stand",), ("walk",)])


def walking_f1(truth: Words, guess: Words) -> float:
    """Return the F1 score of walking seconds: 2 hits / (walking in truth + walking in guess)."""
    hits = ((truth == "walk") & (guess == "walk")).sum()
    return float(2 * hits / max((truth == "walk").sum() + (guess == "walk").sum(), 1))


def confusion(truth: Words, guess: Words) -> IntArray:
    """Count seconds: rows are the truths of `SCORED`, columns the guesses of `GUESSES`."""
    return np.array([[((truth == t) & (guess == g)).sum() for g in GUESSES] for t in SCORED])


def by_subject(answers: Sequence[Answer]) -> dict[str, float]:
    """Return each subject's sedentary accuracy, where both kinds were done."""
    scores = {}
    for subject in sorted({answer.of.subject for answer in answers}):
        score = sedentary_accuracy(*pooled([one for one in answers if one.of.subject == subject]))
        if not np.isnan(score):
            scores[subject] = score
    return scores


def share(
    answers: Sequence[Answer], column: str, names: Sequence[str], guess: Sequence[str]
) -> float:
    """Return how much of the seconds whose `label` or `orig` is in `names` was taken for `guess`.

    The largest probability decides; NaN when there is no such second.
    """
    taken = total = 0
    for answer in answers:
        chosen = np.isin(getattr(answer.of, column), names)
        total += int(chosen.sum())
        taken += int((np.isin(answer.guess, guess) & chosen).sum())
    return taken / total if total else float("nan")
