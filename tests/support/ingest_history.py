"""A sensor, a collector and all that can come between them, told step by step; nothing waits.

`History` does what `ingest.collecting.keeper` does around a `Sequencer`, and keeps a record of its
own of every block that the sensor ever completed: `HistoryChecks` compares the journal with it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ingest.clock.device import DeviceClock
from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import TimeLine
from ingest.errors import JournalUnavailableError, MalformedPacketError
from ingest.hip_sensor.control import Acknowledge, Control
from ingest.hip_sensor.packets import TICKS_PER_S, DataPacket, Status, UnreadableBlockError
from ingest.sequencing.actions import LinkRules, Phase, Reconnect, Send, Store
from ingest.sequencing.hosted_time import HostedTime
from ingest.sequencing.sensor_time import OwnTime, SensorTime
from ingest.sequencing.sequencer import Sequencer
from ingest.simulation.firmware import Firmware
from ingest.simulation.source import LogBlock
from processing.model import NS_PER_S
from tests.support.history_checks import HistoryChecks
from tests.support.ingest_doubles import UTC_ZERO_NS, MemoryJournal
from tests.support.spoiled_air import StatusBytes, spoiled
from tests.support.story_source import StorySource

TICK_S = 0.1  #: of the story: how often sensor and collector have their turn
BOOT_ID = 0xFFFF_FFF0
RULES = LinkRules(window_blocks=8, store_every_s=0.3)
MOST_OFF_MS = 150.0  #: a question is answered within two turns of the story
_LATE_NS = 40 * 86_400 * NS_PER_S  #: of the computer's start; its monotonic clock counts from there
_STATUS_EVERY_S = 2.0


class FlakyJournal(MemoryJournal):
    """Can take nothing for a while."""

    is_down = False

    def append(self, blocks, gaps) -> None:
        self._look()
        super().append(blocks, gaps)

    def save_state(self, device_id, name, state, boot_id=None) -> None:
        self._look()
        super().save_state(device_id, name, state, boot_id)

    def next_seq(self, device_id, boot_id) -> int:
        self._look()
        return super().next_seq(device_id, boot_id)

    def _look(self) -> None:
        if self.is_down:
            raise JournalUnavailableError("the disk is full")


class LinkGoneError(Exception):
    """What `LinkLostError` is to the keeper."""


class CrashError(Exception):
    """The collector's process ends here."""


