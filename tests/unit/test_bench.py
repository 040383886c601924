"""The bench itself: what it gives to whom and what it says; never how fast anything was."""

import ast
import subprocess
from pathlib import Path

import numpy as np
import pytest

from processing.model import NS_PER_S
from tests.bench import environments, rounds
from tests.bench.contenders import CONTENDERS, OURS, Contender
from tests.bench.day import FS_HZ, START_S, Day
from tests.bench.environments import Missing, interpreter_for
from tests.bench.page import Bench, page
from tests.bench.rounds import Figures, Run, run_all

PEER = CONTENDERS[-1]
PEERS_DIR = Path(rounds.__file__).parent / "peers"


def day_with_a_gap() -> Day:
    """Ten seconds, of which the fourth and the fifth were lost."""
    present = np.ones(500, np.bool_)
    present[150:250] = False
    acc_g = np.arange(1500.0).reshape(500, 3)
    return Day(acc_g, present, "a ramp")


def run(cpu_s: float, extra_mb: float = 10.0) -> Run:
    return Run(cpu_s, cpu_s, 0.1, cpu_s + 1, 100 + extra_mb, extra_mb, "3 bouts", {"numpy": "2"})


def bench_of(figures: dict[Contender, Figures], absent: dict[Contender, str]) -> Bench:
    share = {"mean": 0.002, "median": 0.001, "p99": 0.004}
    live = {"fs_hz": 50.0, "processing": share, "before_walking": share, "collector": share}
    days = {
        "n_days": 3, "call_every_s": 600, "cpu_s": 6.0, "n_settled": 259_200,
        "memory_mb": [100.0, 100.5, 100.25], "state_bytes": [7000, 7300, 7100],
    }  # fmt: skip
    row = {
        "n_sensors": 4, "share": 0.016, "share_of_all": 0.04, "memory_mb": 67.0, "world_mb": 66.0,
        "p50_ms": 405.0, "p99_ms": 1136.0, "n_blocks": 64,
    }  # fmt: skip
    ingest = {"fs_hz": 50.0, "span_s": 30.0, "rows": [row]}
    sink = {"absent": "", "rows": [{"way": "ours", "per_s": 12_345.6, "cpu_us": 7.89}]}
    one = {"import_s": 0.4, "s": 1.63, "cpu_s": 1.5, "peak_mb": 285}
    reports = {
        "n_mb_of_store": 636,
        "one": {"figures": one, "pdf": one, "all": one},
        "year": {"import_s": 0.4, "s": 45.21, "cpu_s": 44.0, "peak_mb": 479},
    }
    return Bench("a ramp", "1 gap", 3, figures, absent, live, days, ingest, sink, reports)


def test_lost_samples_are_in_no_block_and_the_others_keep_their_times() -> None:
    blocks = day_with_a_gap().blocks(longest_s=2)
    assert [len(block.acc_g) for block in blocks] == [100, 50, 100, 100, 50]
    starts_s = [(block.t0_ns - START_S * NS_PER_S) / NS_PER_S for block in blocks]
    assert starts_s == [0, 2, 5, 7, 9]
    assert blocks[2].acc_g[0, 0] == 3 * 250


def test_gaps_are_counted_as_they_are() -> None:
    day = day_with_a_gap()
    doubled = Day(np.tile(day.acc_g, (60, 1)), np.tile(day.present, 60), "a ramp")
    assert doubled.gaps == "60 gaps, 2 minutes in all"


def test_a_day_reads_back_as_it_was_written(tmp_path: Path) -> None:
    day = day_with_a_gap()
    day.save(tmp_path / "day.npz")
    back = Day.load(tmp_path / "day.npz").first(4 / 3600)
    assert (back.acc_g == day.acc_g[: round(4 * FS_HZ)]).all()
    assert back.present.sum() == 150
    assert back.origin == "a ramp"


def test_the_order_alternates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    called: list[str] = []

    def note(command: list[str]) -> Run:
        called.append(command[2])
        return run(1.0)

    monkeypatch.setattr(rounds, "_run", note)
    run_all({OURS: Path("a"), PEER: Path("b")}, tmp_path, 3)
    assert called == [OURS.module, PEER.module, PEER.module, OURS.module, OURS.module, PEER.module]


def test_one_that_fails_is_named_with_its_reason_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail_for_the_peer(command: list[str]) -> Run:
        if command[2] == PEER.module:
            raise subprocess.CalledProcessError(1, command, stderr="Traceback\nKeyError: 'fs'\n")
        return run(1.0)

    monkeypatch.setattr(rounds, "_run", fail_for_the_peer)
    figures, failed = run_all({OURS: Path("a"), PEER: Path("b")}, tmp_path, 2)
    assert failed == {PEER: "KeyError: 'fs'"}
    assert len(figures[OURS].runs) == 2
    assert PEER not in figures


def test_what_cannot_be_installed_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(command: list[str]) -> None:
        if "pip" in command:
            reason = "WARNING: again\nERROR: No matching distribution found for mobgap\n[notice]"
            raise subprocess.CalledProcessError(1, command, stderr=reason)

    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "_run", refuse)
    found = interpreter_for("mobgap")
    assert found == Missing("ERROR: No matching distribution found for mobgap")


def test_the_page_gives_least_and_median_and_the_ratio_of_medians() -> None:
    figures = {
        OURS: Figures([run(1.0), run(3.0), run(2.0)]),
        PEER: Figures([run(9.0, 40.0), run(8.0, 40.0), run(11.0, 40.0)]),
    }
    text = page(bench_of(figures, {}))
    row = next(line for line in text.splitlines() if line.startswith(f"| {PEER.title} | 8.00"))
    assert "| 8.00 / 9.00 | 4.5 | 40 | 4.0 |" in row
    assert "Every peer could be installed and measured." in text
    assert "| 0.20 % |" in text


def test_the_page_names_who_is_absent() -> None:
    text = page(bench_of({OURS: Figures([run(1.0)])}, {PEER: "mobgap could not be installed: no"}))
    assert f"**{PEER.title} was not measured**: mobgap could not be installed: no" in text
    assert "Every peer" not in text


@pytest.mark.parametrize("file", sorted(PEERS_DIR.glob("*.py")), ids=lambda file: file.stem)
def test_what_runs_in_a_peers_environment_needs_nothing_of_ours(file: Path) -> None:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    ours = [name for name in names if name.split(".")[0] in {"processing", "ingest", "sitstreak"}]
    assert not ours
    assert all(name.startswith("tests.bench.peers") for name in names if name.startswith("tests"))


def test_what_a_sensor_costs_the_collector_is_the_difference_shared_by_all() -> None:
    assert "| 4 | 0.40 % | 1.60 % | 67 | 66 | 405 | 1136 |" in page(
        bench_of({OURS: Figures([run(1.0)])}, {})
    )


def test_the_page_says_how_many_rows_a_second_each_way_sends() -> None:
    assert "| ours | 12,346 | 7.9 |" in page(bench_of({OURS: Figures([run(1.0)])}, {}))


def test_the_page_says_how_long_a_report_takes_and_what_memory() -> None:
    found = page(bench_of({OURS: Figures([run(1.0)])}, {}))
    assert "| PDF of one week | 1.63 | 0.40 | 285 |" in found
    assert "| PDFs of 52 weeks | 45.21 | 0.40 | 479 |" in found
