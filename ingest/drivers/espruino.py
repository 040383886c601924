"""Bangle.js and Puck.js with our own little app. Lines: firmware_notes/espruino.md."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.drivers.base import (
    INT16_MAX,
    INT16_MIN,
    Advertisement,
    Parser,
    Refusal,
    Stamps,
    StreamDriver,
    StreamSamples,
    Write,
)

SERVICE_UUID: Final = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
WRITE_UUID: Final = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
NOTIFY_UUID: Final = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"

_MOST_LINE_BYTES: Final = 512
_MOST_BYTES: Final = 4096
_HEAD: Final = b"$S,"
_MOST_NUMBER: Final = 1 << 48
_NS_PER_MS: Final = 1_000_000
_NO_ECHO: Final = "\x10"  #: first in a line: the interpreter does not echo it
_MIN_LSB_PER_G, _MAX_LSB_PER_G = 256, 16384


class EspruinoParser(Parser):
    """Reads lines, however they are cut into notifications; keeps at most one unfinished line."""

    def __init__(self) -> None:
        super().__init__()
        self._rest = b""

    def parse(self, uuid: str, payload: bytes) -> list[StreamSamples]:
        """Return the samples of the lines that are complete now; other text is counted only."""
        if uuid != NOTIFY_UUID:
            return self._refuse(Refusal.UNKNOWN_KIND)
        if len(payload) > _MOST_BYTES:
            return self._refuse(Refusal.TOO_LONG)
        *lines, self._rest = (self._rest + payload).split(b"\n")
        if len(self._rest) > _MOST_LINE_BYTES:
            self._refuse(Refusal.TOO_LONG)
            self._rest = b""
        batches = []
        for line in lines:
            text = line.strip()
            if not text:
                continue
            parsed = _samples_of(text)
            if isinstance(parsed, Refusal):
                self._refuse(parsed)
            else:
                batches.append(parsed)
        return batches


def checksum(body: bytes) -> int:
    """Return the exclusive or of all bytes between `$` and `*`."""
    result = 0
    for byte in body:
        result ^= byte
    return result


def _samples_of(line: bytes) -> StreamSamples | Refusal:
    begin = line.rfind(_HEAD)  # the interpreter's prompt may stand before it
    if begin < 0:
        return Refusal.UNKNOWN_KIND
    body, star, written = line[begin + 1 :].partition(b"*")
    if not star or written.lower() != b"%02x" % checksum(body):
        return Refusal.BAD_CHECKSUM
    numbers = [_whole_number(field) for field in body.split(b",")[1:]]
    if len(numbers) < 6 or len(numbers) % 3:
        return Refusal.BAD_LENGTH
    if None in numbers:
        return Refusal.NOT_FINITE
    sequence, time_ms, lsb_per_g, *counts = [number or 0 for number in numbers]
    if not (0 <= sequence < _MOST_NUMBER and 0 <= time_ms < _MOST_NUMBER):
        return Refusal.BAD_TIME
    if not _MIN_LSB_PER_G <= lsb_per_g <= _MAX_LSB_PER_G:
        return Refusal.NO_FACTOR
    if min(counts) < INT16_MIN or max(counts) > INT16_MAX:
        return Refusal.OUT_OF_RANGE
    samples = np.array(counts, np.int16).reshape(-1, 3)
    return StreamSamples(samples, lsb_per_g, time_ms * _NS_PER_MS, Stamps.LAST, sequence)


def _whole_number(field: bytes) -> int | None:
    digits = field.removeprefix(b"-")
    return int(field) if digits.isdigit() and len(digits) <= 15 else None


def _matches(heard: Advertisement) -> bool:
    return heard.name.startswith(("Bangle.js", "Puck.js"))


def _start(fs_hz: float) -> tuple[Write, ...]:
    return (Write(WRITE_UUID, f"{_NO_ECHO}SIT.start({fs_hz:g})\n".encode()),)


def _stop() -> tuple[Write, ...]:
    return (Write(WRITE_UUID, f"{_NO_ECHO}SIT.stop()\n".encode()),)


ESPRUINO: Final = StreamDriver(
    name="espruino",
    title="Bangle.js / Puck.js",
    matches=_matches,
    notes="needs our app on the device; no log: what is out of range is lost, and counted",
    notify_uuids=(NOTIFY_UUID,),
    rates_hz=(12.5, 25.0, 50.0),
    has_clock=True,
    start=_start,
    stop=_stop,
    parser=EspruinoParser,
)
