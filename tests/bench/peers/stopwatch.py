"""Time and memory of one function in a process of its own, whichever interpreter runs it.

Only NumPy and the standard library: the interpreters of the peers have nothing of ours.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Job = Callable[[], object]

FS_HZ = 50.0
PERIOD_NS = 20_000_000
START_S = 1_704_067_200
#: What is run once beforehand, so that compiling and lazy imports are in nobody's figure.
WARM_UP_HOURS = 1.0
_STATUS = Path("/proc/self/status")


class Samples:
    """The day as plain arrays."""

    def __init__(self, acc_g: np.ndarray, present: np.ndarray) -> None:
        self.acc_g, self.present = acc_g, present
        self.t_s = START_S + np.arange(len(acc_g)) / FS_HZ
        self.t_ns = START_S * 1_000_000_000 + np.arange(len(acc_g)) * PERIOD_NS


def measure_peer(packages: list[str], prepare: Callable[[Samples], Job]) -> None:
    """Measure what `prepare` returns on the day whose file is the first argument."""
    with np.load(sys.argv[1]) as arrays:
        acc_g, present = arrays["acc_g"], arrays["present"]
    n = round(WARM_UP_HOURS * 3600 * FS_HZ)
    measure(
        packages,
        warm_up=prepare(Samples(acc_g[:n], present[:n])),
        job=prepare(Samples(acc_g, present)),
    )


def measure(packages: list[str], *, warm_up: Job, job: Job) -> None:
    """Run both and print one line of JSON with the figures of the second."""
    _keep_to_one_core()
    started_s = time.process_time()
    warm_up()
    warm_up_s = time.process_time() - started_s
    _forget_peak()
    before_mb = _memory_mb("VmRSS")
    started_s, started_wall_s = time.process_time(), time.perf_counter()
    result = job()
    cpu_s, wall_s = time.process_time() - started_s, time.perf_counter() - started_wall_s
    peak_mb = _memory_mb("VmHWM")
    figures = {
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "warm_up_s": warm_up_s,
        "peak_mb": peak_mb,
        "extra_mb": peak_mb - before_mb,
        "found": str(result),
        "versions": {name: importlib.metadata.version(name) for name in [*packages, "numpy"]},
    }
    print(json.dumps(figures))


def _keep_to_one_core() -> None:
    core = os.environ.get("SITSTREAK_BENCH_CORE")
    if core is not None:
        os.sched_setaffinity(0, {int(core)})


def _forget_peak() -> None:
    """Let the kernel count the peak of this process's memory from here on, where it can."""
    if _STATUS.is_file():
        _STATUS.with_name("clear_refs").write_text("5")


def _memory_mb(field: str) -> float:
    if not _STATUS.is_file():  # without /proc there is only the peak since the process began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
    found = re.search(rf"{field}:\s+(\d+) kB", _STATUS.read_text())
    assert found
    return int(found[1]) * 1024 / 1e6
