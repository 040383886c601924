"""The simulated hip sensor: its firmware behind a Bumble GATT server on the virtual radio."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import math
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

from bumble import att
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import Characteristic, Service
from bumble.keys import MemoryKeyStore, PairingKeys
from bumble.pairing import PairingConfig
from bumble.profiles.battery_service import BatteryService
from bumble.profiles.device_information_service import DeviceInformationService

from ingest.errors import MalformedPacketError
from ingest.hip_sensor.control import Control, control_from_bytes
from ingest.hip_sensor.packets import CONTROL_UUID, DATA_UUID, SERVICE_UUID, STATUS_UUID, Status
from ingest.simulation.firmware import Firmware, Outgoing
from ingest.simulation.radio import VirtualRadio
from ingest.simulation.source import SampleSource
from ingest.tasks import end_task

log = logging.getLogger(__name__)

#: All that fits into 31 bytes beside the flags and a 128-bit UUID is a name of 8 letters.
ADVERTISED_NAME: Final = "SitClip"

_ADVERTISING_INTERVAL_MS: Final = 30.0
_STATUS_EVERY_S: Final = 2.0
_POLL_S: Final = 0.02
_BURST: Final = 32

#: Stands between the sensor and the air in tests: what really goes out for one data notification.
Mangle = Callable[[bytes], list[bytes]]
Clock = Callable[[], float]


class Brain(Protocol):
    """What runs inside a sensor; `ingest.simulation.firmware.Firmware` says what each does."""

    @property
    def tail_seq(self) -> int:
        """Oldest block of this boot still in the log."""

    @property
    def is_sent(self) -> bool:
        """Whether all that was asked for is sent."""

    def advance(self, elapsed_s: float) -> None:
        """Let device time go on."""

    def link_down(self) -> None:
        """Forget what the last collector asked for."""

    def control(self, message: Control) -> None:
        """Do what a collector asks for."""

    def status(self) -> Status:
        """Return what *Status* reads now."""

    def outgoing(self, limit: int) -> list[Outgoing]:
        """Take the next notifications."""


def scaled_clock(speed: float | None) -> Clock:
    """Return a device clock that starts now: seconds since tick zero.

    Parameters
    ----------
    speed
        1 is real time, 60 a minute each second; None has everything recorded already.
    """
    if speed is None:
        return lambda: math.inf
    now = asyncio.get_running_loop().time
    start = now()
    return lambda: (now() - start) * speed


def sensor_address(name: str) -> str:
    """Return a static random address that is always the same for a sensor's name."""
    digest = bytearray(hashlib.sha256(name.encode()).digest()[:6])
    digest[0] |= 0xC0  # the two top bits mark a static random address
    return digest.hex(":").upper()


def _tell_of_death(running: asyncio.Task[None]) -> None:
    """Say at once that a sensor has died; its collector would only find that it is silent."""
    if not running.cancelled() and (error := running.exception()) is not None:
        log.error("the simulated sensor has died: %r", error)


