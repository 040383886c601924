"""The first link to a sensor that is to be ours: it says who it is, and blinks."""

from __future__ import annotations

from ingest.collecting.pairing import Pin
from ingest.drivers.base import Advertisement, Driver
from ingest.drivers.known import HIP_SENSOR, identify
from ingest.errors import LinkLostError, MalformedPacketError
from ingest.hip_sensor.control import Identify, control_to_bytes
from ingest.hip_sensor.packets import Status
from ingest.link import Backend, Found, open_link

_BLINK_S = 5


def driver_of(found: Found) -> Driver | None:
    """Return what kind of sensor advertises so; None when it is none that we know."""
    return identify(Advertisement(found.name, found.services, found.makers))


async def introduce(found: Found, backend: Backend | None = None) -> Pin:
    """Link to a sensor once and return what to know it by.

    A hip sensor is asked for its serial number and blinks. A device that only streams is known by
    its address.

    Parameters
    ----------
    found
        From a scan.
    backend
        Bleak's stand-in for Bluetooth; None for this machine's adapter.

    Raises
    ------
    LinkLostError
        If it cannot be reached, or is no sensor that we know.
    """
    driver = driver_of(found)
    if driver is None:
        raise LinkLostError(f"{found.name} ({found.address}) is no sensor that sitstreak knows")
    if driver is not HIP_SENSOR:
        return Pin(
            f"{driver.name}-{found.address.lower()}", found.address, None, found.name, driver.name
        )
    async with open_link(found, backend) as link:
        serial = await link.read_serial()
        try:
            Status.from_bytes(await link.read_status())
        except MalformedPacketError as error:
            raise LinkLostError(f"{found.name} speaks another profile: {error}") from error
        await link.write_control(control_to_bytes(Identify(_BLINK_S)))
    return Pin(serial or found.address.lower(), found.address, serial, found.name)
