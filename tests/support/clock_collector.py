"""A collector that does nothing but tell the time: it stores where each block of a day came to lie.

With a link it asks for the time first, then reads the log (100 blocks a second), then stores live
blocks as they come. What it stored never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingest.clock.device import DeviceClock
from ingest.clock.exchange import TimeAsker
from ingest.clock.host import HostTime
from ingest.clock.layout import Placed, SampleRate, TimeLine
from ingest.clock.stream import CountClock
from tests.support.clock_day import DAY_NS, Day, Event

BACKFILL_BLOCKS_PER_S = 100


@dataclass
class Stored:
    """One block as it is in the journal, and as it was."""

    number: int
    placed: Placed
    error_ms: float  # of its first sample; positive: later than true
    end_error_ms: float
    uncertainty_ms: float
    boot: int


@dataclass
class ClockCollector:
    """Runs through a day."""

    day: Day
    restart_every_s: float = 1e9  # the process is started anew so often
    host: HostTime = field(default_factory=HostTime)
    stored: list[Stored] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.line = TimeLine()
        self.rate = SampleRate()
        self.asker = TimeAsker()
        self.clock: DeviceClock | None = None
        self.boot = -1
        self.next_number = 0
        self.waiting: list[int] = []
        self.restart_s = self.restart_every_s
        self.count: CountClock | None = None
        self.doubted_s = 0.0

    def run(self) -> ClockCollector:
        for event in self.day.events():
            self._see(event)
        return self

    def errors_ms(self) -> np.ndarray:
        return np.array([[s.error_ms, s.end_error_ms] for s in self.stored]).ravel()

    def _see(self, event: Event) -> None:
        if event.kind == "up":
            self._link_up(event)
        self._tick(event.at_s)
        assert self.clock is not None
        stamp = self.day.host.stamp(event.at_s)
        if event.kind in {"block", "status"}:
            if event.kind == "block" or self.day.asks:
                self.clock.observe_arrival(self.day.crystal.device_ns(event.made_s), stamp)
            if event.kind == "block":
                self.last_live = event.number
        if event.kind != "up":
            self._store(event.at_s)

    def _link_up(self, event: Event) -> None:
        boot = self.day.crystal.boot(event.at_s)
        if boot != self.boot:
            prior = None if self.clock is None else self.clock.drift_prior
            self.clock = DeviceClock(self.host, drift_prior=prior)
            self.boot, self.rate = boot, SampleRate()
            start_s = self.day.crystal.boots[boot]
            self.next_number = max(self.next_number, int(start_s / self.day.block_s) + 1)
        self.asker.link_up(self.day.host.stamp(event.at_s).monotonic_ns)
        self.up_s = event.at_s
        self.ticked_s = event.at_s
        self.last_live = int(event.at_s / self.day.block_s) - 1
        self.answers: list[tuple[float, float, float, int]] = []

    def _tick(self, until_s: float) -> None:
        """What the collector does by itself: look at the clocks each second, ask when it is due."""
        while (wakes_s := min(self.ticked_s + 1.0, self._due_s())) < until_s:
            self._look(wakes_s)
        self._look(until_s)
        if until_s > self.restart_s:
            self._restart()

    def _look(self, t_s: float) -> None:
        self.ticked_s = t_s
        self._answer(t_s)
        self.host.observe(self.day.host.stamp(t_s))
        if self.host.notice:
            self.notices.add(self.host.notice)
        if self.day.asks:
            self._ask(t_s)

    def _due_s(self) -> float:
        """When the next question is due, or the answer to it comes in."""
        arrivals_s = [answer[0] for answer in self.answers]
        due_ns = self.asker.due_ns
        if not self.day.asks or due_ns is None:
            return float("inf")
        now_ns = self.day.host.stamp(self.ticked_s).monotonic_ns
        # not to fall short of it by a rounding: a nanosecond later
        return min([self.ticked_s + max(due_ns - now_ns, 0) / 1e9 + 1e-9, *arrivals_s])

    def _ask(self, t_s: float) -> None:
        token = self.asker.ask(self.day.host.stamp(t_s))
        if token is not None:
            read_s, arrived_s = self.day.radio.asked(t_s + 0.001)
            self.answers.append((arrived_s, t_s, read_s, token))

    def _answer(self, until_s: float) -> None:
        assert self.clock is not None
        for answer in [a for a in self.answers if a[0] <= until_s]:
            self.answers.remove(answer)
            arrived_s, _, read_s, token = answer
            device_ns = self.day.crystal.device_ns(read_s)
            exchange = self.asker.answer(token, device_ns, self.day.host.stamp(arrived_s))
            if exchange is not None:
                self.clock.observe_exchange(exchange.sent, exchange.device_ns, exchange.arrived)

    def _restart(self) -> None:
        """The process ends and another one goes on with what was kept."""
        assert self.clock is not None
        self.restart_s += self.restart_every_s
        state = self.clock.state()
        self.host = HostTime()
        self.clock = DeviceClock.from_state(self.host, state)
        self.line = TimeLine(self.line.last_end_ns)
        self.rate = SampleRate()

    def _store(self, now_s: float) -> None:
        assert self.clock is not None
        if self.day.asks and not self.asker.is_ready(self.day.host.stamp(now_s).monotonic_ns):
            return
        if not self.clock.is_anchored:
            return
        read_until = int((now_s - self.up_s) * BACKFILL_BLOCKS_PER_S) + self.next_number
        while self.next_number <= min(self.last_live, read_until):
            self._place(self.next_number)
            self.next_number += 1
        self.sentences += [c.sentence for c in self.clock.take_corrections()]

    def _place(self, number: int) -> None:
        day = self.day
        assert self.clock is not None
        first_s, end_s = day.block_end_s(number) - day.block_s, day.block_end_s(number)
        if day.crystal.boot(first_s) != self.boot:
            return  # lost with the log of the boot before
        device_ns = day.crystal.device_ns(first_s)
        self.rate.observe(number, device_ns, day.samples)
        end_device_ns = device_ns + round(day.samples * self.rate.sample_ns(50.0))
        placed = self.line.place(
            self.clock.utc_ns(device_ns), self.clock.utc_ns(end_device_ns), day.samples
        )
        last_ns = placed.t0_ns + round((day.samples - 1) * 1e9 / placed.fs_hz)
        last_s = end_s - day.block_s / day.samples
        self.stored.append(
            Stored(
                number,
                placed,
                (placed.t0_ns - DAY_NS - first_s * 1e9) / 1e6,
                (last_ns - DAY_NS - last_s * 1e9) / 1e6,
                self.clock.uncertainty_ms(device_ns),
                self.boot,
            )
        )
