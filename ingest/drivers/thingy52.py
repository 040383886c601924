"""Nordic Thingy:52, its motion service. Byte layout: firmware_notes/thingy52.md."""

from __future__ import annotations

import struct
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

CONFIGURATION_SERVICE_UUID: Final = "ef680100-9b35-4933-9b10-52ffa9740042"
SERVICE_UUID: Final = "ef680400-9b35-4933-9b10-52ffa9740042"
CONFIG_UUID: Final = "ef680401-9b35-4933-9b10-52ffa9740042"
RAW_UUID: Final = "ef680406-9b35-4933-9b10-52ffa9740042"

_RAW_BYTES: Final = 18  #: acceleration, rotation, compass: three int16 each
LSB_PER_G: Final = 1024  #: six bits before the point, ten after it
_CONFIG: Final = struct.Struct("<HHHHB")
_SLOW_MS: Final = 5000  #: for the pedometer, the temperature and the compass, which nobody reads


class ThingyParser(Parser):
    """Reads raw motion: one sample for each notification."""

    def parse(self, uuid: str, payload: bytes) -> list[StreamSamples]:
        """Return the sample of a notification."""
        if uuid != RAW_UUID:
            return self._refuse(Refusal.UNKNOWN_KIND)
        if len(payload) != _RAW_BYTES:
            short = len(payload) < _RAW_BYTES
            return self._refuse(Refusal.CUT_SHORT if short else Refusal.TOO_LONG)
        samples = np.frombuffer(payload[:6], "<i2").astype(np.int16).reshape(1, 3)
        return [StreamSamples(samples, LSB_PER_G)]


def _matches(heard: Advertisement) -> bool:
    ours = {CONFIGURATION_SERVICE_UUID, SERVICE_UUID}
    return bool(ours & heard.service_uuids) or heard.name.startswith("Thingy")


def _start(fs_hz: float) -> tuple[Write, ...]:
    config = _CONFIG.pack(_SLOW_MS, _SLOW_MS, _SLOW_MS, round(fs_hz), 0)
    return (Write(CONFIG_UUID, config),)


def _stop() -> tuple[Write, ...]:
    return ()


THINGY52: Final = StreamDriver(
    name="thingy52",
    title="Nordic Thingy:52",
    matches=_matches,
    notes="no clock, no numbers, no log: times are estimates, and what is out of range is lost",
    notify_uuids=(RAW_UUID,),
    rates_hz=(10.0, 25.0, 50.0, 100.0),
    has_clock=False,
    start=_start,
    stop=_stop,
    parser=ThingyParser,
)
