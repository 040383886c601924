"""Results and a diary in memory for tests of reports: weeks as stretches of a posture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ingest.model import SensorReading
from processing.figures.bouts import find_bouts
from processing.figures.diary import DiaryEntry
from processing.figures.sleep import Span
from processing.method import Method
from processing.model import (
    CLASSES,
    CODE,
    NS_PER_S,
    POSTURES,
    Bout,
    Gap,
    Posture,
    PostureSeconds,
)
from sitstreak.report.content.sources import UsedMethod

Stretch = tuple[str, int]  #: posture, how long [s]
STEPS_PER_S = 2
_UNKNOWN = CODE[Posture.UNKNOWN]
#: Confidence and probabilities of each posture's seconds.
_SURE = np.array([0.0 if one is Posture.UNKNOWN else 0.9 for one in POSTURES])
_P = np.array(
    [
        [0.9 if one is column else 0.025 for column in CLASSES] if one in CLASSES else [0.2] * 5
        for one in POSTURES
    ]
)


@dataclass
class ReportSource:
    """Implements `ReportReader` for one wearer, whose seconds are kept a byte each."""

    wearer: str = "me"
    start_s: int = 0
    code: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    n_steps: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    all_gaps: Sequence[Gap] = ()
    device_name: str = "Hip Sensor"
    n_backfilled: int = 0
    made_by: Method = field(default_factory=Method)
    #: other methods that made the results before a second
    made_before: Sequence[tuple[int, UsedMethod]] = ()
    n_seconds_read: int = 0

    @classmethod
    def of(cls, wearer: str, start_s: int, parts: Sequence[Stretch], **more) -> ReportSource:
        """Lay out stretches one after the other; two steps in each second of walking."""
        codes = np.array([CODE[Posture(name)] for name, _ in parts], np.uint8)
        code = np.repeat(codes, [length_s for _, length_s in parts])
        steps = np.where(code == CODE[Posture.WALK], STEPS_PER_S, 0).astype(np.uint8)
        return cls(wearer, start_s, code, steps, **more)

    @property
    def _end_s(self) -> int:
        return self.start_s + len(self.code)

    def wearers(self) -> list[str]:
        return [self.wearer] if len(self.code) else []

    def devices(self, wearer: str) -> list[str]:
        return ["hip-1"] if wearer in self.wearers() else []

    def seconds(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        n = max(end_s - start_s, 0)
        self.n_seconds_read += n
        code, steps = np.full(n, _UNKNOWN, np.uint8), np.zeros(n, np.int64)
        if wearer == self.wearer:
            a, b = max(start_s, self.start_s), min(end_s, self._end_s)
            if a < b:
                code[a - start_s : b - start_s] = self.code[a - self.start_s : b - self.start_s]
                steps[a - start_s : b - start_s] = self.n_steps[a - self.start_s : b - self.start_s]
        return PostureSeconds(start_s, code, _P[code], _SURE[code], steps)

    def postures(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        return self.seconds(wearer, start_s, end_s)

    def bouts(self, wearer: str, start_s: int, end_s: int) -> list[Bout]:
        """Uncut ones, as from a store."""
        if wearer != self.wearer or not len(self.code):
            return []
        a, b = max(start_s, self.start_s), min(end_s, self._end_s)
        if a >= b:
            return []
        a, b = self._run_start(a), self._run_end(b)
        first, last = max(a - 1, self.start_s), min(b + 1, self._end_s)
        found = find_bouts(self.seconds(wearer, first, last))
        return [one for one in found if one.end_s > start_s and one.start_s < end_s]

    def told_sleep(self, wearer: str, start_s: int, end_s: int) -> list[Span]:
        return []  # the diary of a report is handed to its builder

    def sensor_counters(self, wearer: str) -> dict[str, int]:
        return {}

    def gaps_since(self, wearer: str, start_ns: int) -> list[Gap]:
        return self.gaps(wearer, start_ns, 2**62)

    def first_second(self, wearer: str) -> int | None:
        return self.start_s if wearer in self.wearers() else None

    def latest_second(self, wearer: str, before_s: int | None = None) -> int | None:
        if wearer not in self.wearers():
            return None
        return self._end_s if before_s is None else min(self._end_s, before_s)

    def settled_until(self, wearer: str) -> int | None:
        return self.latest_second(wearer)

    def method(self, wearer: str) -> Method | None:
        return self.made_by if wearer in self.wearers() else None

    def sensor(self, wearer: str) -> SensorReading | None:
        return None

    def last_sample_ns(self, wearer: str) -> int | None:
        latest_s = self.latest_second(wearer)
        return None if latest_s is None else latest_s * NS_PER_S

    def gaps(self, wearer: str, start_ns: int, end_ns: int) -> list[Gap]:
        return [gap for gap in self.all_gaps if gap.end_ns > start_ns and gap.start_ns < end_ns]

    def device_names(self, wearer: str, start_s: int, end_s: int) -> list[str]:
        code = self.seconds(wearer, start_s, end_s).code
        return [self.device_name] if np.any(code != _UNKNOWN) else []

    def methods(self, wearer: str, start_s: int, end_s: int) -> list[UsedMethod]:
        if not self.device_names(wearer, start_s, end_s):
            return []
        newest = UsedMethod(self.made_by.digest, self.made_by.version)
        return [next((one for at_s, one in self.made_before if end_s <= at_s), newest)]

    def n_recovered(self, wearer: str, start_s: int, end_s: int) -> int:
        return self.n_backfilled

    def _run_start(self, at_s: int) -> int:
        i = at_s - self.start_s
        other = np.flatnonzero(self.code[:i] != self.code[i])
        return self.start_s + (int(other[-1]) + 1 if len(other) else 0)

    def _run_end(self, end_s: int) -> int:
        i = end_s - 1 - self.start_s
        other = np.flatnonzero(self.code[i:] != self.code[i])
        return self.start_s + i + int(other[0]) if len(other) else self._end_s


@dataclass(frozen=True)
class Planned:
    """One planned exercise."""

    what: str


@dataclass
class WrittenDiary:
    """Implements `DiaryReader` over a list, in whatever order it is."""

    written: Sequence[DiaryEntry] = ()
    #: names of exercises by ISO weekday, 1 Monday
    weekly: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def entries(self, wearer: str, start_s: int, end_s: int) -> list[DiaryEntry]:
        return [
            one
            for one in self.written
            if one.at_s < end_s and (one.until_s or one.at_s + 1) > start_s
        ]

    def agreed_plan(self, wearer: str, day: date, end_s: int) -> list[Planned]:
        return [Planned(what) for what in self.weekly.get(day.isoweekday(), ())]
