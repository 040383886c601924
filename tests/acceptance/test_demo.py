"""The demo as a newcomer meets it: history at once, and a page that changes."""

import json
import signal
import sqlite3
import time
from contextlib import closing

import httpx
import psutil
import pytest

from tests.support.processes import kill_when_stored, run, started


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("demo")
    ran = run("demo", "--days", "1", "--no-serve", "--data-dir", data_dir)
    assert ran.returncode == 0, ran.stderr
    return data_dir


def test_the_history_is_there_without_a_page(demo):
    now = json.loads(run("status", "--json", "--data-dir", demo).stdout)
    assert now["wearer"] == "demo"
    assert now["streak_s"] > 30 * 60
    assert now["simulated"]


def test_the_page_follows_the_wearer_from_sitting_to_standing_to_walking(demo):
    with started("demo", "--days", "1", "--port", "0", "--json", "--data-dir", demo) as process:
        assert process.stdout is not None
        page = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")["page"]
        assert httpx.get(f"{page}/healthz").json()["ok"]
        seen = []
        deadline = time.monotonic() + 100
        with httpx.stream("GET", f"{page}/api/events", timeout=30) as events:
            for line in events.iter_lines():
                if line.startswith("data:"):
                    now = json.loads(line.removeprefix("data:"))
                    if now["state"] == "live" and now["posture"] not in seen:
                        seen.append(now["posture"])
                if {"sit", "stand", "walk"} <= set(seen) or time.monotonic() > deadline:
                    break
        assert {"sit", "stand", "walk"} <= set(seen)
        today = httpx.get(f"{page}/api/day/{now['at'][:10]}").json()
        assert {bout["posture"] for bout in today["bouts"]} >= {"sit", "stand", "walk"}
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_killed_while_it_makes_history_the_next_start_makes_no_second_copy(tmp_path):
    make = ("demo", "--days", "1", "--no-serve", "--data-dir", tmp_path)
    for n_samples in (100_000, 900_000):
        with started(*make) as process:
            assert kill_when_stored(process, tmp_path, n_samples)
    assert run(*make).returncode == 0
    with closing(sqlite3.connect(tmp_path / "sitstreak.db")) as connection:
        n_overlapping = connection.execute(
            "SELECT count(*) FROM (SELECT t0_ns, lag(t0_ns + n * 1000000000 / 25) "
            "OVER (ORDER BY t0_ns) AS before_ns FROM block) WHERE t0_ns < before_ns"
        ).fetchone()[0]
    assert n_overlapping == 0


def test_a_worker_that_dies_is_said_and_does_not_hang(tmp_path):
    with started("demo", "--days", "14", "--no-serve", "--data-dir", tmp_path) as process:
        deadline = time.monotonic() + 30
        while not (workers := _workers(process.pid)):
            assert time.monotonic() < deadline
            process.poll()
        workers[0].kill()
        _, said = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "start the demo again" in said.splitlines()[-1]


def _workers(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
