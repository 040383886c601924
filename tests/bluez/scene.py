"""A sensor that counts, within reach of the guest's collector; and what the two came to."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from ingest.simulation.sensor import SimulatedSensor, simulate
from ingest.simulation.source import MAX_BLOCK_SAMPLES
from tests.bluez.conftest import Reach
from tests.bluez.machine import Event, Machine
from tests.support.ingest_doubles import CountingSource, numbered_samples

#: Blocks of 36 samples at 50 Hz; the sensor's time goes by so fast that 50 are recorded a second.
BLOCK_S = 0.72
BLOCKS_PER_S = 50.0


class HeldClock:
    """The sensor's clock, which a test holds, lets go and moves on."""

    def __init__(self) -> None:
        self._now = asyncio.get_running_loop().time
        self._since_s: float | None = None
        self._skipped_s = 0.0

    def __call__(self) -> float:
        """Return the seconds since tick zero."""
        ran_s = 0.0 if self._since_s is None else self._now() - self._since_s
        return self._skipped_s + ran_s * BLOCKS_PER_S * BLOCK_S

    def let_go(self) -> None:
        """Let time go by from now on."""
        self._since_s = self._now()

    def skip(self, n_blocks: int) -> None:
        """Let the sensor have recorded so many blocks more, at once."""
        self._skipped_s += n_blocks * BLOCK_S


@dataclass
class Scene:
    """One sensor and one data directory."""

    reach: Reach
    sensor: SimulatedSensor
    clock: HeldClock
    source: CountingSource
    n_sent: int = 0  #: data notifications that the sensor sent

    @property
    def guest(self) -> Machine:
        """The machine with the collector."""
        return self.reach.machine

    @property
    def data_dir(self) -> str:
        """Where the guest keeps the journal: in its memory."""
        return f"/run/{self.source.name}"

    def collect(self, **details: object) -> None:
        """Start the collector in the guest; it ends when the sensor is drained."""
        usual: dict[str, object] = {"address": self.sensor.address}
        self.guest.order("collect", data_dir=self.data_dir, **(usual | details))

    async def state(self, doing: str) -> Event:
        """Wait until the collector says that it does something."""
        return await self.guest.until("state", lambda event: event["doing"] == doing)

    async def stored(self, n_blocks: int) -> Event:
        """Wait until the journal holds so many blocks."""
        return await self.guest.until("stored", lambda event: event["next_seq"] >= n_blocks)

    async def collected(self) -> Event:
        """Wait until the collector has everything."""
        return await self.guest.until("collected", within_s=90)

    async def assert_complete(self, n_blocks: int) -> None:
        """Check that the journal holds each sample of the sensor once, and no gap."""
        self.guest.order("journal", data_dir=self.data_dir, device_id=self.source.name)
        journal = await self.guest.until("journal")
        assert journal["seqs"] == list(range(n_blocks))
        assert journal["n_gaps"] == 0
        assert journal["sha256"] == _digest(n_blocks)

    def n_lost(self, collected: Event) -> int:
        """Return how many notifications were sent and never given to the collector."""
        counters: dict[str, Any] = collected["counters"]
        n_blocks = collected["n_samples"] // MAX_BLOCK_SAMPLES
        n_came = n_blocks + counters["n_duplicates"] + counters["n_strangers"]
        return int(self.n_sent - n_came)


def _digest(n_blocks: int) -> str:
    return hashlib.sha256(numbered_samples(range(n_blocks)).astype("<i2").tobytes()).hexdigest()


@contextlib.asynccontextmanager
async def scene(
    reach: Reach, name: str, n_blocks: int, *, all_recorded: bool = False, must_bond: bool = False
) -> AsyncIterator[Scene]:
    """Put a sensor on the radio.

    Parameters
    ----------
    name
        Its serial number; each scene needs one of its own, since BlueZ remembers addresses.
    n_blocks
        How much it records before it is exhausted.
    all_recorded
        Everything is in its log from the start; else nothing until its clock is let go.
    must_bond
        It wants an encrypted link.
    """
    clock = HeldClock()
    if all_recorded:
        clock.skip(n_blocks + 1)
    source = CountingSource(n_blocks, name=name)
    async with simulate(source, reach.radio, clock=clock, must_bond=must_bond) as sensor:
        made = Scene(reach, sensor, clock, source)

        def count(payload: bytes) -> list[bytes]:
            made.n_sent += 1
            return [payload]

        sensor.mangle = count
        yield made
