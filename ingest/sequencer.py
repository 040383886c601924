"""Puts one sensor's blocks in order, without waiting and without I/O.

Tell a `Sequencer` what happened (`link_up`, `receive`, `receive_status`, `link_down`), then `poll`
it and do what it says, in order: store blocks, write a control message, or give the link up. It
asks for the log in windows and again for what did not arrive, because a burst of notifications may
lose some without any error; it acknowledges only what the caller says is `stored`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ingest.hip_sensor import DataPacket, Status
from ingest.hip_sensor_control import Acknowledge, Control, Replay, SetTime, StartLive
from ingest.model import RawBlock
from ingest.sequencer_gap import LostBlocks
from ingest.sequencer_refusals import CLOCK_NOT_SET, is_plausible, numbering_restarted
from processing.model import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRules:
    """How patient the collector is, and how much it asks for at once."""

    window_blocks: int = 256  #: blocks asked for by one replay
    retry_s: float = 2.0  #: without a new block, after which a replay is asked for again
    silence_s: float = (
        8.0  #: without anything, after which a link is given up; status comes each 2 s
    )
    max_fruitless: int = 10  #: replays in a row that bring nothing, after which a link is given up
    store_every_s: float = 0.2  #: live blocks of this time share one commit


@dataclass(frozen=True, slots=True)
class Store:
    """Put these into the journal, durably, then call `Sequencer.stored`."""

    boot_id: int
    next_seq: int  #: the first block that is not in here
    blocks: list[RawBlock]
    gaps: list[Gap]
    n_backfilled: int  #: samples that came from the log


@dataclass(frozen=True, slots=True)
class Send:
    """Write this to the sensor."""

    message: Control


@dataclass(frozen=True, slots=True)
class Reconnect:
    """The link is of no use any more: drop it and connect anew."""

    why: str


Action = Store | Send | Reconnect


class Phase(StrEnum):
    """Where a sequencer stands."""

    DOWN = "down"
    BACKFILL = "backfill"  #: what the sensor recorded while nobody listened comes in
    LIVE = "live"


@dataclass(slots=True)
class Counters:
    """What went by since the sequencer was made."""

    n_duplicates: int = 0  #: packets that had been there before
    n_strangers: int = 0  #: packets of another boot, of no known time, or too far ahead
    n_malformed: int = 0  #: notifications that were no packet of the profile
    n_replays: int = 0  #: ranges asked for
    n_backfilled: int = 0  #: samples that came from the log


@dataclass(slots=True)
class _Range:
    """A replay that was asked for and has not been answered in full."""

    token: int
    stop: int
    progress_s: float  #: when it was asked for, or when it last brought a new block


_MAX_HELD_WINDOWS: Final = 4


@dataclass(slots=True)
class Sequencer:
    """Follows one sensor over all its links and boots.

    Parameters
    ----------
    device_id
        Goes into the blocks.
    next_seq
        Asked once for each boot: the journal's first missing sequence number.
    rules
        Windows and time limits.
    plays_again
        The sensor plays a recording, and after a start plays the same blocks under the same boot
        id; a log shorter than what was read of it is then no other log.
    """

    device_id: str
    next_seq: Callable[[int], int]
    rules: LinkRules = field(default_factory=LinkRules)
    plays_again: bool = False
    phase: Phase = Phase.DOWN
    counters: Counters = field(default_factory=Counters)
    _status: Status | None = None
    _next: int = 0  #: first sequence number not handed out in a Store
    _backfill_to: int = 0  #: where the log ended when the link was made; live follows from there
    _announced: int = 0  #: blocks before this one have been sent, or have to be asked for
    _held: dict[int, DataPacket] = field(default_factory=dict)
    _held_since_s: float = 0.0
    _lost: LostBlocks = field(default_factory=LostBlocks)
    _storing: Store | None = None
    _left_over: list[Store] = field(default_factory=list)  #: of a boot that is over
    _restarted_boot: int | None = None  #: one whose sequence numbers began again: not to be read
    _waits_for: str = ""
    _ack_due: bool = False
    _range: _Range | None = None
    _token: int = 0
    _n_fruitless: int = 0  #: replays in a row without a new block
    _asked_time_s: float | None = None
    _heard_s: float = 0.0

    # What happened ---------------------------------------------------------------------------

    def link_up(self, status: Status, *, now_s: float) -> None:
        """Take note of a new link and the status that was read over it."""
        self.phase = Phase.BACKFILL
        self._range = None
        self._asked_time_s = None
        self._n_fruitless = 0
        self._token = status.replay_done  # a fresh token must differ from the one already answered
        self.receive_status(status, now_s=now_s)
        self._check_numbering(status)
        self._backfill_to = status.head_seq
        self._ack_due = status.tail_seq < self._next  # an acknowledgement may have been lost

    def link_down(self) -> None:
        """Take note that the link is gone. What arrived in order is stored at the next poll."""
        self.phase = Phase.DOWN
        self._range = None
        self._ack_due = False

    def receive_status(self, status: Status, *, now_s: float) -> None:
        """Take a status, read or notified."""
        self._heard_s = now_s
        before = self._status
        if before is None or before.boot_id != status.boot_id:
            if before is not None:
                self._end_boot(before)
            self._range = None
            self._ack_due = False
            self._next = self.next_seq(status.boot_id)
            self._backfill_to = status.head_seq
            self._check_numbering(status)
            if self.phase is Phase.LIVE:
                self.phase = Phase.BACKFILL
        self._status = status
        self._announced = status.head_seq

    def receive(self, packet: DataPacket, *, now_s: float) -> None:
        """Take a data packet: new, repeated, early, late, or of another boot."""
        self._heard_s = now_s
        if not self._is_readable(packet.boot_id):
            self.counters.n_strangers += 1
        elif packet.seq < self._next or packet.seq in self._held:
            self.counters.n_duplicates += 1
        elif packet.seq >= self._next + _MAX_HELD_WINDOWS * self.rules.window_blocks:
            self.counters.n_strangers += 1
        else:
            if self._next not in self._held:
                self._held_since_s = now_s
            self._held[packet.seq] = packet
            self._n_fruitless = 0
            if self._range is not None and packet.seq < self._range.stop:
                self._range.progress_s = now_s

    def refuse(self) -> None:
        """Count a notification that was no packet of the profile."""
        self.counters.n_malformed += 1

    def stored(self, store: Store) -> None:
        """Take note that a Store is safe on disk, so that the sensor may forget it."""
        self._storing = None
        self.counters.n_backfilled += store.n_backfilled
        if self._status is not None and self._status.boot_id == store.boot_id:
            self._ack_due = self.phase is not Phase.DOWN

    # What to do ------------------------------------------------------------------------------

    def poll(self, *, now_s: float, utc_ns: int) -> list[Action]:
        """Say what is to be done now; call again after doing it, until there is nothing.

        Parameters
        ----------
        now_s
            A clock that never steps back. [s]
        utc_ns
            Unix time now, in case the sensor's clock has to be set. [ns]
        """
        if self._status is None or self._storing is not None:
            return []
        if self._left_over:
            self._storing = self._left_over.pop(0)
            return [self._storing]
        if self.phase is Phase.DOWN:
            return self._store()
        if self._status.boot_id == self._restarted_boot:
            return [Reconnect(numbering_restarted(self.device_id, self._restarted_boot))]
        if now_s - self._heard_s > self.rules.silence_s:
            return [Reconnect(f"heard nothing for {self.rules.silence_s:g} s")]
        if self._n_fruitless > self.rules.max_fruitless:
            return [Reconnect(f"{self._n_fruitless} replays in a row brought nothing")]
        self._waits_for = ""
        if not self._status.utc_at_tick_zero_ns:
            return self._set_time(now_s, utc_ns)
        self._skip_overrun()
        self._end_range(now_s)
        if self._is_store_due(now_s) and (actions := self._store()):
            return actions
        return self._acknowledge() + self._ask(now_s)

    @property
    def waits_for(self) -> str:
        """What has to happen on this computer before the sensor is read; empty: nothing."""
        return self._waits_for

    @property
    def is_drained(self) -> bool:
        """Whether the sensor has recorded its last block and all of its log is stored."""
        return (
            self._status is not None
            and self._status.is_exhausted
            and self._status.boot_id != self._restarted_boot
            and self._storing is None
            and not self._left_over
            and self._next >= self._status.head_seq
        )

    @property
    def lag_s(self) -> float:
        """How much of what the sensor is known to have recorded is not stored yet. [s]"""
        if self._status is None:
            return 0.0
        n_blocks = max(self._status.head_seq - self._next, self._held_until() - self._next, 0)
        return n_blocks * self._status.block_samples * 1000 / self._status.fs_mhz

    def _is_readable(self, boot_id: int) -> bool:
        status = self._status
        if status is None or not status.utc_at_tick_zero_ns:
            return False
        return boot_id == status.boot_id and boot_id != self._restarted_boot

    def _check_numbering(self, status: Status) -> None:
        """Notice a log that ends before what was read of it: it is another log.

        To go on would take its blocks for repeats, and have the sensor free them unread. Once seen
        it stays so for the boot, because the new log will grow past the old one's end.
        """
        if status.head_seq < self._next and not self.plays_again:
            self._restarted_boot = status.boot_id

    def _end_boot(self, before: Status) -> None:
        """Keep what arrived of a boot that is over, and count what can never be asked for again."""
        while self._held:
            if self._next not in self._held:
                first = min(self._held)
                self._lost.rebooted((first - self._next) * before.block_samples)
                self._next = first
            self._left_over.append(self._take_held(before))
        is_other_log = before.boot_id == self._restarted_boot
        first_unread = before.tail_seq if is_other_log else self._next
        self._lost.rebooted(max(before.head_seq - first_unread, 0) * before.block_samples)

    def _set_time(self, now_s: float, utc_ns: int) -> list[Action]:
        if not is_plausible(utc_ns):
            self._waits_for = CLOCK_NOT_SET
            return []
        if self._asked_time_s is not None and now_s - self._asked_time_s < self.rules.retry_s:
            return []
        self._asked_time_s = now_s
        return [Send(SetTime(utc_ns))]

    def _skip_overrun(self) -> None:
        """Go on at the log's tail when the sensor has overwritten blocks that were never read."""
        assert self._status is not None
        if self._next < self._status.tail_seq and self._next not in self._held:
            held = (seq for seq in self._held if seq > self._next)
            go_on = min(self._status.tail_seq, min(held, default=self._status.tail_seq))
            self._lost.overwritten((go_on - self._next) * self._status.block_samples)
            self._next = go_on

    def _end_range(self, now_s: float) -> None:
        if self._range is None or self._status is None:
            return
        is_complete = self._first_missing() >= self._range.stop
        is_answered = self._status.replay_done == self._range.token
        is_stuck = now_s - self._range.progress_s > self.rules.retry_s
        if is_complete or is_answered or is_stuck:
            self._range = None

    def _is_store_due(self, now_s: float) -> bool:
        if self._next not in self._held or self._range is not None:
            return False
        return (
            self.phase is Phase.BACKFILL
            or now_s - self._held_since_s >= self.rules.store_every_s
            or len(self._held) >= self.rules.window_blocks
        )

    def _store(self) -> list[Action]:
        assert self._status is not None
        if self._next not in self._held:
            return []
        self._storing = self._take_held(self._status)
        return [self._storing]

    def _take_held(self, status: Status) -> Store:
        """Take the held packets from the next one on, up to a hole; there is at least one."""
        packets: list[DataPacket] = []
        while (packet := self._held.pop(self._next, None)) is not None:
            packets.append(packet)
            self._next += 1
        zero_ns = status.utc_at_tick_zero_ns
        blocks = [packet.to_block(self.device_id, zero_ns) for packet in packets]
        store = Store(
            boot_id=status.boot_id,
            next_seq=self._next,
            blocks=blocks,
            gaps=self._lost.gap_before(blocks[0]),
            n_backfilled=sum(len(p.samples) for p in packets if p.from_log),
        )
        self._lost.last_end_ns = blocks[-1].end_ns
        return store

    def _acknowledge(self) -> list[Action]:
        if not self._ack_due or self._status is None:
            return []
        self._ack_due = False
        return [Send(Acknowledge(self._status.boot_id, self._next))]

    def _ask(self, now_s: float) -> list[Action]:
        """Ask for the next window of the log, for what is missing of it, or for live blocks."""
        if self._range is not None:
            return []
        first, head = self._first_missing(), max(self._announced, self._held_until())
        if self.phase is Phase.BACKFILL and first >= self._backfill_to:
            if head - first <= self.rules.window_blocks:
                return self._go_live(first)
            self._backfill_to = head  # the backfill took so long that a window is to be had again
        if first >= head:
            return []
        window = range(first, min(head, first + self.rules.window_blocks))
        stop = max(seq for seq in window if seq not in self._held) + 1
        self._token = self._token % 255 + 1
        self._range = _Range(self._token, stop, now_s)
        self._n_fruitless += 1
        self.counters.n_replays += 1
        return [Send(Replay(self._token, first, stop - first))]

    def _go_live(self, first: int) -> list[Action]:
        self.phase = Phase.LIVE
        self._announced = first  # what was recorded during the backfill comes live
        return [Send(StartLive(first))]

    def _first_missing(self) -> int:
        seq = self._next
        while seq in self._held:
            seq += 1
        return seq

    def _held_until(self) -> int:
        return max(self._held, default=-1) + 1