@dataclass
class History(HistoryChecks):
    """One story; the methods are what can happen in it."""

    rules: ClassVar[LinkRules] = RULES
    hosted: bool = True
    capacity: int | None = None
    start_tick: int = 0
    clock_is_set: bool = True  #: the sensor's own clock, at its first start
    journal: Any = field(default_factory=FlakyJournal)
    true_s: float = 0.0
    wall_off_s: float = 0.0
    made: dict[tuple[int, int], tuple[LogBlock, int]] = field(default_factory=dict)
    overwritten: set[tuple[int, int]] = field(default_factory=set)
    unreadable: set[tuple[int, int]] = field(default_factory=set)
    boots: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  #: of the next batches in the air
    crash_at: str = ""
    lose_ack: str = ""
    _late: list[bytes] = field(default_factory=list)
    _inbox: deque[bytes] = field(default_factory=deque)
    _waiting: Store | None = None  #: could not be stored yet
    _is_linked: bool = False
    _status_s: float = 0.0
    is_exact: bool = True  #: so far all blocks were of starts whose clock had been compared

    def __post_init__(self) -> None:
        self.drift = 30e-6 if self.hosted else 0.0
        is_set = self.clock_is_set or not self.hosted
        zero_ns = 0 if not is_set else self.now_ns - self._start_ns
        self.source = self.new_source(BOOT_ID, zero_ns)
        self.boots.append(BOOT_ID)
        self.boot_s = self.true_s
        self.firmware = Firmware(self.source, capacity_blocks=self.capacity)
        self.start_collector()

    def new_source(self, boot_id: int, utc_at_tick_zero_ns: int) -> StorySource:
        return StorySource(boot_id, self.start_tick, utc_at_tick_zero_ns)

    # The sensor ------------------------------------------------------------------------------

    def record(self, n_blocks: int) -> None:
        """Let the sensor measure, and nothing else happen."""
        for _ in range(n_blocks):
            self._pass_until((self.source.next_end_s - self.source.start_s) / (1 + self.drift))

    def reboot(self, off_s: float = 1.0) -> None:
        """Start the sensor anew; what it was measuring is gone."""
        self.true_s += off_s
        self.boots.append((self.boots[-1] + 1) % 2**32 or 1)
        # Sensors whose own clock is believed play recordings, and always know the time.
        zero_ns = 0 if self.hosted else self.now_ns - self._start_ns
        self.source = self.new_source(self.boots[-1], zero_ns)
        self.boot_s = self.true_s
        self.firmware.reboot(self.source)
        self._lose_air()

    def corrupt(self, which: int) -> None:
        """Damage a block of the log."""
        held = sorted(self.held(), key=lambda key: (self.boots.index(key[0]), key[1]))
        if held:
            key = held[which % len(held)]
            self.unreadable.add(key)
            self.firmware.corrupt(*key)

    # The link --------------------------------------------------------------------------------

    def carry(self, n_ticks: int, tick_s: float = TICK_S) -> None:
        """Let time pass within range."""
        for _ in range(n_ticks):
            self._pass(tick_s)
            try:
                self._one_tick()
            except LinkGoneError:
                self.lose_link()
            except CrashError:
                self.start_collector()

    def lose_link(self) -> None:
        """Lose the link; the keeper stores what it has."""
        self._lose_air()
        if self.sequencer.phase is not Phase.DOWN:
            self.sequencer.link_down()
            try:
                self._store_rest()
                self._keep_time()
            except JournalUnavailableError:
                self._new_sequencer()
            except CrashError:
                self.start_collector()

    def is_drained(self) -> bool:
        older = self.sequencer._older
        is_read = self.sequencer._present.next_seq >= self.firmware.head_seq
        is_told = self.sequencer._status and self.sequencer._status.boot_id == self.source.boot_id
        n_missing = self.source.n_blocks - self.firmware.head_seq
        return bool(self._is_linked and is_told and is_read and older is None and not n_missing)

    def drain(self, n_ticks: int = 1500) -> None:
        """Let all be well until everything is read."""
        self.faults.clear()
        self.crash_at = self.lose_ack = ""
        self.journal.is_down = False
        for _ in range(n_ticks):
            self.carry(1)
            if self.is_drained() and self._waiting is None:
                return
        raise AssertionError(f"never drained: {self.sequencer}")

    # The collector ---------------------------------------------------------------------------

    def start_collector(self) -> None:
        """Begin with a new process, which knows what is on the disk and nothing else."""
        self._lose_air()
        self.crash_at = ""
        self.host = HostTime()
        self._new_sequencer()

    def _new_sequencer(self) -> None:
        self._waiting = None
        last = self.journal.last_stored("hip")
        time: SensorTime = OwnTime()
        if self.hosted:
            newest = self.journal.load_newest_state("hip", "clock")
            time = HostedTime(
                self.host,
                TimeLine(last.end_ns if last else None),
                lambda boot_id: self.journal.load_state("hip", "clock", boot_id),
                DeviceClock.from_state(self.host, newest[1]).drift_prior if newest else None,
            )
        self.sequencer = Sequencer(
            "hip",
            lambda boot_id: self.journal.next_seq("hip", boot_id),
            self.rules,
            False,
            time,
            last.end_ns if last else None,
            last.boot_id if last else None,
        )

    # Inside ----------------------------------------------------------------------------------

    @property
    def now_ns(self) -> int:
        """True time, UTC."""
        return UTC_ZERO_NS + round(self.true_s * NS_PER_S)

    @property
    def stamp(self) -> Stamp:
        self.is_exact &= not self.wall_off_s
        mono_ns = _LATE_NS + round(self.true_s * NS_PER_S)
        return Stamp(mono_ns, self.now_ns + round(self.wall_off_s * NS_PER_S))

    @property
    def _mono_s(self) -> float:
        return self.stamp.monotonic_ns / NS_PER_S

    @property
    def _start_ns(self) -> int:
        return round(self.start_tick / TICKS_PER_S * NS_PER_S)

    def _pass(self, for_s: float) -> None:
        self._pass_until(self.true_s + for_s - self.boot_s)

    def _pass_until(self, since_boot_s: float) -> None:
        """Let true time go on; the sensor completes what falls into it, its log may run over."""
        self.true_s = max(self.true_s, self.boot_s + since_boot_s)
        device_s = self.source.start_s + (self.true_s - self.boot_s) * (1 + self.drift)
        while self.source.next_end_s <= device_s + 1e-6:
            key = (self.source.boot_id, self.source.n_blocks)
            ago_s = (device_s - self.source.next_end_s) / (1 + self.drift)
            true_ns = self.now_ns - round(ago_s * NS_PER_S)
            block = self.source.record()
            begun_ns = true_ns - round(len(block.samples) / self.source.fs_hz * NS_PER_S)
            self.made[key] = block, begun_ns
            older = [(one.boot_id, one.tail_seq) for one in self.firmware.older]
            oldest = [*older, (self.source.boot_id, self.firmware.tail_seq)][0]
            n_before = self._n_held
            self.firmware.advance(device_s)
            if self._n_held == n_before:
                self.overwritten.add(oldest)
        self.firmware.advance(device_s)

    @property
    def _n_held(self) -> int:
        n_older = sum(one.head_seq - one.tail_seq for one in self.firmware.older)
        return n_older + self.firmware.head_seq - self.firmware.tail_seq

    def held(self) -> set[tuple[int, int]]:
        """Return the blocks that the sensor still has."""
        ranges = [(one.boot_id, one.tail_seq, one.head_seq) for one in self.firmware.older]
        ranges.append((self.source.boot_id, self.firmware.tail_seq, self.firmware.head_seq))
        return {(boot, seq) for boot, tail, head in ranges for seq in range(tail, head)}

    def _one_tick(self) -> None:
        if self._waiting is not None:
            self._append(self._waiting)
            if self._waiting is not None:
                self._fill_inbox()  # the sensor goes on sending
                return
        if not self._is_linked:
            self._is_linked = True
            try:
                self.host.observe(self.stamp)
                self.sequencer.link_up(self.firmware.status(), now_s=self._mono_s)
            except JournalUnavailableError as error:
                raise LinkGoneError from error
        else:
            self._fill_inbox()
        try:
            while self._inbox:
                self._hear(self._inbox.popleft())
        except JournalUnavailableError as error:
            raise LinkGoneError from error
        self._act()

    def _fill_inbox(self, limit: int = 12) -> None:
        outgoing = self.firmware.outgoing(limit)
        sent = [
            StatusBytes(one.to_bytes()) if isinstance(one, Status) else one.to_bytes()
            for one in outgoing
        ]
        if self.firmware.is_sent and self.true_s - self._status_s >= _STATUS_EVERY_S:
            self._status_s = self.true_s
            sent.append(StatusBytes(self.firmware.status().to_bytes()))
        fault = self.faults.pop(0) if self.faults and sent else ""
        if fault == "late":
            self._late += sent
            sent = []
        elif fault:
            sent = spoiled(fault, sent)
        elif self._late:
            sent, self._late = sent + self._late, []
        self._inbox += sent

    def _hear(self, payload: bytes) -> None:
        now_s, stamp = self._mono_s, self.stamp
        try:
            if isinstance(payload, StatusBytes):
                self.sequencer.receive_status(Status.from_bytes(payload), now_s=now_s, stamp=stamp)
            else:
                self.sequencer.receive(DataPacket.from_bytes(payload), now_s=now_s, stamp=stamp)
        except UnreadableBlockError as error:
            self.sequencer.receive_unreadable(error.boot_id, error.seq, now_s=now_s)
        except MalformedPacketError:
            self.sequencer.refuse()

    def _act(self) -> None:
        while actions := self._polled():
            for action in actions:
                match action:
                    case Store():
                        self._append(action)
                        if self._waiting is not None:
                            return
                    case Send(message):
                        self._write(message)
                    case Reconnect():
                        raise LinkGoneError

    def _polled(self) -> list[Any]:
        self.host.observe(self.stamp)
        self.sequencer.time.take_notices()
        return self.sequencer.poll(now_s=self._mono_s, utc_ns=self.stamp.utc_ns)

    def _append(self, action: Store) -> None:
        if self.crash_at == "before the commit":
            raise CrashError
        try:
            self.journal.append(action.blocks, action.gaps)
        except JournalUnavailableError:
            self._waiting = action
            return
        self._waiting = None
        self._note_placed(action)
        if self.crash_at == "after the commit":
            raise CrashError
        self.sequencer.stored(action)

    def _note_placed(self, action: Store) -> None:
        time = self.sequencer.time
        clock = time._clocks.get(action.boot_id) if isinstance(time, HostedTime) else None
        self.is_exact &= clock is not None and clock.is_anchored
        for block in action.blocks if self.is_exact else []:
            off_ms = (block.t0_ns - self.made[block.boot_id, block.seq][1]) / 1e6
            assert abs(off_ms) < MOST_OFF_MS, f"{block.boot_id}/{block.seq} is off by {off_ms} ms"

    def _store_rest(self) -> None:
        if self._waiting is not None:
            self._new_sequencer()
            return
        while actions := self._polled():
            for action in actions:
                if isinstance(action, Store):
                    self._append(action)
                    if self._waiting is not None:
                        raise JournalUnavailableError

    def _keep_time(self) -> None:
        for boot_id, state in self.sequencer.time.states().items():
            self.journal.save_state("hip", "clock", state, boot_id)

    def _write(self, message: Control) -> None:
        if isinstance(message, Acknowledge):
            if self.crash_at == "before the acknowledgement":
                raise CrashError
            self.check_acknowledged(message)
            if self.lose_ack:
                how, self.lose_ack = self.lose_ack, ""
                if how == "its answer":
                    self.firmware.control(message)
                raise LinkGoneError
        self.firmware.control(message)

    def _lose_air(self) -> None:
        self._is_linked = False
        self._inbox.clear()
        self._late.clear()
        self.firmware.link_down()
