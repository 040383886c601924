"""One wearer on one afternoon, as the tests of the page see them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from starlette.applications import Starlette

from ingest.model import SensorReading
from sitstreak.settings import Settings
from sitstreak.views.source import LinkStatus
from sitstreak.web.app import create_app
from tests.support.fake_results import FakeResults, Stretch, stretches

ZONE: Final = ZoneInfo("Europe/Berlin")
MORNING_S: Final = round(datetime(2026, 11, 22, 8, 0, tzinfo=ZONE).timestamp())
PARTS: Final[tuple[Stretch, ...]] = (("walk", 300), ("sit", 1200), ("stand", 30), ("sit", 600))


class Afternoon:
    """Results that a test can change, a clock that it sets, and the app over both."""

    def __init__(self, *parts: Stretch) -> None:
        self.results = FakeResults()
        self.results.readings["me"] = SensorReading("hip-1", 0, 83, -60, 0, 0)
        self.link = LinkStatus("connected", "Hip sensor 1")
        self.late_s = 3
        self.clock_s: float = MORNING_S
        if parts:
            self.wear(*parts)

    def wear(self, *parts: Stretch) -> None:
        """Let these be the wearer's seconds since 08:00; the clock is `late_s` after them."""
        seconds = stretches(MORNING_S, *parts)
        self.results.known = {"me": seconds}
        self.clock_s = seconds.end_s + self.late_s

    def app(self) -> Starlette:
        """Return a page over these results; one app serves one run."""
        settings = Settings(timezone=ZONE.key, _env_file=None)
        return create_app(
            Path("nowhere"),
            settings,
            status_source=lambda: self.link,
            clock=lambda: self.clock_s,
            opener=self.results.opener,
        )
