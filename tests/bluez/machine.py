"""The virtual machine: one boot for all scenarios, told what to do a JSON line at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.bluez.guest import PORT_NAME

_REPOSITORY: Final = Path(__file__).parents[2]
_BOOT_TIMEOUT_S: Final = 100.0
_MEMORY_MB: Final = 768
_KERNEL_ARGUMENTS: Final = (
    "console=ttyS0 quiet panic=-1 mitigations=off nokaslr cryptomgr.notests tsc=reliable"
)
_LONGEST_LINE: Final = 2**20

Event = dict[str, Any]


@dataclass
class Machine:
    """A running guest. Make it with `boot`."""

    log: Path  #: what its kernel and process 1 said
    _writer: asyncio.StreamWriter
    _arrived: asyncio.Queue[Event | None]
    seen: list[Event] = field(default_factory=list)  #: since the last order

    def order(self, do: str, **details: object) -> None:
        """Tell the guest to do something; what comes of it are events."""
        self.seen.clear()
        self._writer.write(json.dumps({"do": do} | details).encode() + b"\n")

    async def until(
        self, event: str, when: Callable[[Event], object] = lambda _: True, *, within_s: float = 60
    ) -> Event:
        """Return the next event of a kind for which `when` holds."""
        try:
            async with asyncio.timeout(within_s):
                while (heard := await self._arrived.get()) is not None:
                    self.seen.append(heard)
                    if heard["event"] == event and when(heard):
                        return heard
                    assert heard["event"] != "died", heard["why"]
        except TimeoutError:
            raise AssertionError(f"no {event} in {within_s:g} s; {self._story()}") from None
        raise AssertionError(f"the guest is gone; {self._story()}")

    def _story(self) -> str:
        last = "\n".join(json.dumps(event) for event in self.seen[-10:])
        console = self.log.read_text(errors="replace")[-4000:]
        return f"it said last:\n{last}\nits console:\n{console}"


@contextlib.asynccontextmanager
async def boot(
    qemu: Path, image: Path, initramfs: bytes, adapter: Path, folder: Path
) -> AsyncIterator[Machine]:
    """Start a guest and wait until its adapter is switched on.

    Parameters
    ----------
    qemu, image, initramfs
        What runs it, its kernel, and its first files.
    adapter
        Socket of the Bluetooth controller.
    folder
        Where its log, its first files and its second socket go.
    """
    connected: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    (folder / "initramfs").write_bytes(initramfs)
    server = await asyncio.start_unix_server(
        lambda reader, writer: connected.put_nowait((reader, writer)),
        folder / "orders",
        limit=_LONGEST_LINE,
    )
    with (folder / "qemu.log").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *_command(qemu, image, adapter, folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        async with asyncio.timeout(30):
            reader, writer = await connected.get()
        machine = Machine(folder / "console.log", writer, asyncio.Queue())
        reading = asyncio.create_task(_read(reader, machine._arrived), name="guest's events")
        await machine.until("ready", within_s=_BOOT_TIMEOUT_S)
        yield machine
        writer.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        server.close()
    await reading


async def _read(reader: asyncio.StreamReader, arrived: asyncio.Queue[Event | None]) -> None:
    with contextlib.suppress(ConnectionError):
        async for line in reader:
            arrived.put_nowait(json.loads(line))
    arrived.put_nowait(None)


def guest_command(bluetoothd: Path, btattach: Path) -> list[str]:
    """Return what the guest runs as process 1: this Python, seen from inside."""
    path = os.environ["PATH"]
    python = [sys.executable, "-B", "-m", "tests.bluez.guest"]
    settings = [f"PATH={path}:/usr/sbin:/usr/bin", f"PYTHONPATH={_REPOSITORY}", "HOME=/root"]
    return ["/usr/bin/env", "-i", *settings, *python, str(bluetoothd), str(btattach)]


def _command(qemu: Path, image: Path, adapter: Path, folder: Path) -> list[str | Path]:
    return [
        qemu,
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-machine", "pc", *_accelerator(), "-smp", "1", "-m", str(_MEMORY_MB)),
        *("-kernel", image, "-initrd", folder / "initramfs", "-append", _KERNEL_ARGUMENTS),
        *("-serial", f"file:{folder / 'console.log'}"),
        *("-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"),
        *("-device", "virtio-9p-pci,fsdev=host,mount_tag=host"),
        *("-device", "virtio-serial-pci"),
        *("-chardev", f"socket,id=adapter,path={adapter}"),
        *("-device", "virtconsole,chardev=adapter"),
        *("-chardev", f"socket,id=orders,path={folder / 'orders'}"),
        *("-device", f"virtserialport,chardev=orders,name={PORT_NAME}"),
    ]


def _accelerator() -> list[str]:
    """Use KVM only where the processor has it: a /dev/kvm without that hangs a stock kernel."""
    flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    if {"vmx", "svm"}.isdisjoint(flags) or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return ["-accel", "tcg", "-cpu", "Nehalem,+rdrand"]
    return ["-accel", "kvm", "-cpu", "host"]
