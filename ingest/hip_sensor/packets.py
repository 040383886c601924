"""The hip sensor's own profile, version 1: what the sensor notifies.

The layout is laid down in firmware_notes/hip_sensor_service.md. All integers are little
endian. Reserved bits and bytes are sent as zero and not looked at.
"""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass
from enum import IntFlag
from typing import Final, Self

import numpy as np

from ingest.errors import MalformedPacketError
from ingest.hip_sensor import packing
from ingest.model import Int16Array, RawBlock
from processing.model import NS_PER_S

SERVICE_UUID: Final = "382d0001-bdcd-46cf-b82d-b85b937521ac"
DATA_UUID: Final = "382d0002-bdcd-46cf-b82d-b85b937521ac"
CONTROL_UUID: Final = "382d0003-bdcd-46cf-b82d-b85b937521ac"
STATUS_UUID: Final = "382d0004-bdcd-46cf-b82d-b85b937521ac"

VERSION: Final = 1
TICKS_PER_S: Final = 32_768  #: a watch crystal; one tick is 30.5 us
MAX_TICKS: Final = 2**46 - 1  #: 68 years; more would be a broken packet
MAX_UTC_NS: Final = 2**62 - 1  #: the year 2116; with MAX_TICKS added it still fits 63 bits
MAX_BLOCK_S: Final = 60  #: longest time one block may span
BATTERY_UNKNOWN: Final = 255

#: version, flags, sample count, reserved, boot id, sequence, rate [mHz], LSB per g, ticks (lo, hi)
_DATA_HEADER: Final = struct.Struct("<BBBxIIIHIH")
_BYTES_PER_SAMPLE: Final = 6
#: version, flags, battery, block samples, boot, tail, head, rate, LSB per g, replay done, pad, UTC
_STATUS: Final = struct.Struct("<BBBBIIIIHBxQ")
_STATUS_TIME: Final = struct.Struct("<IHBx")  #: ticks now (lo, hi), token
_STATUS_OLDER: Final = struct.Struct("<IIIQ")  #: boot, tail, head, UTC of the oldest earlier boot

#: Of the first revision, the second, and this one.
_STATUS_SIZES: Final = (
    _STATUS.size,
    _STATUS.size + _STATUS_TIME.size,
    _STATUS.size + _STATUS_TIME.size + _STATUS_OLDER.size,
)


class DataFlag(IntFlag):
    """Bits of *Data*."""

    FROM_LOG = 1  #: sent because of a replay, not live
    PACKED = 2  #: the samples are packed, see `ingest.hip_sensor.packing`
    UNREADABLE = 4  #: the log holds no more of this block than its number


class UnreadableBlockError(MalformedPacketError):
    """A sensor's word that a block was in its log and can not be read any more."""

    def __init__(self, boot_id: int, seq: int) -> None:
        self.boot_id, self.seq = boot_id, seq
        super().__init__(f"block {seq} of boot {boot_id} cannot be read from the log any more")

    def to_bytes(self) -> bytes:
        """Encode as the sensor sends it: a header of *Data* and no samples."""
        flags = DataFlag.FROM_LOG | DataFlag.UNREADABLE
        return _DATA_HEADER.pack(VERSION, flags, 0, self.boot_id, self.seq, 0, 0, 0, 0)


