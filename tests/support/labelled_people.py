"""People whose every second is known: tilted is sitting, a sine is walking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ingest.recordings.recording import RecordedSession
from processing.features.columns import Features
from processing.model import CODE, Posture, PostureSeconds
from sitstreak.validation.answers import Answer
from sitstreak.validation.labelled import SETS, Labelled
from tests.support import plain_signals as plain

_SIT_DEG, _LIE_DEG = 40.0, 85.0
_WORDS = {"s": "sit", "u": "stand", "w": "walk", "l": "lie", "?": "unknown", "c": "cycle"}


def acted(subject: str, *runs: tuple[str, int], data_set: str = "harth") -> Labelled:
    """Someone who does one thing after the other, such as `("w", 30), ("s", 60)`."""
    parts = {"s": _SIT_DEG, "l": _LIE_DEG, "u": 0.0, "?": 0.0}
    acc_g = np.concatenate(
        [plain.still(n, parts[kind]) if kind in parts else plain.walk(n) for kind, n in runs]
    )
    return labelled(subject, "".join(kind * n for kind, n in runs), acc_g, data_set=data_set)


def labelled(
    subject: str, letters: str, acc_g: np.ndarray | None = None, *, data_set: str = "harth"
) -> Labelled:
    """A session with one label for each letter; without samples it only can be scored."""
    n = len(letters)
    if acc_g is None:
        acc_g = np.tile([1.0, 0.0, 0.0], (round(n * plain.FS_HZ), 1))
    t_s = np.arange(len(acc_g)) / plain.FS_HZ
    label = np.array([_WORDS[letter] for letter in letters])
    recorded = RecordedSession(subject, "s1", t_s, acc_g, plain.FS_HZ, None)
    return Labelled(data_set, recorded, label, label)


def answered(session: Labelled, letters: str, p_best: float = 1.0) -> Answer:
    """An answer of one letter a second; `?` is unknown with sitting as the likeliest."""
    names = {"s": 0, "u": 1, "w": 2, "l": 3, "m": 4, "?": 0}
    p = np.full((len(letters), 5), (1 - p_best) / 4)
    p[np.arange(len(letters)), [names[letter] for letter in letters]] = p_best
    known = plain.seconds(*[(letter, 1) for letter in letters])
    confidence = np.where(known.code == CODE[Posture.UNKNOWN], 0.0, p_best)
    seconds = PostureSeconds(known.start_s, known.code, p, confidence, known.n_steps)
    return Answer(session, seconds)


def no_features(n: int) -> Features:
    """Features of seconds that nobody will judge."""
    from processing.features.columns import COLUMNS

    return Features(plain.START_S, np.zeros((n, len(COLUMNS))))


def write_sets(folder: Path) -> None:
    """Write all six data sets, each with two people of a minute or two."""
    day = [("w", 30), ("u", 20), ("s", 40), ("w", 20), ("l", 20), ("u", 10), ("w", 20)]
    for name, file in SETS.items():
        parts = [_rows(acted(f"{name}{i}", *day), "D01" if i else "D15") for i in range(2)]
        pd.concat(parts).to_parquet(folder / file, index=False)


def _rows(session: Labelled, orig: str) -> pd.DataFrame:
    recorded = session.recorded
    second = np.floor(recorded.t_s + 1e-9).astype(int)
    x, y, z = recorded.acc_g.T
    return pd.DataFrame(
        {
            "subject": recorded.subject,
            "session": recorded.session,
            "t": recorded.t_s,
            "x": x,
            "y": y,
            "z": z,
            "label": session.label[second],
            "orig": orig,
        }
    )
