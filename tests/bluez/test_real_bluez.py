"""The collector against real bluetoothd, through Bleak: every sample once, whatever happens.

What a run measures is logged (`--log-cli-level=INFO`); docs/bluez.md says what it came to.
"""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from ingest.drivers.movesense import MOVESENSE
from ingest.simulation.peripherals.base import simulate_peripheral
from ingest.simulation.peripherals.movesense import SimulatedMovesense
from tests.bluez.conftest import Reach
from tests.bluez.scene import scene
from tests.support.ingest_doubles import CountingSource

log = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.bluez,
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_a_sensor_is_found_by_its_service_alone(reach: Reach):
    async with scene(reach, "hip-scan", 20, all_recorded=True) as it:
        it.collect(address=None)
        found = await it.state("connecting")
        assert found["name"] == "SitClip"
        assert found["address"] == it.sensor.address
        assert found["rssi_dbm"] < 0
        collected = await it.collected()
        await it.assert_complete(20)
    assert collected["n_links"] == 1


async def test_a_stream_of_50_notifications_a_second_arrives_without_a_gap(reach: Reach):
    async with scene(reach, "hip-stream", 400) as it:
        it.collect()
        await it.state("live")
        it.clock.let_go()
        started_s = time.monotonic()
        collected = await it.collected()
        took_s = time.monotonic() - started_s
        await it.assert_complete(400)
    log.info("400 notifications in %.1f s", took_s)
    assert it.n_sent == 400, "nothing had to be asked for again"
    assert collected["n_links"] == 1
    assert collected["counters"]["n_duplicates"] == 0


async def test_what_is_recorded_out_of_range_is_backfilled_after_a_reconnect(reach: Reach):
    async with scene(reach, "hip-range", 400) as it:
        it.collect()
        await it.state("live")
        it.clock.let_go()
        await it.stored(100)
        reach.radio.go_out_of_range()
        await it.state("searching")
        it.clock.skip(200)
        reach.radio.come_back()
        back_s = time.monotonic()
        await it.state("backfilling")
        log.info("linked again %.2f s after coming back", time.monotonic() - back_s)
        collected = await it.collected()
        await it.assert_complete(400)
    assert collected["n_links"] == 2
    assert collected["counters"]["n_backfilled"] >= 200 * 36


async def test_an_unpaced_burst_is_lossy_and_the_journal_is_complete(reach: Reach):
    n_blocks = 600
    async with scene(reach, "hip-burst", n_blocks, all_recorded=True) as it:
        it.collect(rules={"window_blocks": n_blocks})
        collected = await it.collected()
        await it.assert_complete(n_blocks)
    n_lost, n_replays = it.n_lost(collected), collected["counters"]["n_replays"]
    log.info("%d blocks: %d sent, %d lost, %d replays", n_blocks, it.n_sent, n_lost, n_replays)
    assert n_lost > 0, "if BlueZ takes bursts now, docs/bluez.md and the window are out of date"
    assert n_replays > 1


async def test_a_log_asked_for_in_small_windows_comes_without_a_loss(reach: Reach):
    n_blocks = 600
    async with scene(reach, "hip-windows", n_blocks, all_recorded=True) as it:
        it.collect(rules={"window_blocks": 64})
        await it.state("backfilling")
        started_s = time.monotonic()
        collected = await it.collected()
        took_s = time.monotonic() - started_s
        await it.assert_complete(n_blocks)
    log.info("%d blocks in windows of 64: %.0f blocks/s", n_blocks, n_blocks / took_s)
    assert it.n_lost(collected) == 0


async def test_the_link_of_a_killed_collector_does_not_keep_out_its_successor(reach: Reach):
    async with scene(reach, "hip-killed", 300) as it:
        it.collect()
        await it.state("live")
        it.clock.let_go()
        await it.stored(100)
        it.guest.order("kill")
        assert (await it.guest.until("ended"))["killed"], "it still ran"
        it.collect()
        killed_s = time.monotonic()
        await it.state("backfilling")
        log.info("linked again %.2f s after the start", time.monotonic() - killed_s)
        await it.collected()
        await it.assert_complete(300)


async def test_a_sensor_that_wants_a_bond_is_paired_once_and_known_again(reach: Reach):
    reach.machine.order("agent")  # without one bluetoothd refuses to pair
    await reach.machine.until("agent")
    async with scene(reach, "hip-bond", 200, must_bond=True) as it:
        it.collect()
        await it.state("live")
        assert it.sensor.is_encrypted
        it.clock.let_go()
        await it.stored(50)
        reach.radio.break_links()
        await it.state("searching")
        collected = await it.collected()
        await it.assert_complete(200)
        assert it.sensor.n_bonds == 1
    assert collected["n_links"] == 2


async def test_the_link_of_a_killed_collector_to_a_stream_is_closed_by_its_successor(reach: Reach):
    loop = asyncio.get_running_loop()
    start_s, source = loop.time(), CountingSource(100_000, name="stream", fs_hz=52.0)
    speech = SimulatedMovesense()
    async with simulate_peripheral(
        speech, source, reach.radio, lambda: loop.time() - start_s
    ) as device:
        order = {"data_dir": "/run/stream", "address": device.address, "kind": MOVESENSE.name}
        reach.machine.order("collect", **order)
        first = await reach.machine.until("stored")
        reach.machine.order("kill")
        assert (await reach.machine.until("ended"))["killed"], "it still ran"
        assert device.is_linked, "bluetoothd keeps the link"
        reach.machine.order("collect", **order)
        killed_s = time.monotonic()
        again = await reach.machine.until("stored", lambda one: one["boot_id"] != first["boot_id"])
        log.info("streams again %.2f s after the start", time.monotonic() - killed_s)
        assert again["next_seq"] >= 1
        reach.machine.order("kill")
        await reach.machine.until("ended")
