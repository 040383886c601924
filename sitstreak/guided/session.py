"""Leads the wearer through phases, and collects what the sensor measured in each.

Times of a phase are those of the sensor: it is told to be over once samples of its whole length
have come in, whatever the clocks say. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from processing.model import NS_PER_S, SampleBlock
from sitstreak.guided.errors import CatchingUpError, SensorSilentError
from sitstreak.guided.samples import Samples

#: A link that lost a packet asks for it again within seconds; longer is silence. [s]
SILENT_AFTER_S: Final = 15.0
#: Live samples are about a second old; the sensor's clock may be off by some more. [s]
BEHIND_S: Final = 60.0
#: What the radio lost is fetched from the sensor's log meanwhile. [s]
_LATE_S: Final = 5.0
_TICK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Phase:
    """One thing that the wearer does for a while."""

    title: str  #: what to do, as a request
    ready_s: float  #: countdown before it begins
    duration_s: float


class Pace(Protocol):
    """A clock to wait with."""

    def now_s(self) -> float:
        """Return the time on a clock that never goes back. [s]"""

    def utc_ns(self) -> int:
        """Return the time of day, Unix time. [ns]"""

    def wait(self, seconds: float) -> None:
        """Let time pass."""


class Display(Protocol):
    """What the wearer sees and hears."""

    def get_ready(self, phase: Phase, left_s: float) -> None:
        """Count down to a phase."""

    def going(self, phase: Phase, left_s: float) -> None:
        """Show how much of a phase is left."""

    def done(self, phase: Phase) -> None:
        """Say that a phase is over."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was measured during one phase."""

    start_ns: int
    end_ns: int
    blocks: list[SampleBlock]


class Session:
    """One guided measurement with one sensor."""

    def __init__(self, samples: Samples, pace: Pace, display: Display) -> None:
        self._samples, self._pace, self._display = samples, pace, display
        self._newest_ns = samples.newest_ns()
        self._newest_at_s = pace.now_s()

    def check_live(self) -> None:
        """Wait for the next samples, and see that they are of now.

        Raises
        ------
        SensorSilentError
            If none come.
        CatchingUpError
            If they were taken long ago.
        """
        before_ns = self._newest_ns
        while self._watch() == before_ns:
            self._pace.wait(_TICK_S)
        behind_s = (self._pace.utc_ns() - self._newest_ns) / NS_PER_S
        if behind_s > BEHIND_S:
            raise CatchingUpError(self._samples.device_id, behind_s)

    def lead(self, phase: Phase) -> Recorded:
        """Count down, lead through a phase, and return what was measured.

        Raises
        ------
        SensorSilentError
            If samples stop coming.
        """
        self._count(phase, phase.ready_s, self._display.get_ready)
        start_ns = self._watch()
        self._count(phase, phase.duration_s, self._display.going)
        end_ns = start_ns + round(phase.duration_s * NS_PER_S)
        self._display.done(phase)
        while self._watch() < end_ns:
            self._pace.wait(_TICK_S)
        until_s = self._pace.now_s() + _LATE_S
        blocks = self._samples.between(start_ns, end_ns)
        while _length_s(blocks) < phase.duration_s - _TICK_S and self._pace.now_s() < until_s:
            self._pace.wait(_TICK_S)
            blocks = self._samples.between(start_ns, end_ns)
        return Recorded(start_ns, end_ns, blocks)

    def _count(self, phase: Phase, length_s: float, show: ShowLeft) -> None:
        until_s = self._pace.now_s() + length_s
        while (left_s := until_s - self._pace.now_s()) > 0:
            show(phase, left_s)
            self._watch()
            self._pace.wait(min(_TICK_S, left_s))

    def _watch(self) -> int:
        """Return until when samples have come in; an error when they have stopped. [ns]"""
        newest_ns, now_s = self._samples.newest_ns(), self._pace.now_s()
        if newest_ns > self._newest_ns:
            self._newest_ns, self._newest_at_s = newest_ns, now_s
        elif now_s - self._newest_at_s > SILENT_AFTER_S:
            raise SensorSilentError(self._samples.device_id, now_s - self._newest_at_s)
        return self._newest_ns


def _length_s(blocks: list[SampleBlock]) -> float:
    return sum(len(block.acc_g) / block.fs_hz for block in blocks)


class ShowLeft(Protocol):
    """Shows how much is left."""

    def __call__(self, phase: Phase, left_s: float, /) -> None:
        """Show it."""
