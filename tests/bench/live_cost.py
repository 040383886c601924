"""What a sensor costs while it is worn: its blocks of one second, one at a time.

`python -m tests.bench.live_cost DAY.npz`: one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ingest.model import RawBlock
from processing.live import LiveState, advance
from processing.method import Method
from processing.model import NS_PER_S, SampleBlock
from sitstreak.live import LiveProcessor
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.bench.day import FS_HZ, START_S, Day

#: Until the oldest second in play is settled a step has less to do than later: not counted.
_LEAD_IN_S = 3600
_MEASURED_S = 1800
_LSB_PER_G = 4096


def main() -> None:
    """Print both figures."""
    day = Day.load(Path(sys.argv[1])).first((_LEAD_IN_S + _MEASURED_S) / 3600 + 0.1)
    of_processing = list(_advance_steps_s(day.blocks(1)))
    before_walking = list(_advance_steps_s(_sitting(len(day.acc_g)).blocks(1)))
    of_collector = list(_collector_steps_s(day))
    print(
        json.dumps(
            {
                "fs_hz": FS_HZ,
                "processing": _shares(of_processing),
                "before_walking": _shares(before_walking),
                "collector": _shares(of_collector),
            }
        )
    )


def _sitting(n: int) -> Day:
    """Return someone who puts the clip on and sits: the first walk is waited for all along."""
    rng = np.random.default_rng(0)
    breath = 0.01 * np.sin(2 * np.pi * 0.25 * np.arange(n) / FS_HZ)
    acc_g = rng.normal(0, 0.004, (n, 3)) + np.array([0.3, 0.1, 0.95])
    acc_g[:, 0] += breath
    return Day(acc_g, np.ones(n, np.bool_), "sitting")


def _shares(steps_s: list[float]) -> dict[str, float]:
    """Say it as a share of one core, where one step is due each second."""
    return {
        "mean": float(np.mean(steps_s)),
        "median": float(np.median(steps_s)),
        "p99": float(np.percentile(steps_s, 99)),
    }


def _advance_steps_s(blocks: list[SampleBlock]) -> Iterator[float]:
    method, state, first = Method(), LiveState(), 0
    for now in range(_LEAD_IN_S + _MEASURED_S):
        while blocks[first].end_ns <= state.resume_ns:
            first += 1
        started_s = time.process_time()
        state = advance(state, blocks[first : now + 1], method).state
        if now >= _LEAD_IN_S:
            yield time.process_time() - started_s


def _collector_steps_s(day: Day) -> Iterator[float]:
    """Time `LiveProcessor.step` alone, which reads the journal and stores results and state."""
    n = round(FS_HZ)
    counts = np.rint(day.acc_g * _LSB_PER_G).astype(np.int16)
    with TemporaryDirectory() as name:
        data_dir = Path(name)
        settings = Settings.model_validate(
            {"data_dir": data_dir, "wearer": "bench", "timezone": "UTC", "influx_url": None}
        )
        connection = open_database(data_dir)
        journal = SqliteJournal(connection, "bench")
        journal.register_device("bench", "bench", "bench")
        with LiveProcessor(data_dir, settings, Method()) as processor:
            for seq in range(_LEAD_IN_S + _MEASURED_S):
                block = RawBlock(
                    "bench", 1, seq, (START_S + seq) * NS_PER_S, FS_HZ, _LSB_PER_G,
                    counts[seq * n : seq * n + n],
                )  # fmt: skip
                journal.append([block], [])
                started_s = time.process_time()
                if seq >= _LEAD_IN_S or seq % 600 == 0:
                    processor.step()
                if seq >= _LEAD_IN_S:
                    yield time.process_time() - started_s
        connection.close()


if __name__ == "__main__":
    main()
