"""The one module that talks to Bleak: find a hip sensor, hold a link, notice when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple

from bleak import BleakAdapter, BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak_retry_connector import close_stale_connections, establish_connection

from ingest.clock.host import Stamp
from ingest.collecting.host_clocks import stamp_now
from ingest.errors import CommandRefusedError, LinkLostError, NoAdapterError
from ingest.hip_sensor.packets import CONTROL_UUID, DATA_UUID, SERVICE_UUID, STATUS_UUID

log = logging.getLogger(__name__)

_SERIAL_NUMBER_UUID: Final = "00002a25-0000-1000-8000-00805f9b34fb"
_BATTERY_LEVEL_UUID: Final = "00002a19-0000-1000-8000-00805f9b34fb"
_QUEUE_LIMIT: Final = 4096
_GATT_TIMEOUT_S: Final = 10.0
_CONNECT_TIMEOUT_S: Final = 60.0
_CLOSE_TIMEOUT_S: Final = 5.0

#: Every device has one of these: Generic Access, Generic Attribute, Device Information.
_ANY_SERVICE: Final = ["1800", "1801", "180a", SERVICE_UUID]

#: Addresses to which this process has a link, or is making one; in small letters.
_ours: Final[set[str]] = set()

#: What Bleak lets through when a link breaks under an operation: an out-of-range connect ends in an
#: empty TimeoutError, and a dead D-Bus connection in EOFError or BrokenPipeError.
_LINK_ERRORS: Final = (BleakError, TimeoutError, EOFError, OSError)

#: D-Bus says these when no bluetoothd runs; anything else, such as InProgress, passes.
_NO_BLUEZ: Final = frozenset(
    {
        "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.ServiceUnknown",
    }
)
_NO_ADAPTER: Final = (
    "this machine has no usable Bluetooth adapter; plug one in or switch Bluetooth on, "
    "or see it work without one: sitstreak demo"
)


@dataclass(frozen=True, slots=True)
class Backend:
    """Stands in for the operating system's Bluetooth: Bleak backend types, and what they need."""

    scanner: type[BaseBleakScanner]
    client: type[BaseBleakClient]
    options: Mapping[str, Any]  #: keyword arguments for both

    def scanner_arguments(self) -> dict[str, Any]:
        """Return what makes a BleakScanner use this backend."""
        return {"backend": self.scanner, **self.options}

    def client_arguments(self) -> dict[str, Any]:
        """Return what makes a BleakClient use this backend."""
        return {"backend": self.client, **self.options}


@dataclass(frozen=True, slots=True)
class Found:
    """A sensor that was heard advertising."""

    device: BLEDevice
    address: str
    name: str
    rssi_dbm: int
    services: frozenset[str] = frozenset()  #: UUIDs that it advertises, in small letters
    makers: frozenset[int] = frozenset()  #: company identifiers of its manufacturer data


class Notification(NamedTuple):
    """What a characteristic notified, and when it arrived here."""

    uuid: str
    payload: bytes
    arrived: Stamp


class _NotThereError(LinkLostError):
    """The sensor has no such characteristic."""


class Kind(Enum):
    """Which characteristic notified."""

    DATA = DATA_UUID
    STATUS = STATUS_UUID


@contextlib.asynccontextmanager
async def listening(
    on_found: Callable[[Found], None],
    backend: Backend | None = None,
    *,
    services: Sequence[str] = (SERVICE_UUID,),
) -> AsyncIterator[None]:
    """Scan for as long as the context lasts.

    Parameters
    ----------
    on_found
        Called in the event loop with each advertisement that is heard; a sensor sends many.
    backend
        Bleak's stand-in for Bluetooth; None for this machine's adapter.
    services
        Only advertisements of one of these services; empty: all.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    LinkLostError
        If scanning fails for another reason, such as another scan that is going on.
    """

    def on_advertisement(device: BLEDevice, data: AdvertisementData) -> None:
        name = data.local_name or device.name or device.address
        services = frozenset(uuid.lower() for uuid in data.service_uuids)
        makers = frozenset(data.manufacturer_data)
        on_found(Found(device, device.address, name, data.rssi, services, makers))

    arguments = backend.scanner_arguments() if backend else {}
    scanner = BleakScanner(on_advertisement, list(services) or None, **arguments)
    try:
        async with scanner:
            yield
    except (BleakBluetoothNotAvailableError, OSError) as error:
        raise NoAdapterError(_NO_ADAPTER) from error
    except BleakError as error:
        if isinstance(error, BleakDBusError) and error.dbus_error in _NO_BLUEZ:
            raise NoAdapterError(_NO_ADAPTER) from error
        raise LinkLostError(f"scanning failed: {error}") from error


