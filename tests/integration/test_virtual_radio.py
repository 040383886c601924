"""Bleak's own client over the virtual radio: finding, linking, and losing a sensor."""

import asyncio
from itertools import islice

import pytest
from bleak import BleakClient
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from ingest.errors import LinkLostError, NoAdapterError
from ingest.hip_sensor.control import Identify, StartLive, control_to_bytes
from ingest.hip_sensor.packets import DATA_UUID, DataPacket, Status, StatusFlag
from ingest.link import Backend, Found, open_link
from ingest.simulation.bleak_backend import BumbleScanner
from ingest.simulation.radio import outages
from ingest.simulation.sensor import ADVERTISED_NAME, sensor_address
from ingest.simulation.world import simulated_world
from tests.support.find_sensor import find_sensor
from tests.support.ingest_doubles import CountingSource


@pytest.fixture
async def world():
    async with simulated_world(CountingSource(20), speed=None) as world:
        yield world


async def find(world) -> Found:
    found = await find_sensor(world.backend)
    assert found is not None
    return found


async def test_a_sensor_is_found_by_its_service(world):
    found = await find(world)
    assert (found.name, found.address) == (ADVERTISED_NAME, sensor_address("hip-0001"))


async def test_a_pinned_sensor_is_the_only_one_taken(world):
    mine = sensor_address("hip-0001").lower()
    assert await find_sensor(world.backend, address=mine) is not None
    other = sensor_address("hip-0002")
    assert await find_sensor(world.backend, address=other, timeout_s=0.2) is None


async def test_status_serial_and_data_come_over_the_link(world):
    found = await find(world)
    async with open_link(found, world.backend) as link:
        status = Status.from_bytes(await link.read_status())
        assert (status.boot_id, status.head_seq) == (7, 20)
        assert status.flags == StatusFlag.EXHAUSTED
        assert await link.read_serial() == "hip-0001"
        await link.write_control(control_to_bytes(StartLive(18)))
        seqs: list[int] = []
        while len(seqs) < 2:
            for uuid, payload, _ in await link.receive(timeout_s=5):
                if uuid == DATA_UUID:
                    seqs.append(DataPacket.from_bytes(payload).seq)
    assert seqs == [18, 19]


async def test_a_control_message_reaches_the_sensor_and_nonsense_is_refused(world):
    found = await find(world)
    async with open_link(found, world.backend) as link:
        await link.write_control(control_to_bytes(Identify(3)))
        assert world.sensor.firmware.n_identified == 1
        with pytest.raises(LinkLostError, match="cannot write"):
            await link.write_control(b"\xff")


async def test_a_lost_link_is_told_to_whoever_waits(world):
    found = await find(world)
    async with open_link(found, world.backend) as link:
        world.radio.go_out_of_range()
        with pytest.raises(LinkLostError, match="is gone"):
            await link.receive(timeout_s=5)


async def test_a_read_that_is_under_way_fails_when_the_link_breaks(world):
    found = await find(world)
    async with open_link(found, world.backend) as link:
        world.radio.go_out_of_range()
        with pytest.raises(LinkLostError, match="cannot read"):
            await link.read_status()


async def test_a_sensor_can_be_linked_again_at_once(world):
    for _ in range(3):
        found = await find(world)
        async with open_link(found, world.backend) as link:
            assert Status.from_bytes(await link.read_status()).head_seq == 20


async def test_a_connect_out_of_range_gives_up_and_leaves_the_adapter_usable(world):
    found = await find(world)
    world.radio.go_out_of_range()
    client = BleakClient(found.device, timeout=0.1, **world.backend.client_arguments())
    with pytest.raises(TimeoutError):
        await client.connect()
    world.radio.come_back()
    found = await find(world)
    async with open_link(found, world.backend) as link:
        assert await link.read_serial() == "hip-0001"


async def test_a_cancelled_connect_leaves_the_adapter_usable(world):
    found = await find(world)
    world.radio.go_out_of_range()

    async def connect():
        async with open_link(found, world.backend):
            pytest.fail("linked with a sensor that is out of range")

    connecting = asyncio.create_task(connect())
    await asyncio.wait({connecting}, timeout=0.1)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    world.radio.come_back()
    found = await find(world)
    async with open_link(found, world.backend) as link:
        assert await link.read_serial() == "hip-0001"


class BluetoothOff(BumbleScanner):
    async def start(self) -> None:
        raise BleakBluetoothNotAvailableError(
            "powered off", BleakBluetoothNotAvailableReason.POWERED_OFF
        )


class NoDBus(BumbleScanner):
    async def start(self) -> None:
        raise FileNotFoundError(2, "No such file or directory")


@pytest.mark.parametrize("scanner", [BluetoothOff, NoDBus])
async def test_a_machine_without_bluetooth_is_told_so_in_plain_words(world, scanner):
    backend = Backend(scanner, world.backend.client, world.backend.options)
    with pytest.raises(NoAdapterError, match="no usable Bluetooth adapter; plug one in"):
        await find_sensor(backend)


def test_a_seed_always_gives_the_same_walks():
    first, again = (list(islice(outages(5, every_s=60, lasting_s=9), 40)) for _ in range(2))
    other = list(islice(outages(6, every_s=60, lasting_s=9), 40))
    assert first == again
    assert first != other
