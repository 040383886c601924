"""What the tests of drivers need: a peripheral on a radio, and a store that can be waited for."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable

import numpy as np

from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import TimeLine
from ingest.drivers.base import StreamDriver
from ingest.drivers.numbering import numbering_for
from ingest.drivers.session import StreamSession
from ingest.link import Backend
from ingest.model import RawBlock
from ingest.simulation.bleak_backend import BumbleClient, BumbleScanner
from ingest.simulation.peripherals.base import (
    SimulatedPeripheral,
    Speech,
    simulate_peripheral,
)
from ingest.simulation.radio import VirtualRadio
from ingest.simulation.source import LogBlock
from processing.model import NS_PER_S, Gap
from tests.support.ingest_doubles import UTC_ZERO_NS

SPEED = 4.0  #: the peripheral's time and the computer's go so much faster than the real one


class NumberedSamples:
    """Endless small blocks of samples that carry their own number in two axes."""

    name, boot_id, utc_at_tick_zero_ns, exhausted = "numbered", 1, UTC_ZERO_NS, False

    def __init__(self, fs_hz: float, lsb_per_g: int, block: int = 10) -> None:
        self.fs_hz, self.lsb_per_g, self._block, self._next = fs_hz, lsb_per_g, block, 0

    def recorded_until(self, elapsed_s: float) -> list[LogBlock]:
        blocks = []
        while (self._next + self._block) / self.fs_hz <= elapsed_s:
            t_ns = round(self._next * NS_PER_S / self.fs_hz)
            blocks.append(LogBlock(t_ns, numbered(self._next, self._block)))
            self._next += self._block
        return blocks


def numbered(first: int, n: int) -> np.ndarray:
    """Return samples first, first + 1, ...; shape (n, 3)."""
    numbers = np.arange(first, first + n)
    return np.stack([numbers % 1000, numbers // 1000, -(numbers % 7)], axis=1).astype(np.int16)


def numbers_of(samples: np.ndarray):
    """Return the numbers that samples carry; AssertionError if one was changed on the way."""
    numbers = samples[:, 0].astype(int) + 1000 * samples[:, 1].astype(int)
    assert (samples[:, 2] == -(numbers % 7)).all()
    return numbers


class Store:
    """Remembers blocks and gaps, and wakes who waits for some."""

    def __init__(self) -> None:
        self.events: list[RawBlock | Gap] = []
        self._changed = asyncio.Event()

    async def __call__(self, done: list[RawBlock | Gap]) -> None:
        self.events += done
        self._changed.set()

    @property
    def blocks(self) -> list[RawBlock]:
        return [event for event in self.events if isinstance(event, RawBlock)]

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.events if isinstance(event, Gap)]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


class Scene:
    """One peripheral, one computer, and the air between them."""

    def __init__(
        self, radio: VirtualRadio, backend: Backend, peripheral: SimulatedPeripheral
    ) -> None:
        self.radio, self.backend, self.peripheral = radio, backend, peripheral
        self.start_s = asyncio.get_running_loop().time()
        self.store = Store()

    def elapsed_s(self) -> float:
        return (asyncio.get_running_loop().time() - self.start_s) * SPEED

    def read_clocks(self) -> Stamp:
        ns = round(self.elapsed_s() * NS_PER_S)
        return Stamp(ns, UTC_ZERO_NS + ns)

    def session(self, driver: StreamDriver, fs_hz: float) -> StreamSession:
        boots = itertools.count(1)
        numbering = numbering_for(
            driver,
            "mine",
            fs_hz=fs_hz,
            host=HostTime(),
            line=TimeLine(),
            draw_boot_id=lambda: next(boots),
        )
        return StreamSession(
            driver=driver,
            fs_hz=fs_hz,
            numbering=numbering,
            store=self.store,
            read_clocks=self.read_clocks,
            arrival_of=lambda _notification: self.read_clocks(),
            silent_s=30.0,
        )


@contextlib.asynccontextmanager
async def scene(speech: Speech, fs_hz: float) -> AsyncIterator[Scene]:
    """Put a peripheral and an adapter on a radio."""
    radio = VirtualRadio()
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    source = NumberedSamples(fs_hz, speech.lsb_per_g)

    def device_s() -> float:
        return (loop.time() - start_s) * SPEED

    async with simulate_peripheral(speech, source, radio, device_s) as peripheral:
        central = await radio.power_on("adapter", "C0:00:00:00:00:01")
        try:
            made = Scene(
                radio, Backend(BumbleScanner, BumbleClient, {"central": central}), peripheral
            )
            made.start_s = start_s
            yield made
        finally:
            await radio.power_off(central)