def ticks_to_ns(ticks: int) -> int:
    """Convert device ticks to nanoseconds, to the nearest, in whole numbers throughout."""
    return (ticks * NS_PER_S + TICKS_PER_S // 2) // TICKS_PER_S


def ns_to_ticks(ns: int) -> int:
    """Convert nanoseconds to the nearest device tick; off by at most 15.3 us."""
    return (ns * TICKS_PER_S + NS_PER_S // 2) // NS_PER_S


@dataclass(frozen=True, slots=True, eq=False)
class DataPacket:
    """One block of the sensor's log, as it comes in one notification of *Data*."""

    boot_id: int  #: u32
    seq: int  #: u32
    ticks: int  #: 0..MAX_TICKS, device clock at the first sample [1/32768 s]
    fs_mhz: int  #: u32 > 0, sampling rate [mHz]
    lsb_per_g: int  #: u16 > 0
    samples: Int16Array  #: shape (1..255, 3)
    from_log: bool = False  #: sent because of a replay, not live
    packed: bool = False  #: how the samples travel; they are the same either way

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Decode one notification of *Data*.

        Raises
        ------
        MalformedPacketError
            If the bytes are no data packet of version 1; an `UnreadableBlockError` if they say that
            a block is lost to the log.
        """
        n_bytes = len(payload)
        if n_bytes < _DATA_HEADER.size:
            raise MalformedPacketError(f"{n_bytes} bytes is too short for a data packet")
        version, flags, n, boot_id, seq, fs_mhz, lsb_per_g, low, high = _DATA_HEADER.unpack_from(
            payload
        )
        if version != VERSION:
            raise MalformedPacketError(f"data packet of version {version}, expected {VERSION}")
        if flags & DataFlag.UNREADABLE and n_bytes == _DATA_HEADER.size:
            raise UnreadableBlockError(boot_id, seq)
        if not n or n * 1000 > MAX_BLOCK_S * fs_mhz or not lsb_per_g:
            raise MalformedPacketError(
                f"data packet says {n} samples at {fs_mhz} mHz, {lsb_per_g} LSB per g"
            )
        ticks = low | high << 32
        if ticks > MAX_TICKS:
            raise MalformedPacketError(f"data packet says it was taken at tick {ticks}")
        is_packed = bool(flags & DataFlag.PACKED)
        body = payload[_DATA_HEADER.size :]
        return cls(
            boot_id=boot_id,
            seq=seq,
            ticks=ticks,
            fs_mhz=fs_mhz,
            lsb_per_g=lsb_per_g,
            samples=packing.unpack(body, n) if is_packed else _raw_samples(body, n),
            from_log=bool(flags & DataFlag.FROM_LOG),
            packed=is_packed,
        )

    def to_bytes(self) -> bytes:
        """Encode as the sensor sends it."""
        header = _DATA_HEADER.pack(
            VERSION,
            DataFlag.FROM_LOG * self.from_log | DataFlag.PACKED * self.packed,
            len(self.samples),
            self.boot_id,
            self.seq,
            self.fs_mhz,
            self.lsb_per_g,
            self.ticks & 0xFFFF_FFFF,
            self.ticks >> 32,
        )
        if self.packed:
            return header + packing.pack(self.samples)
        return header + self.samples.astype("<i2").tobytes()

    def to_block(self, device_id: str, utc_at_tick_zero_ns: int) -> RawBlock:
        """Put the block on the time line, by the sensor's own clock."""
        return RawBlock(
            device_id=device_id,
            boot_id=self.boot_id,
            seq=self.seq,
            t0_ns=utc_at_tick_zero_ns + ticks_to_ns(self.ticks),
            fs_hz=self.fs_mhz / 1000,
            lsb_per_g=self.lsb_per_g,
            samples=self.samples,
            ticks=self.ticks,
        )


def _raw_samples(body: bytes, n: int) -> Int16Array:
    if len(body) != n * _BYTES_PER_SAMPLE:
        raise MalformedPacketError(f"data packet with {len(body)} bytes of {n} samples")
    return np.frombuffer(body, "<i2").reshape(n, 3).astype(np.int16)


class StatusFlag(IntFlag):
    """Bits of *Status*."""

    LIVE = 1  #: blocks are sent as they are completed
    REPLAYING = 2  #: an asked-for range is being sent
    EXHAUSTED = 4  #: recording has ended: the log gets no further block


@dataclass(frozen=True, slots=True)
class LogRange:
    """What the log still holds of one earlier boot."""

    boot_id: int  #: u32, not 0
    tail_seq: int  #: oldest block that is not acknowledged
    head_seq: int  #: one past its newest block
    utc_at_tick_zero_ns: int  #: 0 when its clock was never set [ns]


@dataclass(frozen=True, slots=True)
class Status:
    """What the sensor says of itself and of its log, by *Status* (read or notified)."""

    flags: StatusFlag
    battery_pct: int | None  #: 0..100, None when not known
    block_samples: int  #: fewest samples in a full block; packed ones hold more
    boot_id: int
    tail_seq: int  #: oldest block still in the log
    head_seq: int  #: one past the newest block of the log
    fs_mhz: int
    lsb_per_g: int
    replay_done: int  #: token of the last replay that was sent to its end; 0 before the first
    utc_at_tick_zero_ns: int  #: 0 while the clock is not set [ns]
    ticks_now: int | None = None  #: device clock when this was made; None from an early revision
    time_token: int | None = None  #: token of the *Ask time* that this answers; 0: of none
    older: LogRange | None = None  #: oldest earlier boot with blocks not yet acknowledged

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Decode *Status*: 32 bytes, 40 with the time, 60 with the earlier boots, or more.

        Bytes after those belong to later revisions.

        Raises
        ------
        MalformedPacketError
            If the bytes are no status of version 1.
        """
        if len(payload) not in _STATUS_SIZES and len(payload) < _STATUS_SIZES[-1]:
            # one cut off behind the time would say that there are no earlier boots
            raise MalformedPacketError(f"{len(payload)} bytes is no whole status")
        (
            version,
            flags,
            battery,
            block_samples,
            boot_id,
            tail,
            head,
            fs_mhz,
            lsb_per_g,
            replay_done,
            utc_ns,
        ) = _STATUS.unpack_from(payload)
        if version != VERSION:
            raise MalformedPacketError(f"status of version {version}, expected {VERSION}")
        if battery > 100 and battery != BATTERY_UNKNOWN:
            raise MalformedPacketError(f"status says the battery is at {battery} percent")
        if tail > head or not fs_mhz or not lsb_per_g or not block_samples:
            raise MalformedPacketError(
                f"status says log {tail}..{head}, {fs_mhz} mHz, {lsb_per_g} LSB per g, "
                f"{block_samples} samples in a block"
            )
        if utc_ns > MAX_UTC_NS:
            raise MalformedPacketError(f"status says tick zero was at {utc_ns} ns")
        ticks_now, time_token = _time_of(payload)
        return cls(
            flags=StatusFlag(flags & 7),
            battery_pct=None if battery == BATTERY_UNKNOWN else battery,
            block_samples=block_samples,
            boot_id=boot_id,
            tail_seq=tail,
            head_seq=head,
            fs_mhz=fs_mhz,
            lsb_per_g=lsb_per_g,
            replay_done=replay_done,
            utc_at_tick_zero_ns=utc_ns,
            ticks_now=ticks_now,
            time_token=time_token,
            older=_older_of(payload),
        )

    def to_bytes(self) -> bytes:
        """Encode as the sensor sends it."""
        first = _STATUS.pack(
            VERSION,
            self.flags,
            BATTERY_UNKNOWN if self.battery_pct is None else self.battery_pct,
            self.block_samples,
            self.boot_id,
            self.tail_seq,
            self.head_seq,
            self.fs_mhz,
            self.lsb_per_g,
            self.replay_done,
            self.utc_at_tick_zero_ns,
        )
        if self.ticks_now is None:
            return first
        low, high = self.ticks_now & 0xFFFF_FFFF, self.ticks_now >> 32
        older = (0, 0, 0, 0) if self.older is None else astuple(self.older)
        return (
            first + _STATUS_TIME.pack(low, high, self.time_token or 0) + _STATUS_OLDER.pack(*older)
        )

    @property
    def is_exhausted(self) -> bool:
        """Whether the log gets no further block."""
        return StatusFlag.EXHAUSTED in self.flags


def _time_of(payload: bytes) -> tuple[int | None, int | None]:
    if len(payload) < _STATUS.size + _STATUS_TIME.size:
        return None, None
    low, high, token = _STATUS_TIME.unpack_from(payload, _STATUS.size)
    ticks = low | high << 32
    if ticks > MAX_TICKS:
        raise MalformedPacketError(f"status says it is tick {ticks}")
    return ticks, token


def _older_of(payload: bytes) -> LogRange | None:
    at = _STATUS.size + _STATUS_TIME.size
    if len(payload) < at + _STATUS_OLDER.size:
        return None
    older = LogRange(*_STATUS_OLDER.unpack_from(payload, at))
    if not older.boot_id:
        return None
    if older.tail_seq > older.head_seq or older.utc_at_tick_zero_ns > MAX_UTC_NS:
        raise MalformedPacketError(f"status says of an earlier boot: {older}")
    return older
