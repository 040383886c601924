"""Server-sent events: the present, whenever it changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sitstreak.errors import SitstreakError
from sitstreak.web.page_state import PageState

_LOOK_EVERY_S: Final = 1.0
_HEARTBEAT_S: Final = 10.0
_HEADERS: Final = {"cache-control": "no-store"}


async def get_events(request: Request) -> Response:
    """Answer `/api/events`; the stream ends when the reader goes away or the server closes."""
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers=_HEADERS)
    stream = _events(PageState.of(request), request)
    return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)


async def _events(state: PageState, request: Request) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    known: dict[str, Any] | None = None
    quiet_s = 0.0
    while not state.closing.is_set():
        event, body = await _look(state, request)
        news = {name: value for name, value in body.items() if name != "at"}
        if news != known:
            known, quiet_s = news, 0.0
            yield f"event: {event}\ndata: {json.dumps(body, allow_nan=False)}\n\n"
        elif quiet_s >= _HEARTBEAT_S:
            quiet_s = 0.0
            yield ": still here\n\n"
        quiet_s += _LOOK_EVERY_S
        await _pause(state.closing)


async def _look(state: PageState, request: Request) -> tuple[str, dict[str, Any]]:
    try:
        now = await state.now(request)
    except SitstreakError as error:
        return "trouble", {"error": str(error)}
    return "now", now.as_dict()


async def _pause(closing: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_LOOK_EVERY_S):
            await closing.wait()
    except TimeoutError:
        return