async def close_orphans(wanted: Collection[str | None], backend: Backend | None = None) -> None:
    """Close links that a collector which was killed left behind, before a scan.

    bluetoothd keeps such a link, and a sensor with a link does not advertise: no scan would ever
    hear it again (github.com/hbldh/bleak/issues/367; seen with bluetoothd 5.66).

    Parameters
    ----------
    wanted
        Addresses of the sensors that are looked for, in small letters; None among them: any that
        is a hip sensor.
        Links of this process stay.
    backend
        Bleak's stand-in for Bluetooth, which keeps no links; None for this machine's adapter.
    """
    if backend is not None or sys.platform != "linux":
        return
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            adapter = await BleakAdapter.get()
            hip = {one.address for one in await adapter.get_connected_devices([SERVICE_UUID])}
            for device in await adapter.get_connected_devices(_ANY_SERVICE):
                address = device.address.lower()
                is_wanted = address in wanted or (None in wanted and device.address in hip)
                if is_wanted and address not in _ours:
                    log.info("closing a link to %s that nobody uses", device.address)
                    await close_stale_connections(device)
    except _LINK_ERRORS as error:
        log.debug("cannot look for links left behind: %r", error)  # the scan will say what is wrong


@dataclass(slots=True, eq=False)
class Link:
    """An open link to one sensor. Make it with `open_link`; use it from one task."""

    client: BleakClient
    found: Found
    _n_overflowed: int = 0
    _queue: deque[Notification] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _is_lost: bool = False

    async def receive(self, timeout_s: float) -> list[Notification]:
        """Return what was notified since the last call, in order; wait for the first of it.

        Returns
        -------
        notifications
            Empty when nothing came in time.

        Raises
        ------
        LinkLostError
            If the link is gone and everything it brought has been fetched.
        """
        if not self._queue and not self._is_lost:
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._wake.wait()
        if not self._queue and self._is_lost:
            raise LinkLostError(f"the link to {self.found.name} is gone")
        notifications = list(self._queue)
        self._queue.clear()
        return notifications

    async def read_status(self) -> bytes:
        """Read *Status*; LinkLostError if that fails."""
        return await self._read(STATUS_UUID)

    async def read_serial(self) -> str | None:
        """Read the serial number, without what cannot be printed; None if the sensor has none.

        Raises
        ------
        LinkLostError
            If the link broke.
        """
        try:
            serial = await self._read(_SERIAL_NUMBER_UUID)
        except _NotThereError:
            return None
        text = serial.decode("ascii", "ignore")
        return "".join(c for c in text if c.isprintable() and c != "\\").strip() or None

    async def read_battery(self) -> int | None:
        """Read the standard battery level; None if the device has none, or does not let us. [%]

        Raises
        ------
        LinkLostError
            If the link broke.
        """
        try:
            level = await self._read(_BATTERY_LEVEL_UUID)
        except (_NotThereError, CommandRefusedError):
            return None
        return level[0] if len(level) == 1 and level[0] <= 100 else None

    def take_overflowed(self) -> int:
        """Return how many notifications were dropped since the last call: nobody fetched them."""
        n, self._n_overflowed = self._n_overflowed, 0
        return n

    async def write_control(self, payload: bytes) -> None:
        """Write to *Control* and wait for the sensor's answer; LinkLostError if that fails."""
        await self.write(CONTROL_UUID, payload)

    async def write(self, uuid: str, payload: bytes) -> None:
        """Write to any characteristic, answered if it can be.

        Raises
        ------
        CommandRefusedError
            If the sensor answers with an error.
        LinkLostError
            If that fails for another reason.
        """
        async with self._trying("write to"):
            await self.client.write_gatt_char(uuid, payload)

    async def _read(self, uuid: str) -> bytes:
        async with self._trying("read from"):
            return bytes(await self.client.read_gatt_char(uuid))

    async def _subscribe(self, uuids: Sequence[str]) -> None:
        async with self._trying("subscribe to"):
            for uuid in uuids:
                await self.client.start_notify(uuid, self._on_notification)

    @contextlib.asynccontextmanager
    async def _trying(self, what: str) -> AsyncIterator[None]:
        """Wait for an answer, not too long, and say in our words what went wrong."""
        name = self.found.name
        try:
            async with asyncio.timeout(_GATT_TIMEOUT_S):
                yield
        except BleakCharacteristicNotFoundError as error:
            raise _NotThereError(f"cannot {what} {name}: {error!r}") from error
        except BleakGATTProtocolError as error:
            raise CommandRefusedError(f"{name} refuses: cannot {what} it ({error})") from error
        except _LINK_ERRORS as error:
            raise LinkLostError(f"cannot {what} {name}: {error!r}") from error

    def _on_notification(self, sender: BleakGATTCharacteristic, data: bytearray) -> None:
        if len(self._queue) >= _QUEUE_LIMIT:
            self._n_overflowed += 1
        else:
            self._queue.append(Notification(sender.uuid, bytes(data), stamp_now()))
        self._wake.set()

    def _on_disconnect(self) -> None:
        self._is_lost = True
        self._wake.set()


