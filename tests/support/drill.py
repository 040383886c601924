"""A sender at work under load while things happen to the server; the clock is simulated.

Each pause of the sender is so much more load, and no pause is waited for.
"""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from processing.model import NS_PER_S
from sitstreak.storage import bundles, outbox
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_all, drain_until
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.lines import Line
from tests.support.influxd_fixture import Influx, started_influxd
from tests.support.storage_kit import T0_S, Died

POINTS_PER_S: Final = 2_500
SERIES: Final = "streak,wearer=me"


@dataclass
class Drill:
    """A sender at work while rows come in; `events` say what happens at which second of it."""

    data_dir: Path
    influx: Influx
    lasts_s: float = 8.0
    events: dict[float, Callable[[], None]] = field(default_factory=dict)
    now_s: float = 0.0
    n_put: int = 0
    at_once: int = 1  #: so many seconds' rows are queued in one go
    most_waiting: int = 0
    waits_s: list[float] = field(default_factory=list)
    connection: sqlite3.Connection = field(init=False)
    poisoned: frozenset[int] = frozenset()

    def run(self) -> None:
        """Let rows come in and be sent until all of them were."""
        with closing(open_database(self.data_dir)) as self.connection, self.sink() as sink:
            self._put(1)  # the first row fixes the type of the field, for the poisoned ones
            drain_all(self.connection, sink)
            while not self._is_over():
                with contextlib.suppress(Died):  # the collector is gone; here starts the next one
                    drain_until(self.data_dir, sink, threading.Event(), wait=self._wait)

    def held(self) -> list[tuple[int, float]]:
        """Return what influxd holds: second and value."""
        rows = self.influx.query("SELECT streak_s FROM streak")
        return [(row["time"] // NS_PER_S - T0_S, row["streak_s"]) for row in rows]

    def expected(self) -> list[tuple[int, float]]:
        """Return what it should hold."""
        good = [index for index in range(self.n_put) if index not in self.poisoned]
        return [(index, float(index)) for index in good]

    def _wait(self, seconds: float) -> bool:
        self.waits_s.append(seconds)
        assert len(self.waits_s) < 500, "it does not recover"
        self.now_s += max(seconds, 0.05)
        whole_s = self.now_s - self.now_s % self.at_once if self.at_once > 1 else self.now_s
        self._put(int(POINTS_PER_S * (self.lasts_s if self.now_s >= self.lasts_s else whole_s)))
        self.most_waiting = max(self.most_waiting, outbox.n_rows(self.connection))
        for at_s in [at_s for at_s in self.events if at_s <= self.now_s]:
            self.events.pop(at_s)()
        return self._is_over()

    def _put(self, until: int) -> None:
        n_few = POINTS_PER_S if self.at_once > 1 else bundles.FEWEST - 1
        for at in range(self.n_put, until, n_few):
            rows = [
                Line(SERIES, T0_S + i, self._fields(i)) for i in range(at, min(at + n_few, until))
            ]
            with transaction(self.connection):
                outbox.put(self.connection, rows)
        self.n_put = max(until, self.n_put)

    def _fields(self, index: int) -> str:
        return 'streak_s="poison"' if index in self.poisoned else f"streak_s={index}.0"

    def _is_over(self) -> bool:
        waits = outbox.status(self.connection).n_waiting
        return self.now_s >= self.lasts_s and not self.events and not waits

    @contextlib.contextmanager
    def sink(self) -> Iterator[InfluxSink]:
        """Give a sink to the server."""
        influx = self.influx
        with InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink:
            yield sink


@dataclass
class OwnInfluxd:
    """A server of this test's own, that can be killed and started again where it was."""

    root: Path
    influx: Influx
    stack: contextlib.ExitStack
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it at once (SIGKILL); nobody listens there any more."""
        self.process.kill()
        self.process.wait(10)
        self.influx.proxy.refuse()

    def start(self) -> None:
        """Start it again with the data it had."""
        self.process, port = self.stack.enter_context(started_influxd(self.root))
        self.influx.proxy.backend = ("127.0.0.1", port)
        self.influx.proxy.heal()
        self.influx = replace(self.influx, port=port)
