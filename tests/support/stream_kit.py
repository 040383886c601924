"""A stream in a test: packets with a known true time, late on the way, some of them lost."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import TimeLine
from ingest.drivers.base import Stamps, StreamDriver, StreamSamples
from ingest.drivers.known import DRIVERS
from ingest.drivers.numbering import numbering_for
from ingest.drivers.stream import StreamNumbering
from ingest.model import RawBlock
from processing.model import NS_PER_S, Gap
from tests.support.drivers_kit import numbered, numbers_of
from tests.support.ingest_doubles import UTC_ZERO_NS

FS_HZ = 50.0


@dataclass
class Packet:
    """Some samples, when the last of them was taken, and when they came."""

    number: int  #: of the first sample
    n: int
    taken_s: float
    arrived_s: float

    @property
    def arrived(self) -> Stamp:
        ns = round(self.arrived_s * NS_PER_S)
        return Stamp(ns, UTC_ZERO_NS + ns)

    def samples(
        self, device_ns: int | None = None, stamps: Stamps = Stamps.LAST, **more: int
    ) -> StreamSamples:
        return StreamSamples(
            numbered(self.number, self.n), 4096, device_ns=device_ns, stamps=stamps, **more
        )

    def by_clock(self, off_s: float = 0.0) -> StreamSamples:
        return self.samples(round((self.taken_s + off_s) * NS_PER_S))


def packets(
    duration_s: float, *, n: int = 5, true_hz: float = FS_HZ, seed: int = 0
) -> Iterator[Packet]:
    """Yield packets as BLE brings them: in order, mostly some 30 ms late, at times 0.3 s."""
    rng = random.Random(seed)
    before_s = 0.0
    for i in range(int(duration_s * true_hz / n)):
        taken_s = ((i + 1) * n - 1) / true_hz
        late_s = 0.01 + rng.expovariate(1 / 0.03) + (rng.random() < 0.03) * rng.uniform(0, 0.3)
        before_s = max(before_s, taken_s + late_s)
        yield Packet(i * n, n, taken_s, before_s)


def driver_called(name: str) -> StreamDriver:
    (driver,) = (driver for driver in DRIVERS if driver.name == name)
    assert isinstance(driver, StreamDriver)
    return driver


def numbering(
    driver: str, *, fs_hz: float = FS_HZ, line: TimeLine | None = None
) -> StreamNumbering:
    """Return a numbering that has begun its first stream."""
    boots = itertools.count(1)
    made = numbering_for(
        driver_called(driver),
        "mine",
        fs_hz=fs_hz,
        host=HostTime(),
        line=line or TimeLine(),
        draw_boot_id=lambda: next(boots),
    )
    made.begin()
    return made


def blocks_of(events: Iterable[RawBlock | Gap]) -> list[RawBlock]:
    return [event for event in events if isinstance(event, RawBlock)]


def gaps_of(events: Iterable[RawBlock | Gap]) -> list[Gap]:
    return [event for event in events if isinstance(event, Gap)]


def all_numbers(events: Iterable[RawBlock | Gap]) -> list[int]:
    blocks = blocks_of(events)
    return [int(number) for block in blocks for number in numbers_of(block.samples)]


def late_s(block: RawBlock, true_hz: float = FS_HZ) -> float:
    """Return by how much a block's time is later than the truth."""
    return (block.t0_ns - UTC_ZERO_NS) / NS_PER_S - float(numbers_of(block.samples)[0]) / true_hz
