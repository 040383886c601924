"""A sensor's measuring, told block by block."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.hip_sensor.packets import TICKS_PER_S
from ingest.simulation.source import LogBlock
from processing.model import NS_PER_S

FS_HZ: Final = 5.0


class StorySource:
    """Measures when it is told to; each block holds three to five samples that say its number."""

    fs_hz, lsb_per_g, name = FS_HZ, 4096, "story"

    def __init__(self, boot_id: int, start_tick: int = 0, utc_at_tick_zero_ns: int = 0) -> None:
        self.boot_id, self.utc_at_tick_zero_ns = boot_id, utc_at_tick_zero_ns
        self.exhausted = False
        self.start_s = start_tick / TICKS_PER_S
        self.n_blocks = 0
        self._n_samples = 0
        self._done: list[LogBlock] = []

    @property
    def next_end_s(self) -> float:
        """When the next block will be complete, by the sensor's clock."""
        return self.start_s + (self._n_samples + self._size()) / FS_HZ

    def record(self) -> LogBlock:
        seq, n = self.n_blocks, self._size()
        samples = np.array([[seq % 30_000, n, i] for i in range(n)], np.int16)
        t_ns = round(self.start_s * NS_PER_S) + round(self._n_samples * NS_PER_S / FS_HZ)
        block = LogBlock(t_ns, samples)
        self._done.append(block)
        self.n_blocks += 1
        self._n_samples += n
        return block

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:
        done, self._done = self._done, []
        return done

    def _size(self) -> int:
        return 3 + self.n_blocks % 3
