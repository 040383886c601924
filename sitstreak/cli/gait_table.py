"""Gait as a table for the terminal, 80 columns wide at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from sitstreak.cli.options import printable
from sitstreak.gait.days import GaitDay
from sitstreak.gait.output import note

#: Heading, figure, decimals.
_SHOWN: Final = (
    ("steps\n/min", "cadence_spm", 0),
    ("step\nregularity", "step_regularity", 2),
    ("stride\nregularity", "stride_regularity", 2),
    ("symmetry", "symmetry", 2),
    ("harmonic\nratio", "harmonic_ratio", 1),
)
_WHEN_WIDTH: Final = 18


def table(days: Sequence[GaitDay]) -> Table:
    """Return a table with a row for each day; who and which sensor where they differ."""
    shown = Table(
        title="Gait: medians over the walking bouts of a day",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=0,
    )
    shown.add_column("day", width=_WHEN_WIDTH, overflow="fold")
    for name in ("bouts", "judged", *(heading for heading, _, _ in _SHOWN)):
        shown.add_column(name, justify="right")
    is_who_told = len({day.who for day in days}) > 1
    is_source_told = len({day.source for day in days if day.source}) > 1
    for day in days:
        label = [
            "" if day.date is None else day.date.isoformat(),
            printable(day.who) if is_who_told else "",
            printable(day.source) if is_source_told else "",
            note(day),
        ]
        shown.add_row(Text("\n".join(filter(None, label)) or "recording"), *_figures(day))
    return shown


def _figures(day: GaitDay) -> list[str]:
    summary = day.summary
    if summary is None:
        return ["0"] if day.has_data else [""]
    figures = (f"{getattr(summary, name):.{decimals}f}" for _, name, decimals in _SHOWN)
    return [f"{summary.n_bouts}", _duration(summary.judged_s), *figures]


def _duration(length_s: float) -> str:
    return f"{length_s:.0f} s" if length_s < 60 else f"{length_s / 60:.0f} min"
