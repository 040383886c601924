"""WitMotion BLE 5.0 (WT901BLE67 and its family). Byte layout: firmware_notes/witmotion.md."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.drivers.base import (
    Advertisement,
    Parser,
    Refusal,
    StreamDriver,
    StreamSamples,
    Write,
)

SERVICE_UUID: Final = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY_UUID: Final = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE_UUID: Final = "0000ffe9-0000-1000-8000-00805f9a34fb"

_MARK: Final = 0x55
_DATA, _REGISTER = 0x61, 0x71
_FRAME_BYTES: Final = 20
_MOST_BYTES: Final = 4096  #: of one notification; 512 is what Bluetooth allows
_SCALE_G: Final = 16
LSB_PER_G: Final = 32768 // _SCALE_G

_RATE_CODES: Final = {10.0: 0x06, 20.0: 0x07, 50.0: 0x08, 100.0: 0x09, 200.0: 0x0B}
_UNLOCK: Final = bytes.fromhex("ffaa6988b5")
_PAUSE_S: Final = 0.1  #: as the vendor's program waits between unlocking and writing [s]


class WitMotionParser(Parser):
    """Finds frames in a stream of bytes; keeps at most one unfinished frame.

    A frame has no checksum, so it is taken only if the next one begins where it ends, or nothing
    has come after it yet. Bytes that belong to no frame are counted one by one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rest = b""

    def parse(self, uuid: str, payload: bytes) -> list[StreamSamples]:
        """Return the samples of the frames that are complete now; all of them share one arrival."""
        if uuid != NOTIFY_UUID:
            return self._refuse(Refusal.UNKNOWN_KIND)
        if len(payload) > _MOST_BYTES:
            return self._refuse(Refusal.TOO_LONG)
        data, at, frames = self._rest + payload, 0, []
        while at + _FRAME_BYTES <= len(data):
            if not _begins(data, at) or not _begins(data, at + _FRAME_BYTES):
                self._refuse(Refusal.NO_FRAME)
                at += 1
                continue
            if data[at + 1] == _DATA:
                frames.append(data[at + 2 : at + 8])
            at += _FRAME_BYTES
        self._rest = data[at:]
        if not frames:
            return []
        samples = np.frombuffer(b"".join(frames), "<i2").astype(np.int16).reshape(-1, 3)
        return [StreamSamples(samples, LSB_PER_G)]


def _begins(data: bytes, at: int) -> bool:
    """Whether a frame may begin there, as far as can be seen."""
    head = data[at : at + 2]
    return (not head or head[0] == _MARK) and (len(head) < 2 or head[1] in (_DATA, _REGISTER))


def _matches(heard: Advertisement) -> bool:
    return SERVICE_UUID in heard.service_uuids or heard.name.startswith(("WT901BLE", "WT9011"))


def _start(fs_hz: float) -> tuple[Write, ...]:
    rate = bytes([0xFF, 0xAA, 0x03, _RATE_CODES[fs_hz], 0])
    return (Write(WRITE_UUID, _UNLOCK, _PAUSE_S), Write(WRITE_UUID, rate, _PAUSE_S))


def _stop() -> tuple[Write, ...]:
    return ()


WITMOTION: Final = StreamDriver(
    name="witmotion",
    title="WitMotion BLE 5.0",
    matches=_matches,
    notes="no clock, no numbers, no log: times are estimates, and what is out of range is lost",
    notify_uuids=(NOTIFY_UUID,),
    rates_hz=tuple(_RATE_CODES),
    has_clock=False,
    start=_start,
    stop=_stop,
    parser=WitMotionParser,
)
