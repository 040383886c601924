"""What all simulated peripherals share: a GATT server, and samples that nobody keeps."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

import numpy as np
from bumble import att
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import (
    GATT_BATTERY_LEVEL_CHARACTERISTIC,
    GATT_BATTERY_SERVICE,
    Characteristic,
    Service,
)

from ingest.simulation.radio import VirtualRadio
from ingest.simulation.sensor import Clock, sensor_address
from ingest.simulation.source import LogBlock, SampleSource
from ingest.tasks import end_task
from processing.model import NS_PER_S, IntArray

_ADVERTISING_INTERVAL_MS: Final = 30.0
_POLL_S: Final = 0.02


class Notify(NamedTuple):
    """What a device notifies."""

    uuid: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Table:
    """What a device shows of itself."""

    name: str  #: that it advertises
    service_uuid: str
    notify_uuids: tuple[str, ...]
    write_uuids: tuple[str, ...]
    advertises_service: bool = False  #: a long name leaves no room for it
    battery_pct: int | None = None  #: by the standard Battery service; None: it has none


class Speech(Protocol):
    """How a device speaks: no radio, no waiting."""

    table: Table
    lsb_per_g: int

    @property
    def is_streaming(self) -> bool:
        """Whether samples are sent as they are taken."""

    def written(self, uuid: str, payload: bytes) -> list[Notify]:
        """Take what was written, and return the answer.

        Raises
        ------
        ValueError
            If the device would refuse it.
        """

    def packets(self, counts: IntArray, first_ns: int, fs_hz: float) -> list[Notify]:
        """Return what is sent of samples in counts, shape (n, 3), the first at device time."""

    def link_down(self) -> None:
        """Forget the link."""


class SimulatedPeripheral:
    """A device that anyone on its radio can connect to. Make it with `simulate_peripheral`."""

    def __init__(self, speech: Speech, source: SampleSource, clock: Clock, device: Device) -> None:
        self.address = sensor_address(speech.table.name)
        self.speech = speech
        self.n_unheard = 0  #: samples that were taken while nobody listened
        self._source, self._clock, self._device = source, clock, device
        self._connection: Connection | None = None
        self._changed = asyncio.Event()
        table = speech.table
        uuids = dict.fromkeys((*table.notify_uuids, *table.write_uuids))
        self._characteristics = {uuid: self._characteristic(uuid) for uuid in uuids}
        service = Service(UUID(table.service_uuid), list(self._characteristics.values()))
        device.add_services([service, *_battery_service(table.battery_pct)])
        device.on(Device.EVENT_CONNECTION, self._on_connection)

    async def advertise(self) -> None:
        """Become visible, and again after each link."""
        kinds, table = AdvertisingData.Type, self.speech.table
        parts = [(kinds.FLAGS, bytes([0x06])), (kinds.COMPLETE_LOCAL_NAME, table.name.encode())]
        if table.advertises_service:
            uuid = bytes(UUID(table.service_uuid))
            parts.append((kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, uuid))
        await self._device.start_advertising(
            auto_restart=True,
            advertising_data=bytes(AdvertisingData(parts)),
            advertising_interval_min=_ADVERTISING_INTERVAL_MS,
            advertising_interval_max=_ADVERTISING_INTERVAL_MS,
        )

    async def run(self) -> None:
        """Measure and send, without end; what nobody listens to is gone."""
        while True:
            for block in self._source.recorded_until(self._clock()):
                if self._connection is None or not self.speech.is_streaming:
                    self.n_unheard += len(block.samples)
                    continue
                for notify in self._packets(block):
                    await self._send(notify)
            self._changed.set()
            await asyncio.sleep(_POLL_S)

    @property
    def is_linked(self) -> bool:
        """Whether anyone is connected."""
        return self._connection is not None

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so; looked at whenever samples were taken."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    def _packets(self, block: LogBlock) -> list[Notify]:
        scale = self.speech.lsb_per_g / self._source.lsb_per_g
        counts = np.rint(block.samples * scale).astype(np.int64)
        return self.speech.packets(counts, block.t_ns, self._source.fs_hz)

    async def _send(self, notify: Notify) -> None:
        if self._connection is not None:
            characteristic = self._characteristics[notify.uuid]
            await self._device.notify_subscriber(self._connection, characteristic, notify.payload)

    def _characteristic(self, uuid: str) -> Characteristic[bytes]:
        async def on_write(_connection: Connection, payload: bytes) -> None:
            try:
                answers = self.speech.written(uuid, payload)
            except ValueError as error:
                raise att.ATT_Error(att.ErrorCode.VALUE_NOT_ALLOWED) from error
            for answer in answers:
                await self._send(answer)

        table, can = self.speech.table, Characteristic.Properties
        properties, permissions = can(0), att.Attribute.Permissions(0)
        if uuid in table.notify_uuids:
            properties |= can.NOTIFY
        if uuid in table.write_uuids:
            properties |= can.WRITE
            permissions = Characteristic.WRITEABLE
        value = att.AttributeValue[bytes](write=on_write)
        return Characteristic[bytes](UUID(uuid), properties, permissions, value)

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        connection.once(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.speech.link_down()


def _battery_service(battery_pct: int | None) -> list[Service]:
    if battery_pct is None:
        return []
    can = Characteristic.Properties
    level = Characteristic[bytes](
        GATT_BATTERY_LEVEL_CHARACTERISTIC,
        can.READ,
        Characteristic.READABLE,
        bytes([battery_pct]),
    )
    return [Service(GATT_BATTERY_SERVICE, [level])]


def last_ns(first_ns: int, n_samples: int, fs_hz: float) -> int:
    """Return when the last of some samples was taken. [ns]"""
    return first_ns + round((n_samples - 1) * NS_PER_S / fs_hz)


def chunks(
    counts: IntArray, first_ns: int, fs_hz: float, n_each: int
) -> list[tuple[IntArray, int]]:
    """Return samples in packets of at most `n_each`, each with the time of its first. [ns]"""
    return [
        (counts[i : i + n_each], first_ns + round(i * NS_PER_S / fs_hz))
        for i in range(0, len(counts), n_each)
    ]


@contextlib.asynccontextmanager
async def simulate_peripheral(
    speech: Speech, source: SampleSource, radio: VirtualRadio, clock: Clock
) -> AsyncIterator[SimulatedPeripheral]:
    """Put a peripheral on the radio for as long as the context lasts.

    Parameters
    ----------
    speech
        The protocol of one device.
    source
        What it measures.
    radio
        Where it advertises.
    clock
        Device time since tick zero [s], such as `ingest.simulation.sensor.scaled_clock(1.0)`.
    """
    device = await radio.power_on(speech.table.name, sensor_address(speech.table.name))
    peripheral = SimulatedPeripheral(speech, source, clock, device)
    await peripheral.advertise()
    running = asyncio.create_task(peripheral.run(), name=f"peripheral {speech.table.name}")
    try:
        yield peripheral
    finally:
        await end_task(running)
        await device.stop_advertising()
        await radio.power_off(device)
