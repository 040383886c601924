"""The diary on the page: what was written today, and writing with two taps."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.diary.errors import DiaryError, NoEntryError
from sitstreak.diary.names import EXERCISES, STRETCHES, for_people
from sitstreak.diary.output import entry_dict
from sitstreak.diary.plan import DEFAULT_PLAN, Planned, kind_of, of_day
from sitstreak.diary.when import parse_when
from sitstreak.diary.whose import choose_writer
from sitstreak.local_day import day_span, local_date
from sitstreak.settings import Settings
from sitstreak.storage.database import DATABASE_NAME, explained, open_database
from sitstreak.storage.diary import Diary
from sitstreak.storage.results import Results

T = TypeVar("T")
_NEVER_STORE: Final = {"cache-control": "no-store"}
_MOST_BYTES: Final = 65_536  #: the longest note, of characters of four bytes, and a little
#: What the page may say; without a time it is now.
_FIELDS: Final = ("kind", "what", "score", "n_sets", "n_reps", "note", "at")
_TEXTS: Final = ("kind", "what", "note", "at")


@dataclass(frozen=True, slots=True)
class DiaryDesk:
    """Opens the diary anew for each request, so that no lock outlives it."""

    data_dir: Path
    settings: Settings
    clock: Callable[[], float]  #: this computer's Unix time [s]

    @staticmethod
    def of(request: Request) -> DiaryDesk:
        """Return the desk of the app that got the request."""
        desk = request.app.state.diary
        assert isinstance(desk, DiaryDesk)
        return desk

    async def ask(self, request: Request, question: Callable[[Diary, str], T]) -> T:
        """Return `question(diary, wearer)`, asked in a thread; a refusal is status 400 or 404."""
        asked = request.query_params.get("wearer")
        try:
            return await run_in_threadpool(self._answer, asked, question)
        except NoEntryError as error:
            raise HTTPException(404, str(error)) from None
        except DiaryError as error:
            raise HTTPException(400, str(error)) from None

    def is_empty(self) -> bool:
        """Return whether there is no database yet: looking at the page must not make one."""
        return not (self.data_dir / DATABASE_NAME).exists()

    @property
    def today(self) -> date:
        """The wearer's date."""
        return local_date(self.clock(), self.settings.zone)

    def _answer(self, asked: str | None, question: Callable[[Diary, str], T]) -> T:
        with (
            explained(self.data_dir / DATABASE_NAME),
            closing(open_database(self.data_dir)) as connection,
        ):
            diary = self._diary(connection)
            known = sorted({*Results(connection).wearers(), *diary.wearers()})
            return question(diary, choose_writer(known, self.settings.wearer, asked))

    def _diary(self, connection: sqlite3.Connection) -> Diary:
        zone = self.settings.zone if self.settings.influx_url else None
        return Diary(connection, zone, self.clock)


async def get_diary(request: Request) -> JSONResponse:
    """Answer `GET /api/diary`: today's entries, and what can be written down."""
    desk = DiaryDesk.of(request)
    today, zone = desk.today, desk.settings.zone

    def question(diary: Diary, wearer: str) -> tuple[list[DiaryEntry], list[Planned]]:
        span_s = day_span(today, zone)
        return diary.entries(wearer, *span_s), diary.plan(wearer, today)

    nothing: tuple[list[DiaryEntry], list[Planned]] = ([], of_day(DEFAULT_PLAN, today))
    entries, planned = nothing if desk.is_empty() else await desk.ask(request, question)
    body = {
        "date": today.isoformat(),
        "entries": [entry_dict(one, zone) for one in entries],
        "choices": _choices(planned),
    }
    return JSONResponse(body, headers=_NEVER_STORE)


async def post_entry(request: Request) -> JSONResponse:
    """Answer `POST /api/diary`: write something down; an exercise alone is one as planned."""
    desk = DiaryDesk.of(request)
    says = await _body(request)

    def question(diary: Diary, wearer: str) -> DiaryEntry:
        entry = _entry(says, desk)
        if entry.n_sets is None and entry.n_reps is None:
            for one in diary.whole_plan(wearer, desk.today):
                if one.what == entry.what and kind_of(one.what) is entry.kind:
                    entry = replace(entry, n_sets=one.n_sets, n_reps=one.n_reps)
        return diary.add(wearer, entry)

    entry = await desk.ask(request, question)
    return JSONResponse(entry_dict(entry, desk.settings.zone), 201, headers=_NEVER_STORE)


async def post_delete(request: Request) -> JSONResponse:
    """Answer `POST /api/diary/ID/delete`."""
    return await _change(request, Diary.delete)


async def post_restore(request: Request) -> JSONResponse:
    """Answer `POST /api/diary/ID/restore`."""
    return await _change(request, Diary.restore)


async def _change(
    request: Request, change: Callable[[Diary, str, int], DiaryEntry]
) -> JSONResponse:
    desk, entry_id = DiaryDesk.of(request), int(request.path_params["entry_id"])

    def question(diary: Diary, wearer: str) -> DiaryEntry:
        return change(diary, wearer, entry_id)

    entry = await desk.ask(request, question)
    return JSONResponse(entry_dict(entry, desk.settings.zone), headers=_NEVER_STORE)


async def _body(request: Request) -> dict[str, Any]:
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > _MOST_BYTES:
            raise HTTPException(413, f"an entry has at most {_MOST_BYTES} bytes")
    try:
        says = json.loads(raw)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the entry is no JSON") from None
    if not isinstance(says, dict) or not set(says) <= set(_FIELDS):
        raise HTTPException(400, f"an entry has these fields only: {', '.join(_FIELDS)}")
    if not all(isinstance(says.get(name, ""), str) for name in _TEXTS):
        raise HTTPException(400, f"{', '.join(_TEXTS)} are texts")
    return says


def _entry(says: dict[str, Any], desk: DiaryDesk) -> DiaryEntry:
    try:
        kind = DiaryKind(says.get("kind", ""))
    except ValueError:
        raise DiaryError(f"there is no kind {says.get('kind')!r} of entry") from None
    now_s, typed = int(desk.clock()), says.get("at", "")
    at_s = parse_when(typed, desk.settings.zone, now_s) if typed else now_s
    rest = {name: value for name, value in says.items() if name not in ("kind", "at")}
    return DiaryEntry(id=0, at_s=at_s, kind=kind, **rest)


def _choices(planned: list[Planned]) -> list[dict[str, Any]]:
    """Return what can be done in two taps, what is planned for today first."""
    by_name = {one.what: one for one in planned}
    names = [*by_name, *(name for name in (*EXERCISES, *STRETCHES) if name not in by_name)]
    return [
        {
            "kind": kind_of(name).value,
            "what": name,
            "words": for_people(kind_of(name), name),
            "planned": f"{by_name[name].n_sets} × {by_name[name].n_reps}"
            if name in by_name
            else None,
        }
        for name in names
    ]
