"""A simulated Puck.js with our app on it."""

from __future__ import annotations

from typing import Final

from ingest.drivers.espruino import NOTIFY_UUID, SERVICE_UUID, WRITE_UUID, checksum
from ingest.simulation.peripherals.base import Notify, Table, chunks, last_ns
from processing.model import IntArray

_SAMPLES_PER_LINE: Final = 5
_BYTES_PER_PACKET: Final = 20  #: what the console sends at the smallest MTU
_NS_PER_MS: Final = 1_000_000


class SimulatedPuck:
    """Prints lines after `SIT.start`, between other things that an interpreter prints."""

    table = Table("Puck.js 1234", SERVICE_UUID, (NOTIFY_UUID,), (WRITE_UUID,))
    lsb_per_g = 8192

    def __init__(self) -> None:
        self.is_streaming = False
        self._n_samples = 0

    def written(self, uuid: str, payload: bytes) -> list[Notify]:  # noqa: ARG002 - there is one
        """Take the commands of our app; complain of anything else, as the interpreter does."""
        if payload.startswith(b"\x10SIT.start(") and payload.endswith(b")\n"):
            self.is_streaming, self._n_samples = True, 0
            return []
        if payload == b"\x10SIT.stop()\n":
            self.is_streaming = False
            return []
        return [Notify(NOTIFY_UUID, b"Uncaught Error\r\n>")]

    def packets(self, counts: IntArray, first_ns: int, fs_hz: float) -> list[Notify]:
        """Return lines of five samples, cut into packets of 20 bytes."""
        text = b""
        for part, t_ns in chunks(counts, first_ns, fs_hz, _SAMPLES_PER_LINE):
            ms = last_ns(t_ns, len(part), fs_hz) // _NS_PER_MS
            text += line(self._n_samples, ms, self.lsb_per_g, part)
            self._n_samples += len(part)
        size = _BYTES_PER_PACKET
        return [Notify(NOTIFY_UUID, text[i : i + size]) for i in range(0, len(text), size)]

    def link_down(self) -> None:
        """Stop, as the app does."""
        self.is_streaming = False


def line(number: int, time_ms: int, lsb_per_g: int, counts: IntArray) -> bytes:
    """Return a line as our app prints it."""
    fields = [number, time_ms, lsb_per_g, *counts.flat]
    body = ("S," + ",".join(str(int(field)) for field in fields)).encode()
    return b"$%s*%02x\r\n" % (body, checksum(body))
