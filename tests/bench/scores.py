"""Figures of merit over the seconds of many sessions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.bench.truth import SEDENTARY, Answer


def pooled(answers: Sequence[Answer]) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and guess of all seconds that count."""
    truth = np.concatenate([answer.truth for answer in answers])
    guess = np.concatenate([answer.guess for answer in answers])
    return truth[truth != ""], guess[truth != ""]


def balanced(truth: np.ndarray, guess: np.ndarray, groups: Sequence[Sequence[str]]) -> float:
    """Return the mean recall over groups of classes; NaN when the truth lacks one of them."""
    recalls = [
        np.isin(guess[np.isin(truth, group)], group).mean()
        if np.isin(truth, group).any()
        else np.nan
        for group in groups
    ]
    return float(np.mean(recalls))


def sedentary_accuracy(truth: np.ndarray, guess: np.ndarray) -> float:
    """Return the mean of the recalls of sedentary and upright seconds."""
    return balanced(truth, guess, [SEDENTARY, ("stand", "walk", "move")])


def three_postures(truth: np.ndarray, guess: np.ndarray) -> float:
    """Return the mean of the recalls of sitting, standing and walking."""
    return balanced(truth, guess, [("sit",), ("stand",), ("walk",)])


def walking_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """Return the F1 score of walking."""
    hits = ((truth == "walk") & (guess == "walk")).sum()
    return float(2 * hits / max((truth == "walk").sum() + (guess == "walk").sum(), 1))


def by_subject(answers: Sequence[Answer]) -> dict[str, float]:
    """Return each subject's balanced sedentary accuracy, where both kinds were done."""
    scores = {}
    for subject in sorted({answer.of.subject for answer in answers}):
        truth, guess = pooled([answer for answer in answers if answer.of.subject == subject])
        score = sedentary_accuracy(truth, guess)
        if not np.isnan(score):
            scores[subject] = score
    return scores


def share_unknown(answers: Sequence[Answer]) -> float:
    """Return the share of counted seconds that came out as unknown."""
    unknown = np.concatenate([answer.is_unknown[answer.truth != ""] for answer in answers])
    return float(unknown.mean())


def share(
    answers: Sequence[Answer], column: str, names: Sequence[str], guess: Sequence[str]
) -> float:
    """Return how much of the seconds labelled `names` was taken for one of `guess`.

    `column` is `label` or `orig`; a second that came out as unknown counts as none of them.
    """
    taken = total = 0
    for answer in answers:
        chosen = np.isin(getattr(answer.of, column), names)
        total += int(chosen.sum())
        taken += int((np.isin(answer.guess, guess) & ~answer.is_unknown & chosen).sum())
    return taken / total if total else float("nan")


def calibration(
    answers: Sequence[Answer], edges: Sequence[float]
) -> list[tuple[float, float, int]]:
    """Return, for each band of confidence, its mean, the share that was right, and the count."""
    stated = np.concatenate(
        [answer.seconds.p.max(axis=1)[answer.truth != ""] for answer in answers]
    )
    truth, guess = pooled(answers)
    bands = np.digitize(stated, edges[1:-1])
    return [
        (float(stated[bands == i].mean()), float((truth == guess)[bands == i].mean()), int(n))
        for i, n in enumerate(np.bincount(bands, minlength=len(edges) - 1))
        if n
    ]
