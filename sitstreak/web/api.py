"""The JSON answers."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from sitstreak import __version__
from sitstreak.errors import SitstreakError
from sitstreak.views.day import DayView, day_view
from sitstreak.views.history import HistoryView, history_view
from sitstreak.views.newest import FAR_AHEAD_S
from sitstreak.views.source import ResultsReader
from sitstreak.web.page_state import PageState

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS: Final = range(1970, 2200)
_NEVER_STORE: Final = {"cache-control": "no-store"}


async def get_now(request: Request) -> JSONResponse:
    """Answer `/api/now`."""
    now = await PageState.of(request).now(request)
    return JSONResponse(now.as_dict(), headers=_NEVER_STORE)


async def get_day(request: Request) -> JSONResponse:
    """Answer `/api/day/YYYY-MM-DD`."""
    state = PageState.of(request)
    day = _date(request.path_params["date"])

    def question(results: ResultsReader) -> DayView:
        return day_view(
            results,
            state.wearer(results, request),
            day,
            clock_s=state.clock(),
            zone=state.settings.zone,
            method=state.method,
        )

    view = await state.reader.ask(question)
    return JSONResponse(view.as_dict(), headers=_NEVER_STORE)


async def get_history(request: Request) -> JSONResponse:
    """Answer `/api/history`."""
    state = PageState.of(request)

    def question(results: ResultsReader) -> HistoryView:
        return history_view(
            results,
            state.wearer(results, request),
            clock_s=state.clock(),
            zone=state.settings.zone,
            method=state.method,
            cache=state.summaries,
        )

    view = await state.reader.ask(question)
    return JSONResponse(view.as_dict(), headers=_NEVER_STORE)


async def get_health(request: Request) -> JSONResponse:
    """Answer `/healthz`: 200 when the database can be read, else 503."""
    state = PageState.of(request)

    def question(results: ResultsReader) -> int | None:
        soon_s = int(state.clock()) + FAR_AHEAD_S
        latest_s = [results.latest_second(wearer, soon_s) for wearer in results.wearers()]
        return max(filter(None, latest_s), default=None)

    try:
        latest_s = await state.reader.ask(question)
    except SitstreakError as error:
        body = {
            "ok": False,
            "version": __version__,
            "database": str(error),
            "last_data_age_s": None,
        }
        return JSONResponse(body, status_code=503, headers=_NEVER_STORE)
    age_s = None if latest_s is None else round(state.clock() - latest_s, 1)
    body = {"ok": True, "version": __version__, "database": "reachable", "last_data_age_s": age_s}
    return JSONResponse(body, headers=_NEVER_STORE)


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise HTTPException(400, f"{text!r} is no date; write YYYY-MM-DD, such as 2026-11-22")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise HTTPException(400, f"there is no day {text} in the calendar") from None
    if day.year not in _YEARS:
        raise HTTPException(404, f"there are no data of {text}")
    return day
