"""In the guest: what a desktop answers for its user when a device wants to pair."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

_PATH: Final = "/agent"
_AGENT: Final = "org.bluez.Agent1"


def start() -> None:
    """Start it in a process of its own, and return when bluetoothd knows it."""
    reading, writing = os.pipe()
    if not os.fork():
        try:
            asyncio.run(_serve(writing))
        finally:
            os._exit(1)
    os.close(writing)
    assert os.read(reading, 1), "bluetoothd takes no agent"
    os.close(reading)


async def _serve(ready: int) -> None:
    """Say yes to whoever wants to pair, like an agent without display and keys."""
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()

    def on_message(message: Message) -> Message | None:
        is_asked = message.message_type is MessageType.METHOD_CALL and message.interface == _AGENT
        return Message.new_method_return(message) if is_asked else None

    bus.add_message_handler(on_message)
    for member, signature, body in (
        ("RegisterAgent", "os", [_PATH, "NoInputNoOutput"]),
        ("RequestDefaultAgent", "o", [_PATH]),
    ):
        reply = await bus.call(
            Message(
                destination="org.bluez",
                path="/org/bluez",
                interface="org.bluez.AgentManager1",
                member=member,
                signature=signature,
                body=body,
            )
        )
        assert reply is not None
        assert reply.message_type is MessageType.METHOD_RETURN, reply.body
    os.write(ready, b"1")
    await bus.wait_for_disconnect()
