"""`make bench`: speed and memory beside the peers; rewrites docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.contenders import CONTENDERS, OURS, Contender
from tests.bench.day_making import make_day
from tests.bench.environments import ROOT, Missing, interpreter_for
from tests.bench.page import Bench, page
from tests.bench.rounds import Figures, own_process, run_all

_PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, print and write."""
    options = _options()
    interpreters, absent = _interpreters(with_peers=not options.no_peers)
    with TemporaryDirectory() as name:
        day_file = Path(name) / "day.npz"
        day = make_day()
        day.save(day_file)
        print(f"the day: {day.origin}", flush=True)
        figures, failed = run_all(interpreters, day_file, options.rounds)
        if OURS in failed:
            sys.exit("nothing to compare with: our own side failed, see above")
        live = _json("tests.bench.live_cost", day_file)
        days = _json("tests.bench.many_days", day_file, options.days, 600)
    ingest = _json("tests.bench.ingest_cost")
    sink = _json("tests.bench.sink")
    reports = _json("tests.bench.weekly_reports")
    bench = Bench(
        origin=day.origin,
        gaps=day.gaps,
        n_rounds=options.rounds,
        figures=figures,
        absent=absent | failed,
        live=live,
        days=days,
        ingest=ingest,
        sink=sink,
        reports=reports,
    )
    _print(figures, bench)
    if options.no_peers:
        print("docs/benchmarks.md is left as it is: the peers are missing from this run")
        return
    _PAGE.write_text(page(bench), encoding="utf-8")
    print(f"wrote {_PAGE.relative_to(ROOT)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of each function")
    parser.add_argument("--days", type=int, default=365, help="days through the live functions")
    parser.add_argument("--no-peers", action="store_true", help="only our side; writes no page")
    return parser.parse_args()


def _interpreters(*, with_peers: bool) -> tuple[dict[Contender, Path], dict[Contender, str]]:
    found: dict[Contender, Path] = {}
    absent: dict[Contender, str] = {}
    for contender in CONTENDERS:
        if contender.package is None:
            found[contender] = Path(sys.executable)
        elif with_peers:
            python = interpreter_for(contender.package)
            if isinstance(python, Missing):
                absent[contender] = f"{contender.package} could not be installed: {python.why}"
                print(f"{contender.title}: {absent[contender]}", flush=True)
            else:
                found[contender] = python
    return found, absent


def _json(module: str, *arguments: object) -> dict[str, object]:
    print(f"{module} ...", flush=True)
    command = [sys.executable, "-m", module, *map(str, arguments)]
    try:
        answer: dict[str, object] = json.loads(own_process(command))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{module} failed:\n{error.stderr}")
    return answer


def _print(figures: dict[Contender, Figures], bench: Bench) -> None:
    ours = figures[OURS]
    for who, of in figures.items():
        print(
            f"{who.title:32} {of.cpu_s[0]:6.2f} s least {of.cpu_s[1]:6.2f} s median "
            f"{of.cpu_s[1] / ours.cpu_s[1]:6.1f} x   +{of.extra_mb:5.0f} MB"
        )
    for who, why in bench.absent.items():
        print(f"{who.title:32} not measured: {why}")
    for name in ("processing", "before_walking", "collector"):
        print(f"live, {name}: {100 * bench.live[name]['mean']:.2f} % of a core per sensor")
    for row in bench.ingest["rows"]:
        share = 100 * row["share"] / row["n_sensors"]
        print(
            f"collecting from {row['n_sensors']}: {share:.2f} % of a core per sensor, "
            f"{row['memory_mb']:.0f} MB in all, p99 {row['p99_ms']:.0f} ms to disk"
        )
    one, year = bench.reports["one"]["pdf"], bench.reports["year"]
    print(f"one week's PDF: {one['s']} s, {one['peak_mb']} MB; a year of them: {year['s']} s")
    for row in bench.sink["rows"]:
        print(
            f"{row['way']}: {row['per_s']:,.0f} rows a second, {row['cpu_us']:.1f} us of CPU each"
        )


if __name__ == "__main__":
    main()
