"""Where the day comes from: labelled recordings one after the other, or the simulated wearer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from ingest.simulation.wearer import Wearing, whole_day
from tests.bench.day import FS_HZ, HOURS, Day

_SETS = ("harth_back", "har70_back", "hapt")
_BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "data"


def make_day() -> Day:
    """Splice a day from the labelled recordings, or from the simulated wearer without them."""
    recordings = Path(os.environ.get("SITSTREAK_RECORDINGS") or _BESIDE_THE_CHECKOUT)
    files = [recordings / f"{name}.parquet" for name in _SETS]
    n = round(HOURS * 3600 * FS_HZ)
    if all(file.is_file() for file in files):
        acc_g, origin = _spliced(files, n), "labelled recordings of 41 people, one after the other"
    else:
        acc_g, origin = _simulated(n), "the simulated wearer (no labelled recordings found)"
    present = ~_lost(n)
    held = np.maximum.accumulate(np.where(present, np.arange(n), 0))
    return Day(acc_g[held], present, origin)


def _spliced(files: list[Path], n: int) -> np.ndarray:
    pieces: list[np.ndarray] = []
    length = 0
    sessions = [piece for file in files for piece in _sessions(file)]
    while length < n:
        pieces.append(sessions[len(pieces) % len(sessions)])
        length += len(pieces[-1])
    return np.concatenate(pieces)[:n]


def _sessions(file: Path) -> Iterator[np.ndarray]:
    """Yield each session on an even clock."""
    for _, rows in pd.read_parquet(file).groupby(["subject", "session"], sort=True):
        t_s, acc_g = rows["t"].to_numpy(np.float64), rows[["x", "y", "z"]].to_numpy(np.float64)
        even_s = np.arange(t_s[0], t_s[-1], 1 / FS_HZ)
        yield np.column_stack([np.interp(even_s, t_s, acc_g[:, axis]) for axis in range(3)])


def _simulated(n: int) -> np.ndarray:
    script = whole_day(date(2024, 1, 1), ZoneInfo("UTC"), seed=1)
    return Wearing(script, seed=1, fs_hz=FS_HZ).acc_g(0, n)


def _lost(n: int) -> np.ndarray:
    """Lose 60 stretches of 2 to 20 s (out of reach) and two of 15 and 40 min (sensor off)."""
    rng = np.random.default_rng(0)
    lengths_s = np.r_[rng.uniform(2, 20, 60), 900, 2400]
    lost = np.zeros(n, np.bool_)
    for start, length_s in zip(rng.uniform(0.02, 0.95, len(lengths_s)) * n, lengths_s, strict=True):
        lost[int(start) : int(start + length_s * FS_HZ)] = True
    return lost
