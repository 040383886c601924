"""What the collector writes to the hip sensor's *Control*: an opcode and its fields."""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass
from typing import ClassVar, Final

from ingest.errors import MalformedPacketError


@dataclass(frozen=True, slots=True)
class StartLive:
    """Send every block from `from_seq` on, as it is completed; at once those that are already."""

    opcode: ClassVar[int] = 0x01
    layout: ClassVar[str] = "<I"
    from_seq: int


@dataclass(frozen=True, slots=True)
class StopLive:
    """Go on recording, send nothing."""

    opcode: ClassVar[int] = 0x02
    layout: ClassVar[str] = "<"


@dataclass(frozen=True, slots=True)
class Replay:
    """Send the log's blocks `[from_seq, from_seq + count)`, then notify *Status* with the token."""

    opcode: ClassVar[int] = 0x03
    layout: ClassVar[str] = "<BIHI"
    token: int  #: 1..255, chosen by the collector
    from_seq: int
    count: int
    boot_id: int = 0  #: an earlier boot whose blocks are wanted; 0: the present one


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Blocks before `up_to_seq` of a boot are safe on the collector's disk: free them."""

    opcode: ClassVar[int] = 0x04
    layout: ClassVar[str] = "<II"
    boot_id: int
    up_to_seq: int


@dataclass(frozen=True, slots=True)
class SetTime:
    """Set the clock, if it was not set since the last boot; else nothing happens."""

    opcode: ClassVar[int] = 0x05
    layout: ClassVar[str] = "<Q"
    utc_ns: int  #: now, Unix time [ns]


@dataclass(frozen=True, slots=True)
class Identify:
    """Blink or buzz, so that the wearer knows which sensor this is."""

    opcode: ClassVar[int] = 0x06
    layout: ClassVar[str] = "<B"
    duration_s: int


@dataclass(frozen=True, slots=True)
class AskTime:
    """Notify *Status* with the token and the ticks at this moment, before anything else."""

    opcode: ClassVar[int] = 0x07
    layout: ClassVar[str] = "<B"
    token: int  #: 1..255, chosen by the collector


Control = StartLive | StopLive | Replay | Acknowledge | SetTime | Identify | AskTime

_BY_OPCODE: Final[dict[int, type[Control]]] = {
    kind.opcode: kind
    for kind in (StartLive, StopLive, Replay, Acknowledge, SetTime, Identify, AskTime)
}


def control_to_bytes(message: Control) -> bytes:
    """Encode a control message."""
    return bytes([message.opcode]) + struct.pack(message.layout, *astuple(message))


def control_from_bytes(payload: bytes) -> Control:
    """Decode a control message, as a sensor does.

    Raises
    ------
    MalformedPacketError
        If the opcode is unknown, the length is wrong, or a token is 0.
    """
    kind = _BY_OPCODE.get(payload[0]) if payload else None
    if kind is None:
        raise MalformedPacketError(f"control message {payload[:1].hex() or 'without opcode'}")
    if len(payload) != 1 + struct.calcsize(kind.layout):
        raise MalformedPacketError(f"{kind.__name__} of {len(payload)} bytes")
    message = kind(*struct.unpack(kind.layout, payload[1:]))
    if isinstance(message, Replay | AskTime) and not message.token:
        raise MalformedPacketError(f"{kind.__name__} with token 0")
    return message
