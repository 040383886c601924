"""Whatever happens to InfluxDB under load, in the end it holds each row exactly once.

The clock is simulated: each pause of the sender is so much more load, and no pause is waited for.
"""

import contextlib
import signal
import subprocess
import sys
import threading
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

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
from tests.support.drill import POINTS_PER_S, SERIES, Drill, OwnInfluxd
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
from tests.support.tiny_disk import fill, tiny_disk

pytestmark = pytest.mark.influxd

ROOT = Path(__file__).parents[2]
#: Sends what waits; says so in its request after some, and waits there to be killed.
_SENDER = """
import sys
from contextlib import closing
from pathlib import Path
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_all
from sitstreak.storage.influx import InfluxSink
data_dir, url, token, n_writes, stored = sys.argv[1:]
n_left = int(n_writes)
class Mortal(InfluxSink):
    def write(self, lines):
        global n_left
        if n_left or int(stored):
            super().write(lines)
        if not n_left:
            print("now", flush=True)
            sys.stdin.read()
        n_left -= 1
with closing(open_database(Path(data_dir))) as connection:
    drain_all(connection, Mortal(url, token, "sitstreak", "wear"))
"""


@pytest.fixture
def own_influxd(influxd_port, tmp_path):
    root = tmp_path / "influxd"
    root.mkdir()
    with contextlib.ExitStack() as stack:
        process, port = stack.enter_context(started_influxd(root))
        proxy = InfluxProxy(("127.0.0.1", port), token="test-token")
        stack.callback(proxy.close)
        influx = Influx(proxy, port)
        influx.reset()
        yield OwnInfluxd(root, influx, stack, process)


def check(done: Drill) -> None:
    assert done.n_put == POINTS_PER_S * done.lasts_s
    assert done.held() == done.expected()


@pytest.mark.parametrize("how", [503, 429, 401, "drop"])
def test_refusals_under_load_lose_nothing_and_store_nothing_twice(influx, tmp_path, how):
    done = Drill(tmp_path, influx)
    done.events = {2.0: lambda: influx.proxy.fail(how), 6.0: influx.proxy.heal}
    done.run()
    check(done)
    assert not set_aside(tmp_path)


def test_a_server_that_asks_to_be_left_alone_is_left_alone_for_so_long(influx, tmp_path):
    done = Drill(tmp_path, influx)
    asked: list[float] = []

    def busy():
        influx.proxy.fail(429, times=1, retry_after="7")
        asked.append(done.now_s)

    done.events = {2.0: busy}
    done.run()
    check(done)
    refused_s = done.waits_s.index(7.0)
    assert done.waits_s[refused_s + 1] < 7.0  # it was asked for once
    assert asked


@pytest.mark.parametrize(
    ("said", "waited_s"),
    [("120", 120.0), ("0", 1.0), ("", 1.0), ("999999", 3_600.0), ("soon", 1.0), ("-5", 1.0)],
)
def test_what_a_busy_server_may_ask_for(influx, tmp_path, said, waited_s):
    influx.proxy.fail(503, retry_after=said)
    done = Drill(tmp_path, influx, lasts_s=0.0)
    waits_s: list[float] = []

    def wait(seconds: float) -> bool:
        waits_s.append(seconds)
        return True

    with closing(open_database(tmp_path)) as connection, done.sink() as sink:
        with transaction(connection):
            outbox.put(connection, [Line(SERIES, T0_S, "streak_s=0.0")])
        drain_until(tmp_path, sink, threading.Event(), wait=wait)
    assert waits_s == [waited_s]


@pytest.mark.parametrize("at_once", [1, 4], ids=["as it comes", "in bundles"])
def test_a_server_killed_for_a_minute_gets_all_of_it(own_influxd, tmp_path, at_once):
    """150,000 points come in while no server is there; what it held when killed is still there."""
    own = own_influxd
    done = Drill(tmp_path, own.influx, lasts_s=66.0, at_once=at_once)
    done.events = {2.0: own.kill, 62.0: own.start}
    done.run()
    check(done)
    assert done.most_waiting >= 60 * POINTS_PER_S


