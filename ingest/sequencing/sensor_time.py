"""When a sensor's blocks were taken: what the sequencer asks of whoever knows.

`OwnTime` believes the sensor's own clock, as a recording that is played needs it;
`ingest.sequencing.hosted_time` finds the time by comparing clocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from ingest.clock.host import Stamp
from ingest.hip_sensor.control import Control, SetTime
from ingest.hip_sensor.packets import DataPacket, Status, ticks_to_ns
from ingest.model import RawBlock
from ingest.sequencing.refusals import CLOCK_NOT_SET
from processing.model import NS_PER_S, Gap

#: How long an answer to a question for the time is waited for. [s]
_RETRY_S = 2.0
#: Of so many starts the time is kept in mind: a log holds fewer.
N_BOOTS_KEPT = 16


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block at its time."""

    block: RawBlock
    gap: Gap | None = None  #: before it, when the sensor took nothing or its clock was corrected


class SensorTime(Protocol):
    """Puts one sensor's blocks on the time line."""

    def link_up(self, now_s: float) -> None:
        """Take note of a new link."""

    def see_status(self, status: Status, stamp: Stamp | None) -> None:
        """Take a status: read (no stamp), or notified and arrived then."""

    def see_packet(self, packet: DataPacket, stamp: Stamp) -> None:
        """Take a packet that has just arrived and is new."""

    def see_end(self, boot_id: int, last: DataPacket) -> None:
        """Take the last block of an earlier start, from which no time is known."""

    def ask(self, now_s: float, stamp: Stamp) -> list[Control]:
        """Return what has to be written to the sensor now, to know the time or to keep it."""

    def can_place(self, boot_id: int, now_s: float) -> bool:
        """Return whether blocks of this start can be placed."""

    def place(self, device_id: str, packet: DataPacket) -> PlacedBlock:
        """Place the next block; blocks come in the order in which they are to be stored."""

    def states(self) -> dict[int, dict[str, Any]]:
        """Return what is to be kept over a restart of the collector, by boot id."""

    def take_notices(self) -> list[str]:
        """Return what the wearer should be told since this was called last."""

    @property
    def due_s(self) -> float | None:
        """When `ask` wants to be called, to the point; None: whenever. [s]"""

    @property
    def waits_for(self) -> str:
        """What has to happen on this computer before times can be told; empty: nothing."""


@dataclass(slots=True)
class OwnTime:
    """Believes what the sensor says of its own clock, and sets it when it is not set."""

    _zero_ns: dict[int, int] = field(default_factory=dict)  #: UTC at tick zero, by boot id
    _present: int = 0
    _asked_s: float | None = None
    _waits_for: str = ""

    def link_up(self, now_s: float) -> None:  # noqa: ARG002 - the time of a link says nothing here
        """Ask again."""
        self._asked_s = None

    def see_status(self, status: Status, stamp: Stamp | None) -> None:  # noqa: ARG002
        """Learn when tick zero was."""
        self._present = status.boot_id
        known = [(status.boot_id, status.utc_at_tick_zero_ns)]
        if status.older is not None:
            known.append((status.older.boot_id, status.older.utc_at_tick_zero_ns))
        for one, zero_ns in known:
            if zero_ns:
                self.tell_zero(one, zero_ns)

    def see_packet(self, packet: DataPacket, stamp: Stamp) -> None:
        """Arrivals say nothing here."""

    def see_end(self, boot_id: int, last: DataPacket) -> None:
        """Let an earlier start, whose clock was never set, end where the present one begins."""
        if boot_id not in self._zero_ns and self._present in self._zero_ns:
            end_ns = ticks_to_ns(last.ticks) + len(last.samples) * 1000 * NS_PER_S // last.fs_mhz
            self.tell_zero(boot_id, self._zero_ns[self._present] - end_ns)

    def tell_zero(self, boot_id: int, utc_ns: int) -> None:
        """Take somebody else's word of when tick zero of a start was."""
        self._zero_ns.pop(boot_id, None)
        self._zero_ns[boot_id] = utc_ns
        while len(self._zero_ns) > N_BOOTS_KEPT:
            del self._zero_ns[next(iter(self._zero_ns))]

    def zero_ns(self, boot_id: int) -> int:
        """Return when tick zero of a start was; KeyError if that is not known. [ns]"""
        return self._zero_ns[boot_id]

    def ask(self, now_s: float, stamp: Stamp) -> list[Control]:
        """Set a clock that is not set."""
        self._waits_for = ""
        if self._present in self._zero_ns:
            return []
        if not stamp.is_plausible:
            self._waits_for = CLOCK_NOT_SET
            return []
        if self._asked_s is not None and now_s - self._asked_s < _RETRY_S:
            return []
        self._asked_s = now_s
        return [SetTime(stamp.utc_ns)]

    def can_place(self, boot_id: int, now_s: float) -> bool:  # noqa: ARG002
        """Return whether tick zero of this start is known."""
        return boot_id in self._zero_ns

    def place(self, device_id: str, packet: DataPacket) -> PlacedBlock:
        """Place by the ticks alone."""
        return PlacedBlock(packet.to_block(device_id, self._zero_ns[packet.boot_id]))

    def states(self) -> dict[int, dict[str, Any]]:
        """Return nothing: the sensor tells again."""
        return {}

    def take_notices(self) -> list[str]:
        """Return nothing."""
        return []

    @property
    def due_s(self) -> float | None:
        """Return nothing: a late question does no harm."""
        return None

    @property
    def waits_for(self) -> str:
        """Return what this computer lacks."""
        return self._waits_for
