"""Recording files made by tests: samples whose truth can be worked out by hand."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.recordings.recording import RecordedSession
from processing.model import FloatArray

FS_HZ = 50.0
HEADER = ("t", "x", "y", "z")
Row = Sequence[object]


def still_rows(n: int = 200, *, fs_hz: float = FS_HZ, g: float = 1.0, t0: float = 0.0) -> list[Row]:
    """Return rows `t x y z` of a sensor that lies still, x up; |a| is `g`."""
    return [(f"{t0 + i / fs_hz:.4f}", g, 0.0, 0.0) for i in range(n)]


def write_csv(
    path: Path, rows: Sequence[Row], *, header: Row | None = HEADER, delimiter: str = ","
) -> Path:
    """Write rows as CSV and return the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerows(rows if header is None else [header, *rows])
    return path


def walker(n_s: int, *, fs_hz: float = FS_HZ, seed: int = 1) -> FloatArray:
    """Return somebody who walks 1.8 steps a second, 1 g upwards, shape (n, 3)."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(n_s * fs_hz)) / fs_hz
    up = 1 + 0.25 * np.sin(2 * np.pi * 1.8 * t) + 0.08 * np.sin(2 * np.pi * 3.6 * t)
    ahead = 0.12 * np.cos(2 * np.pi * 1.8 * t)
    aside = 0.08 * np.sin(2 * np.pi * 0.9 * t)
    return np.column_stack([up, ahead, aside]) + rng.normal(0, 0.01, (len(t), 3))


def tilted_still(n_s: int, degrees: float, *, fs_hz: float = FS_HZ, seed: int = 2) -> FloatArray:
    """Return somebody still whose trunk leans back by an angle, shape (n, 3)."""
    rng = np.random.default_rng(seed)
    n = round(n_s * fs_hz)
    angle = np.radians(degrees)
    gravity = np.array([np.cos(angle), np.sin(angle), 0.0])
    return gravity + rng.normal(0, 0.003, (n, 3))


def recorded(
    acc_g: FloatArray,
    *,
    t_s: FloatArray | None = None,
    fs_hz: float = FS_HZ,
    start_ns: int | None = None,
    subject: str = "anna",
    session: str = "s1",
) -> RecordedSession:
    """Return a session of evenly spaced samples, or of samples at `t_s`."""
    times = np.arange(len(acc_g)) / fs_hz if t_s is None else t_s
    return RecordedSession(subject, session, times, acc_g, fs_hz, start_ns)
