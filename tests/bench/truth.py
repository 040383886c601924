"""The labelled recordings and what each second of them was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.player import BASE_S, to_blocks
from ingest.recording import read_recording
from processing.chain import classify
from processing.method import Method
from processing.model import CLASSES, CODE, Posture, PostureSeconds, SampleBlock
from processing.upright import Reference

#: What a label counts as. Whatever is not named here is left out of the scores.
COUNTS_AS = {
    "sit": Posture.SIT,
    "stand": Posture.STAND,
    "walk": Posture.WALK,
    "run": Posture.WALK,
    "stairs_up": Posture.WALK,
    "stairs_down": Posture.WALK,
    "lie": Posture.LIE,
}
SEDENTARY = ("sit", "lie")


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """One session: its samples, and the commonest label of each second ("" without samples)."""

    subject: str
    session: str
    blocks: list[SampleBlock]
    label: np.ndarray  #: shape (n,), str
    orig: np.ndarray  #: shape (n,), str

    def classified(self, method: Method, reference: Reference | None = None) -> Answer:
        """Classify the session; one answer for each labelled second."""
        end_s = BASE_S + len(self.label)
        seconds = classify(self.blocks, method, start_s=BASE_S, end_s=end_s, reference=reference)
        return Answer(self, seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A session and what was made of it."""

    of: Labelled
    seconds: PostureSeconds

    @property
    def guess(self) -> np.ndarray:
        """The class of the largest probability, whatever `posture` says; shape (n,), str."""
        names = np.array([posture.value for posture in CLASSES])
        return np.asarray(names[self.seconds.p.argmax(axis=1)])

    @property
    def truth(self) -> np.ndarray:
        """What each second counts as, "" where it is left out; shape (n,), str."""
        return np.array([str(COUNTS_AS.get(label, "")) for label in self.of.label], dtype="U8")

    @property
    def is_unknown(self) -> np.ndarray:
        """Where the method would rather not say; shape (n,)."""
        return np.asarray(self.seconds.code == CODE[Posture.UNKNOWN])


def labelled_sessions(path: Path) -> Iterator[Labelled]:
    """Yield the sessions of one data set with their labels."""
    frame = pd.read_parquet(path, columns=["subject", "session", "t", "label", "orig"])
    for name in ("subject", "session", "label", "orig"):
        frame[name] = frame[name].astype(str)
    rows = {}
    for (subject, session), part in frame.groupby(["subject", "session"], sort=False):
        starts = part["t"].to_numpy() <= part["t"].shift(fill_value=-np.inf).to_numpy()
        for repeat, (_, one) in enumerate(part.groupby(np.cumsum(starts), sort=True), start=1):
            rows[subject, session if repeat == 1 else f"{session}#{repeat}"] = one
    for session in read_recording(path):
        one = rows[session.subject, session.session]
        second = np.floor(session.t_s + 1e-9).astype(np.int64)
        yield Labelled(
            session.subject,
            session.session,
            to_blocks(session, "bench"),
            _commonest(second, one["label"]),
            _commonest(second, one["orig"]),
        )


def _commonest(second: np.ndarray, label: pd.Series) -> np.ndarray:
    codes, names = pd.factorize(label)
    counts = np.zeros((second[-1] + 1, len(names)), np.int64)
    np.add.at(counts, (second, codes), 1)
    result = np.asarray(names, dtype="U32")[counts.argmax(axis=1)]
    result[counts.sum(axis=1) == 0] = ""
    return np.asarray(result)
