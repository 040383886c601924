"""Work on several processes, and word of how far it is."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

#: Called with the name of a piece of work, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def silent(what: str, n_done: int, n_all: int) -> None:
    """Take note of no progress."""


def workers(
    n: int, initializer: Callable[..., None] | None = None, given: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """Return a pool of `n` processes.

    They are spawned, not forked: a progress bar has a thread, and a forked copy of it may hang.
    """
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(n, mp_context=context, initializer=initializer, initargs=given)


def each(
    what: str,
    function: Callable[[_Given], _Made],
    work: Sequence[_Given],
    *,
    n_processes: int = 1,
    progress: Progress = silent,
) -> list[_Made]:
    """Return `function` of each piece of work, in order.

    Parameters
    ----------
    what
        Name of the work for `progress`.
    function
        A function of a module when `n_processes` is more than 1.
    """
    progress(what, 0, len(work))
    made = []
    if n_processes <= 1:
        for one in map(function, work):
            made.append(one)
            progress(what, len(made), len(work))
        return made
    with workers(n_processes) as pool:
        for one in pool.map(function, work):
            made.append(one)
            progress(what, len(made), len(work))
    return made
