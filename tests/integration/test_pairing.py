"""Only what is ours is read: pinned sensors, several at once; strangers are left alone and told."""

import asyncio
import contextlib
import logging
from dataclasses import replace

from ingest.clock.host import HostTime
from ingest.collecting.collector import collect
from ingest.collecting.introduction import introduce
from ingest.collecting.pairing import Pin
from ingest.collecting.state import CollectorState, Doing, Timing
from ingest.drivers.movesense import MOVESENSE
from ingest.link import listening
from ingest.sequencing.actions import LinkRules
from ingest.simulation.firmware import Firmware
from ingest.simulation.peripherals.base import simulate_peripheral
from ingest.simulation.peripherals.movesense import SimulatedMovesense
from ingest.simulation.sensor import sensor_address, simulate
from ingest.simulation.world import simulated_world
from tests.support.ingest_doubles import CountingSource, MemoryJournal

HURRY = Timing(
    scan_s=2.0, tick_s=0.02, backoff_s=0.01, longest_s=0.05, rules=LinkRules(window_blocks=32)
)
OURS, OTHER = "hip-0001", "hip-0002"


class KeptPins:
    def __init__(self, *pins: Pin) -> None:
        self.pins = list(pins)

    def known(self) -> list[Pin]:
        return list(self.pins)

    def add(self, pin: Pin) -> None:
        self.pins = [one for one in self.pins if one.device_id != pin.device_id] + [pin]


def pin(name: str) -> Pin:
    return Pin(name, sensor_address(name), name, "SitClip")


@contextlib.asynccontextmanager
async def two_sensors(n_blocks: int = 60, **options):
    first = CountingSource(n_blocks, name=OURS)
    second = CountingSource(n_blocks, name=OTHER, boot_id=9)
    async with (
        simulated_world(first, speed=None, **options) as world,
        simulate(second, world.radio, speed=None) as other,
    ):
        yield world, other


async def collect_until(enough, journal, world, **options) -> list[CollectorState]:
    """Collect until `enough(states)`, looked at with each new state and each commit."""
    states: list[CollectorState] = []
    stop = asyncio.Event()

    def on_state(state: CollectorState) -> None:
        states.append(state)
        look()

    def look() -> None:
        if enough(states):
            stop.set()

    journal.at = look
    async with asyncio.timeout(30):
        await collect(
            journal, stop=stop, backend=world.backend, on_state=on_state, timing=HURRY, **options
        )
    return states


class LookedAtJournal(MemoryJournal):
    at = staticmethod(lambda: None)

    def append(self, blocks, gaps):
        super().append(blocks, gaps)
        self.at()

    def of(self, device_id: str) -> list[int]:
        return [block.seq for block in self.blocks if block.device_id == device_id]


async def test_two_paired_sensors_are_read_at_once_and_both_completely():
    journal, pins = LookedAtJournal(), KeptPins(pin(OURS), pin(OTHER))

    def both(_states):
        return len(journal.of(OURS)) == 60 and len(journal.of(OTHER)) == 60

    async with two_sensors() as (world, _other):
        states = await collect_until(both, journal, world, pins=pins)
    assert journal.of(OURS) == journal.of(OTHER) == list(range(60))
    assert {state.number for state in states} == {0, 1}
    assert journal.n_repeats == 0


async def test_a_stranger_with_the_same_name_is_left_alone_and_told(caplog):
    journal, pins = LookedAtJournal(), KeptPins(pin(OURS))

    async with simulated_world(CountingSource(60, name=OTHER), speed=None) as world:
        states = await collect_until(
            lambda states: any(state.strangers for state in states), journal, world, pins=pins
        )
        async with simulate(CountingSource(60, name=OURS), world.radio, speed=None):
            await collect_until(lambda _s: len(journal.of(OURS)) == 60, journal, world, pins=pins)
        assert world.sensor.firmware.tail_seq == 0, "nothing of the stranger was read or freed"
    assert {block.device_id for block in journal.blocks} == {OURS}
    (stranger,) = states[-1].strangers
    assert sensor_address(OTHER) in stranger
    assert f"sitstreak pair {sensor_address(OTHER)}" in caplog.text


async def test_the_first_sensor_that_is_heard_becomes_ours_when_none_is():
    journal, pins = LookedAtJournal(), KeptPins()
    async with simulated_world(CountingSource(20, name=OURS), speed=None) as world:
        await collect_until(lambda _s: len(journal.of(OURS)) == 20, journal, world, pins=pins)
        assert [(one.device_id, one.address, one.serial) for one in pins.pins] == [
            (OURS, world.sensor.address, OURS)
        ]


async def test_another_sensor_under_a_paired_address_is_not_read(caplog):
    caplog.set_level(logging.INFO, logger="ingest")
    impostor = replace(pin(OURS), serial="hip-0815")
    journal, pins = LookedAtJournal(), KeptPins(impostor)

    def refused(states):
        return any("calls itself hip-0001 and not hip-0815" in state.why for state in states)

    async with simulated_world(CountingSource(20, name=OURS), speed=None) as world:
        await collect_until(refused, journal, world, pins=pins)
        assert world.sensor.firmware.tail_seq == 0
    assert journal.blocks == []


async def test_a_stream_and_a_hip_sensor_are_read_at_once():
    journal = LookedAtJournal()
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    async with (
        simulated_world(CountingSource(20, name=OURS), speed=None) as world,
        simulate_peripheral(
            SimulatedMovesense(),
            CountingSource(500, name="movesense", fs_hz=52.0),
            world.radio,
            lambda: loop.time() - start_s,
        ) as device,
    ):
        stream = Pin("ms", device.address, None, "Movesense", MOVESENSE.name)
        pins = KeptPins(pin(OURS), stream)

        def both(states):
            is_live = any(one.number == 1 and one.doing is Doing.LIVE for one in states)
            return len(journal.of(OURS)) == 20 and len(journal.of("ms")) >= 2 and is_live

        await collect_until(both, journal, world, pins=pins, host=HostTime(patience_s=0))
    assert journal.of("ms")[:2] == [0, 1]


async def test_introducing_a_sensor_asks_its_serial_number_and_lets_it_blink():
    heard = asyncio.get_running_loop().create_future()

    def on_found(found):
        if not heard.done():
            heard.set_result(found)

    async with simulated_world(CountingSource(5, name=OURS), speed=None) as world:
        async with listening(on_found, world.backend), asyncio.timeout(10):
            found = await heard
        introduced = await introduce(found, world.backend)
        assert isinstance(world.sensor.firmware, Firmware)
        assert world.sensor.firmware.n_identified == 1
    assert introduced == pin(OURS)
