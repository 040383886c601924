"""Where views get their facts: stored results, and what the collector says of its link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ingest.model import SensorReading
from processing.figures.sleep import Span
from processing.method import Method
from processing.model import Bout, Gap, PostureSeconds

#: Whoever looks at a demo's data later is told that they are simulated.
DEMO_DEVICE_PREFIX: Final = "demo-"


class ResultsReader(Protocol):
    """The reading half of `sitstreak.storage.results.Results`."""

    def wearers(self) -> list[str]:
        """Return everybody who has results."""

    def devices(self, wearer: str) -> list[str]:
        """Return the ids of the wearer's devices that have results."""

    def seconds(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        """Return every second of the span; `unknown` where there are no data."""

    def bouts(self, wearer: str, start_s: int, end_s: int) -> list[Bout]:
        """Return the stored bouts that overlap the span."""

    def told_sleep(self, wearer: str, start_s: int, end_s: int) -> list[Span]:
        """Return what the wearer's diary says was slept and has a part in the span."""

    def first_second(self, wearer: str) -> int | None:
        """Return the first second with data."""

    def latest_second(self, wearer: str, before_s: int | None = None) -> int | None:
        """Return one past the last second with data, or with data before `before_s`."""

    def settled_until(self, wearer: str) -> int | None:
        """Return the second before which nothing will change any more."""

    def method(self, wearer: str) -> Method | None:
        """Return the numbers behind the newest results."""

    def sensor(self, wearer: str) -> SensorReading | None:
        """Return the newest thing the wearer's sensor said of itself."""

    def sensor_counters(self, wearer: str) -> Mapping[str, Any]:
        """Return what went by over that sensor's links, by name; empty: nobody has counted."""

    def gaps_since(self, wearer: str, start_ns: int) -> list[Gap]:
        """Return the gaps of the wearer's devices that end after a moment."""

    def last_sample_ns(self, wearer: str) -> int | None:
        """Return when the newest stored sample was taken. [ns]"""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """What the collector knows and the database does not."""

    state: str  #: in plain words, such as "connected" or "looking for the sensor"
    sensor_name: str | None = None
    simulated: bool = False  #: the data come from a simulated sensor, not from a person
    catching_up: bool = False  #: the sensor is handing over what it recorded while it was away
