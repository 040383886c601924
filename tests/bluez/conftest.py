"""The fixtures `radio` and `guest`: a virtual machine with BlueZ in it, within radio range."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from ingest.simulation.radio import VirtualRadio
from tests.bluez import initramfs, kernel
from tests.bluez.air import adapter_on
from tests.bluez.machine import Machine, boot, guest_command
from tests.bluez.missing import program, static_busybox


@dataclass(frozen=True)
class Reach:
    """A guest, and the radio that its adapter is on."""

    machine: Machine
    radio: VirtualRadio


@pytest.fixture(scope="session")
def socket_folder() -> Iterator[Path]:
    """A folder whose path is short: a socket's may have 107 characters."""
    with tempfile.TemporaryDirectory(prefix="bluez-") as folder:
        yield Path(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reach(socket_folder: Path) -> AsyncIterator[Reach]:
    """One boot for all scenarios."""
    qemu = program("qemu-system-x86_64")
    busybox = static_busybox()
    program("dbus-daemon")
    command = guest_command(
        program("bluetoothd", "/usr/libexec/bluetooth/bluetoothd", "/usr/lib/bluetooth/bluetoothd"),
        program("btattach"),
    )
    unpacked = kernel.fetch()
    logging.getLogger("bumble").setLevel(logging.ERROR)  # it warns of each packet that is cut off
    radio = VirtualRadio()
    adapter = socket_folder / "adapter"
    first_files = initramfs.build(unpacked, busybox, command)
    async with (
        adapter_on(radio, adapter),
        boot(qemu, unpacked.image, first_files, adapter, socket_folder) as machine,
    ):
        yield Reach(machine, radio)
