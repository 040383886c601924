"""The collector and devices that only stream: what a person is told of them, and when."""

import asyncio
import contextlib

import pytest

from ingest.clock.host import HostTime, Stamp
from ingest.collecting.collector import collect
from ingest.collecting.host_clocks import stamp_now
from ingest.collecting.pairing import Pin
from ingest.collecting.state import CollectorState, Doing, Timing
from ingest.drivers.base import StreamDriver
from ingest.drivers.movesense import MOVESENSE, NOTIFY_UUID
from ingest.drivers.polar import CONTROL_UUID, POLAR_H10
from ingest.drivers.thingy52 import THINGY52
from ingest.link import Found, Link
from ingest.sequencing.actions import LinkRules
from ingest.simulation.peripherals.base import Notify, Speech, simulate_peripheral
from ingest.simulation.peripherals.movesense import SimulatedMovesense
from ingest.simulation.peripherals.polar import SimulatedPolar
from ingest.simulation.peripherals.thingy52 import SimulatedThingy
from ingest.simulation.world import simulated_world
from sitstreak.web.link_words import link_status
from tests.support.ingest_doubles import CountingSource, MemoryJournal


class Pins:
    def __init__(self, pin: Pin) -> None:
        self.pin = pin

    def known(self) -> list[Pin]:
        return [self.pin]

    def add(self, pin: Pin) -> None:
        raise AssertionError("nothing is to be paired here")


class Watched(MemoryJournal):
    """Wakes who waits for something, at each reading and each commit."""

    def __init__(self) -> None:
        super().__init__()
        self.at = lambda: None

    def append(self, blocks, gaps):
        super().append(blocks, gaps)
        self.at()

    def save_state(self, device_id, name, state, boot_id=None):
        super().save_state(device_id, name, state, boot_id)
        self.at()


async def collect_until(
    enough, journal: Watched, driver: StreamDriver, speech: Speech, **options
) -> list[CollectorState]:
    """Collect from one streaming device until `enough(states)`."""
    states: list[CollectorState] = []
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    start_s = loop.time()

    def look() -> None:
        if enough(states):
            stop.set()

    def on_state(state: CollectorState) -> None:
        states.append(state)
        look()

    journal.at = look
    async with contextlib.AsyncExitStack() as stack:
        world = await stack.enter_async_context(
            simulated_world(CountingSource(1, name="far"), clock=lambda: 0.0)
        )
        source = CountingSource(5_000, name="stream", fs_hz=driver.rate_hz(50.0))
        device = await stack.enter_async_context(
            simulate_peripheral(speech, source, world.radio, lambda: 4 * (loop.time() - start_s))
        )
        pin = Pin("mine", device.address, None, driver.title, driver.name)
        timing = Timing(
            scan_s=2.0, backoff_s=0.01, longest_s=0.05, reading_s=0.5, rules=LinkRules()
        )
        await stack.enter_async_context(asyncio.timeout(30))
        await collect(
            journal,
            stop=stop,
            backend=world.backend,
            pins=Pins(pin),
            host=options.pop("host", HostTime(patience_s=0)),
            on_state=on_state,
            timing=timing,
            **options,
        )
    return states


async def test_battery_signal_and_counts_are_read_again_and_again_while_the_link_holds():
    journal = Watched()
    await collect_until(lambda _s: len(journal.readings) >= 3, journal, POLAR_H10, SimulatedPolar())
    assert {reading.battery_pct for reading in journal.readings[:3]} == {70}
    assert journal.readings[0].rssi_dbm is not None
    assert journal.load_state("mine", "counters")["n_overflowed"] == 0


async def test_a_device_without_a_battery_level_is_read_all_the_same():
    journal = Watched()
    await collect_until(lambda _s: len(journal.readings) >= 2, journal, THINGY52, SimulatedThingy())
    assert {reading.battery_pct for reading in journal.readings} == {None}
    assert journal.blocks


