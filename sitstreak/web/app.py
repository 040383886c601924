"""Puts the page together."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from processing.method import Method
from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings
from sitstreak.views.wearer import UnknownWearerError
from sitstreak.web import api, diary_api, report_api
from sitstreak.web.events import get_events
from sitstreak.web.guard import SECURITY_HEADERS, Guard
from sitstreak.web.page_state import PageState, StatusSource
from sitstreak.web.reader import OpenResults, Reader, open_results

_STATIC: Final = Path(__file__).parent / "static"


def create_app(
    data_dir: Path,
    settings: Settings,
    *,
    status_source: StatusSource = lambda: None,
    method: Method | None = None,
    clock: Callable[[], float] = time.time,
    opener: OpenResults = open_results,
) -> Starlette:
    """Return the page as an ASGI app; nothing is opened before the first request.

    Parameters
    ----------
    data_dir
        Holds the database.
    status_source
        Called for each answer: what the collector of this process says of its link, or None.
    clock
        This computer's Unix time. [s]
    opener
        Opens the results of a data directory; in the reader's own thread.
    """
    reader = Reader(data_dir, opener)
    state = PageState(settings, method or Method(), reader, status_source, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        state.closing.set()
        await reader.close()

    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/api/now", api.get_now),
            Route("/api/day/{date}", api.get_day),
            Route("/api/history", api.get_history),
            Route("/api/events", get_events),
            Route("/api/diary", diary_api.get_diary),
            Route("/api/diary", diary_api.post_entry, methods=["POST"]),
            Route("/api/diary/{entry_id:int}/delete", diary_api.post_delete, methods=["POST"]),
            Route("/api/diary/{entry_id:int}/restore", diary_api.post_restore, methods=["POST"]),
            Route("/report.pdf", report_api.get_report, methods=["GET"]),
            Route("/report.html", report_api.get_report, methods=["GET"]),
            Route("/healthz", api.get_health),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={
            HTTPException: _refused,
            SitstreakError: _trouble,
            Exception: _broken,
        },
        lifespan=lifespan,
    )
    app.state.page = state
    own = settings.model_copy(update={"data_dir": data_dir})
    app.state.reports = report_api.ReportRoom(own, clock)
    app.state.diary = diary_api.DiaryDesk(data_dir, settings, clock)
    return app


async def _page(_: Request) -> Response:
    return FileResponse(_STATIC / "index.html")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and not request.url.path.startswith("/api/"):
        return FileResponse(_STATIC / "missing.html", status_code=404)
    why = "there is nothing at this address" if error.detail == "Not Found" else error.detail
    return JSONResponse({"error": why}, status_code=error.status_code, headers=error.headers)


async def _trouble(_: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, UnknownWearerError) else 503
    return JSONResponse({"error": str(error)}, status_code=status)


async def _broken(_: Request, __: Exception) -> Response:
    # Starlette answers this one outside of every middleware, so the headers come from here.
    why = "sitstreak could not answer; the reason is in its log"
    return JSONResponse({"error": why}, status_code=500, headers=SECURITY_HEADERS)
