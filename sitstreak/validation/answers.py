"""What a method says of labelled sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.chain import Carried, Reference, judge
from processing.features.columns import Features
from processing.method import Method
from processing.model import (
    CLASSES,
    CODE,
    SEDENTARY,
    BoolArray,
    FloatArray,
    Posture,
    PostureSeconds,
)
from sitstreak.validation.labelled import Labelled
from sitstreak.validation.words import Words

#: Data set and subject.
Person = tuple[str, str]
SEDENTARY_COLUMNS: Final = [i for i, posture in enumerate(CLASSES) if posture in SEDENTARY]
_NAMES: Final = np.array([posture.value for posture in CLASSES])


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A session and what was made of it, second by second."""

    of: Labelled
    seconds: PostureSeconds  #: as many as the session has labelled seconds

    def __post_init__(self) -> None:
        if len(self.seconds) != len(self.of.label):
            raise ValueError(f"{len(self.of.label)} labelled seconds, {len(self.seconds)} answers")

    @property
    def guess(self) -> Words:
        """The class of the largest probability, whatever the posture says; shape (n,)."""
        return np.asarray(_NAMES[self.seconds.p.argmax(axis=1)])

    @property
    def is_unknown(self) -> BoolArray:
        """Where the method would rather not say; shape (n,)."""
        return np.asarray(self.seconds.code == CODE[Posture.UNKNOWN])

    @property
    def p_sedentary(self) -> FloatArray:
        """Probability of sitting or lying; shape (n,)."""
        return np.asarray(self.seconds.p[:, SEDENTARY_COLUMNS].sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A session with its features, so that many methods can judge it cheaply."""

    of: Labelled
    features: Features

    @staticmethod
    def all_of(sessions: Sequence[Labelled], method: Method) -> list[Measured]:
        """Measure the features of sessions."""
        return [Measured(session, session.features(method)) for session in sessions]

    def judged(self, method: Method, reference: Reference | None = None) -> Answer:
        """Return what `classify` would say, without measuring again."""
        carried = Carried(reference or Reference())
        return Answer(self.of, judge(self.features, method, carried).seconds)


def judged_by(measured: Sequence[Measured], methods: Mapping[Person, Method]) -> list[Answer]:
    """Let each session be judged by the method of its person."""
    return [one.judged(methods[one.of.person]) for one in measured]
