"""The numbers of a `PostureModel` as one vector, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.model import FloatArray
from processing.posture.change_evidence import CHANGE_TERMS
from processing.posture.evidence import LIE_TERMS, SIT_TERMS, STAND_TERMS
from processing.posture.hidden_markov import LIE, SIT, STAND, WALK
from processing.posture.posture_model import Angles, PostureModel
from processing.posture.walk_evidence import WALK_TERMS

#: What the weights of each field multiply.
TERMS: Final[Mapping[str, tuple[str, ...]]] = {
    "sit": SIT_TERMS,
    "stand": STAND_TERMS,
    "walk": WALK_TERMS,
    "lie": LIE_TERMS,
    "rise": CHANGE_TERMS,
    "fall": CHANGE_TERMS,
}
#: The changes of posture, both ways, that share one number.
CHANGES: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {
    "sit_stand": ((SIT, STAND),),
    "sit_walk": ((SIT, WALK),),
    "stand_walk": ((STAND, WALK),),
    "sit_lie": ((SIT, LIE),),
    "lie_upright": ((LIE, STAND), (LIE, WALK)),
}
SINGLE: Final = ("rise_0", "fall_0", *CHANGES)


@dataclass(frozen=True, slots=True)
class Before:
    """What is fitted before the weights of the chain, because what they weigh rests on it."""

    angles: Angles
    stepping: tuple[float, ...]
    usual_pause_deg: float


def as_vector(values: Mapping[str, tuple[float, ...] | FloatArray | float]) -> FloatArray:
    """Join the numbers of each field, in the order of `TERMS` and `SINGLE`."""
    return np.concatenate([np.ravel(np.asarray(values[name])) for name in (*TERMS, *SINGLE)])


def as_model(vector: FloatArray, before: Before, n_decimals: int | None = None) -> PostureModel:
    """Return the model that a vector and what came before it stand for, rounded on request."""
    numbers = vector.tolist()
    if n_decimals is not None:
        numbers = [round(number, n_decimals) + 0.0 for number in numbers]  # + 0.0: no minus zero
    part: dict[str, tuple[float, ...]] = {}
    start = 0
    for name, terms in TERMS.items():
        part[name] = tuple(numbers[start : start + len(terms)])
        start += len(terms)
    single = dict(zip(SINGLE, numbers[start:], strict=True))
    return PostureModel(
        angles=before.angles,
        sit=part["sit"],
        stand=part["stand"],
        walk=part["walk"],
        lie=part["lie"],
        rise=part["rise"],
        fall=part["fall"],
        stepping=before.stepping,
        usual_pause_deg=before.usual_pause_deg,
        **single,
    )
