"""A simulated Polar H10 (plain frames) or Verity Sense (delta frames)."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from ingest.drivers.polar import CONTROL_UUID, DATA_UUID, LSB_PER_G, SERVICE_UUID
from ingest.simulation.peripherals.base import Notify, Table, chunks, last_ns
from processing.model import IntArray

_ACCELERATION: Final = 2
#: 2019-01-01 by Polar's count from 2000, where an H10 starts each time it is switched on. [ns]
_START_NS: Final = 599_616_000_000_000_000


class SimulatedPolar:
    """Streams acceleration after a start command.

    Parameters
    ----------
    delta
        Whether it sends delta frames, as a Verity Sense does.
    """

    lsb_per_g = LSB_PER_G

    def __init__(self, *, delta: bool = False) -> None:
        name = "Polar Sense 12345678" if delta else "Polar H10 12345678"
        self.table = Table(
            name, SERVICE_UUID, (CONTROL_UUID, DATA_UUID), (CONTROL_UUID,), battery_pct=70
        )
        self._delta = delta
        self.is_streaming = False

    def written(self, uuid: str, payload: bytes) -> list[Notify]:  # noqa: ARG002 - there is one
        """Take start and stop of acceleration; refuse anything else."""
        if len(payload) < 2:
            raise ValueError("a command has two bytes at least")
        command, kind = payload[:2]
        known = kind == _ACCELERATION and command in (2, 3)
        if known:
            self.is_streaming = command == 2
        status = 0 if known else 3
        return [Notify(CONTROL_UUID, bytes([0xF0, command, kind, status, 0]))]

    def packets(self, counts: IntArray, first_ns: int, fs_hz: float) -> list[Notify]:
        """Return frames of at most 36 samples in mg, stamped with the time of the last."""
        sent = []
        for part, t_ns in chunks(counts, first_ns, fs_hz, 36):
            stamp_ns = _START_NS + last_ns(t_ns, len(part), fs_hz)
            header = struct.pack("<BQB", _ACCELERATION, stamp_ns, 0x81 if self._delta else 1)
            body = delta_content(part) if self._delta else part.astype("<i2").tobytes()
            sent.append(Notify(DATA_UUID, header + body))
        return sent

    def link_down(self) -> None:
        """End the stream, as the sensor does."""
        self.is_streaming = False


def delta_content(counts: IntArray) -> bytes:
    """Return samples as a first one in full and one group of differences as narrow as they fit."""
    first = bytes(counts[0].astype("<i2"))
    if len(counts) == 1:
        return first
    differences = np.diff(counts, axis=0)
    n_bits = 1 + max(int(abs(d) if d >= 0 else -d - 1).bit_length() for d in differences.flat)
    packed = 0
    for i, difference in enumerate(differences.flat):
        packed |= (int(difference) & ((1 << n_bits) - 1)) << (i * n_bits)
    n_bytes = (int(differences.size) * n_bits + 7) // 8
    return first + bytes([n_bits, len(differences)]) + packed.to_bytes(n_bytes, "little")
