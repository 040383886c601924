"""Whatever happens to InfluxDB under load, in the end it holds each row exactly once.

The clock is simulated: each pause of the sender is so much more load, and no pause is waited for.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from processing.model import NS_PER_S
from sitstreak.errors import DiskFullError
from sitstreak.live import LiveProcessor
from sitstreak.storage import influx as influx_module
from sitstreak.storage import outbox, quarantine
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_all, drain_until
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lines import Line
from tests.support import influx_proxy
from tests.support.influx_proxy import InfluxProxy
from tests.support.influx_rows import local_rows, server_rows
from tests.support.influxd_fixture import Influx, started_influxd
from tests.support.storage_kit import (
    BERLIN,
    DEVICE,
    QUICK,
    T0_S,
    Died,
    label_advance,
    run_of_blocks,
    settings,
)

pytestmark = pytest.mark.influxd

POINTS_PER_S = 2_500
SERIES = "streak,wearer=me"


@dataclass
class Drill:
    """A sender at work while rows come in; `events` say what happens at which second of it."""

    data_dir: Path
    influx: Influx
    lasts_s: float
    events: dict[float, Callable[[], None]] = field(default_factory=dict)
    now_s: float = 0.0
    n_put: int = 0
    poisoned: frozenset[int] = frozenset()
    n_waits: int = 0

    def run(self) -> None:
        with closing(open_database(self.data_dir)) as self.connection, self._sink() as sink:
            self._put(1)  # the first row fixes the type of the field, for the poisoned ones
            drain_all(self.connection, sink)
            while not self._is_over():
                with contextlib.suppress(Died):  # the collector is gone; here starts the next one
                    drain_until(self.data_dir, sink, threading.Event(), wait=self._wait)

    def held(self) -> list[tuple[int, float]]:
        rows = self.influx.query("SELECT streak_s FROM streak")
        return [(row["time"] // NS_PER_S - T0_S, row["streak_s"]) for row in rows]

    def expected(self) -> list[tuple[int, float]]:
        good = [index for index in range(self.n_put) if index not in self.poisoned]
        return [(index, float(index)) for index in good]

    def _wait(self, seconds: float) -> bool:
        self.n_waits += 1
        assert self.n_waits < 500, "it does not recover"
        self.now_s += max(seconds, 0.05)
        self._put(int(POINTS_PER_S * min(self.now_s, self.lasts_s)))
        for at_s in [at_s for at_s in self.events if at_s <= self.now_s]:
            self.events.pop(at_s)()
        return self._is_over()

    def _put(self, until: int) -> None:
        rows = [Line(SERIES, T0_S + i, self._fields(i)) for i in range(self.n_put, until)]
        with transaction(self.connection):
            outbox.put(self.connection, rows)
        self.n_put = max(until, self.n_put)

    def _fields(self, index: int) -> str:
        return 'streak_s="poison"' if index in self.poisoned else f"streak_s={index}.0"

    def _is_over(self) -> bool:
        waits = outbox.status(self.connection).n_waiting
        return self.now_s >= self.lasts_s and not self.events and not waits

    @contextlib.contextmanager
    def _sink(self) -> Iterator[InfluxSink]:
        influx = self.influx
        with InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink:
            yield sink


def drill(tmp_path, influx, lasts_s=8.0, **more) -> Drill:
    return Drill(tmp_path, influx, lasts_s, **more)


def check(done: Drill) -> None:
    assert done.n_put == POINTS_PER_S * done.lasts_s
    assert done.held() == done.expected()


@pytest.mark.parametrize("how", [503, 429, 401, "drop"])
def test_refusals_under_load_lose_nothing_and_store_nothing_twice(influx, tmp_path, how):
    done = drill(tmp_path, influx)
    done.events = {2.0: lambda: influx.proxy.fail(how), 6.0: influx.proxy.heal}
    done.run()
    check(done)
    assert not set_aside(tmp_path)


def test_a_server_that_is_away_for_a_minute_gets_all_of_it(influx, tmp_path):
    done = drill(tmp_path, influx, lasts_s=66.0)
    done.events = {2.0: influx.proxy.refuse, 62.0: influx.proxy.heal}
    done.run()
    check(done)


def test_a_poisoned_row_under_load_is_set_aside_with_its_reason_and_no_other(influx, tmp_path):
    done = drill(tmp_path, influx, lasts_s=4.0, poisoned=frozenset({1_234, 6_001, 6_002}))
    done.run()
    check(done)
    aside = set_aside(tmp_path)
    assert [one.about_s - T0_S for one in aside] == [1_234, 6_001, 6_002]
    assert all("field type conflict" in one.reason for one in aside)


def test_an_answer_that_is_lost_after_the_rows_were_stored_stores_nothing_twice(influx, tmp_path):
    done = drill(tmp_path, influx)
    handler = influx_proxy._Handler
    stored = handler._write
    n_lost: list[int] = []

    def lose_the_answer(self, asked, body):
        if done.now_s > 1 and len(n_lost) < 3:
            n_lost.append(1)
            with mock.patch.object(self, "_send"):
                stored(self, asked, body)
            self.close_connection = True
        else:
            stored(self, asked, body)

    with mock.patch.object(handler, "_write", lose_the_answer):
        done.run()
    check(done)
    assert len(n_lost) == 3


def test_a_server_too_slow_to_answer_gets_each_row_once(influx, tmp_path):
    release, n_late = threading.Event(), []
    done = drill(tmp_path, influx, lasts_s=6.0, events={5.0: release.set})
    handler = influx_proxy._Handler
    stored = handler._write

    def slowly(self, asked, body):
        if done.now_s > 1 and not release.is_set():
            n_late.append(1)
            release.wait(20)
        with contextlib.suppress(OSError):  # whoever asked may be gone by now
            stored(self, asked, body)

    with (
        mock.patch.object(influx_module, "_TIMEOUTS_MS", (5_000, 300)),
        mock.patch.object(handler, "_write", slowly),
    ):
        try:
            done.run()
        finally:
            release.set()
    check(done)
    assert n_late


def test_a_collector_killed_after_the_rows_were_stored_sends_nothing_twice(influx, tmp_path):
    done = drill(tmp_path, influx)
    write = InfluxSink.write
    killed: list[int] = []

    def die(self, lines):
        write(self, lines)
        if done.now_s > 3 and len(killed) < 2:
            killed.append(len(lines))
            raise Died

    with mock.patch.object(InfluxSink, "write", die):
        done.run()
    check(done)
    assert len(killed) == 2


def test_a_server_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(influx, tmp_path):
    root = tmp_path / "influxd"
    root.mkdir()
    with contextlib.ExitStack() as stack:
        process, port = stack.enter_context(started_influxd(root))
        proxy = InfluxProxy(("127.0.0.1", port), token="test-token")
        stack.callback(proxy.close)
        own = Influx(proxy, port)
        own.reset()
        done = drill(tmp_path, own)
        handler, stored = influx_proxy._Handler, influx_proxy._Handler._write
        killed: list[int] = []

        def kill_in_the_middle(self, asked, body):
            if done.now_s > 2 and not killed:
                killed.append(1)
                half = body[: len(body) // 2]
                with contextlib.closing(HTTPConnection(*proxy.backend)) as link:
                    link.putrequest("POST", "/write?db=wear&precision=ns")
                    link.putheader("Content-Length", str(len(body)))
                    link.endheaders(half)
                    process.kill()
                    process.wait(10)
                self.close_connection = True
            elif process.poll() is not None and proxy.backend[1] == port:
                self._refuse(503, "it is down")
            else:
                stored(self, asked, body)

        def start_again():
            _, new_port = stack.enter_context(started_influxd(root))
            proxy.backend = ("127.0.0.1", new_port)

        done.events = {7.0: start_again}
        with mock.patch.object(handler, "_write", kill_in_the_middle):
            done.run()
        assert killed
        check(done)


def test_a_disk_too_full_for_the_outbox_delays_rows_and_loses_none(influx, tmp_path):
    with (
        closing(open_database(tmp_path)) as connection,
        LiveProcessor(tmp_path, settings(tmp_path), QUICK, advance=label_advance) as live,
        InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink,
    ):
        labels = [1] * 70 + [0] * 400 + [2] * 45 + [0] * 200 + [3] * 250
        SqliteJournal(connection, "me").append(run_of_blocks(T0_S, labels), [])
        with mock.patch.object(outbox, "put", side_effect=DiskFullError(tmp_path)):
            for _ in range(2):
                with pytest.raises(DiskFullError):
                    live.step()
        assert outbox.n_rows(connection) == 0
        live.step()
        live.finish(DEVICE)
        drain_all(connection, sink)
        assert server_rows(influx, "me", DEVICE) == local_rows(connection, "me", ZoneInfo(BERLIN))


def set_aside(data_dir):
    with closing(open_database(data_dir)) as connection:
        return quarantine.listed(connection)
