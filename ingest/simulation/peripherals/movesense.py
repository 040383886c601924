"""A simulated Movesense with the GATT SensorData app."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from ingest.drivers.movesense import LSB_PER_G, NOTIFY_UUID, SERVICE_UUID, WRITE_UUID
from ingest.simulation.peripherals.base import Notify, Table, chunks
from processing.model import IntArray

_STANDARD_G: Final = 9.80665
_SAMPLES_PER_PACKET: Final = 4
_NS_PER_MS: Final = 1_000_000


class SimulatedMovesense:
    """Streams /Meas/Acc/<rate> to whoever subscribes to it.

    Parameters
    ----------
    ms_at_zero
        What its clock of 32 bits says at tick zero.
    """

    table = Table("Movesense 123456789012", SERVICE_UUID, (NOTIFY_UUID,), (WRITE_UUID,))
    lsb_per_g = LSB_PER_G

    def __init__(self, ms_at_zero: int = 0) -> None:
        self._ms_at_zero = ms_at_zero
        self._reference: int | None = None

    @property
    def is_streaming(self) -> bool:
        """Whether somebody has subscribed."""
        return self._reference is not None

    def written(self, uuid: str, payload: bytes) -> list[Notify]:  # noqa: ARG002 - there is one
        """Take subscribe and unsubscribe; a path that is not acceleration is answered by 404."""
        if len(payload) < 2 or payload[0] not in (1, 2):
            return []
        if payload[0] == 1 and not payload[2:].startswith(b"/Meas/Acc/"):
            return [Notify(NOTIFY_UUID, bytes([1, payload[1]]) + (404).to_bytes(2, "big"))]
        self._reference = payload[1] if payload[0] == 1 else None
        return [Notify(NOTIFY_UUID, bytes([1, payload[1]]) + (200).to_bytes(2, "big"))]

    def packets(self, counts: IntArray, first_ns: int, fs_hz: float) -> list[Notify]:
        """Return packets of four samples in m/s², stamped with the time of the first."""
        assert self._reference is not None
        sent = []
        for part, t_ns in chunks(counts, first_ns, fs_hz, _SAMPLES_PER_PACKET):
            ms = (t_ns // _NS_PER_MS + self._ms_at_zero) % (1 << 32)
            acc_ms2 = (part * (_STANDARD_G / LSB_PER_G)).astype("<f4")
            header = struct.pack("<BBI", 2, self._reference, ms)
            sent.append(Notify(NOTIFY_UUID, header + np.ascontiguousarray(acc_ms2).tobytes()))
        return sent

    def link_down(self) -> None:
        """Drop the subscription, as the app does."""
        self._reference = None
