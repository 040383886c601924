"""What a collector says of itself, and how long it waits for what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ingest.sequencing.actions import Counters, LinkRules


class Doing(StrEnum):
    """What is being done about one sensor, in words that can be shown."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    BACKFILLING = "backfilling"
    LIVE = "live"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CollectorState:
    """How it stands with one sensor; a new one is told whenever it has changed."""

    doing: Doing = Doing.SEARCHING
    number: int = 0  #: which of the sensors that are collected from, counted from 0
    device_id: str | None = None
    name: str | None = None  #: as advertised
    address: str | None = None
    lag_s: float = 0.0  #: recorded by the sensor, not in the journal yet, in whole seconds
    battery_pct: int | None = None
    rssi_dbm: int | None = None  #: when the sensor was found
    why: str = ""  #: why the last link ended, or what this one waits for; empty: all is well
    #: what the wearer should know whatever is being done; stays until it is over
    trouble: str = ""
    strangers: tuple[str, ...] = ()  #: other sensors that are heard and left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the collector waits for what."""

    scan_s: float = 10.0  #: one scan; then the next begins
    tick_s: float = 0.2  #: longest wait before the sequencer is asked again
    backoff_s: float = (
        0.5  #: after a first link that brought nothing; doubles with each, up to `longest_s`
    )
    longest_s: float = 30.0
    reading_s: float = 60.0  #: between two sensor readings in the journal
    rules: LinkRules = field(default_factory=LinkRules)

    def pause_s(self, n_failed: int) -> float:
        """Return how long to wait after so many links in a row that brought nothing. [s]"""
        if not n_failed:
            return 0.0
        return min(self.backoff_s * 2.0 ** min(n_failed - 1, 10), self.longest_s)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection came to, over all sensors."""

    is_drained: bool  #: each sensor has recorded its last block and all of it is in the journal
    n_links: int
    n_samples: int  #: put into the journal by this collector
    counters: Counters
