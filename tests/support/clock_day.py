"""Sixteen hours of a sensor's clock, of the radio between, and of a computer's two clocks.

Everything is drawn from one seed and run through in order of true time; nothing waits. The radio
has connection events and outages, so that delays are one-sided and bunched; the longest waits are
those measured in recordings (a median of 0.11 s, 0.34 s at the 95th percentile, 0.86 s at most).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ingest.clock.host import Stamp
from processing.model import NS_PER_S

DAY_NS = 1_795_417_200 * NS_PER_S  # 2026-11-23 07:00 UTC
DAY_S = 16 * 3600.0
BOOT_NS = 5_000 * NS_PER_S  # the computer was started so long before the day
HOUR_S = 3600.0


@dataclass(frozen=True)
class Step:
    """The wall clock is wrong for a while."""

    start_s: float
    stop_s: float
    by_s: float


@dataclass(frozen=True)
class Nap:
    """The computer sleeps; what its wall clock says afterwards is a matter of steps."""

    start_s: float
    stop_s: float


@dataclass
class Host:
    """Both clocks of the computer, at a true time."""

    steps: tuple[Step, ...] = ()
    naps: tuple[Nap, ...] = ()
    counts_sleep: bool = True

    def stamp(self, t_s: float) -> Stamp:
        asleep_s = 0.0
        if not self.counts_sleep:
            asleep_s = sum(max(0.0, min(t_s, n.stop_s) - n.start_s) for n in self.naps)
        wrong_s = sum(step.by_s for step in self.steps if step.start_s <= t_s < step.stop_s)
        return Stamp(BOOT_NS + round((t_s - asleep_s) * 1e9), DAY_NS + round((t_s + wrong_s) * 1e9))


class Crystal:
    """A tuning fork: off by a constant, and by 0.034 ppm/K² times its distance from 25 °C squared.

    It hangs at a belt (33 °C) and is out in the cold (5 °C) at times; it takes on the temperature
    with a time constant of eight minutes.
    """

    def __init__(self, ppm: float, cold: tuple[tuple[float, float], ...], boots: list[float]):
        temperature = 33.0
        ppms = []
        for t_s in range(int(DAY_S) + 10):
            around = 5.0 if any(a <= t_s < b for a, b in cold) else 33.0
            temperature += (around - temperature) / 480.0
            ppms.append(ppm - 0.034 * (temperature - 25.0) ** 2)
        self.ppm = np.array(ppms)
        self._passed_s = np.concatenate([[0.0], np.cumsum(1.0 + self.ppm * 1e-6)])
        self.boots = boots

    def boot(self, t_s: float) -> int:
        return sum(start <= t_s for start in self.boots) - 1

    def device_ns(self, t_s: float) -> int:
        """What the clock says at a true time, since its start."""
        return round((self._at(t_s) - self._at(self.boots[self.boot(t_s)])) * 1e9)

    def _at(self, t_s: float) -> float:
        second = int(t_s)
        left, right = self._passed_s[second], self._passed_s[second + 1]
        return float(left + (right - left) * (t_s - second))


class Radio:
    """Delays of one link: connection events 50 ms apart, outages, and a computer that has work."""

    def __init__(self, rng: random.Random, start_s: float, stop_s: float) -> None:
        self._rng = rng
        self.interval_s = 0.05 * (1 + rng.uniform(-20e-6, 20e-6))
        self._phase_s = start_s + rng.random() * 0.05
        self._outages = list(self._draw_outages(start_s, stop_s))
        self._next = 0
        self._last_s = start_s

    def _draw_outages(self, start_s: float, stop_s: float) -> Iterator[tuple[float, float]]:
        t_s = start_s
        while (t_s := t_s + self._rng.expovariate(1 / 45.0)) < stop_s:
            lasts_s = min(self._rng.lognormvariate(np.log(0.09), 0.75), 0.85)
            yield t_s, t_s + lasts_s
            t_s += lasts_s

    def event_after(self, t_s: float) -> float:
        """The first connection event from a time on that gets through."""
        event = np.ceil((t_s - self._phase_s) / self.interval_s)
        at_s = float(self._phase_s + event * self.interval_s)
        while self._next < len(self._outages) and self._outages[self._next][1] < t_s - 5:
            self._next += 1
        for start_s, stop_s in self._outages[self._next : self._next + 4]:
            if start_s <= at_s < stop_s:
                return self.event_after(stop_s)
        return at_s

    def arrives(self, ready_s: float) -> float:
        """When the computer stamps what the sensor had ready at a time; never out of order."""
        busy_s = self._rng.expovariate(1 / 0.05) if self._rng.random() < 0.01 else 0.0
        at_s = self.event_after(ready_s + 0.001) + 0.0015 + self._rng.expovariate(1 / 0.0015)
        self._last_s = max(self._last_s, at_s + busy_s)
        return self._last_s

    def asked(self, written_s: float) -> tuple[float, float]:
        """When the sensor reads its clock for a question, and when the answer is stamped."""
        read_s = self.event_after(written_s + 0.001) + 0.0005
        return read_s, self.arrives(read_s + 0.002)


@dataclass(order=True)
class Event:
    """Something that the computer sees, at a true time."""

    at_s: float
    kind: str = field(compare=False)  # "up", "down", "block", "status", "answer", "backfill"
    made_s: float = field(compare=False, default=0.0)  # when the sensor read its clock for it
    number: int = field(compare=False, default=-1)  # of the block
    sent_s: float = field(compare=False, default=0.0)


@dataclass
class Day:
    """The day's plan."""

    seed: int = 1
    drift_ppm: float = 50.0
    samples: int = 36
    fs_hz: float = 50.65  # an accelerometer's own oscillator is off by per cents
    cold: tuple[tuple[float, float], ...] = ((3600.0, 5100.0), (36_000.0, 38_400.0))
    steps: tuple[Step, ...] = (
        Step(2.0 * HOUR_S, 2.0 * HOUR_S + 360, 3600.0),  # somebody sets it, and back
        Step(6.0 * HOUR_S, 6.0 * HOUR_S + 180, 0.7),  # after sleep, until a time service sees it
        Step(8.0 * HOUR_S, 8.0 * HOUR_S + 240, -2.5),  # a bad time server
    )
    naps: tuple[Nap, ...] = (Nap(5.0 * HOUR_S, 6.0 * HOUR_S),)
    reboot_s: float | None = 10.2 * HOUR_S
    counts_sleep: bool = True
    n_absences: int = 20
    asks: bool = True
    first_link_s: float = 1.0
    day_s: float = DAY_S

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        boots = [0.0] + ([] if self.reboot_s is None else [self.reboot_s])
        self.crystal = Crystal(self.drift_ppm, self.cold, boots)
        self.host = Host(self.steps, self.naps, self.counts_sleep)
        self.links = self._draw_links()
        self.block_s = self.samples / self.fs_hz
        self.n_blocks = int((self.day_s - 5) / self.block_s)

    def _draw_links(self) -> list[tuple[float, float]]:
        """When there is a link; the 3 h absence of other tests is given by `naps`."""
        away = [(0.0, self.first_link_s)]
        away += [(nap.start_s, nap.stop_s + 2.0) for nap in self.naps]
        away += [] if self.reboot_s is None else [(self.reboot_s - 0.1, self.reboot_s + 6.0)]
        for _ in range(self.n_absences):
            start_s = self.rng.uniform(600.0, self.day_s - 1200.0)
            away.append((start_s, start_s + self.rng.uniform(20.0, 600.0)))
        away.sort()
        merged = [away[0]]
        for start_s, stop_s in away[1:]:
            if start_s <= merged[-1][1] + 30:
                merged[-1] = (merged[-1][0], max(merged[-1][1], stop_s))
            else:
                merged.append((start_s, stop_s))
        merged.append((self.day_s, self.day_s))
        return [(before[1], after[0]) for before, after in pairwise(merged)]

    def block_end_s(self, number: int) -> float:
        return (number + 1) * self.block_s

    def events(self) -> Iterator[Event]:
        """All that the computer sees, in order."""
        for start_s, stop_s in self.links:
            radio = Radio(self.rng, start_s, stop_s)
            seen = [Event(start_s, "up")]
            first_live = int(np.ceil(start_s / self.block_s))
            for number in range(first_live, int(stop_s / self.block_s) - 1):
                end_s = self.block_end_s(number)
                seen.append(Event(radio.arrives(end_s), "block", end_s, number))
            status_radio = self._same(radio, start_s)
            t_s = start_s + 0.3
            while t_s < stop_s - 1:
                seen.append(Event(status_radio.arrives(t_s), "status", t_s))
                t_s += 2.0
            seen.append(Event(stop_s, "down"))
            self.radio = self._same(radio, start_s)
            yield from sorted(event for event in seen if event.at_s <= stop_s)

    def _same(self, radio: Radio, start_s: float) -> Radio:
        """The same link, once more from its beginning."""
        twin = Radio.__new__(Radio)
        twin.__dict__.update(radio.__dict__)
        twin._next, twin._last_s = 0, start_s
        return twin
