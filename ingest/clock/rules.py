"""What a clock is known to be like before it is watched, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ingest.clock.corridor import CorridorLimits
from ingest.clock.host import SETTLE_S
from processing.model import NS_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRules:
    """What kind of clock it is."""

    limits: CorridorLimits = field(default_factory=CorridorLimits)
    usual_drift_ppm: float = 50.0  #: watch crystals are sold as +-20 ppm, and more by the cold
    settle_s: float = SETTLE_S  #: how long another time line must stand before it is believed
    past_moves: bool = True  #: a correction also moves what was before it and is not stored yet


#: A sensor with a crystal: the hip sensor, Movesense, Polar.
SENSOR_CLOCK: Final = ClockRules()


@dataclass(frozen=True, slots=True)
class DriftPrior:
    """What an earlier start of the same sensor knew of its crystal."""

    drift_ppm: float
    half_ppm: float


@dataclass(frozen=True, slots=True)
class Correction:
    """The time line of a sensor was moved, because the host's clock had been wrong."""

    at_utc_ns: int  #: on the new line
    by_ns: int

    @property
    def sentence(self) -> str:
        """What to tell the wearer."""
        return f"clock corrected by {self.by_ns / NS_PER_S:+.1f} s"
