"""Ending a task one owns."""

from __future__ import annotations

import asyncio


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait until it has cleaned up; raise what it died of, if it did.

    Waiting with `asyncio.wait` keeps the caller's own cancellation apart from the task's.
    """
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
