"""Ending a task one owns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Final

log = logging.getLogger(__name__)

#: A task that takes longer to clean up is left behind: closing a link takes five seconds at most.
_PATIENCE_S: Final = 20.0


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, wait until all have cleaned up, and raise the first error of any."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    _, left = await asyncio.wait(ending, timeout=_PATIENCE_S)
    for task in left:
        log.error("%s does not end; it is left behind", task.get_name())
    for task in ending:
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it has cleaned up; raise what it died of, if it did.

    Waiting with `asyncio.wait` keeps the caller's own cancellation apart from the task's.
    """
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
