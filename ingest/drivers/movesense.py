"""Movesense, with its "GATT SensorData" app. Byte layout: firmware_notes/movesense.md."""

from __future__ import annotations

import struct
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

SERVICE_UUID: Final = "34802252-7185-4d5d-b431-630e7050e8f0"
WRITE_UUID: Final = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY_UUID: Final = "34800002-7185-4d5d-b431-630e7050e8f0"

_SUBSCRIBE, _UNSUBSCRIBE = 1, 2
_RESULT, _DATA = 1, 2
_REFERENCE: Final = 99  #: chosen by us, comes back with every packet; any but zero
_SAMPLE_BYTES: Final = 12
_HEADER: Final = struct.Struct("<BBI")
_WRAP_MS: Final = 1 << 32
_NS_PER_MS: Final = 1_000_000

_STANDARD_G: Final = 9.80665  #: [m/s²]
#: The LSM6DS3 gives 0.244 mg per count at its usual +-8 g, and the app multiplies that into m/s².
#: At 4096 per g rounding moves a value by at most half a count, 0.12 mg, a quarter of the noise.
LSB_PER_G: Final = 4096
_MOST_MS2: Final = 16.5 * _STANDARD_G  #: the sensor's widest range, and its tolerance


class MovesenseParser(Parser):
    """Reads acceleration packets; makes the u32 of milliseconds one that does not wrap."""

    def __init__(self) -> None:
        super().__init__()
        self._ms: int | None = None

    def parse(self, uuid: str, payload: bytes) -> list[StreamSamples]:
        """Return the samples of a packet; answers to commands hold none."""
        if uuid != NOTIFY_UUID:
            return self._refuse(Refusal.UNKNOWN_KIND)
        if len(payload) < 2:
            return self._refuse(Refusal.CUT_SHORT)
        if payload[0] == _RESULT:
            return self._refuse(Refusal.COMMAND_REFUSED) if _is_refused(payload[2:4]) else []
        if payload[0] != _DATA or payload[1] != _REFERENCE:
            return self._refuse(Refusal.UNKNOWN_KIND)
        body = len(payload) - _HEADER.size
        if body < _SAMPLE_BYTES:
            return self._refuse(Refusal.CUT_SHORT)
        if body % _SAMPLE_BYTES:
            return self._refuse(Refusal.BAD_LENGTH)
        acc_ms2 = np.frombuffer(payload, "<f4", offset=_HEADER.size).reshape(-1, 3)
        if not np.isfinite(acc_ms2).all():
            return self._refuse(Refusal.NOT_FINITE)
        if np.abs(acc_ms2).max() > _MOST_MS2:
            return self._refuse(Refusal.OUT_OF_RANGE)
        counts = np.rint(acc_ms2.astype(np.float64) * (LSB_PER_G / _STANDARD_G)).astype(np.int64)
        device_ns = self._unwrapped_ms(_HEADER.unpack_from(payload)[2]) * _NS_PER_MS
        return [replace(in_int16(counts, LSB_PER_G), device_ns=device_ns, stamps=Stamps.FIRST)]

    def _unwrapped_ms(self, raw_ms: int) -> int:
        if self._ms is None:
            self._ms = raw_ms
        else:
            by_ms = (raw_ms - self._ms + _WRAP_MS // 2) % _WRAP_MS - _WRAP_MS // 2
            self._ms = max(self._ms + by_ms, 0)
        return self._ms


def _is_refused(code: bytes) -> bool:
    """Whether an HTTP-like code is an error: firmwares differ in the order of its two bytes."""
    if len(code) < 2:
        return False
    return any(400 <= int.from_bytes(code, order) < 600 for order in ("little", "big"))


def _matches(heard: Advertisement) -> bool:
    return SERVICE_UUID in heard.service_uuids or heard.name.startswith("Movesense ")


def _start(fs_hz: float) -> tuple[Write, ...]:
    path = f"/Meas/Acc/{fs_hz:g}".encode()
    return (Write(WRITE_UUID, bytes([_SUBSCRIBE, _REFERENCE]) + path),)


def _stop() -> tuple[Write, ...]:
    return (Write(WRITE_UUID, bytes([_UNSUBSCRIBE, _REFERENCE])),)


MOVESENSE: Final = StreamDriver(
    name="movesense",
    title="Movesense",
    matches=_matches,
    notes="no log over this app: what is out of range is lost",
    notify_uuids=(NOTIFY_UUID,),
    rates_hz=(13.0, 26.0, 52.0, 104.0),
    has_clock=True,
    start=_start,
    stop=_stop,
    parser=MovesenseParser,
)
