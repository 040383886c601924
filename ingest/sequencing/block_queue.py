"""The blocks of one start of a sensor: they arrive in any order and are handed on in theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from ingest.hip_sensor.packets import DataPacket


class Arrival(Enum):
    """What a packet was to a queue."""

    NEW = auto()
    REPEATED = auto()  #: it had been there before
    TOO_FAR = auto()  #: so far ahead that it is not kept; it can be asked for again


@dataclass(slots=True)
class BlockQueue:
    """Keeps what arrived early until what belongs before it has come. Its size is bounded.

    Parameters
    ----------
    boot_id
        Of the sensor's start.
    next_seq
        First sequence number that was not handed on.
    n_most
        Blocks from `next_seq` on that may be kept.
    """

    boot_id: int
    next_seq: int
    n_most: int
    since_s: float = 0.0  #: when the next block to be handed on had arrived
    #: of a start that is over: one past the last block that may be readable
    end_seq: int | None = None
    stored_seq: int = 0  #: one past the last block that is known to be stored
    _held: dict[int, DataPacket] = field(default_factory=dict)
    _unreadable: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.stored_seq = self.next_seq

    def receive(self, packet: DataPacket, *, now_s: float) -> Arrival:
        """Take a packet of this start."""
        if packet.seq < self.next_seq or self._is_there(packet.seq):
            return Arrival.REPEATED
        if packet.seq >= self.next_seq + self.n_most:
            return Arrival.TOO_FAR
        if self.next_seq not in self._held:
            self.since_s = now_s
        self._held[packet.seq] = packet
        return Arrival.NEW

    def never_comes(self, seq: int) -> None:
        """Take note that the sensor cannot read a block of its log any more."""
        if self.next_seq <= seq < self.next_seq + self.n_most and seq not in self._held:
            self._unreadable.add(seq)
        if seq + 1 == self.end_seq:
            self.end_seq = seq

    @property
    def is_ready(self) -> bool:
        """Whether the next block is there."""
        return self.next_seq in self._held

    @property
    def n_held(self) -> int:
        """How many blocks are kept."""
        return len(self._held)

    def take(self) -> list[DataPacket]:
        """Hand on what is there, in order, up to the first hole."""
        packets: list[DataPacket] = []
        while (packet := self._held.pop(self.next_seq, None)) is not None:
            packets.append(packet)
            self.next_seq += 1
        return packets

    def skip_unreadable(self) -> int:
        """Step over blocks that will never come; return how many."""
        first = self.next_seq
        while self.next_seq in self._unreadable:
            self._unreadable.remove(self.next_seq)
            self.next_seq += 1
        return self.next_seq - first

    def skip_to(self, seq: int) -> int:
        """Go on at `seq`, or at the first kept block before it; return how many were skipped."""
        ahead = [one for one in self._held if self.next_seq < one < seq]
        first, self.next_seq = self.next_seq, min(ahead, default=seq)
        self._unreadable = {one for one in self._unreadable if one >= self.next_seq}
        return self.next_seq - first

    def skip_to_held(self) -> int:
        """Go on at the first kept block; return how many were skipped."""
        return self.skip_to(min(self._held)) if self._held else 0

    def first_missing(self) -> int:
        """Return the first sequence number that has to be asked for."""
        seq = self.next_seq
        while self._is_there(seq):
            seq += 1
        return seq

    def last_missing(self, first: int, stop: int) -> int | None:
        """Return the last number of `[first, stop)` that has to be asked for, if there is one."""
        return max((seq for seq in range(first, stop) if not self._is_there(seq)), default=None)

    @property
    def held_until(self) -> int:
        """One past the last block that is kept; 0 when none is."""
        return max(self._held, default=-1) + 1

    def _is_there(self, seq: int) -> bool:
        return seq in self._held or seq in self._unreadable
