"""Puts one sensor's blocks in order, without waiting and without I/O.

Tell a `Sequencer` what happened (`link_up`, `receive`, `receive_status`, `link_down`), then `poll`
it and do what it says, in order: store blocks, write a control message, or give the link up. It
asks for the log in windows and again for what did not arrive, because a burst of notifications may
lose some without any error; it acknowledges only what the caller says is `stored`. What the sensor
still has of an earlier start is read before anything of the present one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ingest.clock.host import Stamp
from ingest.hip_sensor.control import Acknowledge, Replay, StartLive
from ingest.hip_sensor.packets import DataPacket, Status
from ingest.model import RawBlock
from ingest.sequencing.actions import (
    Action,
    AskedRange,
    Counters,
    LinkRules,
    Phase,
    Reconnect,
    Send,
    Store,
)
from ingest.sequencing.block_queue import Arrival, BlockQueue
from ingest.sequencing.lost_blocks import LostBlocks
from ingest.sequencing.refusals import numbering_restarted
from ingest.sequencing.sensor_time import OwnTime, SensorTime
from processing.model import NS_PER_S, Gap

_MAX_HELD_WINDOWS: Final = 4


@dataclass(slots=True)
class Sequencer:
    """Follows one sensor over all its links and starts ("boots").

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
    time
        Says when blocks were taken.
    last_end_ns
        Where the stored blocks of this device end; None when there are none. [ns]
    last_boot_id
        Boot of the last of them.
    """

    device_id: str
    next_seq: Callable[[int], int]
    rules: LinkRules = field(default_factory=LinkRules)
    plays_again: bool = False
    time: SensorTime = field(default_factory=OwnTime)
    last_end_ns: int | None = None
    last_boot_id: int | None = None
    phase: Phase = Phase.DOWN
    store_every_s: float = 0.0  #: as in the rules; may be changed while somebody looks or not
    counters: Counters = field(default_factory=Counters)
    _status: Status | None = None
    _present: BlockQueue = field(default_factory=lambda: BlockQueue(0, 0, 0))
    _older: BlockQueue | None = None  #: of the earlier boot that the sensor tells of
    _backfill_to: int = 0  #: where the log ended when the link was made; live follows from there
    _announced: int = 0  #: blocks before this one have been sent, or have to be asked for
    _lost: LostBlocks = field(default_factory=LostBlocks)
    _storing: Store | None = None
    _left_over: list[Store] = field(default_factory=list)  #: of a boot that is over
    _restarted_boot: int | None = None  #: one whose sequence numbers began again: not to be read
    _acks: dict[int, int] = field(default_factory=dict)  #: due: boot id, first block to be kept
    _range: AskedRange | None = None
    _token: int = 0
    _n_fruitless: int = 0  #: replays in a row without a new block
    _heard_s: float = 0.0

    def __post_init__(self) -> None:
        self.store_every_s = self.rules.store_every_s
        self._lost.last_end_ns = self.last_end_ns

    # What happened ---------------------------------------------------------------------------

    def link_up(self, status: Status, *, now_s: float) -> None:
        """Take note of a new link and the status that was read over it."""
        self.phase = Phase.BACKFILL
        self._range = None
        self._n_fruitless = 0
        self._token = status.replay_done  # a fresh token must differ from the one already answered
        self.time.link_up(now_s)
        self.receive_status(status, now_s=now_s)
        self._check_numbering(status)
        self._backfill_to = status.head_seq
        if status.tail_seq < self._present.stored_seq:  # an acknowledgement may have been lost
            self._acks[status.boot_id] = self._present.stored_seq

    def link_down(self) -> None:
        """Take note that the link is gone. What arrived in order is stored at the next poll."""
        self.phase = Phase.DOWN
        self._range = None
        self._acks.clear()

    def receive_status(self, status: Status, *, now_s: float, stamp: Stamp | None = None) -> None:
        """Take a status: read, or notified (then with its time of arrival)."""
        self._heard_s = now_s
        before = self._status
        if before is None or before.boot_id != status.boot_id:
            queue = self._queue(status.boot_id)  # may fail: before anything is changed
            if before is not None:
                self._end_boot(before, status)
            self._present, self._range = queue, None
            self._backfill_to = status.head_seq
            self._check_numbering(status)
            if self.phase is Phase.LIVE:
                self.phase = Phase.BACKFILL
        self._status = status
        if not status.time_token or before is None:  # an answer may overtake live blocks
            self._announced = status.head_seq
        self.time.see_status(status, stamp)
        self._follow_older(status)

    def receive(self, packet: DataPacket, *, now_s: float, stamp: Stamp | None = None) -> None:
        """Take a data packet: new, repeated, early, late, or of another boot."""
        self._heard_s = now_s
        queue = self._queue_of(packet.boot_id)
        if queue is None:
            self.counters.n_strangers += 1
            return
        if packet.seq + 1 == queue.end_seq:
            self.time.see_end(packet.boot_id, packet)
        arrival = queue.receive(packet, now_s=now_s)
        if arrival is Arrival.REPEATED:
            self.counters.n_duplicates += 1
        elif arrival is Arrival.TOO_FAR:
            self.counters.n_strangers += 1
        else:
            self._progress(packet.boot_id, packet.seq, now_s)
            if stamp is not None:
                self.time.see_packet(packet, stamp)

    def receive_unreadable(self, boot_id: int, seq: int, *, now_s: float) -> None:
        """Take the sensor's word that it cannot read a block from its log any more."""
        self._heard_s = now_s
        queue = self._queue_of(boot_id)
        if queue is not None:
            queue.never_comes(seq)
            self._progress(boot_id, seq, now_s)

    def refuse(self) -> None:
        """Count a notification that was no packet of the profile."""
        self.counters.n_malformed += 1

    def stored(self, store: Store) -> None:
        """Take note that a Store is safe on disk, so that the sensor may forget it."""
        self._storing = None
        self.counters.n_backfilled += store.n_backfilled
        if (queue := self._queue_of(store.boot_id)) is not None:
            queue.stored_seq = store.next_seq
            if self.phase is not Phase.DOWN:
                self._acks[store.boot_id] = store.next_seq

    # What to do ------------------------------------------------------------------------------

    def poll(self, *, now_s: float, utc_ns: int) -> list[Action]:
        """Say what is to be done now; call again after doing it, until there is nothing.

        Parameters
        ----------
        now_s
            A clock that never steps back. [s]
        utc_ns
            Unix time now, read right after it. [ns]
        """
        if self._status is None or self._storing is not None:
            return []
        if self._left_over:
            self._storing = self._left_over.pop(0)
            return [self._storing]
        queue = self._present if self._older is None else self._older
        if self.phase is Phase.DOWN:
            return self._store(queue, now_s)
        if self._status.boot_id == self._restarted_boot:
            return [Reconnect(numbering_restarted(self.device_id, self._restarted_boot))]
        if now_s - self._heard_s > self.rules.silence_s:
            return [Reconnect(f"heard nothing for {self.rules.silence_s:g} s")]
        if self._n_fruitless > self.rules.max_fruitless:
            return [Reconnect(f"{self._n_fruitless} replays in a row brought nothing")]
        if messages := self.time.ask(now_s, Stamp(round(now_s * NS_PER_S), utc_ns)):
            return [Send(message) for message in messages]
        self._end_range(queue, now_s)
        if not self.time.can_place(queue.boot_id, now_s):
            return self._acknowledge() + self._ask_for_the_end(now_s)
        self._skip(queue)
        if self._is_store_due(queue, now_s) and (actions := self._store(queue, now_s)):
            return actions
        return self._acknowledge() + self._ask(queue, now_s)

    @property
    def waits_for(self) -> str:
        """What has to happen on this computer before the sensor is read; empty: nothing."""
        return self.time.waits_for

    @property
    def is_drained(self) -> bool:
        """Whether the sensor has recorded its last block and all of its log is stored."""
        return (
            self._status is not None
            and self._status.is_exhausted
            and self._status.boot_id != self._restarted_boot
            and self._storing is None
            and not self._left_over
            and self._older is None
            and self._present.next_seq >= self._status.head_seq
        )

    @property
    def lag_s(self) -> float:
        """How much of what the sensor is known to have recorded is not stored yet, about. [s]"""
        status = self._status
        if status is None:
            return 0.0
        n_blocks = max(status.head_seq, self._present.held_until) - self._present.next_seq
        n_blocks = max(n_blocks, 0)
        if status.older is not None and self._older is not None:
            n_blocks += max(status.older.head_seq - self._older.next_seq, 0)
        return n_blocks * status.block_samples * 1000 / status.fs_mhz

    def _queue(self, boot_id: int) -> BlockQueue:
        n_most = _MAX_HELD_WINDOWS * self.rules.window_blocks
        return BlockQueue(boot_id, self.next_seq(boot_id), n_most)

    def _queue_of(self, boot_id: int) -> BlockQueue | None:
        """Return where a packet belongs; None for another boot, or one that is not to be read."""
        if self._older is not None and boot_id == self._older.boot_id:
            return self._older
        if self._status is None or boot_id == self._restarted_boot:
            return None
        return self._present if boot_id == self._status.boot_id else None

    def _follow_older(self, status: Status) -> None:
        """Turn to the earlier boot that the sensor still has blocks of, or away from one."""
        older = status.older
        if older is None:
            self._older = None
            return
        if self._older is None or self._older.boot_id != older.boot_id:
            self._older, self._range = self._queue(older.boot_id), None
            self._older.end_seq = older.head_seq
        if self._older.next_seq >= older.head_seq and self._storing is None:
            # stored before: only the acknowledgement was lost
            self._acks[older.boot_id] = older.head_seq

    def _check_numbering(self, status: Status) -> None:
        """Notice a log that ends before what was read of it: it is another log.

        To go on would take its blocks for repeats, and have the sensor free them unread. Once seen
        it stays so for the boot, because the new log will grow past the old one's end.
        """
        if status.head_seq < self._present.next_seq and not self.plays_again:
            self._restarted_boot = status.boot_id

    def _end_boot(self, before: Status, now: Status) -> None:
        """See to what has arrived of a boot that is over.

        A sensor that tells of earlier boots still has what was not acknowledged; of one that does
        not, keep what arrived and count what can never be asked for again.
        """
        if now.ticks_now is not None:
            return
        queue = self._present
        while queue.n_held and self.time.can_place(queue.boot_id, self._heard_s):
            if not queue.is_ready:
                self._lost.rebooted(queue.skip_to_held() * before.block_samples)
            self._left_over.append(self._take(queue))
        is_other_log = before.boot_id == self._restarted_boot
        first_unread = before.tail_seq if is_other_log else queue.next_seq
        self._lost.rebooted(max(before.head_seq - first_unread, 0) * before.block_samples)

    def _skip(self, queue: BlockQueue) -> None:
        """Go on behind blocks that will never come: overwritten in the log, or unreadable."""
        assert self._status is not None
        is_present = queue is self._present
        log = self._status if is_present or self._status.older is None else self._status.older
        if queue.next_seq < log.tail_seq and not queue.is_ready:
            n_skipped = queue.skip_to(log.tail_seq)
            self._lost.overwritten(n_skipped * self._status.block_samples)
        if n_skipped := queue.skip_unreadable():
            self.counters.n_unreadable += n_skipped
            self._lost.unreadable(n_skipped * self._status.block_samples)

    def _is_store_due(self, queue: BlockQueue, now_s: float) -> bool:
        if not queue.is_ready or self._range is not None:
            return False
        return (
            self.phase is Phase.BACKFILL
            or now_s - queue.since_s >= self.store_every_s
            or queue.n_held >= self.rules.window_blocks
        )

    def _store(self, queue: BlockQueue, now_s: float) -> list[Action]:
        if not queue.is_ready or not self.time.can_place(queue.boot_id, now_s):
            return []
        self._storing = self._take(queue)
        return [self._storing]

    def _take(self, queue: BlockQueue) -> Store:
        """Take the held packets from the next one on, up to a hole; there is at least one."""
        packets = queue.take()
        if self.last_boot_id not in {None, queue.boot_id}:
            self._lost.rebooted(0)
        self.last_boot_id = queue.boot_id
        blocks: list[RawBlock] = []
        gaps: list[Gap] = []
        for packet in packets:
            placed = self.time.place(self.device_id, packet)
            lost = self._lost.gap_before(placed.block)
            gaps += lost or ([placed.gap] if placed.gap else [])
            blocks.append(placed.block)
            self._lost.last_end_ns = placed.block.end_ns
        return Store(
            boot_id=queue.boot_id,
            next_seq=queue.next_seq,
            blocks=blocks,
            gaps=gaps,
            n_backfilled=sum(len(p.samples) for p in packets if p.from_log),
        )

    def _acknowledge(self) -> list[Action]:
        due, self._acks = self._acks, {}
        return [Send(Acknowledge(boot_id, next_seq)) for boot_id, next_seq in due.items()]

    def _progress(self, boot_id: int, seq: int, now_s: float) -> None:
        self._n_fruitless = 0
        asked = self._range
        if asked is not None and boot_id == asked.boot_id and seq < asked.stop:
            asked.progress_s = now_s

    def _end_range(self, queue: BlockQueue, now_s: float) -> None:
        asked = self._range
        if asked is None or self._status is None:
            return
        is_complete = asked.boot_id != queue.boot_id or queue.first_missing() >= asked.stop
        is_answered = self._status.replay_done == asked.token
        is_stuck = now_s - asked.progress_s > self.rules.retry_s
        if is_complete or is_answered or is_stuck:
            self._range = None

    def _ask(self, queue: BlockQueue, now_s: float) -> list[Action]:
        """Ask for the next window of the log, for what is missing of it, or for live blocks."""
        if self._range is not None or self._status is None:
            return []
        first = queue.first_missing()
        if queue is not self._present:
            head = self._status.older.head_seq if self._status.older is not None else 0
            return self._replay(queue, first, head, now_s) if first < head else []
        head = max(self._announced, queue.held_until)
        if self.phase is Phase.BACKFILL and first >= self._backfill_to:
            if head - first <= self.rules.window_blocks:
                return self._go_live(first)
            self._backfill_to = head  # the backfill took so long that a window is to be had again
        return self._replay(queue, first, head, now_s) if first < head else []

    def _ask_for_the_end(self, now_s: float) -> list[Action]:
        """Ask for the last block of an earlier boot: it tells when a boot without a clock ended."""
        status, queue = self._status, self._older
        if queue is None or queue.end_seq is None or status is None or status.older is None:
            return []
        if self._range is not None or not self.time.can_place(status.boot_id, now_s):
            return []
        if queue.end_seq <= max(queue.next_seq, status.older.tail_seq):  # none can be read
            n_skipped = queue.skip_to(status.older.head_seq)
            self.counters.n_unreadable += n_skipped
            self._lost.unreadable(n_skipped * status.block_samples)
            return []
        return self._replay(queue, queue.end_seq - 1, queue.end_seq, now_s)

    def _replay(self, queue: BlockQueue, first: int, head: int, now_s: float) -> list[Action]:
        last = queue.last_missing(first, min(head, first + self.rules.window_blocks))
        stop = first + 1 if last is None else last + 1
        self._token = self._token % 255 + 1
        self._range = AskedRange(self._token, queue.boot_id, stop, now_s)
        self._n_fruitless += 1
        self.counters.n_replays += 1
        older_boot = 0 if queue is self._present else queue.boot_id
        return [Send(Replay(self._token, first, stop - first, older_boot))]

    def _go_live(self, first: int) -> list[Action]:
        self.phase = Phase.LIVE
        self._announced = first  # what was recorded during the backfill comes live
        return [Send(StartLive(first))]
