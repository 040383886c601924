"""What a driver is: facts about a device, and a parser of its bytes that never raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from ingest.model import Int16Array
from processing.model import IntArray

INT16_MIN: Final = -32768
INT16_MAX: Final = 32767


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a device says of itself before anyone connects."""

    name: str
    service_uuids: frozenset[str] = frozenset()  #: 128 bit, lower case
    company_ids: frozenset[int] = frozenset()  #: of its manufacturer data


class Write(NamedTuple):
    """Something to write to a device."""

    uuid: str
    payload: bytes
    pause_s: float = 0.0  #: to wait afterwards: some devices drop what comes too soon [s]


class Stamps(StrEnum):
    """Which sample of a packet its device time belongs to."""

    FIRST = "first"
    LAST = "last"


class Refusal(StrEnum):
    """Why bytes were not used; the reasons are few, so counting them takes no memory."""

    CUT_SHORT = "cut short"
    BAD_LENGTH = "no whole number of samples"
    UNKNOWN_KIND = "a kind of packet that this driver does not read"
    NOT_ACCELERATION = "not acceleration"
    NOT_FINITE = "not a number"
    OUT_OF_RANGE = "a value that no accelerometer gives"
    BAD_TIME = "a time that cannot be"
    NO_FACTOR = "the scale is not known"
    TOO_LONG = "longer than any packet of this device"
    NO_FRAME = "no frame begins here"
    BAD_CHECKSUM = "wrong checksum"
    COMMAND_REFUSED = "the device refused a command"
    STOPPED = "the device stopped by itself"


@dataclass(frozen=True, slots=True, eq=False)
class StreamSamples:
    """Evenly spaced samples that came in one packet of a stream."""

    samples: Int16Array  #: shape (n, 3), n > 0, device axes [1/lsb_per_g g]
    lsb_per_g: int
    device_ns: int | None = None  #: the device's own clock; None: it has none [ns]
    stamps: Stamps = Stamps.FIRST  #: which sample `device_ns` belongs to
    sequence: int | None = None  #: number of the first sample since the stream began; None: none
    n_clipped: int = 0  #: values beyond what int16 holds, cut to it

    def __post_init__(self) -> None:
        if self.samples.shape != (len(self.samples), 3) or not len(self.samples):
            raise ValueError(f"samples must have shape (n, 3) with n > 0, got {self.samples.shape}")
        self.samples.setflags(write=False)


class Parser:
    """Turns one link's bytes into samples, keeping what it needs from packet to packet.

    Make a new one for each link. `parse` raises nothing, whatever the bytes, and what a parser
    keeps has a fixed limit.
    """

    def __init__(self) -> None:
        self.refusals: Counter[Refusal] = Counter()

    def parse(self, uuid: str, payload: bytes) -> list[StreamSamples]:
        """Return the samples that a notification of characteristic `uuid` completes."""
        raise NotImplementedError

    def _refuse(self, reason: Refusal, n: int = 1) -> list[StreamSamples]:
        self.refusals[reason] += n
        return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A kind of device that can be told by its advertisement."""

    name: str  #: for programs, such as `movesense`
    title: str  #: for people
    matches: Callable[[Advertisement], bool]
    notes: str  #: what to know before one relies on it; a sentence for people


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDriver(Driver):
    """A device that only streams: what is not received is lost."""

    notify_uuids: tuple[str, ...]  #: to be subscribed before anything is written
    rates_hz: tuple[float, ...]  #: that it can be set to, slowest first
    has_clock: bool  #: whether its packets carry a time of its own
    start: Callable[[float], tuple[Write, ...]]  #: by rate, one of `rates_hz`
    stop: Callable[[], tuple[Write, ...]]
    parser: Callable[[], Parser]  #: makes the parser of one link

    @property
    def time_words(self) -> str:
        """Where the times of its samples come from, for people."""
        return "time by the sensor's own clock" if self.has_clock else "time by arrival"

    def rate_hz(self, wanted_hz: float) -> float:
        """Return the slowest rate that is not slower than `wanted_hz`, or the fastest there is."""
        return next((rate for rate in self.rates_hz if rate >= wanted_hz), self.rates_hz[-1])


def in_int16(counts: IntArray, lsb_per_g: int) -> StreamSamples:
    """Return samples in counts, shape (n, 3), cut to what int16 holds; no time, no number."""
    clipped = counts.clip(INT16_MIN, INT16_MAX)
    n_clipped = int(np.count_nonzero(clipped != counts))
    return StreamSamples(clipped.astype(np.int16), lsb_per_g, n_clipped=n_clipped)
