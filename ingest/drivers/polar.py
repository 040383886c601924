"""Polar H10 and Verity Sense: the PMD service. Byte layout: firmware_notes/polar.md."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from ingest.drivers.base import (
    Advertisement,
    Parser,
    Refusal,
    Stamps,
    StreamDriver,
    StreamSamples,
    Write,
    in_int16,
)
from ingest.drivers.polar_delta import samples_of_deltas
from processing.model import IntArray

SERVICE_UUID: Final = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL_UUID: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA_UUID: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

_ACCELERATION: Final = 2
_START, _STOP = 2, 3
_ANSWER: Final = 0xF0
_STOPPED_BY_ITSELF: Final = 1
_OK, _ALREADY = 0, 6
_HEADER: Final = struct.Struct("<BQB")
_DELTA: Final = 0x80
_MOST_NS: Final = 1 << 62  #: the year 2146 by Polar's count from 2000
_MOST_BYTES: Final = 1024

_RATE, _RESOLUTION, _RANGE, _CHANNELS, _FACTOR = 0, 1, 2, 4, 5
_SETTING_BYTES: Final = {_RATE: 2, _RESOLUTION: 2, _RANGE: 2, 3: 4, _CHANNELS: 1, _FACTOR: 4}
_RANGE_G: Final = 8

LSB_PER_G: Final = 1000  #: plain frames count in mg
LSB_PER_G_SCALED: Final = 4096  #: frames that need the factor of the start answer: +-8 g fit


class PolarParser(Parser):
    """Reads acceleration frames, and the answers of the control point for the scale they name."""

    def __init__(self) -> None:
        super().__init__()
        self._factor: float | None = None

    def parse(self, uuid: str, payload: bytes) -> list[StreamSamples]:
        """Return the samples of a frame; the control point's answers hold none."""
        if uuid == CONTROL_UUID:
            return self._parse_answer(payload)
        if uuid != DATA_UUID:
            return self._refuse(Refusal.UNKNOWN_KIND)
        if len(payload) <= _HEADER.size:
            return self._refuse(Refusal.CUT_SHORT)
        if len(payload) > _MOST_BYTES:
            return self._refuse(Refusal.TOO_LONG)
        kind, device_ns, frame_type = _HEADER.unpack_from(payload)
        if kind != _ACCELERATION:
            return self._refuse(Refusal.NOT_ACCELERATION)
        if not 0 < device_ns < _MOST_NS:
            return self._refuse(Refusal.BAD_TIME)
        decoded = self._decoded(frame_type, payload[_HEADER.size :])
        if isinstance(decoded, Refusal):
            return self._refuse(decoded)
        return [replace(decoded, device_ns=device_ns, stamps=Stamps.LAST)]

    def _decoded(self, frame_type: int, content: bytes) -> StreamSamples | Refusal:
        if frame_type in (1, 2):
            counts = _plain(content, n_bytes=frame_type + 1)
            return counts if isinstance(counts, Refusal) else in_int16(counts, LSB_PER_G)
        if frame_type not in (_DELTA, _DELTA | 1):
            return Refusal.UNKNOWN_KIND
        counts = samples_of_deltas(content)
        if isinstance(counts, Refusal):
            return counts
        if frame_type == _DELTA:  # counts times the factor are g
            return Refusal.NO_FACTOR if self._factor is None else _scaled(counts, self._factor)
        if self._factor in (None, 1.0):
            return in_int16(counts, LSB_PER_G)
        assert self._factor is not None
        return _scaled(counts, self._factor / 1000)  # counts times the factor are mg

    def _parse_answer(self, payload: bytes) -> list[StreamSamples]:
        if len(payload) >= 2 and payload[0] == _STOPPED_BY_ITSELF:
            ours = _ACCELERATION in payload[1:]
            return self._refuse(Refusal.STOPPED if ours else Refusal.UNKNOWN_KIND)
        if len(payload) < 4:
            return self._refuse(Refusal.CUT_SHORT)
        if payload[0] != _ANSWER or payload[2] != _ACCELERATION:
            return self._refuse(Refusal.UNKNOWN_KIND)
        if payload[3] not in (_OK, _ALREADY):
            return self._refuse(Refusal.COMMAND_REFUSED)
        if payload[1] == _START:
            self._factor = _factor_of(payload[5:]) or self._factor
        return []


