"""The collector against a simulated sensor: each block in the journal once, whatever happens."""

import asyncio

import numpy as np
import pytest

from ingest.collecting.collector import collect
from ingest.collecting.state import Collected, CollectorState, Doing, Timing
from ingest.errors import NoAdapterError
from ingest.link import Backend
from ingest.sequencing.actions import LinkRules
from ingest.simulation.bleak_backend import BumbleScanner
from ingest.simulation.radio import Outage
from ingest.simulation.world import simulated_world
from tests.support.ingest_doubles import (
    UTC_ZERO_NS,
    CountingSource,
    MemoryJournal,
    numbered_samples,
)

HURRY = Timing(
    scan_s=2.0, tick_s=0.02, backoff_s=0.01, longest_s=0.05, rules=LinkRules(window_blocks=32)
)


class WatchedJournal(MemoryJournal):
    """Calls `at(n)` after each commit, with the number of blocks it holds."""

    def __init__(self, at=lambda _n: None):
        super().__init__()
        self.at = at

    def append(self, blocks, gaps):
        super().append(blocks, gaps)
        self.at(len(self.blocks))


async def collect_all(world, journal, **options) -> Collected:
    async with asyncio.timeout(60):
        return await collect(
            journal,
            stop=asyncio.Event(),
            backend=world.backend,
            until_drained=True,
            timing=options.pop("timing", HURRY),
            **options,
        )


def assert_complete(journal, n_blocks):
    assert journal.seqs() == list(range(n_blocks))
    assert journal.n_repeats == 0
    assert journal.gaps == []
    np.testing.assert_array_equal(journal.samples(), numbered_samples(range(n_blocks)))


async def test_a_log_comes_in_complete_with_the_sensors_own_time_stamps():
    journal = MemoryJournal()
    async with simulated_world(CountingSource(100), speed=None) as world:
        collected = await collect_all(world, journal)
        assert world.sensor.firmware.tail_seq == 100, "acknowledged, so the sensor is free of it"
    assert_complete(journal, 100)
    assert collected.is_drained
    assert collected.n_samples == 3600
    assert {block.device_id for block in journal.blocks} == {"hip-0001"}
    t0_ns = np.array([block.t0_ns for block in journal.blocks])
    expected = UTC_ZERO_NS + np.arange(100) * 720_000_000
    assert np.abs(t0_ns - expected).max() <= 15_259


async def test_nothing_is_asked_for_twice_on_a_clean_link():
    journal = MemoryJournal()
    async with simulated_world(CountingSource(100), speed=60.0) as world:
        collected = await collect_all(world, journal)
    assert_complete(journal, 100)
    assert collected.counters.n_duplicates == 0
    assert collected.counters.n_replays <= 2, "only what was recorded before the link"


async def test_live_blocks_survive_a_link_loss_in_the_middle():
    losses = iter([50, 120])
    next_loss = next(losses)

    def lose_link(n):
        nonlocal next_loss
        if n >= next_loss:
            next_loss = next(losses, 10_000)
            world.radio.break_links()

    journal = WatchedJournal(lose_link)
    async with simulated_world(CountingSource(250), speed=100.0) as world:
        collected = await collect_all(world, journal)
    assert_complete(journal, 250)
    assert collected.n_links == 3


async def test_what_is_recorded_out_of_range_is_backfilled():
    seen: list[Doing] = []

    def leave(n):
        if Doing.LIVE in seen and Doing.SEARCHING not in seen[1:] and n >= 40:
            world.radio.go_out_of_range()

    def on_state(state):
        seen.append(state.doing)
        if state.doing is Doing.SEARCHING and Doing.LIVE in seen:
            asyncio.get_running_loop().call_later(0.5, world.radio.come_back)

    journal = WatchedJournal(leave)
    async with simulated_world(CountingSource(300), speed=100.0) as world:
        collected = await collect_all(world, journal, on_state=on_state)
    assert_complete(journal, 300)
    assert collected.counters.n_backfilled > 36 * 30
    assert seen[0] is Doing.SEARCHING
    assert seen[-1] is Doing.STOPPED
    after_loss = seen[seen.index(Doing.SEARCHING, 1) :]
    assert Doing.BACKFILLING in after_loss
    assert journal.readings[-1].n_backfilled == collected.counters.n_backfilled
    assert journal.readings[-1].battery_pct == 90


async def test_lost_repeated_and_broken_notifications_do_no_harm():
    rng = np.random.default_rng(3)
    n_broken = 0

    def mangle(payload):
        nonlocal n_broken
        fate = rng.random()
        if fate < 0.2:
            return []
        if fate < 0.4:
            return [payload, payload]
        if fate < 0.6:
            n_broken += 1
            return [payload[: rng.integers(0, len(payload))]]
        return [payload]

    journal = MemoryJournal()
    async with simulated_world(CountingSource(200), speed=100.0) as world:
        world.sensor.mangle = mangle
        collected = await collect_all(world, journal)
    assert_complete(journal, 200)
    assert collected.counters.n_malformed == n_broken > 0
    assert journal.readings[-1].n_malformed == n_broken
    assert collected.counters.n_duplicates > 0


async def test_a_killed_collector_goes_on_where_its_journal_ends():
    journal = WatchedJournal()
    for kill_at in (1, 30, 31, 90):
        reached = asyncio.Event()
        journal.at = lambda n, at=kill_at, reached=reached: reached.set() if n >= at else None
        async with simulated_world(CountingSource(150), speed=200.0) as world:
            collecting = asyncio.create_task(collect_all(world, journal))
            async with asyncio.timeout(20):
                await reached.wait()
            collecting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await collecting
    async with simulated_world(CountingSource(150), speed=None) as world:
        await collect_all(world, journal)
    assert_complete(journal, 150)


