"""The virtual radio: Bumble controllers on one link that can be walked out of range."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bumble import core, hci, ll
from bumble.controller import Controller
from bumble.device import Device, DeviceConfiguration
from bumble.host import Host
from bumble.link import LocalLink

#: The longest a peer is missed before both ends call the link lost; seconds in the world, but
#: nothing is learned by waiting for them here.
_SUPERVISION_TIMEOUT_S: Final = 0.05


class VirtualController(Controller):
    """Bumble's virtual controller, with the two things a real one does and it does not."""

    le_acl_data_packet_length = 251  # 27 would cut each notification into ten pieces

    def on_hci_le_create_connection_cancel_command(
        self, command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Complete the cancelled connection as failed; without this the host waits forever."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            asyncio.get_running_loop().call_soon(self._say_cancelled, pending.peer_address)
        return super().on_hci_le_create_connection_cancel_command(command)

    def _say_cancelled(self, peer_address: hci.Address) -> None:
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=peer_address.address_type,
                peer_address=peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )


class VirtualRadio(LocalLink):
    """The air between a sensor and a collector. Everything runs in one event loop."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.is_in_range = True
        self._breaking: asyncio.TimerHandle | None = None

    async def power_on(self, name: str, address: str) -> Device:
        """Return a new Bluetooth device on this radio.

        Parameters
        ----------
        name, address
            What it is called, and its static random address such as `F0:F1:F2:F3:F4:F5`.
        """
        controller = VirtualController(name, link=self)
        host = Host(controller_source=controller, controller_sink=controller)
        config = DeviceConfiguration(name=name, address=hci.Address(address))
        device = Device(config=config, host=host)
        await device.power_on()
        return device

    async def power_off(self, device: Device) -> None:
        """Take a device off this radio, with its links."""
        for connection in list(device.connections.values()):
            await connection.disconnect()
        await device.power_off()
        self.controllers -= {c for c in self.controllers if c.host is device.host}

    def go_out_of_range(self) -> None:
        """Lose every packet from now on, and, shortly after, every link."""
        self.is_in_range = False
        self.break_links()

    def come_back(self) -> None:
        """Let packets through again."""
        self.is_in_range = True

    def break_links(self) -> None:
        """Lose every link, as by a burst of noise; devices can be heard at once again."""
        if self._breaking is None:
            loop = asyncio.get_running_loop()
            self._breaking = loop.call_later(_SUPERVISION_TIMEOUT_S, self._break_links)

    def _break_links(self) -> None:
        self._breaking = None
        for controller in self.controllers:
            for connection in list(controller.le_connections.values()):
                controller.on_le_disconnected(
                    connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR
                )

    @property
    def _carries(self) -> bool:
        # While links are breaking nothing gets through either: a lost packet is never made up for.
        return self.is_in_range and self._breaking is None

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        """Carry data between linked devices, if they are in range."""
        if self._carries:
            super().send_acl_data(sender_controller, destination_address, transport, data)

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Carry an advertisement or a connection request, if the devices are in range."""
        if self._carries:
            super().send_advertising_pdu(sender_controller, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Carry link control, such as a disconnection, if the devices are in range."""
        if self._carries and self.find_le_controller(receiver_address):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)


@dataclass(frozen=True, slots=True)
class Outage:
    """A time out of range, and the time in range before it."""

    after_s: float
    lasting_s: float


def outages(seed: int, *, every_s: float, lasting_s: float) -> Iterator[Outage]:
    """Yield outages without end: exponential times in range, and out of it.

    Parameters
    ----------
    seed
        The same seed gives the same outages.
    every_s, lasting_s
        Mean time in range, and out of range. [s]
    """
    rng = random.Random(seed)
    while True:
        yield Outage(rng.expovariate(1 / every_s), rng.expovariate(1 / lasting_s))


async def wander(radio: VirtualRadio, schedule: Iterator[Outage]) -> None:
    """Take the wearer out of range and back, as the schedule says; ends when the schedule does."""
    for outage in schedule:
        await asyncio.sleep(outage.after_s)
        radio.go_out_of_range()
        await asyncio.sleep(outage.lasting_s)
        radio.come_back()
