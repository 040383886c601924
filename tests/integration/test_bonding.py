"""A sensor that wants an encrypted link: paired once, known again by its bond, nothing lost."""

import asyncio

import pytest

from ingest.collecting.collector import collect
from ingest.collecting.state import Timing
from ingest.sequencing.actions import LinkRules
from ingest.simulation.radio import Outage
from ingest.simulation.world import simulated_world
from tests.support.ingest_doubles import CountingSource, MemoryJournal

HURRY = Timing(
    scan_s=2.0, tick_s=0.02, backoff_s=0.01, longest_s=0.05, rules=LinkRules(window_blocks=32)
)


async def test_a_sensor_that_wants_a_bond_is_paired_once_and_known_again_after_each_outage():
    journal, encrypted = MemoryJournal(), set()
    walks = iter([Outage(0.3, 0.2)] * 3)
    async with simulated_world(
        CountingSource(300), speed=100.0, schedule=walks, must_bond=True
    ) as world:

        def note(payload: bytes) -> list[bytes]:
            if world.sensor.is_linked:
                encrypted.add(world.sensor.is_encrypted)
            return [payload]

        world.sensor.mangle = note

        async with asyncio.timeout(60):
            collected = await collect(
                journal,
                stop=asyncio.Event(),
                backend=world.backend,
                until_drained=True,
                timing=HURRY,
            )
        assert world.sensor.n_bonds == 1
    assert collected.n_links > 1
    assert encrypted == {True}
    assert journal.seqs() == list(range(300))


@pytest.mark.parametrize("must_bond", [False, True])
async def test_only_a_sensor_that_asks_for_it_is_paired(must_bond):
    journal = MemoryJournal()
    async with simulated_world(CountingSource(20), speed=None, must_bond=must_bond) as world:
        async with asyncio.timeout(30):
            await collect(
                journal,
                stop=asyncio.Event(),
                backend=world.backend,
                until_drained=True,
                timing=HURRY,
            )
        assert world.sensor.n_bonds == must_bond
    assert journal.seqs() == list(range(20))
