"""Results in memory for tests of views and page: seconds written down as stretches of a posture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ingest.model import SensorReading
from processing.figures.bouts import find_bouts
from processing.figures.sleep import Span
from processing.method import Method
from processing.model import CLASSES, CODE, NS_PER_S, Bout, Gap, Posture, PostureSeconds
from sitstreak.views.source import ResultsReader

Stretch = tuple[str, int]  #: posture, how long [s]
STEPS_PER_S = 2


def stretches(start_s: int, *parts: Stretch, confidence: float = 0.9) -> PostureSeconds:
    """Return consecutive seconds: `stretches(0, ("sit", 60), ("walk", 5))` is 65 of them."""
    names = [Posture(name) for name, length in parts for _ in range(length)]
    code = np.array([CODE[name] for name in names], np.uint8)
    known = np.isin(code, [CODE[posture] for posture in CLASSES])
    sure = np.where(known, confidence, 0.0)
    p = np.full((len(code), len(CLASSES)), 1 / len(CLASSES))
    for column, posture in enumerate(CLASSES):
        mine = code == CODE[posture]
        p[mine] = (1 - confidence) / (len(CLASSES) - 1)
        p[mine, column] = confidence
    steps = np.where(code == CODE[Posture.WALK], STEPS_PER_S, 0).astype(np.int64)
    return PostureSeconds(start_s, code, p, sure, steps)


@dataclass
class FakeResults:
    """Implements `ResultsReader` over seconds that a test wrote down; counts what it is asked."""

    known: dict[str, PostureSeconds] = field(default_factory=dict)
    readings: dict[str, SensorReading] = field(default_factory=dict)
    device_id: str = "hip-1"
    counters: dict[str, dict[str, object]] = field(default_factory=dict)
    gaps: dict[str, list[Gap]] = field(default_factory=dict)
    slept: dict[str, list[Span]] = field(default_factory=dict)
    n_seconds_read: int = 0

    def wearers(self) -> list[str]:
        return sorted(self.known)

    def devices(self, wearer: str) -> list[str]:
        return [self.device_id] if wearer in self.known else []

    def method(self, wearer: str) -> Method | None:
        return Method() if wearer in self.known else None

    def seconds(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        self.n_seconds_read += max(end_s - start_s, 0)
        dense = PostureSeconds.unknown(start_s, end_s)
        if wearer not in self.known:
            return dense
        part = self.known[wearer].between(start_s, end_s)
        if not len(part):
            return dense
        before = PostureSeconds.unknown(start_s, part.start_s)
        after = PostureSeconds.unknown(part.end_s, end_s)
        return PostureSeconds.concatenate([before, part, after])

    def bouts(self, wearer: str, start_s: int, end_s: int) -> list[Bout]:
        if wearer not in self.known:
            return []
        part = self.known[wearer].between(start_s, end_s)
        return find_bouts(part) if len(part) else []

    def told_sleep(self, wearer: str, start_s: int, end_s: int) -> list[Span]:
        told = self.slept.get(wearer, [])
        return [span for span in told if span[0] < end_s and span[1] > start_s]

    def first_second(self, wearer: str) -> int | None:
        return self.known[wearer].start_s if wearer in self.known else None

    def latest_second(self, wearer: str, before_s: int | None = None) -> int | None:
        if wearer not in self.known:
            return None
        known = self.known[wearer]
        if before_s is None or known.end_s <= before_s:
            return known.end_s
        code = known.between(known.start_s, before_s).code
        with_data = np.flatnonzero(code != CODE[Posture.UNKNOWN])
        return known.start_s + int(with_data[-1]) + 1 if len(with_data) else None

    def settled_until(self, wearer: str) -> int | None:
        latest_s = self.latest_second(wearer)
        return None if latest_s is None else latest_s - 4

    def sensor(self, wearer: str) -> SensorReading | None:
        return self.readings.get(wearer)

    def sensor_counters(self, wearer: str) -> dict[str, object]:
        return self.counters.get(wearer, {})

    def gaps_since(self, wearer: str, start_ns: int) -> list[Gap]:
        return [gap for gap in self.gaps.get(wearer, []) if gap.end_ns > start_ns]

    def last_sample_ns(self, wearer: str) -> int | None:
        latest_s = self.latest_second(wearer)
        return None if latest_s is None else latest_s * NS_PER_S

    @contextmanager
    def opener(self, _: Path) -> Iterator[ResultsReader]:
        """Stand in for opening a database."""
        yield self
