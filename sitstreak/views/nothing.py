"""Results of somebody who has not recorded anything yet: no database is needed to say so."""

from __future__ import annotations

from ingest.model import SensorReading
from processing.figures.sleep import Span
from processing.method import Method
from processing.model import Bout, Gap, PostureSeconds


class NothingRecorded:
    """A `ResultsReader` without data."""

    def wearers(self) -> list[str]:
        """Return nobody."""
        return []

    def devices(self, wearer: str) -> list[str]:  # noqa: ARG002 - the protocol's signature
        """Return no device."""
        return []

    def seconds(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:  # noqa: ARG002
        """Return unknown seconds."""
        return PostureSeconds.unknown(start_s, end_s)

    def bouts(self, wearer: str, start_s: int, end_s: int) -> list[Bout]:  # noqa: ARG002
        """Return no bouts."""
        return []

    def told_sleep(self, wearer: str, start_s: int, end_s: int) -> list[Span]:  # noqa: ARG002
        """Return no sleep."""
        return []

    def first_second(self, wearer: str) -> None:
        """Return None."""

    def latest_second(self, wearer: str, before_s: int | None = None) -> None:
        """Return None."""

    def settled_until(self, wearer: str) -> None:
        """Return None."""

    def method(self, wearer: str) -> Method | None:
        """Return None."""

    def sensor(self, wearer: str) -> SensorReading | None:
        """Return None."""

    def sensor_counters(self, wearer: str) -> dict[str, int]:  # noqa: ARG002
        """Return nothing."""
        return {}

    def gaps_since(self, wearer: str, start_ns: int) -> list[Gap]:  # noqa: ARG002
        """Return no gaps."""
        return []

    def last_sample_ns(self, wearer: str) -> None:
        """Return None."""