class SimulatedSensor:
    """A hip sensor that anyone on its radio can find and connect to. Make it with `simulate`."""

    def __init__(
        self,
        source: SampleSource,
        firmware: Brain,
        clock: Clock,
        device: Device,
        *,
        must_bond: bool = False,
    ):
        self.address = sensor_address(source.name)
        self.firmware = firmware
        self.mangle: Mangle | None = None
        self._clock = clock
        self._device = device
        self._wake = asyncio.Event()
        self._connection: Connection | None = None
        self.n_bonds = 0  #: how often somebody has paired with it
        if must_bond:
            self._take_bonds()
        reading = Characteristic.READ_REQUIRES_ENCRYPTION if must_bond else 0
        writing = Characteristic.WRITE_REQUIRES_ENCRYPTION if must_bond else 0
        self._data = Characteristic[bytes](
            UUID(DATA_UUID), Characteristic.Properties.NOTIFY, att.Attribute.Permissions(0)
        )
        self._status = Characteristic[bytes](
            UUID(STATUS_UUID),
            Characteristic.Properties.READ | Characteristic.Properties.NOTIFY,
            Characteristic.READABLE | reading,
            att.AttributeValue(read=self._on_read_status),
        )
        control = Characteristic[bytes](
            UUID(CONTROL_UUID),
            Characteristic.Properties.WRITE,
            Characteristic.WRITEABLE | writing,
            att.AttributeValue(write=self._on_control),
        )
        device.add_services(
            [
                Service(UUID(SERVICE_UUID), [self._data, control, self._status]),
                DeviceInformationService(
                    manufacturer_name="sitstreak",
                    model_number="simulated hip sensor",
                    serial_number=source.name,
                    firmware_revision="1",
                ),
                BatteryService(lambda _connection: firmware.status().battery_pct or 0),
            ]
        )
        device.on(Device.EVENT_CONNECTION, self._on_connection)

    @property
    def is_linked(self) -> bool:
        """Whether anyone is connected."""
        return self._connection is not None

    @property
    def is_encrypted(self) -> bool:
        """Whether the present link is."""
        return self._connection is not None and bool(self._connection.encryption)

    def _take_bonds(self) -> None:
        """Pair as a sensor without a display does, and keep the keys as long as it exists."""
        self._device.keystore = MemoryKeyStore()
        self._device.pairing_config_factory = lambda _connection: just_works()

    async def advertise(self) -> None:
        """Become visible, and again after each link."""
        kinds = AdvertisingData.Type
        data = AdvertisingData(
            [
                (kinds.FLAGS, bytes([0x06])),
                (kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(SERVICE_UUID))),
                (kinds.COMPLETE_LOCAL_NAME, ADVERTISED_NAME.encode()),
            ]
        )
        await self._device.start_advertising(
            auto_restart=True,
            advertising_data=bytes(data),
            advertising_interval_min=_ADVERTISING_INTERVAL_MS,
            advertising_interval_max=_ADVERTISING_INTERVAL_MS,
        )

    async def run(self) -> None:
        """Record and send, without end."""
        loop = asyncio.get_running_loop()
        status_at_s = loop.time()
        while True:
            self.firmware.advance(self._clock())
            self._wake.clear()
            n_sent = await self._send(_BURST)
            if self.firmware.is_sent and loop.time() - status_at_s >= _STATUS_EVERY_S:
                status_at_s = loop.time()
                await self._notify(self._status, self.firmware.status().to_bytes())
            if not n_sent:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_S):
                        await self._wake.wait()

    async def _send(self, limit: int) -> int:
        """Send up to `limit` notifications and wait until the controller has taken them."""
        if self._connection is None:
            return 0
        outgoing = self.firmware.outgoing(limit)
        for packet in outgoing:
            payload = packet.to_bytes()
            if not isinstance(packet, Status):
                for really in [payload] if self.mangle is None else self.mangle(payload):
                    await self._notify(self._data, really)
            else:
                await self._notify(self._status, payload)
        if outgoing and self._connection is not None:
            await self._connection.drain()
        return len(outgoing)

    async def _notify(self, characteristic: Characteristic[bytes], payload: bytes) -> None:
        if self._connection is not None:
            await self._device.notify_subscriber(self._connection, characteristic, payload)

    def _on_read_status(self, _connection: Connection) -> bytes:
        self.firmware.advance(self._clock())
        return self.firmware.status().to_bytes()

    def _on_control(self, _connection: Connection, payload: bytes) -> None:
        try:
            message = control_from_bytes(payload)
        except MalformedPacketError as error:
            raise att.ATT_Error(att.ErrorCode.VALUE_NOT_ALLOWED) from error
        self.firmware.control(message)
        self._wake.set()

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(Connection.EVENT_PAIRING, self._on_pairing)
        connection.once(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_pairing(self, _keys: PairingKeys) -> None:
        self.n_bonds += 1

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.firmware.link_down()


def just_works() -> PairingConfig:
    """Return how both ends pair: LE Secure Connections, nobody is asked, the keys are kept."""
    return PairingConfig(sc=True, mitm=False, bonding=True)


@contextlib.asynccontextmanager
async def simulate(
    source: SampleSource,
    radio: VirtualRadio,
    *,
    speed: float | None = 1.0,
    clock: Clock | None = None,
    capacity_blocks: int | None = None,
    firmware: Brain | None = None,
    must_bond: bool = False,
) -> AsyncIterator[SimulatedSensor]:
    """Put a simulated sensor on the radio for as long as the context lasts.

    Parameters
    ----------
    source
        What it measures; block i of it gets sequence number i, in every process.
    radio
        Where it advertises.
    speed
        How fast its time goes by: 1 is real time, N is N times that, None has everything in the
        log from the start.
    clock
        Device time since tick zero [s], in place of `speed`; such as one that started earlier.
    capacity_blocks
        Size of its log; None never fills up.
    firmware
        What runs inside it, in place of a `Firmware` of that capacity; such as the C core.
    must_bond
        Status and Control want an encrypted link; it pairs with whoever asks, and bonds.
    """
    device = await radio.power_on(ADVERTISED_NAME, sensor_address(source.name))
    brain = firmware or Firmware(source, capacity_blocks=capacity_blocks)
    sensor = SimulatedSensor(
        source, brain, clock or scaled_clock(speed), device, must_bond=must_bond
    )
    await sensor.advertise()
    running = asyncio.create_task(sensor.run(), name=f"sensor {source.name}")
    running.add_done_callback(_tell_of_death)
    try:
        yield sensor
    finally:
        await end_task(running)
        await device.stop_advertising()
        await radio.power_off(device)
