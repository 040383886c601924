"""What runs inside the simulated hip sensor: its log and its answers, without radio or waiting."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from ingest.hip_sensor import DataPacket, Status, StatusFlag, ns_to_ticks
from ingest.hip_sensor_control import (
    Acknowledge,
    Control,
    Identify,
    Replay,
    SetTime,
    StartLive,
    StopLive,
)
from ingest.simulation.source import MAX_BLOCK_SAMPLES, LogBlock, SampleSource
from processing.model import NS_PER_S


@dataclass(slots=True)
class _Replaying:
    token: int
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
        self._source = source
        self._capacity = capacity_blocks
        self._battery_pct = battery_pct
        self._fs_mhz = round(source.fs_hz * 1000)
        self._utc_at_tick_zero_ns = source.utc_at_tick_zero_ns
        self._log: deque[LogBlock] = deque()
        self._tail = 0
        self._now_ns = 0
        self._live_next: int | None = None
        self._replaying: _Replaying | None = None
        self._replay_done = 0
        self._is_status_due = False
        self.n_identified = 0  #: times it was asked to blink

    @property
    def head_seq(self) -> int:
        """One past the newest block of the log."""
        return self._tail + len(self._log)

    @property
    def tail_seq(self) -> int:
        """Oldest block still in the log."""
        return self._tail

    def advance(self, elapsed_s: float) -> None:
        """Let device time go on to `elapsed_s` since tick zero, and record what is measured."""
        if self._source.exhausted:
            return
        for block in self._source.recorded_until(elapsed_s):
            self._log.append(block)
            self._now_ns = block.t_ns + len(block.samples) * NS_PER_S * 1000 // self._fs_mhz
            if self._capacity is not None and len(self._log) > self._capacity:
                self._log.popleft()
                self._tail += 1
        if math.isfinite(elapsed_s):
            self._now_ns = max(self._now_ns, round(elapsed_s * NS_PER_S))
        self._is_status_due |= self._source.exhausted

    def link_down(self) -> None:
        """Forget what the last collector asked for; the log stays."""
        self._live_next = None
        self._replaying = None
        self._replay_done = 0
        self._is_status_due = False

    def control(self, message: Control) -> None:
        """Do what a collector asks for."""
        match message:
            case StartLive(from_seq):
                self._live_next = from_seq
            case StopLive():
                self._live_next = None
            case Replay(token, from_seq, count):
                self._replaying = _Replaying(token, from_seq, from_seq + count)
            case Acknowledge(boot_id, up_to_seq):
                self._free(boot_id, up_to_seq)
            case SetTime(utc_ns):
                if not self._utc_at_tick_zero_ns:
                    self._utc_at_tick_zero_ns = max(utc_ns - self._now_ns, 1)
                self._is_status_due = True
            case Identify():
                self.n_identified += 1

    def status(self) -> Status:
        """Return what *Status* reads now."""
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
            boot_id=self._source.boot_id,
            tail_seq=self._tail,
            head_seq=self.head_seq,
            fs_mhz=self._fs_mhz,
            lsb_per_g=self._source.lsb_per_g,
            replay_done=self._replay_done,
            utc_at_tick_zero_ns=self._utc_at_tick_zero_ns,
        )

    def outgoing(self, limit: int) -> list[DataPacket | Status]:
        """Take the next notifications, at most `limit`: the log first, then what is live."""
        out: list[DataPacket | Status] = []
        if (replaying := self._replaying) is not None:
            replaying.next = max(replaying.next, self._tail)
            stop = min(replaying.stop, self.head_seq, replaying.next + limit)
            out += [self._packet(seq, from_log=True) for seq in range(replaying.next, stop)]
            replaying.next = max(replaying.next, stop)
            if replaying.next >= min(replaying.stop, self.head_seq):
                self._replay_done, self._replaying = replaying.token, None
                self._is_status_due = True
        elif self._live_next is not None:
            first = max(self._live_next, self._tail)
            stop = min(self.head_seq, first + limit)
            out += [self._packet(seq, from_log=False) for seq in range(first, stop)]
            self._live_next = max(first, stop)
        if self._is_status_due and self.is_sent:
            self._is_status_due = False
            out.append(self.status())
        return out

    @property
    def is_sent(self) -> bool:
        """Whether all that was asked for is sent, so that a status does not run ahead of blocks."""
        is_live_sent = self._live_next is None or self._live_next >= self.head_seq
        return self._replaying is None and is_live_sent

    def _packet(self, seq: int, *, from_log: bool) -> DataPacket:
        block = self._log[seq - self._tail]
        return DataPacket(
            boot_id=self._source.boot_id,
            seq=seq,
            ticks=ns_to_ticks(block.t_ns),
            fs_mhz=self._fs_mhz,
            lsb_per_g=self._source.lsb_per_g,
            samples=block.samples,
            from_log=from_log,
        )

    def _free(self, boot_id: int, up_to_seq: int) -> None:
        if boot_id != self._source.boot_id:
            return
        for _ in range(min(up_to_seq - self._tail, len(self._log))):
            self._log.popleft()
            self._tail += 1
