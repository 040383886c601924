"""What the request handlers share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from processing.method import Method
from sitstreak.settings import Settings
from sitstreak.views.history import SummaryCache
from sitstreak.views.now import NowView, now_view
from sitstreak.views.source import LinkStatus, ResultsReader
from sitstreak.views.wearer import choose_wearer
from sitstreak.web.reader import Reader

StatusSource = Callable[[], LinkStatus | None]


@dataclass(frozen=True, slots=True, eq=False)
class PageState:
    """Everything a handler needs; one for each app."""

    settings: Settings
    method: Method
    reader: Reader
    status_source: StatusSource
    clock: Callable[[], float]  #: this computer's Unix time [s]
    summaries: SummaryCache = field(default_factory=SummaryCache)
    closing: asyncio.Event = field(default_factory=asyncio.Event)  #: set: end all event streams

    @staticmethod
    def of(request: Request) -> PageState:
        """Return the state of the app that got the request."""
        state = request.app.state.page
        assert isinstance(state, PageState)
        return state

    def wearer(self, results: ResultsReader, request: Request) -> str:
        """Return whose results the request is about: `?wearer=`, or the usual choice."""
        return choose_wearer(results, self.settings.wearer, request.query_params.get("wearer"))

    async def now(self, request: Request) -> NowView:
        """Return the present of the request's wearer."""
        link = self.status_source()

        def question(results: ResultsReader) -> NowView:
            return now_view(
                results,
                self.wearer(results, request),
                clock_s=self.clock(),
                zone=self.settings.zone,
                method=self.method,
                link=link,
            )

        return await self.reader.ask(question)
