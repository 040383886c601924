"""Bleak over the virtual radio: the collector's own code, with Bumble where BlueZ would be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, NoReturn, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CHARACTERISTIC_PROPERTIES
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode
from bumble import att, core, hci
from bumble.device import Advertisement, Connection, Device
from bumble.gatt_client import CharacteristicProxy

_MTU: Final = 247
#: Answers upon which a computer pairs, or encrypts by its bond, and asks again.
_WANTS_ENCRYPTION: Final = frozenset(
    {
        BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
        BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
    }
)
_T = TypeVar("_T")


class BumbleScanner(BaseBleakScanner):
    """Scans with the Bumble device given as `central`."""

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,  # noqa: ARG002 - Bleak passes it by position
        *,
        central: Device,
        **_kwargs: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._central = central

    async def start(self) -> None:
        """Start scanning."""
        self.seen_devices = {}
        self._central.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.start_scanning(filter_duplicates=False)

    async def stop(self) -> None:
        """Stop scanning."""
        self._central.remove_listener(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.stop_scanning()

    def _on_advertisement(self, heard: Advertisement) -> None:
        kinds = core.AdvertisingData.Type
        uuids: list[str] = []
        for kind in (
            kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
            kinds.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
        ):
            for value in heard.data.get_all(kind, raw=True):
                uuids += [
                    _uuid_text(core.UUID.from_bytes(value[i : i + 16]))
                    for i in range(0, len(value), 16)
                ]
        if not self.is_allowed_uuid(uuids):
            return
        name = heard.data.get(kinds.COMPLETE_LOCAL_NAME, raw=True)
        data = AdvertisementData(
            local_name=None if name is None else name.decode("utf-8", "replace"),
            manufacturer_data={},
            service_data={},
            service_uuids=uuids,
            tx_power=None,
            rssi=heard.rssi,
            platform_data=(),
        )
        address = heard.address.to_string(with_type_qualifier=False)
        device = self.create_or_update_device(
            address, address, data.local_name, heard.address, data
        )
        self.call_detection_callbacks(device, data)


class BumbleClient(BaseBleakClient):
    """A GATT client on the Bumble device given as `central`."""

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        central: Device,
        **_kwargs: object,
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._central = central
        self._connection: Connection | None = None
        self._lost: asyncio.Future[None] | None = None

    @property
    def name(self) -> str:
        """The address: the virtual radio keeps no other name."""
        return self.address

    @property
    def mtu_size(self) -> int:
        """The negotiated MTU; 23 while there is no link."""
        return self._connection.att_mtu if self._connection else att.ATT_DEFAULT_MTU

    @property
    def is_connected(self) -> bool:
        """Whether there is a link."""
        return self._connection is not None

    async def connect(self, pair: bool, **_kwargs: object) -> None:  # noqa: ARG002
        """Connect, negotiate the MTU, discover the services.

        Raises
        ------
        TimeoutError
            If the device does not answer in time, as on BlueZ without a word.
        BleakError
            If the link breaks on the way.
        """
        address = hci.Address(self.address)
        try:
            async with asyncio.timeout(self._timeout):
                self._adopt(await self._central.connect_le(address, timeout=None))
                await self._run(self._discover())
        except BaseException:
            await self._abandon(address)
            raise

    async def disconnect(self) -> None:
        """Close the link; does nothing when there is none."""
        connection = self._connection
        if connection is None:
            return
        self._disconnected_callback = None  # only an unexpected loss is reported
        lost = self._lost
        await connection.disconnect()
        if lost is not None:
            await asyncio.wait([lost])

    async def pair(self, *_args: object, **_kwargs: object) -> None:
        """Encrypt the link: by the bond if there is one, else pair.

        Raises
        ------
        BleakError
            If the device does not want to.
        """
        await self._run(self._encrypt())

    async def unpair(self) -> None:
        """Forget the bond."""
        if self._central.keystore is not None:
            await self._central.keystore.delete(str(hci.Address(self.address)))

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, **_kwargs: object
    ) -> bytearray:
        """Read a characteristic."""
        proxy = self._gatt(characteristic)
        return bytearray(await self._secured(proxy.read_value))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,
    ) -> None:
        """Write a characteristic."""
        proxy = self._gatt(characteristic)
        await self._secured(lambda: proxy.write_value(bytes(data), with_response=response))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_kwargs: object
    ) -> None:
        """Subscribe."""

        def on_value(value: bytes) -> None:
            callback(bytearray(value))

        await self._run(self._gatt(characteristic).subscribe(on_value))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        await self._run(self._gatt(characteristic).unsubscribe(force=True))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, **_kwargs: object
    ) -> NoReturn:
        """Refuse: nothing here has a descriptor worth reading."""
        raise NotImplementedError(f"descriptor {descriptor.uuid}")

    async def write_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        data: SizedBuffer,
    ) -> NoReturn:
        """Refuse, like `read_gatt_descriptor`."""
        raise NotImplementedError(f"descriptor {descriptor.uuid}")

    def _adopt(self, connection: Connection) -> None:
        self._connection = connection
        self._lost = asyncio.get_running_loop().create_future()
        connection.once(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.services = None
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(None)
        if self._disconnected_callback is not None:
            asyncio.get_running_loop().call_soon(self._disconnected_callback)

    async def _abandon(self, address: hci.Address) -> None:
        """Leave nothing behind of a connect that failed or was cancelled, however far it got."""
        self._disconnected_callback = None
        if self._connection is None:
            if self._central.is_le_connecting or self._central.host.ready:
                await self._central.send_sync_command(hci.HCI_LE_Create_Connection_Cancel_Command())
            self._connection = self._central.find_connection_by_bd_addr(address)
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await connection.disconnect()

    async def _secured(self, operate: Callable[[], Awaitable[_T]]) -> _T:
        """Do something, and once more over an encrypted link if the device wants one, as BlueZ."""
        try:
            return await self._run(operate())
        except BleakGATTProtocolError as error:
            if error.code not in _WANTS_ENCRYPTION:
                raise
        await self.pair()
        return await self._run(operate())

    async def _encrypt(self) -> None:
        assert self._connection is not None
        keys = self._central.keystore
        is_bonded = keys is not None and await keys.get(str(self._connection.peer_address))
        if is_bonded:
            await self._connection.encrypt()
        else:
            await self._connection.pair()

    async def _run(self, operation: Awaitable[_T]) -> _T:
        """Await a GATT operation, and fail it when the link goes: Bumble would leave it hanging."""
        lost = self._lost
        if lost is None or lost.done():
            raise BleakError("Not connected")
        task = asyncio.ensure_future(operation)
        either: set[asyncio.Future[Any]] = {task, lost}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not task.done() or task.cancelled():
                raise BleakError("disconnected")
            return task.result()
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except core.BaseBumbleError as error:
            raise BleakError(str(error)) from error
        finally:
            task.cancel()

    async def _discover(self) -> None:
        assert self._connection is not None
        client = self._connection.gatt_client
        await client.request_mtu(_MTU)
        services = BleakGATTServiceCollection()
        for service in await client.discover_services():
            ours = BleakGATTService(service, service.handle, _uuid_text(service.uuid))
            services.add_service(ours)
            for proxy in await service.discover_characteristics():
                await proxy.discover_descriptors()
                services.add_characteristic(self._characteristic(proxy, ours))
        self.services = services

    def _characteristic(
        self, proxy: CharacteristicProxy[bytes], service: BleakGATTService
    ) -> BleakGATTCharacteristic:
        names = [name for bit, name in CHARACTERISTIC_PROPERTIES.items() if proxy.properties & bit]
        return BleakGATTCharacteristic(
            proxy,
            proxy.handle,
            _uuid_text(proxy.uuid),
            names,
            lambda: self.mtu_size - 3,
            service,
        )

    def _gatt(self, characteristic: BleakGATTCharacteristic) -> CharacteristicProxy[bytes]:
        proxy: CharacteristicProxy[bytes] = characteristic.obj
        return proxy


def _uuid_text(uuid: core.UUID) -> str:
    """Write a UUID as Bleak does: 128 bit, lower case."""
    return uuid.to_hex_str("-").lower() if len(uuid.uuid_bytes) == 16 else _long(uuid)


def _long(uuid: core.UUID) -> str:
    return f"{uuid.to_hex_str().lower():0>8}-0000-1000-8000-00805f9b34fb"
