"""Recordings from files, classified: every session for itself, on its own clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

import numpy as np

from ingest.recordings.player import BASE_S, device_name, to_blocks
from ingest.recordings.recording import RecordedSession
from processing.chain import classify
from processing.figures.bouts import find_bouts
from processing.method import Method
from processing.model import POSTURES, Bout, PostureSeconds
from sitstreak.report.exports.cells import P_COLUMNS, posture_names, safe_text, share, shares, truth

SECONDS_COLUMNS: Final = ("subject", "session", "t", "posture", "confidence", *P_COLUMNS)
BOUTS_COLUMNS: Final = (
    "subject", "session", "start_s", "end_s", "posture", "n_steps", "confidence", "censored",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ClassifiedSession:
    """One recorded session and what it was; seconds count from its own start."""

    session: RecordedSession
    seconds: PostureSeconds  #: `start_s` is `BASE_S`: second 0 of the session
    bouts: Sequence[Bout]  #: on the same clock as `seconds`

    @property
    def posture_s(self) -> dict[str, int]:
        """How long each posture lasted. [s]"""
        counts = np.bincount(self.seconds.code, minlength=len(POSTURES)).tolist()
        return dict(zip((posture.value for posture in POSTURES), counts, strict=True))

    @property
    def n_steps(self) -> int:
        """Steps in all."""
        return int(self.seconds.n_steps.sum())


def classify_session(session: RecordedSession, method: Method) -> ClassifiedSession:
    """Classify every second that the session begins, 0 to the one its last sample falls into."""
    n_seconds = floor(session.t_s[-1]) + 1
    blocks = to_blocks(session, device_name(session.subject))
    seconds = classify(blocks, method, start_s=BASE_S, end_s=BASE_S + n_seconds)
    return ClassifiedSession(session, seconds, find_bouts(seconds))


def seconds_table(sessions: Sequence[ClassifiedSession]) -> Iterator[Sequence[object]]:
    """Yield the header and one row for each second of each session."""
    yield SECONDS_COLUMNS
    for one in sessions:
        names = safe_text(one.session.subject), safe_text(one.session.session)
        rows = zip(
            posture_names(one.seconds.code),
            one.seconds.confidence.tolist(),
            shares(one.seconds.p),
            strict=True,
        )
        for t, (posture, confidence, p) in enumerate(rows):
            yield (*names, t, posture, share(confidence), *p)


def bouts_table(sessions: Sequence[ClassifiedSession]) -> Iterator[Sequence[object]]:
    """Yield the header and one row for each bout of each session."""
    yield BOUTS_COLUMNS
    for one in sessions:
        names = safe_text(one.session.subject), safe_text(one.session.session)
        for bout in one.bouts:
            yield (
                *names,
                bout.start_s - BASE_S,
                bout.end_s - BASE_S,
                bout.posture.value,
                bout.n_steps,
                share(bout.confidence),
                truth(bout.censored),
            )
