"""How large a day of samples is in the journal, and how much is written to the disk for it.

    python -m tests.bench.journal_size [FOLDER]

A day at 50 Hz in blocks of 35 samples (0.7 s), as the sensor's log has them, is appended in batches
of so many seconds; a reading of the sensor is noted each minute. Bytes written are those handed to
the system's write calls by this process (`wchar` of /proc/self/io, proc(5)), which nothing else of
it uses meanwhile. Every commit is synced.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.model import RawBlock, SensorReading
from processing.model import NS_PER_S
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal

DAY_S = 86_400
FS_HZ = 50.0
BLOCK_SAMPLES = 35
T0_NS = 1_789_942_267 * NS_PER_S
_TICKS_PER_S = 32_768


@dataclass(frozen=True, slots=True)
class Measured:
    """One way to batch, over `span_s` of samples."""

    batch_s: float
    span_s: float
    n_commits: int
    file_bytes: int
    written_bytes: int
    append_p50_ms: float
    append_p99_ms: float

    @property
    def file_mb_per_day(self) -> float:
        """Size of the file for each sensor-day. [MB]"""
        return self.file_bytes / 1e6 * DAY_S / self.span_s

    @property
    def written_mb_per_day(self) -> float:
        """Bytes handed to the disk for each sensor-day. [MB]"""
        return self.written_bytes / 1e6 * DAY_S / self.span_s


def blocks_of(samples: np.ndarray, *, fs_hz: float = FS_HZ) -> list[RawBlock]:
    """Cut samples (n, 3) [1/4096 g] into the blocks of a sensor with a clock 20 ppm fast."""
    true_hz = fs_hz * (1 + 20e-6)
    blocks = []
    for seq in range(len(samples) // BLOCK_SAMPLES):
        first = seq * BLOCK_SAMPLES
        t0_ns = T0_NS + round(first * NS_PER_S / true_hz)
        part = np.ascontiguousarray(samples[first : first + BLOCK_SAMPLES], np.int16)
        ticks = 2**40 + round(first * _TICKS_PER_S / fs_hz)
        block = RawBlock("HS-0123456789", 3_735_928_559, seq, t0_ns, true_hz, 4096, part, ticks)
        blocks.append(block)
    return blocks


def measure(data_dir: Path, blocks: list[RawBlock], batch_s: float) -> Measured:
    """Append blocks in batches, and count."""
    per_batch = max(round(batch_s * FS_HZ / BLOCK_SAMPLES), 1)
    span_s = len(blocks) * BLOCK_SAMPLES / FS_HZ
    took_ms = []
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "me")
        journal.append(blocks[:0], [])
        before = _written_bytes()
        noted_s = 0.0
        for at in range(0, len(blocks), per_batch):
            start_s = time.perf_counter()
            journal.append(blocks[at : at + per_batch], [])
            took_ms.append(1000 * (time.perf_counter() - start_s))
            if at * BLOCK_SAMPLES / FS_HZ >= noted_s:
                noted_s += 60
                at_ns = blocks[at].t0_ns
                journal.note_sensor(SensorReading("HS-0123456789", at_ns, 80, -60, 0, 0))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        written = _written_bytes() - before
    size = (data_dir / DATABASE_NAME).stat().st_size
    p50, p99 = np.percentile(took_ms, [50, 99])
    return Measured(batch_s, span_s, len(took_ms), size, written, float(p50), float(p99))


def _written_bytes() -> int:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("wchar:")).split()[1])


def main() -> None:
    """Print one line for each way to batch."""
    rng = np.random.default_rng(4)
    day = rng.normal(0, 600, (round(DAY_S * FS_HZ), 3)).astype(np.int16)
    blocks = blocks_of(day)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print("batch s   commits/day   file MB/day   written MB/day   append ms p50   p99")
    for batch_s in (0.7, 1, 2, 5, 10, 30):
        part = blocks if batch_s >= 5 else blocks[: len(blocks) // 8]
        data_dir = Path(tempfile.mkdtemp(prefix="journal-size-", dir=folder))
        try:
            got = measure(data_dir, part, batch_s)
        finally:
            shutil.rmtree(data_dir)
        print(
            f"{batch_s:7.1f} {got.n_commits * DAY_S / got.span_s:13.0f} "
            f"{got.file_mb_per_day:13.1f} {got.written_mb_per_day:16.0f} "
            f"{got.append_p50_ms:15.1f} {got.append_p99_ms:5.1f}"
        )


if __name__ == "__main__":
    main()
