"""A sensor-day at 50 Hz takes at most 60 MB; batches keep what is written to the disk low."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.bench.journal_size import DAY_S, FS_HZ, blocks_of, measure

MOST_MB = 60.0
N_DAY = round(DAY_S * FS_HZ)


def generated(_folder: Path) -> np.ndarray:
    return np.random.default_rng(4).normal(0, 600, (N_DAY, 3)).astype(np.int16)


def recorded(folder: Path) -> np.ndarray:
    """Ten hours of people's days (HARTH, 50 Hz, lower back), over again until a day is full."""
    table = pq.read_table(folder / "harth_back.parquet", columns=["x", "y", "z"])
    acc_g = np.column_stack([table[name].to_numpy() for name in ("x", "y", "z")])
    return np.resize(np.rint(4096 * acc_g).astype(np.int16), (N_DAY, 3))


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/io").exists(), reason="bytes written are counted by /proc/self/io"
)


def test_a_generated_day_takes_at_most_60_mb(tmp_path):
    got = measure(tmp_path, blocks_of(generated(tmp_path)), 60.0)
    assert 26 < got.file_mb_per_day < MOST_MB  # 6 bytes a sample alone make 25.9 MB


@pytest.mark.recordings
def test_a_recorded_day_takes_at_most_60_mb(tmp_path, recordings_dir):
    got = measure(tmp_path, blocks_of(recorded(recordings_dir)), 60.0)
    assert 26 < got.file_mb_per_day < MOST_MB


def test_batches_of_ten_seconds_write_a_fifth_of_what_single_blocks_do(tmp_path):
    hour = blocks_of(generated(tmp_path)[: N_DAY // 24])
    single, batched = (measure(tmp_path / str(s), hour, s) for s in (0.7, 10.0))
    assert single.written_mb_per_day > 1500
    assert batched.written_mb_per_day < single.written_mb_per_day / 5
