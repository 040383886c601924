"""The one module that talks to Bleak: find a hip sensor, hold a link, notice when it is gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakError,
)
from bleak_retry_connector import close_stale_connections, establish_connection

from ingest.errors import LinkLostError, NoAdapterError
from ingest.hip_sensor import CONTROL_UUID, DATA_UUID, SERVICE_UUID, STATUS_UUID

log = logging.getLogger(__name__)

_SERIAL_NUMBER_UUID: Final = "00002a25-0000-1000-8000-00805f9b34fb"
_QUEUE_LIMIT: Final = 4096
_GATT_TIMEOUT_S: Final = 10.0
_CONNECT_TIMEOUT_S: Final = 60.0
_CLOSE_TIMEOUT_S: Final = 5.0

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


class Kind(Enum):
    """Which characteristic notified."""

    DATA = DATA_UUID
    STATUS = STATUS_UUID


async def find_sensor(
    backend: Backend | None = None, *, address: str | None = None, timeout_s: float = 10.0
) -> Found | None:
    """Scan until a hip sensor is heard.

    Parameters
    ----------
    backend
        Bleak's stand-in for Bluetooth; None for this machine's adapter.
    address
        Take only this one (not case-sensitive); None takes the first heard.
    timeout_s
        How long to listen. [s]

    Returns
    -------
    found
        None when none was heard in time.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    """
    wanted = address.lower() if address else None
    heard: asyncio.Future[Found] = asyncio.get_running_loop().create_future()

    def on_advertisement(device: BLEDevice, data: AdvertisementData) -> None:
        if heard.done() or (wanted and device.address.lower() != wanted):
            return
        name = data.local_name or device.name or device.address
        heard.set_result(Found(device, device.address, name, data.rssi))

    arguments = backend.scanner_arguments() if backend else {}
    scanner = BleakScanner(on_advertisement, [SERVICE_UUID], **arguments)
    try:
        async with asyncio.timeout(timeout_s), scanner:
            return await heard
    except TimeoutError:
        return None
    except (BleakBluetoothNotAvailableError, OSError) as error:
        raise NoAdapterError(_NO_ADAPTER) from error
    except BleakError as error:
        if isinstance(error, BleakDBusError) and error.dbus_error in _NO_BLUEZ:
            raise NoAdapterError(_NO_ADAPTER) from error
        raise LinkLostError(f"scanning failed: {error}") from error


@dataclass(slots=True, eq=False)
class Link:
    """An open link to one sensor. Make it with `open_link`; use it from one task."""

    client: BleakClient
    found: Found
    n_overflowed: int = 0  #: notifications dropped because nobody fetched them
    _queue: deque[tuple[Kind, bytes]] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _is_lost: bool = False

    async def receive(self, timeout_s: float) -> list[tuple[Kind, bytes]]:
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
        except BleakCharacteristicNotFoundError:
            return None
        text = serial.decode("ascii", "ignore")
        return "".join(c for c in text if c.isprintable() and c != "\\").strip() or None

    async def write_control(self, payload: bytes) -> None:
        """Write to *Control* and wait for the sensor's answer; LinkLostError if that fails."""
        try:
            async with asyncio.timeout(_GATT_TIMEOUT_S):
                await self.client.write_gatt_char(CONTROL_UUID, payload, response=True)
        except _LINK_ERRORS as error:
            raise LinkLostError(f"cannot write to {self.found.name}: {error!r}") from error

    async def _read(self, uuid: str) -> bytes:
        try:
            async with asyncio.timeout(_GATT_TIMEOUT_S):
                return bytes(await self.client.read_gatt_char(uuid))
        except BleakCharacteristicNotFoundError:
            raise
        except _LINK_ERRORS as error:
            raise LinkLostError(f"cannot read from {self.found.name}: {error!r}") from error

    async def _subscribe(self) -> None:
        try:
            async with asyncio.timeout(_GATT_TIMEOUT_S):
                for kind in Kind:
                    await self.client.start_notify(kind.value, self._on_notification)
        except _LINK_ERRORS as error:
            raise LinkLostError(f"cannot subscribe to {self.found.name}: {error!r}") from error

    def _on_notification(self, sender: BleakGATTCharacteristic, data: bytearray) -> None:
        if len(self._queue) >= _QUEUE_LIMIT:
            self.n_overflowed += 1  # the sequencer asks again for what is missing
        else:
            self._queue.append((Kind(sender.uuid), bytes(data)))
        self._wake.set()

    def _on_disconnect(self) -> None:
        self._is_lost = True
        self._wake.set()


@contextlib.asynccontextmanager
async def open_link(found: Found, backend: Backend | None = None) -> AsyncIterator[Link]:
    """Connect, subscribe, and disconnect at the end, also from a link that is already lost.

    Raises
    ------
    LinkLostError
        If the sensor cannot be reached or is no hip sensor.
    """
    links: list[Link] = []

    def on_disconnect(_client: BleakClient) -> None:
        for link in links:
            link._on_disconnect()  # noqa: SLF001 - the callback must exist before the link does

    try:
        async with asyncio.timeout(_CONNECT_TIMEOUT_S):
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
    except _LINK_ERRORS as error:
        raise LinkLostError(f"cannot connect to {found.name}: {error!r}") from error
    try:
        link = Link(client, found)
        links.append(link)
        if not client.is_connected:
            link._on_disconnect()  # noqa: SLF001
        await link._subscribe()  # noqa: SLF001
        yield link
    finally:
        await _close(client, found.name)


async def _close(client: BleakClient, name: str) -> None:
    """Disconnect whatever state the link is in: a link left half open would notify twice later."""
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            await client.disconnect()
    except _LINK_ERRORS as error:
        log.debug("disconnecting from %s failed: %r", name, error)