class RefusingMovesense(SimulatedMovesense):
    def written(self, uuid, payload):
        if payload[0] == 1 and self.n_refusals:
            self.n_refusals -= 1
            return [Notify(NOTIFY_UUID, bytes([1, payload[1]]) + (503).to_bytes(2, "big"))]
        return super().written(uuid, payload)

    n_refusals = 99


class RefusingThingy(SimulatedThingy):
    def written(self, uuid, payload):
        raise ValueError("no")


class StoppedPolar(SimulatedPolar):
    """Says at the start that it has stopped by itself, as when the strap is taken off."""

    def written(self, uuid, payload):
        return [Notify(CONTROL_UUID, bytes([1, 2]))]


@pytest.mark.parametrize(
    ("driver", "speech", "words"),
    [
        (MOVESENSE, RefusingMovesense(), "Movesense refuses to stream at 52 Hz"),
        (THINGY52, RefusingThingy(), "Nordic Thingy:52 refuses to stream at 50 Hz"),
        (POLAR_H10, StoppedPolar(), "Polar H10 stopped streaming by itself"),
    ],
    ids=["by-its-answer", "by-an-error", "by-itself"],
)
async def test_a_refused_start_is_said_in_plain_words(driver, speech, words, caplog):
    journal = Watched()

    def told(states):
        counted = journal.load_state("mine", "counters") or {}
        return any(one.trouble for one in states) and counted.get("trouble")

    states = await collect_until(told, journal, driver, speech)
    last = next(one for one in reversed(states) if one.trouble)
    assert words in last.trouble
    assert words in link_status(last).state
    assert words in caplog.text
    counted = journal.load_state("mine", "counters")
    assert counted["n_refused"] >= 1
    assert counted["n_malformed"] == 0
    assert words in counted["trouble"]
    assert journal.blocks == []


async def test_what_was_refused_is_forgotten_once_samples_come():
    speech = RefusingMovesense()

    def streams_after_all(states):
        if any(one.trouble for one in states):
            speech.n_refusals = 0
            speech._reference = 99
        return len(journal.blocks) >= 1 and not states[-1].trouble

    journal = Watched()
    states = await collect_until(streams_after_all, journal, MOVESENSE, speech)
    assert any("refuses to stream" in one.trouble for one in states)


async def test_packets_that_nobody_fetched_are_counted_and_told(monkeypatch):
    """A link whose queue holds one packet: what comes bunched is dropped."""
    monkeypatch.setattr("ingest.link._QUEUE_LIMIT", 1)
    journal = Watched()

    def dropped(states):
        return (
            any("this computer was too busy" in one.why for one in states)
            and bool(journal.gaps)
            and len(journal.readings) >= 2
        )

    states = await collect_until(dropped, journal, MOVESENSE, SimulatedMovesense())
    assert {gap.reason for gap in journal.gaps} == {"queue_full"}
    assert sum(gap.n_lost for gap in journal.gaps) > 0
    assert journal.load_state("mine", "counters")["n_overflowed"] > 0
    live = [one for one in states if one.doing is Doing.LIVE and "too busy" in one.why]
    assert "packets dropped here" in link_status(live[0]).state


async def test_a_link_counts_what_it_drops_once(monkeypatch):
    monkeypatch.setattr("ingest.link._QUEUE_LIMIT", 2)
    link = Link(None, Found(None, "AA", "Thingy", -50))  # type: ignore[arg-type]
    sender = type("Sender", (), {"uuid": "u"})
    for _ in range(5):
        link._on_notification(sender, bytearray(b"x"))  # type: ignore[arg-type]
    assert len(await link.receive(0)) == 2
    assert (link.take_overflowed(), link.take_overflowed()) == (3, 0)


async def test_a_step_of_the_clock_is_shown_beside_a_stream():
    host = HostTime(patience_s=0)
    now = stamp_now()
    host.observe(Stamp(now.monotonic_ns, now.utc_ns - 3_600_000_000_000))
    journal = Watched()

    def told(states):
        return any("clock was moved by +3600.0 s" in one.why for one in states)

    states = await collect_until(told, journal, MOVESENSE, SimulatedMovesense(), host=host)
    assert any("clock was moved" in link_status(one).state for one in states)
