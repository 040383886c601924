"""The seconds of all examples, one after the other: their evidence, their truth, their weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from processing.method import Method
from processing.model import FloatArray, IntArray
from processing.posture.evidence import Terms, evidence
from processing.posture.hidden_markov import LIE, SIT, STAND, WALK
from processing.posture.observed import Observed
from processing.posture.posture_model import Angles
from sitstreak.fitting.choices import Choices
from sitstreak.fitting.example import Example

#: The number of each posture in the chain; what has none is not judged.
_STATES: Final = {"sit": SIT, "stand": STAND, "walk": WALK, "lie": LIE}
NOT_JUDGED: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """n seconds of several sessions."""

    terms: Terms
    state: IntArray  #: shape (n,): state of the chain, or `NOT_JUDGED`
    weight: FloatArray  #: shape (n,): how much being right counts
    lengths: tuple[int, ...]  #: of the sessions

    @property
    def n(self) -> int:
        """How many seconds."""
        return len(self.state)


def rows_of(
    examples: Sequence[Example],
    observed: Sequence[Observed],
    angles: Angles,
    method: Method,
    choices: Choices,
) -> Rows:
    """Return the seconds of all examples."""
    parts = [evidence(one, angles, method) for one in observed]
    states = [_states(one) for one in examples]
    return Rows(
        terms=_joined(parts),
        state=np.concatenate(states),
        weight=_weights(examples, states, choices),
        lengths=tuple(len(one) for one in states),
    )


def _joined(parts: Sequence[Terms]) -> Terms:
    """Put terms one after the other, each term's seconds side by side in memory."""
    names = [field.name for field in fields(Terms)]
    return Terms(
        **{
            name: np.asfortranarray(np.concatenate([getattr(part, name) for part in parts]))
            for name in names
        }
    )


def _states(example: Example) -> IntArray:
    states = np.array([_STATES.get(one, NOT_JUDGED) for one in example.truth.tolist()], np.int64)
    return np.where(example.features.has_data, states, NOT_JUDGED)


def _weights(
    examples: Sequence[Example], states: Sequence[IntArray], choices: Choices
) -> FloatArray:
    """Return the weights: a posture has its vote in each data set, shared out among its bouts."""
    votes = {
        SIT: choices.sit_vote,
        STAND: choices.stand_vote,
        WALK: choices.walk_vote,
        LIE: choices.lie_vote,
    }
    state = np.concatenate(states)
    weight = np.concatenate([_bout_weights(one, choices) for one in states])
    data_set = np.repeat([one.data_set for one in examples], [len(one) for one in states])
    for name in sorted(set(data_set.tolist())):
        for posture, vote in votes.items():
            part = (data_set == name) & (state == posture)
            if part.any():
                weight[part] *= vote / weight[part].sum()
    return np.asarray(weight)


def _bout_weights(state: IntArray, choices: Choices) -> FloatArray:
    """Return the weight of each second within its session, shape (n,)."""
    edges = np.concatenate([[0], np.flatnonzero(np.diff(state)) + 1, [len(state)]])
    length = np.diff(edges)
    weight = np.repeat(1 / (1 + length / choices.one_bout_s), length)
    return np.asarray(weight * (state != NOT_JUDGED))
