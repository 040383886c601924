"""How long a day takes and how much memory: run apart, in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc

import numpy as np

from processing.chain import classify
from processing.live import LiveState, advance
from processing.method import Method
from processing.model import NS_PER_S, SampleBlock

_HOURS, _FS_HZ, _START_S = 16, 50.0, 1_704_067_200


def measure_in_own_process() -> dict[str, float]:
    """Return seconds and megabytes of one 16-hour day, and milliseconds of a live step."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.long_day"], check=True, capture_output=True, text=True
    )
    return {str(key): float(value) for key, value in json.loads(done.stdout).items()}


def _samples() -> np.ndarray:
    """An hour of sitting and five minutes of walking, again and again."""
    t = np.arange(round(_HOURS * 3600 * _FS_HZ)) / _FS_HZ
    walks = t % 3900 > 3600
    lean = np.where(walks, 0.0, 0.5)
    swing = np.where(walks, 0.25 * np.sin(2 * np.pi * 1.8 * t), 0.0)
    acc_g = np.column_stack([(1 + swing) * np.cos(lean), 0.1 * walks * t % 0.1, np.sin(lean)])
    return acc_g + np.random.default_rng(0).normal(0, 0.01, acc_g.shape)


def main() -> None:
    """Print the figures as JSON. Time is processor time: other work does not count."""
    method, acc_g = Method(), _samples()
    n = round(_FS_HZ)
    blocks = [
        SampleBlock("bench", (_START_S + i) * NS_PER_S, _FS_HZ, acc_g[i * n : i * n + n])
        for i in range(_HOURS * 3600)
    ]
    started = time.process_time()
    classify(blocks, method)
    day_s = time.process_time() - started
    steps_ms = _live_steps_ms(blocks[3000:4500], method)
    tracemalloc.start()
    classify(blocks, method)
    figures = {
        "day_s": day_s,
        "day_mb": tracemalloc.get_traced_memory()[1] / 1e6,
        "live_ms": float(np.median(steps_ms)),
        "live_worst_ms": float(np.percentile(steps_ms, 99)),
    }
    print(json.dumps(figures))


def _live_steps_ms(blocks: list[SampleBlock], method: Method) -> list[float]:
    """Feed one block at a time and return what each step took."""
    state, steps_ms, first = LiveState(), [], 0
    for now in range(len(blocks)):
        while blocks[first].end_ns <= state.resume_ns:
            first += 1
        started = time.process_time()
        state = advance(state, blocks[first : now + 1], method).state
        steps_ms.append(1000 * (time.process_time() - started))
    return steps_ms


if __name__ == "__main__":
    main()
