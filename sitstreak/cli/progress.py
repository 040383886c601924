"""Bars on stderr, one for each piece of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

#: Told what is done, how much of it so far, and how much there is.
Show = Callable[[str, int, int], None]


@contextmanager
def progress_bars() -> Iterator[Show]:
    """Show bars for as long as the context lasts."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def show(what: str, n_done: int, n_all: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=n_all)
            bars.update(tasks[what], completed=n_done)

        yield show
