"""How long reports take, from a store of more than a year; prints JSON.

The store holds made-up office weeks, written as live processing would have. Each figure is of a
process of its own, as it is for who calls `sitstreak report`: memory is that process's highest.
"""

from __future__ import annotations

import importlib
import json
import resource
import time
from contextlib import closing
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sitstreak.report.content.reading import report_desk
from sitstreak.report.formats import FORMATS, make_files
from sitstreak.report.week import IsoWeek
from sitstreak.settings import Settings, load
from sitstreak.storage.database import open_database
from tests.support.report_samples import WEEK, made_up_weeks
from tests.support.report_store import store

N_WEEKS: Final = 52
_FORMATS: Final = {
    "figures": (),
    "pdf": ("pdf",),
    "all": FORMATS,
}


def main() -> None:
    """Measure one week as PDF and in all formats, and a year of PDFs."""
    with TemporaryDirectory() as name:
        settings = load(Path(name))
        with closing(open_database(settings.data_dir)) as connection:
            source, _ = made_up_weeks(n_earlier=N_WEEKS - 1 + 11)
            store(connection, source)
        found = {
            "n_mb_of_store": sum(p.stat().st_size for p in Path(name).iterdir()) >> 20,
            "one": {which: _alone(settings, which, 1) for which in _FORMATS},
            "year": _alone(settings, "pdf", N_WEEKS),
        }
    print(json.dumps(found))  # one line: the last one is read


def _alone(settings: Settings, which: str, n_weeks: int) -> dict[str, float]:
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_measure, args=(settings, which, n_weeks, there))
    process.start()
    there.close()
    found: dict[str, float] = here.recv()
    process.join()
    return found


def _measure(settings: Settings, which: str, n_weeks: int, there: Any) -> None:
    began_s = time.perf_counter()
    for which_one in ("printed.pdf", "exports.fhir", "exports.parquet_seconds"):
        importlib.import_module(f"sitstreak.report.{which_one}")
    imported_s = time.perf_counter()
    with report_desk(settings) as desk:
        for n_before in range(n_weeks):
            report = desk.report(IsoWeek.starting(WEEK.monday - timedelta(weeks=n_before)))
            make_files(report, _FORMATS[which], Path())
    found = {
        "import_s": round(imported_s - began_s, 2),
        "s": round(time.perf_counter() - imported_s, 2),
        "cpu_s": round(time.process_time(), 2),
        "peak_mb": _peak_mb(),
    }
    there.send(found)


def _peak_mb() -> float:
    """Return the most memory this process ever had; the usual call tells its parent's as well."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
