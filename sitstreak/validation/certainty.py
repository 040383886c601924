"""Is the stated probability honest, and is `unknown` said where it should be?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.model import BoolArray, FloatArray
from sitstreak.validation import scores
from sitstreak.validation.answers import Answer
from sitstreak.validation.scores import SEDENTARY_WORDS

#: Bands of equal width, as in Guo 2017 (see `expected_error`).
N_BANDS: Final = 15
#: How many of the seconds are dropped to see whether errors are among the least certain.
DROPPED_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Band:
    """Seconds whose stated probability lies in one band."""

    stated: float  #: mean probability of what was chosen
    right: float  #: share that was right
    n_seconds: int


def bands(stated: FloatArray, right: BoolArray, n_bands: int = N_BANDS) -> list[Band]:
    """Sort seconds into bands of equal width between 0 and 1; empty ones are left out.

    Parameters
    ----------
    stated : shape (n,)
        Probability of what was chosen.
    right : shape (n,)
        Whether it was true.
    """
    index = np.minimum((stated * n_bands).astype(np.int64), n_bands - 1)
    return [
        Band(float(stated[index == i].mean()), float(right[index == i].mean()), int(n))
        for i, n in enumerate(np.bincount(index, minlength=n_bands))
        if n
    ]


def expected_error(found: Sequence[Band]) -> float:
    """Return the expected calibration error: mean |right - stated| over bands, by their seconds.

    References
    ----------
    .. [1] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural
       networks", ICML 2017, equation 3.
    """
    n = sum(band.n_seconds for band in found)
    return sum(band.n_seconds * abs(band.right - band.stated) for band in found) / max(n, 1)


def posture_bands(answers: Sequence[Answer]) -> list[Band]:
    """Return the bands of the chosen posture's probability over all seconds that count."""
    truth, guess = scores.pooled(answers)
    stated = np.concatenate([one.seconds.p.max(axis=1)[one.of.is_scored] for one in answers])
    return bands(stated, np.asarray(truth == guess))


def sedentary_bands(answers: Sequence[Answer]) -> list[Band]:
    """Return the same for the question sedentary or upright."""
    is_sedentary, p = _sedentary(answers)
    return bands(np.maximum(p, 1 - p), np.asarray((p > 0.5) == is_sedentary))


@dataclass(frozen=True, slots=True)
class Dropping:
    """Errors of the sedentary question before and after seconds are dropped as unknown."""

    error: float  #: share of seconds that are wrong
    left: float  #: the same among those that are kept
    balanced_error: float  #: 1 minus the balanced accuracy
    balanced_left: float
    share: float  #: of the seconds that were dropped


def least_certain_dropped(answers: Sequence[Answer]) -> Dropping:
    """Drop the 5 % of seconds that are least certain to be sedentary or not to be."""
    _, p = _sedentary(answers)
    certainty = np.maximum(p, 1 - p)
    order = np.argsort(certainty, kind="stable")
    keep = np.ones(len(p), np.bool_)
    keep[order[: round(DROPPED_SHARE * len(p))]] = False
    return _dropping(answers, keep)


def unknown_dropped(answers: Sequence[Answer]) -> Dropping:
    """Drop the seconds that the method itself calls unknown."""
    return _dropping(
        answers, np.concatenate([~one.is_unknown[one.of.is_scored] for one in answers])
    )


def _dropping(answers: Sequence[Answer], keep: BoolArray) -> Dropping:
    truth, guess = scores.pooled(answers)
    right = np.isin(truth, SEDENTARY_WORDS) == np.isin(guess, SEDENTARY_WORDS)
    return Dropping(
        error=float(1 - right.mean()),
        left=float(1 - right[keep].mean()) if keep.any() else float("nan"),
        balanced_error=1 - scores.sedentary_accuracy(truth, guess),
        balanced_left=1 - scores.sedentary_accuracy(truth[keep], guess[keep]),
        share=float(1 - keep.mean()),
    )


def _sedentary(answers: Sequence[Answer]) -> tuple[BoolArray, FloatArray]:
    truth, _ = scores.pooled(answers)
    p = np.concatenate([one.p_sedentary[one.of.is_scored] for one in answers])
    return np.isin(truth, SEDENTARY_WORDS), p
