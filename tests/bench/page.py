"""docs/benchmarks.md: what was run and what came out, for a person to read."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

from processing.method import Method
from tests.bench.contenders import OURS, Contender
from tests.bench.rounds import Figures

_TEMPLATE: Final = Path(__file__).with_name("benchmarks.template.md")
_HEADS: Final = (
    "function",
    "processor s: least / median",
    "times ours",
    "MB above the samples",
    "times ours",
    "MB in all",
    "whole process s",
    "found",
)
_LIVE: Final = {
    "processing": "`processing.live.advance`: all of the arithmetic",
    "before_walking": "the same for someone who has sat for an hour and not walked yet",
    "collector": "`LiveProcessor.step`: the same with journal, results and state on disk",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that one run of `make bench` found."""

    origin: str
    gaps: str
    n_rounds: int
    figures: Mapping[Contender, Figures]
    absent: Mapping[Contender, str]  #: who could not be measured, and why
    live: Mapping[str, Any]
    days: Mapping[str, Any]
    ingest: Mapping[str, Any]
    sink: Mapping[str, Any]
    reports: Mapping[str, Any]


def page(bench: Bench) -> str:
    """Return the page."""
    everyone = [*bench.figures, *bench.absent]
    missing = [f"- **{who.title} was not measured**: {why}" for who, why in bench.absent.items()]
    values = {
        "method": Method().version,
        "digest": Method().digest,
        "origin": bench.origin,
        "gaps": bench.gaps,
        "n_rounds": bench.n_rounds,
        "one_day": _one_day(bench.figures),
        "missing": "\n".join(missing) or "Every peer could be installed and measured.",
        "versions": _versions(bench.figures),
        "who_does_what": table(
            ("function", "does", "does not"),
            [(who.title, who.does, who.does_not) for who in everyone],
        ),
        "live_hz": f"{bench.live['fs_hz']:.0f}",
        "live": _live(bench.live),
        "ingest_s": f"{bench.ingest['span_s']:.0f}",
        "ingest": _ingest(bench.ingest),
        "sink": _sink(bench.sink),
        "store_mb": bench.reports["n_mb_of_store"],
        "reports": _reports(bench.reports),
        **_many_days(bench.days),
    }
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(values)


def _one_day(figures: Mapping[Contender, Figures]) -> str:
    ours = figures[OURS]
    rows = [
        (
            who.title,
            _pair(of.cpu_s),
            f"{of.cpu_s[1] / ours.cpu_s[1]:.1f}",
            f"{of.extra_mb:.0f}",
            f"{of.extra_mb / ours.extra_mb:.1f}" if ours.extra_mb > 0 else "-",
            f"{of.peak_mb:.0f}",
            _pair(of.process_s),
            of.runs[0].found,
        )
        for who, of in figures.items()
    ]
    return table(_HEADS, rows)


def _live(live: Mapping[str, Any]) -> str:
    rows = [
        (
            title,
            f"{1000 * live[name]['median']:.1f}",
            f"{1000 * live[name]['p99']:.1f}",
            f"{100 * live[name]['mean']:.2f} %",
        )
        for name, title in _LIVE.items()
    ]
    return table(("per second and sensor", "median ms", "99 % below ms", "share of a core"), rows)


def _ingest(ingest: Mapping[str, Any]) -> str:
    rows = [
        (
            f"{row['n_sensors']}",
            f"{100 * row['share'] / row['n_sensors']:.2f} %",
            f"{100 * row['share']:.2f} %",
            f"{row['memory_mb']:.0f}",
            f"{row['world_mb']:.0f}",
            f"{row['p50_ms']:.0f}",
            f"{row['p99_ms']:.0f}",
        )
        for row in ingest["rows"]
    ]
    heads = ("sensors", "of a core, each", "of a core, all", "MB in all", "MB of them without it")
    return table((*heads, "to disk: median ms", "99 % below ms"), rows)


def _sink(sink: Mapping[str, Any]) -> str:
    if sink["absent"]:
        return f"Not measured: {sink['absent']}."
    rows = [(row["way"], f"{row['per_s']:,.0f}", f"{row['cpu_us']:.1f}") for row in sink["rows"]]
    return table(("way", "rows a second", "CPU of our process, µs a row"), rows)


def _reports(reports: Mapping[str, Any]) -> str:
    one, year = reports["one"], reports["year"]
    measured = (
        ("figures of one week, with the trend of twelve", one["figures"]),
        ("PDF of one week", one["pdf"]),
        ("all formats of one week", one["all"]),
        ("PDFs of 52 weeks", year),
    )
    rows = [
        (title, f"{of['s']:.2f}", f"{of['import_s']:.2f}", f"{of['peak_mb']:.0f}")
        for title, of in measured
    ]
    return table(("from the store", "seconds", "seconds of imports before", "MB at most"), rows)


def _many_days(days: Mapping[str, Any]) -> dict[str, object]:
    """Return what the page says of them; the first tenth of the days fills caches and pools."""
    memory_mb, state_bytes = days["memory_mb"], days["state_bytes"]
    settled = max(len(memory_mb) // 10, 1) - 1
    marks = sorted({0, settled, len(memory_mb) // 2, len(memory_mb) - 1})
    rows = [(f"{i + 1}", f"{memory_mb[i]:.0f}", f"{state_bytes[i]:,}") for i in marks]
    return {
        "n_days": days["n_days"],
        "call_every_min": days["call_every_s"] // 60,
        "settled_days": f"{days['n_settled'] / 86_400:.1f}",
        "s_per_day": f"{days['cpu_s'] / days['n_days']:.1f}",
        "days": table(("after day", "MB", "bytes of state"), rows),
        "most_bytes": f"{max(state_bytes):,}",
        "settled_day": settled + 1,
        "growth_mb": f"{memory_mb[-1] - memory_mb[settled]:.1f}",
    }


def _versions(figures: Mapping[Contender, Figures]) -> str:
    found = {"Python": {platform.python_version()}}
    for of in figures.values():
        for name, version in of.runs[0].versions.items():
            found.setdefault(name, set()).add(version)
    return ", ".join(f"{name} {' and '.join(sorted(each))}" for name, each in found.items())


def _pair(pair: tuple[float, float]) -> str:
    return f"{pair[0]:.2f} / {pair[1]:.2f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
