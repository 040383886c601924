"""Scans, links and tasks of the collector: nothing at cross purposes, nothing left behind."""

import asyncio
import contextlib

import pytest
from bleak.backends.device import BLEDevice

from ingest.collecting import finder as finder_module
from ingest.collecting.finder import Finder
from ingest.collecting.state import Timing
from ingest.hip_sensor.packets import SERVICE_UUID
from ingest.link import Found, close_orphans
from ingest.tasks import end_tasks

HIP, STREAM, FOREIGN = "FD:68:34:53:DC:67", "D2:0A:FB:A5:D6:25", "C0:FF:EE:00:00:01"


class Adapter:
    """Has links that nobody of this process made; each device with its services."""

    devices = ((HIP, {SERVICE_UUID, "1801"}), (STREAM, {"1801"}), (FOREIGN, {"1801"}))

    async def get_connected_devices(self, services):
        return [BLEDevice(a, None, None) for a, has in self.devices if has & set(services)]


@pytest.fixture
def closed(monkeypatch):
    """The links that were closed."""
    addresses: list[str] = []

    async def get():
        return Adapter()

    async def close(device):
        addresses.append(device.address)

    monkeypatch.setattr("ingest.link.BleakAdapter.get", get)
    monkeypatch.setattr("ingest.link.close_stale_connections", close)
    monkeypatch.setattr("ingest.link.sys.platform", "linux")
    return addresses


async def test_links_of_a_killed_collector_are_closed_whatever_kind_of_sensor_it_is(closed):
    await close_orphans([HIP.lower(), STREAM.lower()])
    assert closed == [HIP, STREAM]


async def test_without_a_paired_sensor_only_links_to_hip_sensors_are_closed(closed):
    await close_orphans([None])
    assert closed == [HIP]


async def test_nobody_connects_while_a_scan_is_up_or_starting(monkeypatch):
    is_scanning = [False]
    together: list[str] = []

    @contextlib.asynccontextmanager
    async def listening(on_found, _backend, services=()):
        is_scanning[0] = True
        for address in (HIP, STREAM):
            device = BLEDevice(address, None, None)
            asyncio.get_running_loop().call_soon(on_found, Found(device, address, "clip", -50))
        try:
            yield
        finally:
            await asyncio.sleep(0)
            is_scanning[0] = False

    async def slow_start(_wanted, _backend):
        is_scanning[0] = True
        for _ in range(5):
            await asyncio.sleep(0)

    monkeypatch.setattr(finder_module, "listening", listening)
    monkeypatch.setattr(finder_module, "close_orphans", slow_start)
    finder = Finder(None, Timing(scan_s=0.01))

    async def connect(address):
        await finder.find(address)
        async with finder.connecting():
            for _ in range(20):
                together.extend([address] * is_scanning[0])
                await asyncio.sleep(0)

    running = asyncio.create_task(finder.run())
    missing = asyncio.create_task(finder.find(FOREIGN))
    async with asyncio.timeout(10):
        await asyncio.gather(connect(HIP), connect(STREAM))
    finder.is_over = True
    await end_tasks([running, missing])
    assert together == []


async def test_when_one_task_has_died_all_others_are_ended_before_its_error_is_raised():
    ended: list[int] = []

    async def work(number, *, dies):
        try:
            if dies:
                raise RuntimeError("the journal is damaged")
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    tasks = [asyncio.create_task(work(n, dies=n == 0)) for n in range(3)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(RuntimeError, match="damaged"):
        await end_tasks(tasks)
    assert ended == [0, 1, 2]
