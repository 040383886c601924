"""A wearer, a sensor and a clock for guided measurements, in no time at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ingest.model import RawBlock
from processing.model import NS_PER_S, FloatArray
from sitstreak.guided.session import Phase
from sitstreak.storage.journal import SqliteJournal

DEVICE = "hip-1"
LSB_PER_G = 4096
FS_HZ = 25.0
_PER_BLOCK = 25
START_S = 1_789_942_267


def raw_blocks(acc_g: FloatArray, start_s: int = START_S, *, first_seq: int = 0) -> list[RawBlock]:
    """Cut samples into blocks of a second, as a sensor gives them."""
    samples = np.rint(acc_g * LSB_PER_G).astype(np.int16)
    return [
        RawBlock(
            DEVICE,
            1,
            first_seq + at // _PER_BLOCK,
            start_s * NS_PER_S + round(at * NS_PER_S / FS_HZ),
            FS_HZ,
            LSB_PER_G,
            samples[at : at + _PER_BLOCK],
        )
        for at in range(0, len(samples), _PER_BLOCK)
    ]


class PlayedPace:
    """A clock that moves when somebody waits, and a sensor whose blocks come in meanwhile."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        blocks: Sequence[RawBlock],
        *,
        latency_s: float = 0.8,
        at_s: float = START_S + 1.0,
        tick: Callable[[], object] = lambda: None,
    ) -> None:
        self._journal = SqliteJournal(connection, "me")
        self._left = list(blocks)
        self._latency_s, self._at_s, self._tick = latency_s, at_s, tick
        self.wait(1.0)

    def now_s(self) -> float:
        return self._at_s

    def utc_ns(self) -> int:
        return round(self._at_s * NS_PER_S)

    def wait(self, seconds: float) -> None:
        self._at_s += seconds
        arrived_ns = (self._at_s - self._latency_s) * NS_PER_S
        new = [block for block in self._left if block.end_ns <= arrived_ns]
        del self._left[: len(new)]
        self._journal.append(new, [])
        self._tick()


@dataclass
class NotedDisplay:
    """Writes down what it was told to show, without the repeats."""

    shown: list[str] = field(default_factory=list)

    def get_ready(self, phase: Phase, left_s: float) -> None:
        self._note(f"ready {phase.title}", left_s)

    def going(self, phase: Phase, left_s: float) -> None:
        self._note(f"go {phase.title}", left_s)

    def done(self, phase: Phase) -> None:
        self._note(f"done {phase.title}", 0.0)

    def _note(self, line: str, left_s: float) -> None:
        assert left_s >= 0
        if not self.shown or self.shown[-1] != line:
            self.shown.append(line)
