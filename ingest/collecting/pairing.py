"""Which sensors are ours: pinned once, then known by address and serial number.

Anyone can build a sensor that advertises the same name. So a collector keeps to the sensors that
were paired with it, and leaves every other one alone and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ingest.errors import LinkLostError


@dataclass(frozen=True, slots=True)
class Pin:
    """One sensor that is ours."""

    device_id: str  #: its name in the journal
    address: str  #: as this computer's Bluetooth calls it
    serial: str | None = None  #: as it said at its first link; None: it has none
    name: str = ""  #: as it advertised then, for people
    kind: str = "hip_sensor"  #: name of the driver in `ingest.drivers.known`


class Pins(Protocol):
    """Where pins are kept."""

    def known(self) -> list[Pin]:
        """Return the sensors that are ours."""

    def add(self, pin: Pin) -> None:
        """Keep a sensor as ours, in place of one of the same name in the journal."""


class StrangerError(LinkLostError):
    """Something answers under the address of a paired sensor that is not that sensor."""

    def __init__(self, pin: Pin, serial: str | None) -> None:
        super().__init__(
            f"what answers at {pin.address} calls itself {serial or 'nothing'} and not "
            f"{pin.serial}, which was paired: nothing is read from it. If the sensor was "
            f"replaced: sitstreak unpair {pin.device_id}, then sitstreak pair {pin.address}"
        )
        self.pin = pin
        self.serial = serial


def check_serial(pin: Pin | None, serial: str | None) -> None:
    """Raise StrangerError if a pinned sensor has another serial number than when it was paired."""
    if pin is not None and pin.serial is not None and serial != pin.serial:
        raise StrangerError(pin, serial)
