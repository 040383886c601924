"""What collecting costs: 1, 4 and 8 sensors at 50 Hz, live over the virtual radio.

`python -m tests.bench.ingest_cost`: one line of JSON. Each figure comes from a process of its own,
`python -m tests.bench.ingest_cost collector|bare N_SENSORS FOLDER`.

Sensors, radio and collector share a process, so the collector's share is a difference: the same
world is measured once with the collector and the journal on disk, and once with a client that
subscribes, lets the sensors send, and throws away what comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import psutil

from ingest.clock.host import HostTime
from ingest.collecting.collector import collect
from ingest.collecting.finder import Finder
from ingest.collecting.keeper import Keeper
from ingest.collecting.pairing import Pin
from ingest.collecting.state import Timing
from ingest.hip_sensor.control import StartLive, control_to_bytes
from ingest.link import Backend, Notification, open_link
from ingest.model import RawBlock
from ingest.sequencing.sequencer import Sequencer
from ingest.simulation.bleak_backend import BumbleClient, BumbleScanner
from ingest.simulation.radio import VirtualRadio
from ingest.simulation.sensor import sensor_address, simulate
from ingest.tasks import end_task
from processing.model import Gap
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.ingest_doubles import CountingSource

FS_HZ = 50.0
N_SENSORS = (1, 4, 8)
MEASURED_S = 30.0
_LEAD_IN_S = 6.0  #: links are made, clocks are compared


class _Pins:
    def __init__(self, names: list[str]) -> None:
        self._pins = [Pin(name, sensor_address(name)) for name in names]

    def known(self) -> list[Pin]:
        return self._pins

    def add(self, pin: Pin) -> None:
        raise AssertionError("all of them are known")


class _Watch:
    """Remembers when each block was notified, and how long it took until it was committed."""

    def __init__(self) -> None:
        self.arrived: dict[tuple[str, int], int] = {}
        self.waits_ms: list[float] = []

    def heard(self, device_id: str, heard: Notification) -> None:
        if len(heard.payload) >= 24:
            seq = int.from_bytes(heard.payload[8:12], "little")
            self.arrived[device_id, seq] = time.perf_counter_ns()

    def committed(self, blocks: list[RawBlock]) -> None:
        now = time.perf_counter_ns()
        for block in blocks:
            since = self.arrived.pop((block.device_id, block.seq), now)
            self.waits_ms.append((now - since) / 1e6)


class _WatchedKeeper(Keeper):
    watch: _Watch

    def _hear(self, sequencer: Sequencer, heard: Notification) -> None:
        self.watch.heard(sequencer.device_id, heard)
        super()._hear(sequencer, heard)


class _WatchedJournal(SqliteJournal):
    watch: _Watch

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        super().append(blocks, gaps)
        self.watch.committed(blocks)


def main() -> None:
    """Measure all, or one."""
    logging.disable(logging.WARNING)
    if len(sys.argv) > 1:
        what, n_sensors, place = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
        print(json.dumps(asyncio.run(_measure(what, n_sensors, place))), flush=True)
        return
    print(json.dumps({"fs_hz": FS_HZ, "span_s": MEASURED_S, "rows": [_row(n) for n in N_SENSORS]}))


def _row(n_sensors: int) -> dict[str, Any]:
    collector, bare = (_own(what, n_sensors) for what in ("collector", "bare"))
    return {
        "n_sensors": n_sensors,
        "share": collector["share"] - bare["share"],
        "share_of_all": collector["share"],
        "memory_mb": collector["memory_mb"],
        "world_mb": bare["memory_mb"],
        "p50_ms": collector["p50_ms"],
        "p99_ms": collector["p99_ms"],
        "n_blocks": collector["n_blocks"],
    }


def _own(what: str, n_sensors: int) -> dict[str, Any]:
    with TemporaryDirectory() as place:
        command = [sys.executable, "-m", "tests.bench.ingest_cost", what, str(n_sensors), place]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


async def _measure(what: str, n_sensors: int, place: Path) -> dict[str, Any]:
    names = [f"bench-{i}" for i in range(n_sensors)]
    watch = _Watch()
    _WatchedKeeper.watch = _WatchedJournal.watch = watch
    async with _world(names) as backend:
        work = _collect if what == "collector" else _throw_away
        working = asyncio.create_task(work(backend, names, place))
        await asyncio.wait([working], timeout=_LEAD_IN_S)
        watch.waits_ms.clear()
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        await asyncio.wait([working], timeout=MEASURED_S)
        cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - wall_s
        memory_mb = psutil.Process().memory_info().rss / 1e6
        assert not working.done(), working.exception()
        await end_task(working)
    n_blocks = len(watch.waits_ms)
    if what == "collector" and n_blocks < n_sensors:
        sys.exit(f"only {n_blocks} blocks of {n_sensors} sensors came: nothing to measure")
    waits_ms = watch.waits_ms or [0.0]
    return {
        "share": cpu_s / wall_s,
        "memory_mb": memory_mb,
        "n_blocks": n_blocks,
        "p50_ms": float(np.percentile(waits_ms, 50)),
        "p99_ms": float(np.percentile(waits_ms, 99)),
    }


@contextlib.asynccontextmanager
async def _world(names: list[str]) -> AsyncIterator[Backend]:
    radio = VirtualRadio()
    async with contextlib.AsyncExitStack() as stack:
        for name in names:
            source = CountingSource(10**6, name=name, fs_hz=FS_HZ)
            await stack.enter_async_context(simulate(source, radio))
        central = await radio.power_on("adapter", "C0:00:00:00:00:01")
        yield Backend(BumbleScanner, BumbleClient, {"central": central})


async def _collect(backend: Backend, names: list[str], place: Path) -> None:
    with (
        contextlib.closing(open_database(place)) as connection,
        patch("ingest.collecting.collector.Keeper", _WatchedKeeper),
    ):
        journal = _WatchedJournal(connection, "bench")
        # Where no time service runs, a collector would wait two minutes for one.
        host = HostTime(patience_s=0.0)
        await collect(journal, stop=asyncio.Event(), backend=backend, pins=_Pins(names), host=host)


async def _throw_away(backend: Backend, names: list[str], _place: Path) -> None:
    finder = Finder(backend, Timing())
    scanning = asyncio.create_task(finder.run())
    try:
        await asyncio.gather(*(_listen(finder, backend, sensor_address(name)) for name in names))
    finally:
        await end_task(scanning)


async def _listen(finder: Finder, backend: Backend, address: str) -> None:
    found = await finder.find(address)
    async with open_link(found, backend, finder.connecting) as link:
        await link.write_control(control_to_bytes(StartLive(0)))
        while True:
            await link.receive(1.0)


if __name__ == "__main__":
    main()
