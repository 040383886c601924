"""In the guest: the system bus, the serial line's line discipline, and the real bluetoothd."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any, Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

_ADAPTER: Final = "/org/bluez/hci0"
_BUS: Final = """
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
  </policy>
</busconfig>
"""
_BLUETOOTHD: Final = "[General]\nControllerMode = le\n[Policy]\nAutoEnable = true\n"


def start(bluetoothd: str, btattach: str, serial: str) -> None:
    """Start all three and return when the adapter is switched on; they talk to the console."""
    Path("/run/dbus").mkdir()
    Path("/run/bus.conf").write_text(_BUS, encoding="ascii")
    Path("/run/bluetoothd.conf").write_text(_BLUETOOTHD, encoding="ascii")
    # bluetoothd makes the adapter's static address of it; it may be missing in a container.
    Path("/etc/machine-id").write_text("51" * 16 + "\n", encoding="ascii")
    subprocess.run(["dbus-daemon", "--config-file=/run/bus.conf", "--fork"], check=True)
    subprocess.Popen([btattach, "-B", serial, "-P", "h4"])
    subprocess.Popen([bluetoothd, "--nodetach", "--configfile=/run/bluetoothd.conf"])
    asyncio.run(_adapter_is_on())


async def _adapter_is_on() -> None:
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    changed = asyncio.Event()

    def on_message(message: Message) -> None:
        if message.message_type is MessageType.SIGNAL:
            changed.set()

    bus.add_message_handler(on_message)
    await _call(bus, "org.freedesktop.DBus", "AddMatch", "s", ["type='signal'"])
    try:
        while not await _is_on(bus):
            await changed.wait()
            changed.clear()
    finally:
        bus.disconnect()


async def _is_on(bus: MessageBus) -> bool:
    reply = await _call(
        bus,
        "org.bluez",
        "Get",
        "ss",
        ["org.bluez.Adapter1", "Powered"],
        path=_ADAPTER,
        interface="org.freedesktop.DBus.Properties",
    )
    return reply.message_type is MessageType.METHOD_RETURN and bool(reply.body[0].value)


async def _call(
    bus: MessageBus,
    destination: str,
    member: str,
    signature: str,
    body: list[Any],
    *,
    path: str = "/org/freedesktop/DBus",
    interface: str = "org.freedesktop.DBus",
) -> Message:
    reply = await bus.call(
        Message(
            destination=destination,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body,
        )
    )
    assert reply is not None
    return reply
