"""`WearerSource`: a generated wearer as something a simulated sensor can measure."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.model import Int16Array
from ingest.simulation.source import MAX_BLOCK_SAMPLES, LogBlock
from ingest.simulation.wearer.script import Script
from ingest.simulation.wearer.signal import Wearing
from processing.model import NS_PER_S, FloatArray

LSB_PER_G: Final = 4096  #: +-8 g over 16 bits


class WearerSource:
    """Plays a wearing from one second of its script on; ends with the script."""

    def __init__(
        self,
        wearing: Wearing,
        *,
        name: str,
        from_s: int | None = None,
        n_block: int = 25,
    ) -> None:
        """Prepare a source.

        Parameters
        ----------
        wearing
            Who is worn by whom, and what they do.
        name
            Serial number of the sensor.
        from_s
            Unix second at which this sensor was switched on; default: the script's start.
        n_block
            Samples in one block of the sensor's log, up to 36.
        """
        if not 0 < n_block <= MAX_BLOCK_SAMPLES:
            raise ValueError(f"n_block must be in 1..{MAX_BLOCK_SAMPLES}, got {n_block}")
        script = wearing.script
        begin_s = script.start_s if from_s is None else from_s
        if not script.start_s <= begin_s < script.end_s:
            raise ValueError(f"from_s {begin_s} is not in [{script.start_s}, {script.end_s})")
        self.wearing = wearing
        self._name, self._n_block = name, n_block
        self._first = int(np.ceil((begin_s - script.start_s) * wearing.fs_hz))
        self._n_total = wearing.n_samples - self._first
        self._n_given = 0
        self._boot_id = begin_s % 2**32

    @property
    def name(self) -> str:
        """Serial number of the sensor."""
        return self._name

    @property
    def boot_id(self) -> int:
        """Unix second at which the sensor was switched on: no two starts share it."""
        return self._boot_id

    @property
    def fs_hz(self) -> float:
        """Sampling rate. [Hz]"""
        return self.wearing.fs_hz

    @property
    def lsb_per_g(self) -> int:
        """Counts of a sample that make 1 g."""
        return LSB_PER_G

    @property
    def utc_at_tick_zero_ns(self) -> int:
        """When the first sample was taken, Unix time. [ns]"""
        return self.wearing.script.start_s * NS_PER_S + self._ns(self._first)

    @property
    def exhausted(self) -> bool:
        """Whether the script has been played to its end."""
        return self._n_given >= self._n_total

    @property
    def script(self) -> Script:
        """The truth."""
        return self.wearing.script

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:
        """Return the blocks completed since the last call, in order."""
        n_taken = self._n_total
        if elapsed_s < self._n_total / self.fs_hz:
            n_taken = max(int(np.ceil(elapsed_s * self.fs_hz)), 0)
        blocks = []
        while (n := min(self._n_block, self._n_total - self._n_given)) > 0:
            if self._n_given + n > n_taken:
                break
            first = self._first + self._n_given
            samples = quantise(self.wearing.acc_g(first, first + n))
            blocks.append(LogBlock(self._ns(first) - self._ns(self._first), samples))
            self._n_given += n
        return blocks

    def _ns(self, sample: int) -> int:
        """Return when a sample is taken, from the script's start. [ns]"""
        return round(sample * NS_PER_S / self.fs_hz)


def quantise(acc_g: FloatArray) -> Int16Array:
    """Return samples as the sensor's converter gives them: whole counts, ends at its range."""
    return np.clip(np.rint(acc_g * LSB_PER_G), -32768, 32767).astype(np.int16)
