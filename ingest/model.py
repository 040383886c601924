"""What ingest hands on: raw blocks as the sensor took them, before any unit is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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


class Journal(Protocol):
    """Where the collector puts things; `append` returns once they are safe on disk."""

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both in one durable commit. A block that is there already is left alone."""

    def next_seq(self, device_id: str, boot_id: int) -> int:
        """Return the first sequence number not yet stored of this start of the sensor."""

    def note_sensor(self, reading: SensorReading) -> None:
        """Remember a sensor's battery, signal and counters."""
