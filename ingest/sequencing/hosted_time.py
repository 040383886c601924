"""The time of a hip sensor's blocks by comparing its ticks with this computer's clocks.

See docs/clock.md. One `DeviceClock` for each start of the sensor; one time line for all of them, on
which nothing that is stored ever moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ingest.clock.device import DeviceClock
from ingest.clock.exchange import TimeAsker
from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import SampleRate, TimeLine
from ingest.clock.rules import DriftPrior
from ingest.hip_sensor.control import AskTime, Control, SetTime
from ingest.hip_sensor.packets import DataPacket, Status, ticks_to_ns
from ingest.sequencing.refusals import CLOCK_NOT_SET
from ingest.sequencing.sensor_time import N_BOOTS_KEPT, OwnTime, PlacedBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap

#: A longer hole between blocks that follow each other is told as a gap. [ns]
_HOLE_NS: Final = 250_000_000


@dataclass(slots=True, eq=False)
class HostedTime:
    """Finds the time of one sensor's blocks, over all of its starts.

    Parameters
    ----------
    host
        This computer's time, shared by all sensors.
    line
        Where the blocks that are stored end.
    load
        Asked once for each start: what `states` had returned of it, None if nothing was kept.
    prior
        What is known of the sensor's crystal.
    """

    host: HostTime
    line: TimeLine
    load: Callable[[int], dict[str, Any] | None] = lambda _boot_id: None
    prior: DriftPrior | None = None
    _clocks: dict[int, DeviceClock] = field(default_factory=dict)
    _rates: dict[int, SampleRate] = field(default_factory=dict)
    _asker: TimeAsker = field(default_factory=TimeAsker)
    #: for a sensor that cannot be asked, and for starts that were never heard
    _own: OwnTime = field(default_factory=OwnTime)
    _present: int = 0
    _can_be_asked: bool = True
    _was_set: bool = False  #: the sensor's own clock was set, for its own use
    _last: tuple[int, int, int] | None = None  #: boot, sequence, end by the sensor's clock [ns]
    _notices: list[str] = field(default_factory=list)
    _waits_for: str = ""

    def link_up(self, now_s: float) -> None:
        """Ask anew."""
        self._asker.link_up(round(now_s * NS_PER_S))
        self._own.link_up(now_s)
        self._was_set = False

    def see_status(self, status: Status, stamp: Stamp | None) -> None:
        """Learn of a start, of an answer, or of an arrival."""
        self._own.see_status(status, stamp)
        self._present = status.boot_id
        self._can_be_asked = status.ticks_now is not None
        if status.ticks_now is None or stamp is None:
            return
        clock, device_ns = self._clock(status.boot_id), ticks_to_ns(status.ticks_now)
        answered = self._asker.answer(status.time_token or 0, device_ns, stamp)
        if answered is not None:
            clock.observe_exchange(answered.sent, answered.device_ns, answered.arrived)
        elif clock.is_anchored:
            clock.observe_arrival(device_ns, stamp)
        self._notices += [one.sentence for one in clock.take_corrections()]

    def see_packet(self, packet: DataPacket, stamp: Stamp) -> None:
        """Learn the length of a sample; and from a live packet, that it is in the past."""
        rate, first_ns = self._rate(packet.boot_id), ticks_to_ns(packet.ticks)
        rate.observe(packet.seq, first_ns, len(packet.samples))
        clock = self._clocks.get(packet.boot_id)
        if clock is not None and clock.is_anchored and not packet.from_log:
            last_ns = (len(packet.samples) - 1) * rate.sample_ns(packet.fs_mhz / 1000)
            clock.observe_arrival(first_ns + round(last_ns), stamp)
            self._notices += [one.sentence for one in clock.take_corrections()]

    def see_end(self, boot_id: int, last: DataPacket) -> None:
        """Let an earlier start that was never heard end where the present one begins."""
        present = self._clocks.get(self._present)
        if self._own.can_place(boot_id, 0.0):
            return
        if present is not None and present.is_anchored:
            length_ns = len(last.samples) * self._rate(boot_id).sample_ns(last.fs_mhz / 1000)
            end_ns = ticks_to_ns(last.ticks) + round(length_ns)
            self._own.tell_zero(boot_id, present.utc_ns(0) - end_ns)

    def ask(self, now_s: float, stamp: Stamp) -> list[Control]:
        """Ask for the sensor's time when that is due, and tell it ours once."""
        self.host.observe(stamp)
        self._waits_for = "" if self.host.is_known else CLOCK_NOT_SET
        if not self._can_be_asked:
            return self._own.ask(now_s, stamp)
        if not self.host.is_known:
            return []
        messages: list[Control] = []
        if not self._was_set and not self._own.can_place(self._present, now_s):
            self._was_set = True
            messages.append(SetTime(self.host.utc_ns(stamp)))
        token = self._asker.ask(stamp)
        return messages if token is None else [*messages, AskTime(token)]

    def can_place(self, boot_id: int, now_s: float) -> bool:
        """Return whether clocks were compared, or how the start ended is known."""
        if boot_id == self._present and self._can_be_asked:
            is_anchored = self._clock(boot_id).is_anchored
            return is_anchored and self._asker.is_ready(round(now_s * NS_PER_S))
        return self._clock(boot_id).is_anchored or self._own.can_place(boot_id, now_s)

    def place(self, device_id: str, packet: DataPacket) -> PlacedBlock:
        """Place a block behind those that are stored."""
        fs_hz, n = packet.fs_mhz / 1000, len(packet.samples)
        first_ns = ticks_to_ns(packet.ticks)
        end_ns = first_ns + round(n * self._rate(packet.boot_id).sample_ns(fs_hz))
        last, self._last = self._last, (packet.boot_id, packet.seq, end_ns)
        start_ns = self.line.last_end_ns
        placed = self.line.place(
            self._utc_ns(packet.boot_id, first_ns), self._utc_ns(packet.boot_id, end_ns), n
        )
        block = replace(packet.to_block(device_id, 0), t0_ns=placed.t0_ns, fs_hz=placed.fs_hz)
        if start_ns is None or placed.hole_ns <= _HOLE_NS:
            return PlacedBlock(block)
        # Where blocks are missing the sequencer knows better why there is a hole.
        follows = last is not None and last[:2] == (packet.boot_id, packet.seq - 1)
        took_nothing = follows and last is not None and first_ns - last[2] > _HOLE_NS
        reason = GapReason.SENSOR_OFF if took_nothing else GapReason.CLOCK_CORRECTED
        return PlacedBlock(block, Gap(device_id, start_ns, block.t0_ns, 0, reason))

    def states(self) -> dict[int, dict[str, Any]]:
        """Return what is known of each start that was heard."""
        return {boot: one.state() for boot, one in self._clocks.items() if one.is_anchored}

    def take_notices(self) -> list[str]:
        """Return the corrections of this computer's clock."""
        taken, self._notices = self._notices, []
        return taken

    @property
    def due_s(self) -> float | None:
        """Return when the next question is due: see `TimeAsker.due_ns`."""
        if self._waits_for or not self._can_be_asked or self._asker.due_ns is None:
            return None
        return self._asker.due_ns / NS_PER_S

    @property
    def waits_for(self) -> str:
        """Return what this computer lacks, or what it is in doubt of."""
        return self._waits_for or self._own.waits_for or self.host.notice

    def _utc_ns(self, boot_id: int, device_ns: int) -> int:
        clock = self._clocks.get(boot_id)
        if clock is not None and clock.is_anchored:
            return clock.utc_ns(device_ns)
        return self._own.zero_ns(boot_id) + device_ns

    def _rate(self, boot_id: int) -> SampleRate:
        return self._rates.setdefault(boot_id, SampleRate())

    def _clock(self, boot_id: int) -> DeviceClock:
        clock = self._clocks.get(boot_id)
        if clock is None:
            state = self.load(boot_id)
            newest = next(reversed(self._clocks.values()), None)
            prior = self.prior if newest is None else newest.drift_prior
            clock = (
                DeviceClock(self.host, drift_prior=prior)
                if state is None
                else DeviceClock.from_state(self.host, state)
            )
            self._clocks[boot_id] = clock
            if len(self._clocks) > N_BOOTS_KEPT:
                oldest = next(one for one in self._clocks if one not in {boot_id, self._present})
                del self._clocks[oldest]
                self._rates.pop(oldest, None)
        return clock
