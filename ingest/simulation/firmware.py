"""What runs inside the simulated hip sensor: its log and its answers, without radio or waiting."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from ingest.hip_sensor import packing
from ingest.hip_sensor.control import (
    Acknowledge,
    AskTime,
    Control,
    Identify,
    Replay,
    SetTime,
    StartLive,
    StopLive,
)
from ingest.hip_sensor.packets import (
    DataPacket,
    LogRange,
    Status,
    StatusFlag,
    UnreadableBlockError,
    ns_to_ticks,
)
from ingest.simulation.source import MAX_BLOCK_SAMPLES, LogBlock, SampleSource
from processing.model import NS_PER_S

Outgoing = DataPacket | Status | UnreadableBlockError


@dataclass(slots=True)
class _Boot:
    """What one start of the sensor has recorded, as far as the log still holds it."""

    boot_id: int
    fs_mhz: int
    lsb_per_g: int
    utc_at_tick_zero_ns: int
    tail: int = 0
    log: deque[LogBlock] = field(default_factory=deque)

    @property
    def head(self) -> int:
        return self.tail + len(self.log)

    def free(self, up_to_seq: int) -> None:
        for _ in range(min(up_to_seq - self.tail, len(self.log))):
            self.log.popleft()
            self.tail += 1

    def packet(self, seq: int, *, from_log: bool) -> DataPacket:
        block = self.log[seq - self.tail]
        return DataPacket(
            boot_id=self.boot_id,
            seq=seq,
            ticks=ns_to_ticks(block.t_ns),
            fs_mhz=self.fs_mhz,
            lsb_per_g=self.lsb_per_g,
            samples=block.samples,
            from_log=from_log,
            packed=packing.packed_size(block.samples) < block.samples.nbytes,
        )


@dataclass(slots=True)
class _Replaying:
    token: int
    boot: _Boot
    next: int
    stop: int


class Firmware:
    """The sensor's side of the profile, as firmware_notes/hip_sensor_service.md asks for it.

    Parameters
    ----------
    source
        What the accelerometer measures.
    capacity_blocks
        Size of the log; a full one overwrites its oldest block. None never fills up.
    battery_pct
        What it says of its battery.
    """

    def __init__(
        self,
        source: SampleSource,
        *,
        capacity_blocks: int | None = None,
        battery_pct: int | None = 90,
    ) -> None:
        self._capacity = capacity_blocks
        self._battery_pct = battery_pct
        self._older: list[_Boot] = []  # oldest first, each with a block at least
        self._unreadable: set[tuple[int, int]] = set()
        self.n_identified = 0  #: times it was asked to blink
        self._start(source)

    def _start(self, source: SampleSource) -> None:
        self._source = source
        self._now_ns = 0
        self._boot = _Boot(
            source.boot_id,
            round(source.fs_hz * 1000),
            source.lsb_per_g,
            source.utc_at_tick_zero_ns,
        )
        self.link_down()

    def reboot(self, source: SampleSource) -> None:
        """Start anew: what is in the log stays there, all else is lost.

        Raises
        ------
        ValueError
            If a boot of the log has the new one's id already.
        """
        if source.boot_id in {boot.boot_id for boot in (*self._older, self._boot)}:
            raise ValueError(f"boot id {source.boot_id} is in the log already")
        if self._boot.log:
            self._older.append(self._boot)
        self._start(source)

    def corrupt(self, boot_id: int, seq: int) -> None:
        """Damage the page of one block, so that its CRC fails when it is read."""
        self._unreadable.add((boot_id, seq))

    @property
    def head_seq(self) -> int:
        """One past the newest block of the log."""
        return self._boot.head

    @property
    def tail_seq(self) -> int:
        """Oldest block of this boot still in the log."""
        return self._boot.tail

    @property
    def older(self) -> list[LogRange]:
        """What the log holds of earlier boots, the oldest first; *Status* tells of that one."""
        return [
            LogRange(boot.boot_id, boot.tail, boot.head, boot.utc_at_tick_zero_ns)
            for boot in self._older
        ]

    def advance(self, elapsed_s: float) -> None:
        """Let device time go on to `elapsed_s` since tick zero, and record what is measured."""
        if self._source.exhausted:
            if math.isfinite(elapsed_s):
                self._now_ns = max(self._now_ns, round(elapsed_s * NS_PER_S))
            return
        for block in self._source.recorded_until(elapsed_s):
            self._boot.log.append(block)
            n_ns = len(block.samples) * NS_PER_S * 1000 // self._boot.fs_mhz
            self._now_ns = block.t_ns + n_ns
            self._overwrite()
        if math.isfinite(elapsed_s):
            self._now_ns = max(self._now_ns, round(elapsed_s * NS_PER_S))
        self._is_status_due |= self._source.exhausted

    def _overwrite(self) -> None:
        """Let a full log lose its oldest block, of whichever boot."""
        n_blocks = len(self._boot.log) + sum(len(boot.log) for boot in self._older)
        if self._capacity is None or n_blocks <= self._capacity:
            return
        oldest = self._older[0] if self._older else self._boot
        oldest.free(oldest.tail + 1)
        self._forget_empty()

    def _forget_empty(self) -> None:
        self._older = [boot for boot in self._older if boot.log]

    def link_down(self) -> None:
        """Forget what the last collector asked for; the log stays."""
        self._live_next: int | None = None
        self._replaying: _Replaying | None = None
        self._replay_done = 0
        self._is_status_due = False
        self._asked_time: Status | None = None

    def control(self, message: Control) -> None:
        """Do what a collector asks for."""
        match message:
            case StartLive(from_seq):
                self._live_next = from_seq
            case StopLive():
                self._live_next = None
            case Replay(token, from_seq, count, boot_id):
                boot = self._find(boot_id or self._boot.boot_id)
                stop = from_seq + count if boot is not None else from_seq
                self._replaying = _Replaying(token, boot or self._boot, from_seq, stop)
            case Acknowledge(boot_id, up_to_seq):
                if (boot := self._find(boot_id)) is not None:
                    boot.free(up_to_seq)
                    self._is_status_due |= boot is not self._boot and not boot.log
                    self._forget_empty()
            case SetTime(utc_ns):
                if not self._boot.utc_at_tick_zero_ns:
                    self._boot.utc_at_tick_zero_ns = max(utc_ns - self._now_ns, 1)
                self._is_status_due = True
            case Identify():
                self.n_identified += 1
            case AskTime(token):
                self._asked_time = self.status(time_token=token)

    def _find(self, boot_id: int) -> _Boot | None:
        """Return the present boot or the oldest earlier one, which *Status* tells of."""
        boots = (boot for boot in (*self._older[:1], self._boot) if boot.boot_id == boot_id)
        return next(boots, None)

    def status(self, *, time_token: int = 0) -> Status:
        """Return what *Status* reads now, or what it answers to *Ask time* with a token."""
        flags = StatusFlag(0)
        if self._live_next is not None:
            flags |= StatusFlag.LIVE
        if self._replaying is not None:
            flags |= StatusFlag.REPLAYING
        if self._source.exhausted:
            flags |= StatusFlag.EXHAUSTED
        return Status(
            flags=flags,
            battery_pct=self._battery_pct,
            block_samples=MAX_BLOCK_SAMPLES,
            boot_id=self._boot.boot_id,
            tail_seq=self._boot.tail,
            head_seq=self._boot.head,
            fs_mhz=self._boot.fs_mhz,
            lsb_per_g=self._boot.lsb_per_g,
            replay_done=self._replay_done,
            utc_at_tick_zero_ns=self._boot.utc_at_tick_zero_ns,
            ticks_now=ns_to_ticks(self._now_ns),
            time_token=time_token,
            older=next(iter(self.older), None),
        )

    def outgoing(self, limit: int) -> list[Outgoing]:
        """Take the next notifications, at most `limit`: the log first, then what is live."""
        out: list[Outgoing] = []
        if self._asked_time is not None:
            out.append(self._asked_time)
            self._asked_time = None
        if (replaying := self._replaying) is not None:
            out += self._replayed(replaying, limit)
        elif self._live_next is not None:
            first = max(self._live_next, self._boot.tail)
            stop = min(self._boot.head, first + limit)
            out += [self._block(self._boot, seq, from_log=False) for seq in range(first, stop)]
            self._live_next = max(first, stop)
        if self._is_status_due and self.is_sent:
            self._is_status_due = False
            out.append(self.status())
        return out

    def _replayed(self, replaying: _Replaying, limit: int) -> list[Outgoing]:
        boot = replaying.boot
        first = max(replaying.next, boot.tail)
        stop = min(replaying.stop, boot.head, first + limit)
        replaying.next = max(first, stop)
        if replaying.next >= min(replaying.stop, boot.head):
            self._replay_done, self._replaying = replaying.token, None
            self._is_status_due = True
        return [self._block(boot, seq, from_log=True) for seq in range(first, stop)]

    @property
    def is_sent(self) -> bool:
        """Whether all that was asked for is sent, so that a status does not run ahead of blocks."""
        is_live_sent = self._live_next is None or self._live_next >= self._boot.head
        return self._replaying is None and is_live_sent

    def _block(self, boot: _Boot, seq: int, *, from_log: bool) -> Outgoing:
        if (boot.boot_id, seq) in self._unreadable:
            return UnreadableBlockError(boot.boot_id, seq)
        return boot.packet(seq, from_log=from_log)
