"""Each contender in turn, each time in a fresh process on the same core, the order alternating."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.contenders import Contender
from tests.bench.environments import ROOT

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class Run:
    """One process."""

    cpu_s: float
    wall_s: float
    warm_up_s: float
    process_s: float  #: from starting the interpreter to its end, by the clock on the wall
    peak_mb: float
    extra_mb: float  #: above what the process held before the function was called
    found: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the repetitions of one contender came to."""

    runs: Sequence[Run]

    @property
    def cpu_s(self) -> tuple[float, float]:
        """Least and median processor time of the function. [s]"""
        return _least_and_median([run.cpu_s for run in self.runs])

    @property
    def process_s(self) -> tuple[float, float]:
        """The same of the whole process by the clock: start, imports, loading, warm-up. [s]"""
        return _least_and_median([run.process_s for run in self.runs])

    @property
    def extra_mb(self) -> float:
        """Median memory above the samples and the libraries. [MB]"""
        return median(run.extra_mb for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """Median peak of the whole process. [MB]"""
        return median(run.peak_mb for run in self.runs)


def run_all(
    interpreters: Mapping[Contender, Path], day_file: Path, n_rounds: int
) -> tuple[dict[Contender, Figures], dict[Contender, str]]:
    """Return the figures, and the reason of each contender that failed."""
    runs: dict[Contender, list[Run]] = {contender: [] for contender in interpreters}
    failed: dict[Contender, str] = {}
    for number in range(n_rounds):
        for contender in list(interpreters)[:: 1 if number % 2 == 0 else -1]:
            if contender in failed:
                continue
            command = [str(interpreters[contender]), "-m", contender.module, str(day_file)]
            try:
                runs[contender].append(_run([*command, *contender.arguments]))
            except subprocess.CalledProcessError as error:
                failed[contender] = error.stderr.strip().splitlines()[-1]
                print(f"  {contender.title}: failed: {failed[contender]}", flush=True)
                continue
            last = runs[contender][-1]
            print(f"  {contender.title}: {last.cpu_s:.2f} s, +{last.extra_mb:.0f} MB", flush=True)
    return {who: Figures(done) for who, done in runs.items() if who not in failed}, failed


def _run(command: list[str]) -> Run:
    started_s = time.perf_counter()
    output = own_process(command)
    return Run(process_s=time.perf_counter() - started_s, **json.loads(output))


def own_process(command: list[str]) -> str:
    """Run a command on one core with one thread and return its last line of output."""
    environment = os.environ | dict.fromkeys(_ONE_THREAD, "1")
    if hasattr(os, "sched_getaffinity"):
        environment["SITSTREAK_BENCH_CORE"] = str(max(os.sched_getaffinity(0)))
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment
    )
    return done.stdout.strip().splitlines()[-1]


def _least_and_median(values: list[float]) -> tuple[float, float]:
    return min(values), median(values)
