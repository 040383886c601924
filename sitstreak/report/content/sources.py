"""What a report is made from: results, and a diary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from processing.figures.diary import DiaryEntry
from processing.model import Gap, PostureSeconds
from sitstreak.views.source import ResultsReader


@dataclass(frozen=True, slots=True, order=True)
class UsedMethod:
    """The numbers behind some stored results."""

    digest: str
    version: str


class ReportReader(ResultsReader, Protocol):
    """Results, and how they came about."""

    def postures(self, wearer: str, start_s: int, end_s: int) -> PostureSeconds:
        """Return the seconds of the span, whose probabilities and confidences may be anything."""

    def gaps(self, wearer: str, start_ns: int, end_ns: int) -> list[Gap]:
        """Return the gaps of the wearer's devices that overlap the span."""

    def device_names(self, wearer: str, start_s: int, end_s: int) -> list[str]:
        """Return the names of the sensors that have anything but `unknown` in the span."""

    def methods(self, wearer: str, start_s: int, end_s: int) -> list[UsedMethod]:
        """Return the methods that made the results of the span, the most used first."""

    def n_recovered(self, wearer: str, start_s: int, end_s: int) -> int:
        """Return how many samples of the span were fetched from a sensor's memory."""


class PlannedLike(Protocol):
    """An exercise that is planned."""

    @property
    def what(self) -> str:
        """Its name, as in `DiaryEntry.what`."""


class DiaryReader(Protocol):
    """What the wearer wrote down."""

    def entries(self, wearer: str, start_s: int, end_s: int) -> Sequence[DiaryEntry]:
        """Return the entries of the span, also stretches that only reach into it."""

    def agreed_plan(self, wearer: str, day: date, end_s: int) -> Sequence[PlannedLike]:
        """Return what the wearer had agreed to for a day, which ends at `end_s`."""


class NoDiary:
    """A diary in which nothing was written."""

    def entries(self, wearer: str, start_s: int, end_s: int) -> Sequence[DiaryEntry]:  # noqa: ARG002
        """Return nothing."""
        return ()

    def agreed_plan(self, wearer: str, day: date, end_s: int) -> Sequence[PlannedLike]:  # noqa: ARG002
        """Return nothing."""
        return ()
