"""The labelled recordings and what each second of them was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from ingest.errors import RecordingError
from ingest.recordings.player import BASE_S, to_blocks
from ingest.recordings.recording import RecordedSession, read_recording
from processing.features.columns import Features
from processing.features.measuring import measure
from processing.method import Method
from processing.model import BoolArray, IntArray, Posture, SampleBlock
from sitstreak.errors import DataDirError
from sitstreak.fitting.example import Example
from sitstreak.validation.words import Words

#: The files of a folder of labelled recordings.
SETS: Final = {
    "hapt": "hapt.parquet",
    "harth": "harth_back.parquet",
    "har70": "har70_back.parquet",
    "ipol": "ipol_gait_l5.parquet",
    "sisfall": "sisfall_adl.parquet",
    "umafall": "umafall_adl.parquet",
}
#: Those with labelled sitting, standing and walking: the ones that a method is fitted to.
POSTURE_SETS: Final = ("hapt", "harth", "har70")

#: What a label counts as. Whatever is not named here is "".
COUNTS_AS: Final = {
    "sit": Posture.SIT.value,
    "stand": Posture.STAND.value,
    "walk": Posture.WALK.value,
    "run": Posture.WALK.value,
    "stairs_up": Posture.WALK.value,
    "stairs_down": Posture.WALK.value,
    "lie": Posture.LIE.value,
    "cycle": "cycle",
}
#: The truths that are scored; cycling is judged apart.
SCORED: Final = ("sit", "stand", "walk", "lie")


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """One session: its samples, and the commonest label of each second ("" without samples)."""

    data_set: str
    recorded: RecordedSession
    label: Words  #: shape (n,)
    orig: Words  #: shape (n,): what the authors of the data set called it

    @property
    def subject(self) -> str:
        """Pseudonym, unique within the data set."""
        return self.recorded.subject

    @property
    def session(self) -> str:
        """Name of the session, unique within the subject."""
        return self.recorded.session

    @property
    def person(self) -> tuple[str, str]:
        """Data set and subject."""
        return self.data_set, self.subject

    @property
    def truth(self) -> Words:
        """What each second counts as: one of `SCORED`, "cycle", or "" for what is left out."""
        return np.array([COUNTS_AS.get(label, "") for label in self.label.tolist()], dtype="U8")

    @property
    def is_scored(self) -> BoolArray:
        """Which seconds count; shape (n,)."""
        return np.asarray(np.isin(self.truth, SCORED))

    def blocks(self) -> list[SampleBlock]:
        """Return the samples; the session's first second is `BASE_S`."""
        return to_blocks(self.recorded, "validation")

    def features(self, method: Method) -> Features:
        """Measure the features of every labelled second."""
        return measure(self.blocks(), BASE_S, BASE_S + len(self.label), method)

    def example(self, features: Features) -> Example:
        """Return what a method can be fitted to."""
        return Example(self.data_set, self.subject, self.session, features, self.truth)

    def recorded_as(self, recorded: RecordedSession) -> Labelled:
        """Return the same session as another sensor would have recorded it."""
        return replace(self, recorded=recorded)


def read_sets(folder: Path, names: tuple[str, ...] = tuple(SETS)) -> dict[str, list[Labelled]]:
    """Read data sets from a folder.

    Raises
    ------
    DataDirError
        If the folder or one of the files is not there.
    RecordingError
        If a file cannot be read or has no labels.
    """
    check_folder(folder, names)
    return {name: list(labelled_sessions(name, folder / SETS[name])) for name in names}


def check_folder(folder: Path, names: tuple[str, ...] = tuple(SETS)) -> None:
    """Raise DataDirError if the folder lacks the file of one of the data sets."""
    missing = [SETS[name] for name in names if not (folder / SETS[name]).is_file()]
    if missing:
        raise DataDirError(folder, f"holds no {', '.join(missing)}; give the folder that does")


def labelled_sessions(data_set: str, path: Path) -> Iterator[Labelled]:
    """Yield the sessions of one file with their labels."""
    sessions = read_recording(path)
    rows = _rows_by_session(path)
    for session in sessions:
        label, orig = rows[session.subject, session.session]
        second = np.floor(session.t_s + 1e-9).astype(np.int64)
        yield Labelled(data_set, session, _commonest(second, label), _commonest(second, orig))


def _rows_by_session(path: Path) -> dict[tuple[str, str], tuple[pd.Series, pd.Series]]:
    try:
        frame = pd.read_parquet(path, columns=["subject", "session", "t", "label", "orig"])
    except (ValueError, KeyError) as error:  # pyarrow's own errors are ValueErrors
        raise RecordingError(path, f"has no labels: {error}") from error
    for name in ("subject", "session", "label", "orig"):
        frame[name] = frame[name].astype(str)
    rows = {}
    for (subject, session), part in frame.groupby(["subject", "session"], sort=False):
        starts = part["t"].to_numpy() <= part["t"].shift(fill_value=-np.inf).to_numpy()
        for repeat, (_, one) in enumerate(part.groupby(np.cumsum(starts), sort=True), start=1):
            name = str(session) if repeat == 1 else f"{session}#{repeat}"
            rows[str(subject), name] = one["label"], one["orig"]
    return rows


def _commonest(second: IntArray, label: pd.Series) -> Words:
    codes, names = pd.factorize(label)
    counts = np.zeros((second[-1] + 1, len(names)), np.int64)
    np.add.at(counts, (second, codes), 1)
    result = np.asarray(names, dtype="U32")[counts.argmax(axis=1)]
    result[counts.sum(axis=1) == 0] = ""
    return np.asarray(result)
