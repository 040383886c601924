"""The hours in which no alert is sent, as a mute timing of Grafana in the wearer's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboards.datasource import Json

QUIET: Final = "sitstreak-quiet-hours"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` each day, both `HH:MM` on the clock of `timezone`."""

    start: str = "22:00"
    end: str = "07:00"
    timezone: str = "UTC"  #: IANA name

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError(f"quiet hours that begin and end at {self.start} are none or all day")


def mute_timing(quiet: QuietHours) -> Json:
    """Return the mute timing; what crosses midnight has two stretches."""
    end = "24:00" if quiet.end == "00:00" else quiet.end
    spans = [(quiet.start, end)]
    if quiet.start > end:
        spans = [(quiet.start, "24:00"), ("00:00", end)]
    times = [{"start_time": first, "end_time": last} for first, last in spans]
    return {"name": QUIET, "time_intervals": [{"times": times, "location": quiet.timezone}]}
