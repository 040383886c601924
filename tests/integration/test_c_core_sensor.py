"""The collector over the virtual radio, with a sensor whose firmware is the C reference core."""

import asyncio

import numpy as np

from ingest.collecting.collector import collect
from ingest.collecting.state import Timing
from ingest.link import Backend
from ingest.simulation.bleak_backend import BumbleClient, BumbleScanner
from ingest.simulation.radio import VirtualRadio
from ingest.simulation.sensor import simulate
from tests.support.c_core import CFirmware
from tests.support.ingest_doubles import CountingSource, MemoryJournal, numbered_samples


async def test_the_collector_loses_nothing_of_the_c_core():
    source = CountingSource(80)
    firmware = CFirmware(source)
    radio, journal = VirtualRadio(), MemoryJournal()
    async with simulate(source, radio, speed=40.0, firmware=firmware), asyncio.timeout(60):
        central = await radio.power_on("adapter", "C0:00:00:00:00:01")
        backend = Backend(BumbleScanner, BumbleClient, {"central": central})
        await collect(
            journal,
            stop=asyncio.Event(),
            backend=backend,
            timing=Timing(tick_s=0.02, backoff_s=0.01),
            until_drained=True,
        )
        await radio.power_off(central)
    assert journal.seqs() == list(range(len(journal.blocks)))
    assert journal.n_repeats == 0
    assert np.array_equal(journal.samples(), numbered_samples(range(80)))
    assert len(journal.blocks) < 80, "packed, so more samples went into a block"
