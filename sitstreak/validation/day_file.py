"""A built day as a recording file with labels."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import pandas as pd

from sitstreak.errors import SitstreakError
from sitstreak.validation.day_builder import FS_HZ, BuiltDay
from sitstreak.validation.labelled import SETS, Labelled

#: A posture by the label that counts as it.
_LABEL: Final = {"move": "cycle", "not_worn": "other"}


class NoSuchPersonError(SitstreakError):
    """A data set has nobody of that name."""

    def __init__(self, data_set: str, subject: str, known: list[str]) -> None:
        self.data_set, self.subject = data_set, subject
        super().__init__(
            f"{SETS[data_set]}: has no subject {subject!r}; it has {', '.join(sorted(known))}"
        )


def session_of(sessions: list[Labelled], subject: str | None) -> Labelled:
    """Return the session of a subject, or the first one.

    Raises
    ------
    NoSuchPersonError
        If there is nobody of that name.
    """
    if subject is None:
        return sessions[0]
    for one in sessions:
        if one.subject == subject:
            return one
    raise NoSuchPersonError(sessions[0].data_set, subject, [one.subject for one in sessions])


def day_as_parquet(day: BuiltDay) -> bytes:
    """Return a day as a parquet file: docs/recordings.md, with `label` and `orig` (the posture)."""
    there = np.flatnonzero(day.is_there)
    acc_g = day.acc_g[there].astype(np.float32)
    label = np.array([_LABEL.get(word, word) for word in day.truth.tolist()])
    frame = pd.DataFrame(
        {
            "subject": pd.Categorical([day.subject] * len(there)),
            "session": pd.Categorical(["spliced day"] * len(there)),
            "t": day.t_s,
            "x": acc_g[:, 0],
            "y": acc_g[:, 1],
            "z": acc_g[:, 2],
            "label": pd.Categorical(label[there // FS_HZ]),
            "orig": pd.Categorical(day.truth[there // FS_HZ]),
        }
    )
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()
