"""A whole simulated world in one call: a wearer's sensor, the air, and this machine's adapter."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

from bumble.keys import MemoryKeyStore

from ingest.link import Backend
from ingest.simulation.bleak_backend import BumbleClient, BumbleScanner
from ingest.simulation.radio import Outage, VirtualRadio, wander
from ingest.simulation.sensor import Clock, SimulatedSensor, just_works, simulate
from ingest.simulation.source import SampleSource
from ingest.tasks import end_task

_ADAPTER_ADDRESS: Final = "C0:00:00:00:00:01"


@dataclass(frozen=True, slots=True)
class World:
    """What a simulation is made of; `backend` is all that the collector sees of it."""

    backend: Backend
    radio: VirtualRadio
    sensor: SimulatedSensor


@contextlib.asynccontextmanager
async def simulated_world(
    source: SampleSource,
    *,
    speed: float | None = 1.0,
    clock: Clock | None = None,
    capacity_blocks: int | None = None,
    schedule: Iterator[Outage] | None = None,
    must_bond: bool = False,
) -> AsyncIterator[World]:
    """Run a simulated sensor, and an adapter that can hear it, for as long as the context lasts.

    Parameters
    ----------
    source, speed, clock, capacity_blocks, must_bond
        As for `ingest.simulation.sensor.simulate`.
    schedule
        When the wearer is out of range, such as `ingest.simulation.radio.outages`; None: never.
    """
    radio = VirtualRadio()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_quiet_bumble())
        sensor = await stack.enter_async_context(
            simulate(
                source,
                radio,
                speed=speed,
                clock=clock,
                capacity_blocks=capacity_blocks,
                must_bond=must_bond,
            )
        )
        central = await radio.power_on("adapter", _ADAPTER_ADDRESS)
        stack.push_async_callback(radio.power_off, central)
        central.keystore = MemoryKeyStore()
        central.pairing_config_factory = lambda _connection: just_works()
        if schedule is not None:
            walking = asyncio.create_task(wander(radio, schedule), name="wearer's walks")
            stack.push_async_callback(end_task, walking)
        yield World(Backend(BumbleScanner, BumbleClient, {"central": central}), radio, sensor)


@contextlib.contextmanager
def _quiet_bumble() -> Iterator[None]:
    """Keep Bumble from warning of each packet that a link loss cuts off: it is meant to."""
    logger = logging.getLogger("bumble")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
