"""Every kind of device that is known, and which one an advertisement comes from."""

from __future__ import annotations

from typing import Final

from ingest.drivers.base import Advertisement, Driver
from ingest.drivers.espruino import ESPRUINO
from ingest.drivers.movesense import MOVESENSE
from ingest.drivers.polar import POLAR_H10, POLAR_VERITY
from ingest.drivers.thingy52 import THINGY52
from ingest.drivers.witmotion import WITMOTION
from ingest.hip_sensor.packets import SERVICE_UUID

#: Our own profile: the collector speaks it itself, so here is only what names it.
HIP_SENSOR: Final = Driver(
    name="hip_sensor",
    title="hip sensor",
    matches=lambda heard: SERVICE_UUID in heard.service_uuids,
    notes="keeps a log: what is out of range is fetched later",
)

#: In the order in which they are asked.
DRIVERS: Final[tuple[Driver, ...]] = (
    HIP_SENSOR,
    MOVESENSE,
    POLAR_H10,
    POLAR_VERITY,
    WITMOTION,
    THINGY52,
    ESPRUINO,
)


def identify(heard: Advertisement) -> Driver | None:
    """Return the driver of a device; None when it is none that we know."""
    return next((driver for driver in DRIVERS if driver.matches(heard)), None)
