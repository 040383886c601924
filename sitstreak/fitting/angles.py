"""How common each angle is in sitting, standing and lying: smoothed histograms of people.

A vote for each data set, in it for each person, and of each session no more than a minute a
posture: someone who lay still for hours has shown one way of lying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from processing.model import BoolArray, FloatArray, Posture
from processing.posture.observed import Observed
from processing.posture.posture_model import Angles
from sitstreak.fitting.choices import Choices
from sitstreak.fitting.example import Example

#: Middles of the first and of the last bin of one degree.
_LEAST_DEG: Final = -60
_MOST_DEG: Final = 130
_N_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class _Shape:
    posture: Posture
    smoothing_deg: float
    floor: float


def fit_angles(
    examples: Sequence[Example], observed: Sequence[Observed], choices: Choices
) -> Angles:
    """Work out the log densities.

    Parameters
    ----------
    examples, observed
        Labelled sessions, and what was observed in each.
    choices
        Votes, smoothing and the distance of the knots.
    """
    shapes = {
        "sit": _Shape(Posture.SIT, choices.sit_smoothing_deg, choices.sit_floor),
        "stand": _Shape(Posture.STAND, choices.stand_smoothing_deg, choices.stand_floor),
        "lie": _Shape(Posture.LIE, choices.lie_smoothing_deg, choices.lie_floor),
    }
    at = slice(None, None, choices.knot_deg)
    curves = {
        name: _rounded(_log_density(_votes(examples, observed, shape, choices), shape)[at])
        for name, shape in shapes.items()
    }
    knots = tuple(float(x) for x in range(_LEAST_DEG, _MOST_DEG + 1, choices.knot_deg))
    return Angles(knots_deg=knots, sit=curves["sit"], stand=curves["stand"], lie=curves["lie"])


def _votes(
    examples: Sequence[Example], observed: Sequence[Observed], shape: _Shape, choices: Choices
) -> FloatArray:
    """Return the sum over data sets of the mean over people, shape (number of bins,)."""
    people: dict[str, dict[str, FloatArray]] = {}
    for example, seen in zip(examples, observed, strict=True):
        counts = _session_counts(example, seen, shape.posture, choices)
        if counts is not None:
            person = people.setdefault(example.data_set, {})
            person[example.subject] = person.get(example.subject, 0) + counts
    return np.asarray(sum((_mean_share(people[name]) for name in sorted(people)), _no_counts()))


def _mean_share(people: dict[str, FloatArray]) -> FloatArray:
    shares = [people[name] / people[name].sum() for name in sorted(people)]
    return np.asarray(np.mean(shares, axis=0))


def _session_counts(
    example: Example, seen: Observed, posture: Posture, choices: Choices
) -> FloatArray | None:
    """Return how often each degree came up in one session, or None if hardly anything did."""
    counts = _is_shown(example, seen, posture, choices)
    n = int(counts.sum())
    if n < choices.least_seconds:
        return None
    angle_deg = (
        seen.pose.tilt_deg if posture is Posture.LIE else seen.pose.pitch_deg - seen.standing_deg
    )[counts]
    bins = np.clip(np.rint(angle_deg), _LEAST_DEG + 1, _MOST_DEG - 1).astype(np.int64) - _LEAST_DEG
    histogram = np.bincount(bins, minlength=len(_no_counts())).astype(np.float64)
    return np.asarray(histogram / n * min(n, choices.most_seconds))


def _is_shown(example: Example, seen: Observed, posture: Posture, choices: Choices) -> BoolArray:
    static = seen.stretch_s >= choices.least_static_s
    return np.asarray((example.truth == posture.value) & static & seen.pose.known)


def _log_density(votes: FloatArray, shape: _Shape) -> FloatArray:
    share = votes / max(float(votes.sum()), 1e-9)
    smooth = gaussian_filter1d(share, shape.smoothing_deg, mode="nearest") + shape.floor
    return np.asarray(np.log(smooth / smooth.sum()))


def _no_counts() -> FloatArray:
    return np.zeros(_MOST_DEG - _LEAST_DEG + 1)


def _rounded(values: FloatArray) -> tuple[float, ...]:
    return tuple(round(value, _N_DECIMALS) for value in values.tolist())