@pytest.mark.parametrize(
    ("stays_silent", "why"),
    [
        pytest.param(("outgoing",), "heard nothing for 0.5 s", id="says-nothing"),
        pytest.param((), "11 replays in a row brought nothing", id="sends-no-data"),
    ],
)
async def test_a_dead_link_is_given_up_and_made_anew(stays_silent, why):
    reasons = []

    def on_state(state):
        if state.why:
            reasons.append(state.why)
            world.sensor.mangle = None
            vars(world.sensor.firmware).pop("outgoing", None)

    journal = MemoryJournal()
    rules = LinkRules(silence_s=0.5, retry_s=5.0)
    async with simulated_world(CountingSource(60), speed=None) as world:
        world.sensor.mangle = lambda _payload: []
        for name in stays_silent:
            setattr(world.sensor.firmware, name, lambda _limit: [])
        timing = Timing(tick_s=0.02, backoff_s=0.01, rules=rules)
        collected = await collect_all(world, journal, on_state=on_state, timing=timing)
    assert_complete(journal, 60)
    assert collected.n_links == 2
    assert reasons[0] == why


async def test_a_sensor_whose_clock_was_never_set_gets_the_time():
    journal = MemoryJournal()
    source = CountingSource(20, utc_at_tick_zero_ns=0)
    async with simulated_world(source, speed=None) as world:
        await collect_all(world, journal)
    assert journal.seqs() == list(range(20))
    assert journal.blocks[0].t0_ns > UTC_ZERO_NS - 366 * 86_400 * 10**9
    assert np.all(np.abs(np.diff([b.t0_ns for b in journal.blocks]) - 720_000_000) < 31_000)


async def test_stopping_stores_what_came_and_says_so():
    stop = asyncio.Event()
    journal = WatchedJournal(lambda n: stop.set() if n >= 10 else None)
    states: list[CollectorState] = []
    async with simulated_world(CountingSource(100_000), speed=100.0) as world, asyncio.timeout(30):
        collected = await collect(
            journal, stop=stop, backend=world.backend, on_state=states.append, timing=HURRY
        )
        assert world.sensor.firmware.tail_seq <= len(journal.blocks)
    assert not collected.is_drained
    assert journal.seqs() == list(range(len(journal.blocks)))
    assert states[-1].doing is Doing.STOPPED


async def test_a_full_disk_ends_the_collection_and_the_sensor_keeps_its_log():
    class FullJournal(MemoryJournal):
        def append(self, blocks, gaps):
            raise OSError(28, "No space left on device")

    async with simulated_world(CountingSource(50), speed=None) as world:
        with pytest.raises(OSError, match="No space left"):
            await collect_all(world, FullJournal())
        assert world.sensor.firmware.tail_seq == 0


async def test_a_machine_without_bluetooth_ends_the_collection():
    class NoRadio(BumbleScanner):
        async def start(self):
            raise FileNotFoundError(2, "No such file or directory")

    async with simulated_world(CountingSource(5), speed=None) as world:
        backend = Backend(NoRadio, world.backend.client, world.backend.options)
        with pytest.raises(NoAdapterError):
            await collect(MemoryJournal(), stop=asyncio.Event(), backend=backend)


async def test_a_wearer_who_walks_about_loses_nothing():
    walks = iter([Outage(0.3, 0.2)] * 4)
    journal = MemoryJournal()
    async with simulated_world(CountingSource(400), speed=100.0, schedule=walks) as world:
        collected = await collect_all(world, journal)
    assert_complete(journal, 400)
    assert collected.n_links > 1


async def test_an_hour_at_50_hz_is_replayed_in_well_under_a_minute():
    journal = MemoryJournal()
    async with simulated_world(CountingSource(5_000), speed=None) as world:
        start_s = asyncio.get_running_loop().time()
        await collect_all(world, journal, timing=Timing())
        took_s = asyncio.get_running_loop().time() - start_s
    assert_complete(journal, 5_000)
    assert took_s < 30


async def test_a_computer_that_does_not_know_the_time_says_so_and_waits(monkeypatch, caplog):
    monkeypatch.setattr("ingest.collecting.host_clocks.time.time_ns", lambda: 10**9)
    source = CountingSource(20, utc_at_tick_zero_ns=0)
    journal, told = MemoryJournal(), []

    def watch(state: CollectorState) -> None:
        if state.why and state.why not in told:
            told.append(state.why)
            assert journal.blocks == []
            monkeypatch.setattr("ingest.collecting.host_clocks.time.time_ns", lambda: UTC_ZERO_NS)

    async with simulated_world(source, speed=None) as world:
        await collect_all(world, journal, on_state=watch)
    assert journal.seqs() == list(range(20))
    assert ["clock is not set" in why for why in told] == [True]
    assert told[0] in caplog.text


async def test_a_log_that_began_again_is_left_alone_and_the_user_is_told():
    journal = MemoryJournal()
    async with simulated_world(CountingSource(100), speed=None) as world:
        await collect_all(world, journal)
    stop, told = asyncio.Event(), []

    def watch(state: CollectorState) -> None:
        told.append(state.why)
        if "started its numbering again" in state.why:
            stop.set()

    async with simulated_world(CountingSource(10), speed=None) as world, asyncio.timeout(60):
        await collect(journal, stop=stop, backend=world.backend, on_state=watch, timing=HURRY)
        assert world.sensor.firmware.tail_seq == 0, "nothing of it was freed"
    assert journal.seqs() == list(range(100))
