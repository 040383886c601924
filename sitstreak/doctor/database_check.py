"""Whether the one file of data is sound and of the layout that this program knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sitstreak.doctor.finding import Finding, ok, unused, wrong

SCHEMA: Final = "data file"
DAMAGE: Final = "data inside it"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was seen of the file; `None` for each thing that could not be told."""

    exists: bool
    layout: int | None = None  #: 0: made, and nothing put into it yet
    newest_layout: int = 0  #: what this program knows
    is_running: bool = False  #: a collector uses it now
    damage: str = ""  #: what is wrong inside; empty: nothing was seen
    n_checked: int = 0  #: blocks looked at
    foreign: str = ""  #: where it is, if something else than a database is in it
    unreadable: str = ""  #: why it cannot be opened at all


def check_schema(file: FileFacts) -> Finding:
    """Compare the layout of the file with that of this program."""
    if not file.exists:
        return unused(SCHEMA, "nothing was recorded here yet")
    if file.foreign:
        return wrong(
            SCHEMA,
            f"{file.foreign} is no database: something else was put there, or its beginning was "
            "overwritten",
            "move it away, then bring a back-up: sitstreak restore FILE; without one, "
            "sitstreak run begins a new file",
        )
    if file.unreadable:
        return wrong(SCHEMA, "it cannot be used", file.unreadable)
    if file.layout is None:
        return unused(SCHEMA, "its layout cannot be told from a damaged file")
    if file.layout > file.newest_layout:
        return wrong(
            SCHEMA,
            f"written by a newer sitstreak (layout {file.layout}, this one knows up to "
            f"{file.newest_layout})",
            "update sitstreak on this computer: git pull && make run",
        )
    if 0 < file.layout < file.newest_layout:
        again = "stop the collector with Ctrl-C and start it again" if file.is_running else "start"
        return wrong(
            SCHEMA,
            f"still of an older sitstreak (layout {file.layout} of {file.newest_layout})",
            f"{again}: sitstreak run, which brings the file up to date and keeps all data",
        )
    return ok(SCHEMA, f"layout {file.layout}, as this program writes it")


def check_damage(file: FileFacts) -> Finding:
    """Say what a quick look at the data found."""
    if not file.exists or file.foreign or file.unreadable:
        return unused(DAMAGE, "there is nothing that could be read")
    if file.damage:
        return wrong(
            DAMAGE,
            f"damaged: {' '.join(file.damage.split())}",
            "stop the collector, then: sitstreak check --repair",
        )
    return ok(DAMAGE, f"sound, as far as a quick look shows ({file.n_checked} blocks)")
