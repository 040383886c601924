"""Run `sitstreak` as a process of its own, the only way to kill it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

#: Nothing of the machine's own settings may reach a process under test.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("SITSTREAK_")}


def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; settings go in as `SITSTREAK_*`."""
    return subprocess.run(
        command(arguments),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        env=ENVIRONMENT | {f"SITSTREAK_{name.upper()}": text for name, text in settings.items()},
    )


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start a command; it is killed at the end if it still runs."""
    process = subprocess.Popen(
        command(arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def command(arguments: tuple[object, ...]) -> list[str]:
    """Return what starts `sitstreak ARGUMENTS`."""
    return [sys.executable, "-m", "sitstreak", *map(str, arguments)]


def kill_when_stored(process: subprocess.Popen[str], data_dir: Path, n_samples: int) -> bool:
    """Kill -9 as soon as the journal holds so many samples; return whether it still ran."""
    deadline = time.monotonic() + 60
    while stored(data_dir) < n_samples:
        assert time.monotonic() < deadline, f"never stored {n_samples} samples"
        try:
            process.wait(timeout=0.002)
        except subprocess.TimeoutExpired:
            continue
        return False
    process.kill()
    return process.wait(timeout=30) < 0


def stored(data_dir: Path) -> int:
    """Return how many samples the journal holds, read from outside."""
    path = data_dir / "sitstreak.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT coalesce(sum(n), 0) FROM block").fetchone()
        except sqlite3.OperationalError:  # opened between the file's making and its first table
            return 0
    return int(row[0])


def everything(data_dir: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the journal and the results, without what depends on when they were stored."""
    queries = {
        "journal": "SELECT device_id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, n, samples "
        "FROM block JOIN device ON device.id = device ORDER BY 1, 2, 3",
        "bouts": "SELECT device_id, start_s, end_s, posture, n_steps, confidence, censored "
        "FROM bout JOIN device ON device.id = device ORDER BY 1, 2",
        "seconds": "SELECT device_id, minute_s, code, p, confidence, n_steps "
        "FROM posture_minute JOIN device ON device.id = device ORDER BY 1, 2",
    }
    with closing(sqlite3.connect(data_dir / "sitstreak.db")) as connection:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}
