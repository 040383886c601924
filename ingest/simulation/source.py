"""What a simulated sensor has measured: the seam between the radio and where samples come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from ingest.model import Int16Array

#: The most samples one block, and so one notification, can hold (24-byte header, 240 bytes in all).
MAX_BLOCK_SAMPLES: Final = 36


@dataclass(frozen=True, slots=True, eq=False)
class LogBlock:
    """Evenly spaced samples that a sensor wrote into its log at one go."""

    t_ns: int  #: first sample, since tick zero of the sensor's clock; never negative [ns]
    samples: Int16Array  #: shape (n, 3), 1 <= n <= MAX_BLOCK_SAMPLES [1/lsb_per_g g]

    def __post_init__(self) -> None:
        n = len(self.samples)
        if self.samples.shape != (n, 3) or not 0 < n <= MAX_BLOCK_SAMPLES:
            raise ValueError(
                f"samples must have shape (1..{MAX_BLOCK_SAMPLES}, 3), got {self.samples.shape}"
            )
        if self.samples.dtype != "int16":
            raise ValueError(f"samples must be int16, got {self.samples.dtype}")
        if self.t_ns < 0:
            raise ValueError(f"t_ns counts from tick zero and cannot be {self.t_ns}")


class SampleSource(Protocol):
    """Everything a simulated sensor measures, as its own time goes by.

    The same source made twice from the same input gives the same blocks under the same `boot_id`:
    block i of `recorded_until` becomes sequence number i, and a collector that was killed goes on
    where its journal ends. So where one block ends and the next begins must not depend on the
    values of `elapsed_s` that happened to be asked for.
    """

    @property
    def name(self) -> str:
        """Serial number of the sensor (ASCII, at most 40 characters); becomes the `device_id`."""

    @property
    def boot_id(self) -> int:
        """Which start of the sensor this is; u32, stable for the same input."""

    @property
    def fs_hz(self) -> float:
        """Sampling rate, a multiple of 0.001 Hz."""

    @property
    def lsb_per_g(self) -> int:
        """Counts of a sample that make 1 g; 1..65535."""

    @property
    def utc_at_tick_zero_ns(self) -> int:
        """Unix time at tick zero of the sensor's clock; 0 when its clock was never set. [ns]"""

    @property
    def exhausted(self) -> bool:
        """Whether `recorded_until` has given its last block; never, when the source is endless."""

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:
        """Return the blocks completed since the last call, in order.

        Parameters
        ----------
        elapsed_s
            Device time since tick zero; does not go backwards. `math.inf` asks a finite source for
            all the rest. [s]

        Returns
        -------
        blocks
            Every block whose last sample lies before `elapsed_s` and that was not returned yet; a
            finite source also gives its last, shorter block once its end has passed.
        """
