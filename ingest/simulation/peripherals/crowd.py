"""One simulated device of each kind around one adapter, to try a scan without hardware."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from ingest.link import Backend
from ingest.simulation.peripherals.base import Speech, simulate_peripheral
from ingest.simulation.peripherals.espruino import SimulatedPuck
from ingest.simulation.peripherals.movesense import SimulatedMovesense
from ingest.simulation.peripherals.polar import SimulatedPolar
from ingest.simulation.peripherals.thingy52 import SimulatedThingy
from ingest.simulation.peripherals.witmotion import SimulatedWitMotion
from ingest.simulation.source import LogBlock
from ingest.simulation.world import simulated_world


class _Nothing:
    """Measures nothing: a crowd is there to be heard."""

    name, boot_id, fs_hz, lsb_per_g = "sim-0001", 1, 50.0, 4096
    utc_at_tick_zero_ns, exhausted = 0, False

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:  # noqa: ARG002 - a SampleSource's
        return []


@contextlib.asynccontextmanager
async def simulated_crowd() -> AsyncIterator[Backend]:
    """Run a hip sensor and a device of each driver; yield the adapter that hears them."""
    speeches: list[Speech] = [
        SimulatedMovesense(),
        SimulatedPolar(),
        SimulatedPolar(delta=True),
        SimulatedWitMotion(),
        SimulatedThingy(),
        SimulatedPuck(),
    ]
    async with contextlib.AsyncExitStack() as stack:
        world = await stack.enter_async_context(simulated_world(_Nothing(), clock=lambda: 0.0))
        for speech in speeches:
            peripheral = simulate_peripheral(speech, _Nothing(), world.radio, lambda: 0.0)
            await stack.enter_async_context(peripheral)
        yield world.backend