def test_a_poisoned_row_under_load_is_set_aside_with_its_reason_and_no_other(influx, tmp_path):
    done = Drill(tmp_path, influx, lasts_s=4.0, poisoned=frozenset({1_234, 6_001, 6_002}))
    done.run()
    check(done)
    aside = set_aside(tmp_path)
    assert [one.about_s - T0_S for one in aside] == [1_234, 6_001, 6_002]
    assert all("field type conflict" in one.reason for one in aside)


def test_an_answer_that_is_lost_after_the_rows_were_stored_stores_nothing_twice(influx, tmp_path):
    done = Drill(tmp_path, influx)
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
    done = Drill(tmp_path, influx, lasts_s=6.0, events={5.0: release.set})
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
    done = Drill(tmp_path, influx)
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


def test_a_server_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(own_influxd, tmp_path):
    own = own_influxd
    done = Drill(tmp_path, own.influx, events={7.0: own.start})
    handler, stored = influx_proxy._Handler, influx_proxy._Handler._write
    killed: list[int] = []

    def kill_in_the_middle(self, asked, body):
        if done.now_s > 2 and not killed:
            killed.append(1)
            half = body[: len(body) // 2]
            with contextlib.closing(HTTPConnection(*own.influx.proxy.backend)) as link:
                link.putrequest("POST", "/write?db=wear&precision=ns")
                link.putheader("Content-Length", str(len(body)))
                link.endheaders(half)
                own.kill()
            self.close_connection = True
        else:
            stored(self, asked, body)

    with mock.patch.object(handler, "_write", kill_in_the_middle):
        done.run()
    assert killed
    check(done)


def test_a_collector_killed_while_it_sends_leaves_the_rest_for_the_next(influx, tmp_path):
    """Killed for good (SIGKILL): before a request, after it was stored, and in what follows."""
    n_rows = 9_000
    with closing(open_database(tmp_path)) as connection:
        for at in range(0, n_rows, 3_000):  # a bundle, then rows that go one by one
            put(connection, range(at, at + 2_800))
            put(connection, range(at + 2_800, at + 3_000))
    for n_writes, stored in [(0, True), (1, False), (2, True)]:
        kill_in_request(tmp_path, influx, n_writes, stored=stored)
    with closing(open_database(tmp_path)) as connection, Drill(tmp_path, influx).sink() as sink:
        assert 0 < outbox.n_rows(connection) < n_rows
        drain_all(connection, sink)
        assert outbox.n_rows(connection) == 0
    held = [row["streak_s"] for row in influx.query("SELECT streak_s FROM streak")]
    assert held == [float(index) for index in range(n_rows)]
    assert not set_aside(tmp_path)


def kill_in_request(data_dir: Path, influx: Influx, n_writes: int, *, stored: bool) -> None:
    """Have a process of its own send; kill it in its request after so many that were confirmed."""
    arguments = (data_dir, influx.url, influx.token, n_writes, int(stored))
    with subprocess.Popen(
        [sys.executable, "-c", _SENDER, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        process.kill()
        assert process.wait(30) == -signal.SIGKILL


def test_an_outbox_on_a_full_disk_delays_rows_and_loses_none(influx, tmp_path):
    """A real file system of its own, so full that results and rows cannot be stored."""
    with tiny_disk(tmp_path / "disk", 3_000_000) as place:
        labels = [1] * 70 + [0] * 400 + [2] * 45 + [0] * 200 + [3] * 250
        with (
            closing(open_database(place)) as connection,
            LiveProcessor(place, settings(place), QUICK, advance=label_advance) as live,
            InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink,
        ):
            SqliteJournal(connection, "me").append(run_of_blocks(T0_S, labels), [])
            filler = fill(place, 8_192)
            for _ in range(3):
                with pytest.raises(DiskFullError):
                    live.step()
            filler.unlink()
            live.step()
            live.finish(DEVICE)
            drain_all(connection, sink)
            expected = local_rows(connection, "me", ZoneInfo(BERLIN))
            assert server_rows(influx, "me", DEVICE) == expected


def test_a_disk_that_is_full_just_when_rows_are_queued_delays_rows_and_loses_none(influx, tmp_path):
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


def put(connection, indices: range) -> None:
    with transaction(connection):
        outbox.put(connection, [Line(SERIES, T0_S + i, f"streak_s={i}.0") for i in indices])


def set_aside(data_dir):
    with closing(open_database(data_dir)) as connection:
        return quarantine.listed(connection)
