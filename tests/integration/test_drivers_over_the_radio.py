"""Each driver against a simulated device of its kind, over Bleak and the virtual radio."""

import asyncio
import logging
from itertools import pairwise

import numpy as np
import pytest

from ingest.drivers.base import StreamDriver
from ingest.drivers.espruino import ESPRUINO
from ingest.drivers.movesense import MOVESENSE
from ingest.drivers.polar import POLAR_H10, POLAR_VERITY
from ingest.drivers.thingy52 import THINGY52
from ingest.drivers.witmotion import WITMOTION
from ingest.simulation.peripherals.espruino import SimulatedPuck
from ingest.simulation.peripherals.movesense import SimulatedMovesense
from ingest.simulation.peripherals.polar import SimulatedPolar
from ingest.simulation.peripherals.thingy52 import SimulatedThingy
from ingest.simulation.peripherals.witmotion import SimulatedWitMotion
from ingest.tasks import end_task
from processing.model import NS_PER_S
from tests.support.drivers_kit import Scene, numbers_of, scene
from tests.support.ingest_doubles import UTC_ZERO_NS
from tests.support.stream_following import follow

#: Over this radio with its 20 ms of polling, sped up, a packet is late by less. [s]
LATE_S = 1.0

#: Driver, device, rate, and whether the device's time goes on evenly from link to link.
DEVICES = [
    pytest.param(MOVESENSE, SimulatedMovesense, 52.0, True, id="movesense"),
    pytest.param(
        MOVESENSE,
        lambda: SimulatedMovesense((1 << 32) - 2500),
        52.0,
        False,
        id="movesense-that-wraps",
    ),
    pytest.param(POLAR_H10, SimulatedPolar, 50.0, True, id="polar-h10"),
    pytest.param(POLAR_VERITY, lambda: SimulatedPolar(delta=True), 52.0, True, id="polar-verity"),
    pytest.param(WITMOTION, SimulatedWitMotion, 50.0, True, id="witmotion"),
    pytest.param(THINGY52, SimulatedThingy, 50.0, True, id="thingy52"),
    pytest.param(ESPRUINO, SimulatedPuck, 25.0, True, id="espruino"),
]


@pytest.fixture(autouse=True)
def _quiet_bumble(caplog):
    caplog.set_level(logging.ERROR, logger="bumble")


async def stream_with_an_outage(scene: Scene, driver: StreamDriver, fs_hz: float) -> int:
    """Stream, go out of range once, stream again; return how many blocks came before."""
    store, stop = scene.store, asyncio.Event()
    session = scene.session(driver, fs_hz)
    following = asyncio.create_task(follow(session, scene.peripheral.address, stop, scene.backend))
    try:
        await store.until(lambda: len(store.blocks) >= 3)
        n_before = len(store.blocks)
        scene.radio.go_out_of_range()
        peripheral = scene.peripheral
        async with asyncio.timeout(10):
            await peripheral.until(lambda: not peripheral.is_linked)
            n_unheard = peripheral.n_unheard + 2 * fs_hz
            await peripheral.until(lambda: peripheral.n_unheard >= n_unheard)
        scene.radio.come_back()
        await store.until(lambda: bool(store.gaps) and len(store.blocks) >= n_before + 3)
        stop.set()
        async with asyncio.timeout(10):
            await following
        assert session.n_links == 2
        assert not session.parsers[0].refusals
    finally:
        await end_task(following)
    return n_before


@pytest.mark.parametrize(("driver", "make", "fs_hz", "is_clock_even"), DEVICES)
async def test_samples_arrive_as_sent_and_an_outage_is_a_gap(driver, make, fs_hz, is_clock_even):
    async with scene(make(), fs_hz) as there:
        await stream_with_an_outage(there, driver, fs_hz)
    blocks, (gap,) = there.store.blocks, there.store.gaps
    numbers = np.concatenate([numbers_of(block.samples) for block in blocks])
    steps = np.diff(numbers)
    assert (steps >= 1).all(), "a sample came twice, or out of order"
    (hole,) = steps[steps > 1]
    assert gap.reason == "out_of_range"
    knows = driver.has_clock and is_clock_even
    assert abs(gap.n_lost - (hole - 1)) <= (1 if knows else LATE_S * fs_hz)
    assert {block.boot_id for block in blocks} == {1, 2}
    for boot_id in (1, 2):
        seqs = [block.seq for block in blocks if block.boot_id == boot_id]
        assert seqs == list(range(len(seqs)))
    late_s = [
        (block.t0_ns - UTC_ZERO_NS) / NS_PER_S - numbers_of(block.samples)[0] / fs_hz
        for block in blocks
    ]
    assert min(late_s) > -0.05
    assert max(late_s) < LATE_S
    assert all(b.t0_ns >= a.end_ns for a, b in pairwise(blocks))
    assert (blocks[0].ticks is None) is not driver.has_clock


class DeafMovesense(SimulatedMovesense):
    """Takes the first start without a word and sends nothing, like a link that is up in name."""

    n_starts = 0

    def written(self, uuid, payload):
        self.n_starts += payload[0] == 1
        return [] if self.n_starts == 1 else super().written(uuid, payload)


async def test_a_link_that_brings_nothing_is_made_anew():
    async with scene(DeafMovesense(), 52.0) as there:
        store, stop = there.store, asyncio.Event()
        session = there.session(MOVESENSE, 52.0)
        session.silent_s = 4.0
        following = asyncio.create_task(
            follow(session, there.peripheral.address, stop, there.backend)
        )
        try:
            await store.until(lambda: len(store.blocks) >= 1)
            assert session.n_links == 2
            stop.set()
            async with asyncio.timeout(10):
                await following
        finally:
            await end_task(following)


async def test_a_device_is_told_to_stop_at_the_end_and_what_was_held_is_kept():
    speech = SimulatedMovesense()
    async with scene(speech, 52.0) as there:
        store, stop = there.store, asyncio.Event()
        session = there.session(MOVESENSE, 52.0)
        following = asyncio.create_task(
            follow(session, there.peripheral.address, stop, there.backend)
        )
        try:
            await store.until(lambda: len(store.blocks) >= 1)
            assert speech.is_streaming
            stop.set()
            async with asyncio.timeout(10):
                await following
        finally:
            await end_task(following)
    assert there.peripheral.speech.is_streaming is False
    numbers = np.concatenate([numbers_of(block.samples) for block in store.blocks])
    assert (np.diff(numbers) == 1).all()
    assert len(store.blocks[-1].samples) < len(store.blocks[0].samples), "the rest is flushed"
