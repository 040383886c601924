"""What is heard around here, and what each of it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ingest.drivers.base import Advertisement, Driver
from ingest.drivers.known import identify
from ingest.link import Backend, Found, listening


@dataclass(frozen=True, slots=True)
class Heard:
    """A device that advertises."""

    address: str
    name: str
    rssi_dbm: int  #: of its last advertisement
    driver: Driver | None  #: None: nothing we know


class Listener:
    """Puts advertisements together: a device sends its name and its services in different ones."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[Advertisement, int]] = {}

    def take(self, found: Found) -> None:
        """Take one advertisement."""
        said = Advertisement(found.name, found.services, found.makers)
        if found.address in self._heard:
            before = self._heard[found.address][0]
            # A device without a name in this packet goes by its address.
            name = before.name if found.name == found.address else found.name
            services = before.service_uuids | found.services
            said = Advertisement(name, services, before.company_ids | found.makers)
        self._heard[found.address] = (said, found.rssi_dbm)

    def result(self) -> list[Heard]:
        """Return what was heard: devices that we know first, then the nearest first."""
        heard = [
            Heard(address, said.name, rssi_dbm, identify(said))
            for address, (said, rssi_dbm) in self._heard.items()
        ]
        return sorted(heard, key=lambda one: (one.driver is None, -one.rssi_dbm, one.address))


async def scan(seconds: float, backend: Backend | None = None) -> list[Heard]:
    """Listen for a while, and return every device that was heard.

    Parameters
    ----------
    seconds
        How long. [s]
    backend
        Bleak's stand-in for Bluetooth; None for this machine's adapter.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    LinkLostError
        If scanning fails for another reason.
    """
    listener = Listener()
    async with listening(listener.take, backend, services=()):
        await asyncio.sleep(seconds)
    return listener.result()
