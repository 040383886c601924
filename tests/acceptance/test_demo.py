"""The demo as a newcomer meets it: history at once, and a page that changes."""

import json
import signal
import time

import httpx
import pytest

from tests.support.processes import run, started


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
