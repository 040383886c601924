"""A week's report from the page: made when it is asked for, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sitstreak.errors import DataDirError, SitstreakError
from sitstreak.report.download import week_file
from sitstreak.report.week import WeekError
from sitstreak.settings import Settings
from sitstreak.views.wearer import UnknownWearerError

_PAGES: Final = ("a4", "letter")
_NEVER_STORE: Final = "no-store"


@dataclass(frozen=True, slots=True)
class ReportRoom:
    """Where reports are made: a second or two of computing and 300 MB each, so one at a time."""

    settings: Settings
    clock: Callable[[], float]  #: this computer's Unix time [s]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @staticmethod
    def of(request: Request) -> ReportRoom:
        """Return the room of the app that got the request."""
        room = request.app.state.reports
        assert isinstance(room, ReportRoom)
        return room


async def get_report(request: Request) -> Response:
    """Answer `/report.pdf` and `/report.html` with a file, or with one line that says why not.

    The HTML comes as a file as well: the page's own policy would take its style away.
    """
    room = ReportRoom.of(request)
    asked = request.query_params
    page = asked.get("page", "a4").lower()
    if page not in _PAGES:
        return _refused(400, f"there is no paper {page!r}; there are {', '.join(_PAGES)}")
    make = partial(
        week_file,
        room.settings,
        request.url.path.rpartition(".")[2],
        asked.get("week", "this"),
        page=page,
        wearer=asked.get("wearer"),
        now_s=room.clock(),
    )
    try:
        async with room.turn:
            made = await run_in_threadpool(make)
    except WeekError as error:
        return _refused(400, str(error))
    except (UnknownWearerError, DataDirError) as error:
        return _refused(404, str(error))
    except SitstreakError as error:
        return _refused(503, str(error))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(made.name)}",
        "cache-control": _NEVER_STORE,
    }
    return Response(made.body, media_type=made.media_type, headers=headers)


def _refused(status: int, why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status, headers={"cache-control": _NEVER_STORE})
