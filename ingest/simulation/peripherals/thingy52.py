"""A simulated Nordic Thingy:52."""

from __future__ import annotations

import struct

from ingest.drivers.thingy52 import CONFIG_UUID, LSB_PER_G, RAW_UUID, SERVICE_UUID
from ingest.simulation.peripherals.base import Notify, Table
from processing.model import IntArray


class SimulatedThingy:
    """Streams raw motion to whoever subscribes."""

    table = Table("Thingy", SERVICE_UUID, (RAW_UUID,), (CONFIG_UUID,))
    lsb_per_g = LSB_PER_G
    is_streaming = True
    set_hz = 0

    def written(self, uuid: str, payload: bytes) -> list[Notify]:  # noqa: ARG002 - there is one
        """Take a configuration of nine bytes within its limits, as the firmware does."""
        if len(payload) != 9:
            raise ValueError("a configuration has nine bytes")
        *slow_ms, rate_hz, wake = struct.unpack("<HHHHB", payload)
        if not (all(100 <= ms <= 5000 for ms in slow_ms) and 1 <= rate_hz <= 200 and wake <= 1):
            raise ValueError("a value is outside its limits")
        self.set_hz = rate_hz
        return []

    def packets(self, counts: IntArray, first_ns: int, fs_hz: float) -> list[Notify]:  # noqa: ARG002
        """Return a notification for each sample."""
        return [Notify(RAW_UUID, row.tobytes() + bytes(12)) for row in counts.astype("<i2")]

    def link_down(self) -> None:
        """Do nothing: notifications end with their link."""
