"""The guest's Bluetooth adapter: a virtual controller on the host, on the sensors' own radio."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bumble import hci
from bumble.transport.common import StreamPacketSource

from ingest.simulation.radio import VirtualController, VirtualRadio


class GuestController(VirtualController):
    """What BlueZ can work with: no feature that Bumble's controller names but does not have.

    With extended advertising BlueZ would scan and connect by commands of which only a part is
    there, and with privacy it would leave the resolving of addresses to the controller.
    """

    le_features = VirtualController.le_features & ~(
        hci.LeFeatureMask.LL_PRIVACY
        | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
        | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING
    )


class _SerialLine(StreamPacketSource):
    """HCI packets over a socket, in both directions (UART transport "H4")."""

    def __init__(self) -> None:
        super().__init__()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the guest's end."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """Forget it."""
        self._transport = None

    def on_packet(self, packet: bytes) -> None:
        """Send to the guest."""
        if self._transport is not None:
            self._transport.write(packet)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


@contextlib.asynccontextmanager
async def adapter_on(radio: VirtualRadio, socket: Path) -> AsyncIterator[None]:
    """Serve a controller on `radio` to whoever connects to a Unix socket.

    It has no public address: the radio carries data between static random ones.
    """
    line = _SerialLine()
    GuestController("guest", host_source=line, host_sink=line, link=radio)
    server = await asyncio.get_running_loop().create_unix_server(lambda: line, socket)
    try:
        yield
    finally:
        server.close()
        line.close()