def _plain(content: bytes, n_bytes: int) -> IntArray | Refusal:
    """Return little-endian signed numbers of `n_bytes` in threes. [mg]"""
    if len(content) % (3 * n_bytes):
        return Refusal.BAD_LENGTH
    octets = np.frombuffer(content, np.uint8).reshape(-1, n_bytes).astype(np.int64)
    counts = octets @ (1 << (8 * np.arange(n_bytes, dtype=np.int64)))
    signed = np.where(counts >= 1 << (8 * n_bytes - 1), counts - (1 << (8 * n_bytes)), counts)
    return np.asarray(signed, np.int64).reshape(-1, 3)


def _scaled(counts: IntArray, g_per_count: float) -> StreamSamples | Refusal:
    in_g = counts * g_per_count
    if np.abs(in_g).max() > 100:
        return Refusal.OUT_OF_RANGE
    return in_int16(np.rint(in_g * LSB_PER_G_SCALED).astype(np.int64), LSB_PER_G_SCALED)


def _factor_of(settings: bytes) -> float | None:
    """Return the factor among settings, each a type, a count and so many values; None: none."""
    at = 0
    while at + 2 <= len(settings):
        kind, n_values = settings[at], settings[at + 1]
        size = _SETTING_BYTES.get(kind)
        if size is None or at + 2 + size * n_values > len(settings):
            return None
        if kind == _FACTOR and n_values:
            factor: float = struct.unpack_from("<f", settings, at + 2)[0]
            return factor if math.isfinite(factor) and factor > 0 else None
        at += 2 + size * n_values
    return None


def _setting(kind: int, value: int) -> bytes:
    return bytes([kind, 1]) + value.to_bytes(_SETTING_BYTES[kind], "little")


def _start_h10(fs_hz: float) -> tuple[Write, ...]:
    settings = _setting(_RATE, round(fs_hz)) + _setting(_RESOLUTION, 16) + _setting(_RANGE, 8)
    return (Write(CONTROL_UUID, bytes([_START, _ACCELERATION]) + settings),)


def _start_verity(fs_hz: float) -> tuple[Write, ...]:
    (write,) = _start_h10(fs_hz)
    return (Write(CONTROL_UUID, write.payload + _setting(_CHANNELS, 3)),)


def _stop() -> tuple[Write, ...]:
    return (Write(CONTROL_UUID, bytes([_STOP, _ACCELERATION])),)


def _is_called(prefix: str) -> Callable[[Advertisement], bool]:
    return lambda heard: heard.name.startswith(prefix)


POLAR_H10: Final = StreamDriver(
    name="polar_h10",
    title="Polar H10",
    matches=_is_called("Polar H10"),
    notes="no log of acceleration: what is out of range is lost; it switches off without its strap",
    notify_uuids=(CONTROL_UUID, DATA_UUID),
    rates_hz=(25.0, 50.0, 100.0, 200.0),
    has_clock=True,
    start=_start_h10,
    stop=_stop,
    parser=PolarParser,
)

POLAR_VERITY: Final = StreamDriver(
    name="polar_verity",
    title="Polar Verity Sense",
    matches=_is_called("Polar Sense"),
    notes="streams only: what is out of range is lost",
    notify_uuids=(CONTROL_UUID, DATA_UUID),
    rates_hz=(52.0,),
    has_clock=True,
    start=_start_verity,
    stop=_stop,
    parser=PolarParser,
)
