"""What ingest hands on: raw blocks as the sensor took them, before any unit is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from processing.model import NS_PER_S, Gap, SampleBlock

Int16Array = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class RawBlock:
    """One block of a sensor's log: evenly spaced integer samples under a sequence number."""

    device_id: str
    boot_id: int  #: u32, new at each start of the sensor; sequence numbers restart with it
    seq: int  #: u32, +1 for each block
    t0_ns: int  #: first sample, Unix time, UTC, from the sensor's own clock [ns]
    fs_hz: float
    lsb_per_g: int
    samples: Int16Array  #: shape (n, 3) device axes [1/lsb_per_g g]
    ticks: int | None = None  #: u48, the sensor's own clock at the first sample; None: it has none

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.shape[1] != 3 or not len(self.samples):
            raise ValueError(f"samples must have shape (n, 3) with n > 0, got {self.samples.shape}")
        self.samples.setflags(write=False)

    @property
    def end_ns(self) -> int:
        """When the sample after the last one is due. [ns]"""
        return self.t0_ns + round(len(self.samples) * NS_PER_S / self.fs_hz)

    def in_g(self) -> SampleBlock:
        """Return the same samples in g."""
        acc_g = self.samples.astype(np.float64) / self.lsb_per_g
        return SampleBlock(self.device_id, self.t0_ns, self.fs_hz, acc_g)


@dataclass(frozen=True, slots=True)
class SensorReading:
    """What a sensor says of itself now and then; for display and the `sensor` measurement."""

    device_id: str
    at_ns: int
    battery_pct: int | None
    rssi_dbm: int | None
    n_malformed: int  #: packets refused since the collector started
    n_backfilled: int  #: samples that came from the sensor's log after a gap


@dataclass(frozen=True, slots=True)
class LastStored:
    """Where the stored blocks of a device end."""

    boot_id: int  #: of the block that was stored last
    end_ns: int  #: one sample after the last one of all, Unix time [ns]


class Journal(Protocol):
    """Where the collector puts things; `append` returns once they are safe on disk."""

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both in one durable commit. A block that is there already is left alone.

        Raises
        ------
        JournalUnavailableError
            If that cannot be done now: nothing of it is stored, and the same may be tried again.
        """

    def next_seq(self, device_id: str, boot_id: int) -> int:
        """Return the first sequence number not yet stored of this start of the sensor."""

    def last_stored(self, device_id: str) -> LastStored | None:
        """Return where the stored blocks of a device end; None without any."""

    def save_state(
        self, device_id: str, name: str, state: dict[str, Any], boot_id: int | None = None
    ) -> None:
        """Remember something of a sensor (of one start of it) under a name; JSON can hold it."""

    def load_state(
        self, device_id: str, name: str, boot_id: int | None = None
    ) -> dict[str, Any] | None:
        """Return what was remembered, if anything."""

    def load_newest_state(self, device_id: str, name: str) -> tuple[int, dict[str, Any]] | None:
        """Return boot id and state of the start of which something was remembered last."""

    def note_sensor(self, reading: SensorReading) -> None:
        """Remember a sensor's battery, signal and counters."""
