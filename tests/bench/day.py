"""The recording that everyone gets: 24 hours at 50 Hz, with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from processing.model import NS_PER_S, SampleBlock

FS_HZ = 50.0
START_S = 1_704_067_200  #: 2024-01-01T00:00:00Z
HOURS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """Samples on an even clock; where a gap is, the last sample before it stands still."""

    acc_g: np.ndarray  #: shape (n, 3) [g]
    present: np.ndarray  #: shape (n,): False in gaps
    origin: str  #: where the samples come from, for people

    @staticmethod
    def load(path: Path) -> Day:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return Day(arrays["acc_g"], arrays["present"], str(arrays["origin"]))

    def save(self, path: Path) -> None:
        """Write it where another process can read it."""
        np.savez(path, acc_g=self.acc_g, present=self.present, origin=np.array(self.origin))

    @property
    def gaps(self) -> str:
        """How many gaps there are and how long they are together, for people."""
        n_gaps = np.count_nonzero(np.diff(self.present.astype(np.int8)) == -1)
        return f"{n_gaps} gaps, {np.count_nonzero(~self.present) / FS_HZ / 60:.0f} minutes in all"

    def first(self, hours: float) -> Day:
        """Return its beginning."""
        n = round(hours * 3600 * FS_HZ)
        return Day(self.acc_g[:n], self.present[:n], self.origin)

    def blocks(self, longest_s: int) -> list[SampleBlock]:
        """Return the samples as blocks of at most `longest_s`; what is lost is in none."""
        n_max = round(longest_s * FS_HZ)
        edges = np.flatnonzero(np.diff(np.r_[False, self.present, False].astype(np.int8))).tolist()
        blocks = []
        for a, b in zip(edges[::2], edges[1::2], strict=True):
            for i in range(a, b, n_max):
                t0_ns = START_S * NS_PER_S + round(i * NS_PER_S / FS_HZ)
                blocks.append(SampleBlock("bench", t0_ns, FS_HZ, self.acc_g[i : min(i + n_max, b)]))
        return blocks
