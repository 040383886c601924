"""A simulated WitMotion BLE 5.0 sensor."""

from __future__ import annotations

from ingest.drivers.witmotion import LSB_PER_G, NOTIFY_UUID, SERVICE_UUID, WRITE_UUID
from ingest.simulation.peripherals.base import Notify, Table
from processing.model import IntArray


class SimulatedWitMotion:
    """Streams frames from the beginning of a link; takes any setting."""

    table = Table("WT901BLE67", SERVICE_UUID, (NOTIFY_UUID,), (WRITE_UUID,))
    lsb_per_g = LSB_PER_G
    is_streaming = True

    def __init__(self, bytes_per_packet: int = 33) -> None:
        self._bytes_per_packet = bytes_per_packet  #: frames are cut anywhere
        self.written_bytes: list[bytes] = []

    def written(self, uuid: str, payload: bytes) -> list[Notify]:  # noqa: ARG002 - there is one
        """Remember the setting."""
        self.written_bytes.append(payload)
        return []

    def packets(self, counts: IntArray, first_ns: int, fs_hz: float) -> list[Notify]:  # noqa: ARG002
        """Return frames without rotation and angles, in packets that cut them anywhere."""
        rows = counts.astype("<i2")
        stream = b"".join(b"\x55\x61" + row.tobytes() + bytes(12) for row in rows)
        size = self._bytes_per_packet
        return [Notify(NOTIFY_UUID, stream[i : i + size]) for i in range(0, len(stream), size)]

    def link_down(self) -> None:
        """Do nothing: it streams whenever there is a link."""