@contextlib.asynccontextmanager
async def open_link(
    found: Found,
    backend: Backend | None = None,
    connecting: Callable[[], AbstractAsyncContextManager[None]] = contextlib.nullcontext,
    *,
    notify: Sequence[str] = tuple(kind.value for kind in Kind),
) -> AsyncIterator[Link]:
    """Connect, subscribe, and disconnect at the end, also from a link that is already lost.

    Parameters
    ----------
    found
        From a scan.
    backend
        Bleak's stand-in for Bluetooth; None for this machine's adapter.
    connecting
        Entered while the link is being made: holds off scans.
    notify
        UUIDs to subscribe to; those of a hip sensor unless others are given.

    Raises
    ------
    LinkLostError
        If the sensor cannot be reached or has not these characteristics.
    """
    links: list[Link] = []

    def on_disconnect(_client: BleakClient) -> None:
        for link in links:
            link._on_disconnect()  # noqa: SLF001 - the callback must exist before the link does

    address = found.address.lower()
    _ours.add(address)
    try:
        async with connecting(), asyncio.timeout(_CONNECT_TIMEOUT_S):
            if backend is None:
                await close_stale_connections(found.device)
            client = await establish_connection(
                BleakClient,
                found.device,
                found.name,
                on_disconnect,
                max_attempts=1,  # the collector scans again before it tries again
                **(backend.client_arguments() if backend else {}),
            )
    except BaseException as error:
        _ours.discard(address)
        if isinstance(error, _LINK_ERRORS):
            raise LinkLostError(f"cannot connect to {found.name}: {error!r}") from error
        raise
    try:
        link = Link(client, found)
        links.append(link)
        if not client.is_connected:
            link._on_disconnect()  # noqa: SLF001
        await link._subscribe(notify)  # noqa: SLF001
        yield link
    finally:
        await _close(client, found.name)
        _ours.discard(address)


async def _close(client: BleakClient, name: str) -> None:
    """Disconnect whatever state the link is in: a link left half open would notify twice later."""
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            await client.disconnect()
    except _LINK_ERRORS as error:
        log.debug("disconnecting from %s failed: %r", name, error)
