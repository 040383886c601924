"""Process 1 of the guest: starts BlueZ, then does what the host orders, a JSON line each."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.bluez import guest_agent, guest_collector, guest_daemons

PORT_NAME: Final = "orders"
_SERIAL: Final = "/dev/hvc0"


class Agent:
    """Holds the line to the host, and the one collector that runs."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._collector = 0

    def tell(self, event: dict[str, Any]) -> None:
        """Send a line to the host; whole, also when two processes do."""
        os.write(self._port, json.dumps(event, default=str).encode() + b"\n")

    def obey(self, order: dict[str, Any]) -> None:
        """Do one thing."""
        match order["do"]:
            case "collect":
                self._collect(order)
            case "agent":
                guest_agent.start()
                self.tell({"event": "agent"})
            case "kill":
                self._kill()
            case "journal":
                found = guest_collector.journal_of(Path(order["data_dir"]), order["device_id"])
                self.tell(found)

    def _collect(self, order: dict[str, Any]) -> None:
        """Start a collector in a process of its own; a fork, since imports take seconds here."""
        self._collector = os.fork()
        if self._collector:
            return
        try:
            guest_collector.run(order, self.tell)
        except BaseException:  # noqa: BLE001 - whatever it is, the host has to know
            self.tell({"event": "died", "why": traceback.format_exc()})
        finally:
            os._exit(0)

    def _kill(self) -> None:
        os.kill(self._collector, signal.SIGKILL)
        _, status = os.waitpid(self._collector, 0)
        self.tell({"event": "ended", "killed": os.WIFSIGNALED(status)})


def main(bluetoothd: str, btattach: str) -> None:
    """Run as process 1, without end."""
    (name,) = [
        path.parent.name
        for path in Path("/sys/class/virtio-ports").glob("*/name")
        if path.read_text().strip() == PORT_NAME
    ]
    port = os.open(f"/dev/{name}", os.O_RDWR)
    agent = Agent(port)
    agent.tell({"event": "booted"})
    guest_daemons.start(bluetoothd, btattach, _SERIAL)
    agent.tell({"event": "ready"})
    for line in _lines(port):
        try:
            agent.obey(json.loads(line))
        except Exception:  # noqa: BLE001 - a process 1 that ends takes the kernel with it
            agent.tell({"event": "died", "why": traceback.format_exc()})


def _lines(port: int) -> Iterator[bytes]:
    rest = b""
    while received := os.read(port, 65_536):
        *lines, rest = (rest + received).split(b"\n")
        yield from lines


if __name__ == "__main__":
    main(*sys.argv[1:])
