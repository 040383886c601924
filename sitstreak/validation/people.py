"""The people whom the method fails: which of their stretches were missed, and what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from ingest.recordings.player import BASE_S
from processing.features.columns import Features
from processing.figures.bouts import run_edges
from processing.method import Method
from processing.model import BoolArray, FloatArray
from sitstreak.validation import scores
from sitstreak.validation.answers import Answer
from sitstreak.validation.labelled import SCORED
from sitstreak.validation.scores import SEDENTARY_WORDS, UPRIGHT_WORDS
from sitstreak.validation.words import Words

#: A labelled stretch is missed when more than half of it was taken for the other side.
_MISSED_SHARE: Final = 0.5
_SHORTEST_S: Final = 5
#: Walking so far away counts by a factor of e less for where upright is (as in the method). [s]
_NEAR_S: Final = 240.0


@dataclass(frozen=True, slots=True)
class Missed:
    """A labelled stretch that was taken for something else."""

    session: str
    start_s: int  #: seconds since the session began
    duration_s: int
    truth: str
    taken_for: str
    tilt_deg: float  #: median angle from where gravity was while walking nearby; NaN: no walking
    standing_tilt_deg: float  #: the same of all labelled standing of the session
    movement_g: float  #: median RMS of movement: how much the wearer fidgeted
    share_wrong: float


@dataclass(frozen=True, slots=True)
class PersonStory:
    """Why somebody's figure is what it is."""

    subject: str
    sedentary: float
    n_sedentary_s: int
    n_upright_s: int
    missed: list[Missed]  #: longest first


def worst_people(
    answers: Sequence[Answer], method: Method, *, n_people: int = 3
) -> list[PersonStory]:
    """Tell of the people with the lowest figure of a set, the worst first."""
    by_subject = scores.by_subject(answers)
    worst = sorted(by_subject, key=lambda who: (by_subject[who], who))[:n_people]
    return [
        _story(who, by_subject[who], [one for one in answers if one.of.subject == who], method)
        for who in worst
    ]


def _story(subject: str, score: float, answers: Sequence[Answer], method: Method) -> PersonStory:
    truth, _ = scores.pooled(answers)
    missed = [stretch for one in answers for stretch in missed_stretches(one, method)]
    return PersonStory(
        subject,
        score,
        int(np.isin(truth, SEDENTARY_WORDS).sum()),
        int(np.isin(truth, UPRIGHT_WORDS).sum()),
        sorted(missed, key=lambda one: (-one.duration_s, one.session, one.start_s)),
    )


def missed_stretches(answer: Answer, method: Method) -> list[Missed]:
    """Return the labelled stretches of a session of which most was put on the wrong side."""
    truth, guess = answer.of.truth, answer.guess
    features = answer.of.features(method)
    tilt = walking_tilt_deg(features, np.asarray(truth == "walk"))
    standing = _median(tilt[truth == "stand"])
    found = []
    for a, b in pairwise(_edges(truth)):
        word = str(truth[a])
        side = SEDENTARY_WORDS if word in SEDENTARY_WORDS else UPRIGHT_WORDS
        wrong = ~np.isin(guess[a:b], side)
        if word not in SCORED or b - a < _SHORTEST_S or wrong.mean() <= _MISSED_SHARE:
            continue
        names, counts = np.unique(guess[a:b][wrong], return_counts=True)
        found.append(
            Missed(
                session=answer.of.session,
                start_s=answer.seconds.start_s + a - BASE_S,
                duration_s=b - a,
                truth=word,
                taken_for=str(names[counts.argmax()]),
                tilt_deg=_median(tilt[a:b]),
                standing_tilt_deg=standing,
                movement_g=_median(features.dynamic_g[a:b]),
                share_wrong=float(wrong.mean()),
            )
        )
    return found


def walking_tilt_deg(features: Features, is_walking: BoolArray) -> FloatArray:
    """Return each second's angle from where gravity was in labelled walking nearby; NaN without."""
    at = np.flatnonzero(is_walking & features.has_data)
    if not len(at):
        return np.full(len(features), np.nan)
    up = features.up
    # in pieces: a table of every second against every walking second would be large
    parts = []
    for a in range(0, len(up), 500):
        age_s = np.abs(np.arange(a, min(a + 500, len(up)))[:, None] - at[None, :])
        nearest = age_s.min(axis=1, keepdims=True)  # or all weights may vanish
        reference = np.exp(-(age_s - nearest) / _NEAR_S) @ up[at]
        length = np.maximum(np.linalg.norm(reference, axis=1), 1e-9)
        along = (up[a : a + 500] * reference).sum(axis=1) / length
        parts.append(np.degrees(np.arccos(np.clip(along, -1, 1))))
    return np.concatenate(parts)


def _edges(truth: Words) -> list[int]:
    _, codes = np.unique(truth, return_inverse=True)
    return run_edges(codes.astype(np.uint8))


def _median(values: FloatArray) -> float:
    return float(np.median(values)) if len(values) else float("nan")
