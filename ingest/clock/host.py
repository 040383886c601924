"""This computer's own time: one line through its clock, which is not torn when somebody sets it.

A computer's wall clock is stepped by time services, by its owner, and after sleep; its monotonic
clock is not. `HostTime` follows the wall clock as long as the two agree. When the wall clock jumps
nobody can know at once whether the old or the new time is the right one, so the old line goes on by
the monotonic clock until the new one has proved itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ingest.sequencing.refusals import is_plausible
from processing.model import NS_PER_S

#: Both clocks cannot be read in the same instant, and a time service may slew; more is a step. [ns]
STEP_NS: Final = 20_000_000
#: How far the two may run apart where the monotonic clock is not slewed with the wall clock. On
#: Linux both are (clock_gettime(2)), elsewhere a computer's crystal is good to some 50 ppm.
_APART_PPM: Final = 100
#: How long a new wall clock has to stand before it is believed. [s]
SETTLE_S: Final = 600.0
#: How long a clock that no time service keeps is not believed at the start. [s]
PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Both clocks of this computer, read one right after the other."""

    monotonic_ns: int  #: never steps, and counts sleep where the system has such a clock [ns]
    utc_ns: int  #: the wall clock: Unix time as the system has it [ns]

    @property
    def is_plausible(self) -> bool:
        """Whether the wall clock has been set at all."""
        return is_plausible(self.utc_ns)


@dataclass(slots=True)
class _Step:
    """A wall clock that has jumped and is not believed yet."""

    by_ns: int
    since_ns: int  #: when it was first seen, by the monotonic clock


class HostTime:
    """The time line that everything from sensors is put on; one for all sensors of a process.

    Parameters
    ----------
    settle_s
        How long a wall clock that has jumped must stand before it is believed. [s]
    patience_s
        How long a time service that has not set the clock yet is waited for at first: a clock may
        be an hour off until then, and what is stored would stay so. [s]
    """

    def __init__(self, *, settle_s: float = SETTLE_S, patience_s: float = PATIENCE_S) -> None:
        self._settle_ns = round(settle_s * NS_PER_S)
        self._patience_ns = round(patience_s * NS_PER_S)
        self._waits_since_ns: int | None = None
        self._is_synchronised: bool | None = None
        self._offset_ns: int | None = None
        self._last_ns = 0
        self._step: _Step | None = None
        self.n_steps = 0  #: how often the wall clock was seen to jump
        #: goes up by one with each step that was believed in the end
        self.n_corrections = 0
        #: how far the line moved at the last of them [ns]
        self.last_correction_ns = 0

    @property
    def is_known(self) -> bool:
        """Whether there is a time line yet; before that nothing can be timed."""
        return self._offset_ns is not None

    @property
    def is_doubtful(self) -> bool:
        """Whether the wall clock has jumped lately and is not believed yet."""
        return self._step is not None

    @property
    def notice(self) -> str:
        """What to tell the wearer while the wall clock is not believed; empty: nothing."""
        if self._step is None:
            return ""
        return (
            f"this computer's clock was moved by {self._step.by_ns / NS_PER_S:+.1f} s; "
            "going on with the old time until the new one has stood for "
            f"{self._settle_ns / NS_PER_S / 60:g} min"
        )

    def observe(self, stamp: Stamp, *, is_synchronised: bool | None = None) -> None:
        """Take note of what both clocks say now.

        Parameters
        ----------
        stamp
            Both clocks. One whose wall clock was never set is passed over.
        is_synchronised
            True when the system says that a time service keeps its clock right: a step is then
            believed at once. False: none does, or not yet. None: as it was last known.
        """
        if is_synchronised is not None:
            self._is_synchronised = is_synchronised
        if not stamp.is_plausible or self._waits_for_service(stamp):
            return
        wall_offset_ns = stamp.utc_ns - stamp.monotonic_ns
        if self._offset_ns is None:
            self._offset_ns = wall_offset_ns
            self._last_ns = stamp.monotonic_ns
            return
        off_ns = wall_offset_ns - self._offset_ns
        elapsed_ns = max(stamp.monotonic_ns - self._last_ns, 0)
        allowed_ns = STEP_NS + elapsed_ns * _APART_PPM // 1_000_000
        self._last_ns = max(self._last_ns, stamp.monotonic_ns)
        if abs(off_ns) <= allowed_ns:
            self._offset_ns = wall_offset_ns
            self._step = None
            return
        if self._step is None or abs(off_ns - self._step.by_ns) > allowed_ns:
            self._step = _Step(off_ns, stamp.monotonic_ns)
            self.n_steps += 1
        self._step.by_ns = off_ns
        if is_synchronised or stamp.monotonic_ns - self._step.since_ns >= self._settle_ns:
            self._believe()

    def utc_ns(self, stamp: Stamp) -> int:
        """Return the time of a stamp on the line; what its wall clock says is not looked at. [ns]

        Raises
        ------
        ValueError
            If no plausible stamp was ever observed.
        """
        if self._offset_ns is None:
            raise ValueError("this computer's clock has never been set")
        return stamp.monotonic_ns + self._offset_ns

    def _waits_for_service(self, stamp: Stamp) -> bool:
        if self._offset_ns is not None or self._is_synchronised is not False:
            return False
        if self._waits_since_ns is None:
            self._waits_since_ns = stamp.monotonic_ns
        return stamp.monotonic_ns - self._waits_since_ns < self._patience_ns

    def confirm(self) -> None:
        """Believe a step now: a sensor's clock says that the new wall clock is the right one."""
        if self._step is not None:
            self._believe()

    def _believe(self) -> None:
        assert self._step is not None
        assert self._offset_ns is not None
        self._offset_ns += self._step.by_ns
        self.last_correction_ns = self._step.by_ns
        self.n_corrections += 1
        self._step = None
