"""From results through the outbox into a real influxd, and nothing lost on the way."""

import threading
from contextlib import closing
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from ingest.model import SensorReading
from processing.model import NS_PER_S
from sitstreak.live import LiveProcessor
from sitstreak.storage import outbox, quarantine
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_once, drain_until
from sitstreak.storage.influx import InfluxSink, RowsRejectedError, SinkUnavailableError
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lines import Line
from sitstreak.storage.outbox import Deletion
from tests.support.influx_rows import MEASUREMENTS, local_rows, server_rows
from tests.support.storage_kit import (
    BERLIN,
    DEVICE,
    QUICK,
    T0_S,
    label_advance,
    run_of_blocks,
    settings,
)

pytestmark = pytest.mark.influxd

WEARER = "Zoë, the =best"  # every character that line protocol has to escape
TAGS = ("device", "wearer")
LABELS = [1] * 70 + [0] * 400 + [2] * 45 + [0] * 200 + [6] * 33 + [3] * 250


@pytest.fixture
def sink(influx):
    with InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink:
        yield sink


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def replay(connection, tmp_path, labels=LABELS, start_s=T0_S, boot_id=1) -> None:
    blocks = run_of_blocks(start_s, labels, boot_id=boot_id)
    journal = SqliteJournal(connection, WEARER)
    journal.append(blocks, [])
    for minute in range(3):
        at_ns = (start_s + 60 * minute) * NS_PER_S
        journal.note_sensor(SensorReading(DEVICE, at_ns, 80 - minute, -60, 0, 0))
    with LiveProcessor(tmp_path, settings(tmp_path), QUICK, advance=label_advance) as processor:
        processor.step()
        processor.finish(DEVICE)


def drain_all(connection, sink) -> None:
    while drain_once(connection, sink, limit=100):
        pass


def expected(connection) -> set[Any]:
    return local_rows(connection, WEARER, ZoneInfo(BERLIN))


def held(influx) -> set[Any]:
    return server_rows(influx, WEARER, DEVICE)


def test_influxd_holds_exactly_the_results(influx, sink, connection, tmp_path):
    replay(connection, tmp_path)
    drain_all(connection, sink)
    assert {name for name, *_ in expected(connection)} == set(MEASUREMENTS)
    assert held(influx) == expected(connection)
    status = outbox.status(connection)
    assert (status.n_waiting, status.n_quarantined, status.error) == (0, 0, None)
    assert status.sent_at_s is not None


def test_running_it_twice_changes_nothing(influx, sink, connection, tmp_path):
    replay(connection, tmp_path)
    drain_all(connection, sink)
    before = held(influx)
    outbox.backfill(connection)
    replay(connection, tmp_path)
    assert outbox.status(connection).n_waiting > 0
    drain_all(connection, sink)
    assert held(influx) == before == expected(connection)


def test_a_dropped_bucket_comes_back_the_same(influx, sink, connection, tmp_path):
    replay(connection, tmp_path)
    drain_all(connection, sink)
    before = held(influx)
    influx.reset()
    outbox.backfill(connection)
    replay(connection, tmp_path)
    drain_all(connection, sink)
    assert held(influx) == before


def test_a_late_block_leaves_no_stale_row_behind(influx, sink, connection, tmp_path):
    replay(connection, tmp_path)
    drain_all(connection, sink)
    before = held(influx)
    replay(connection, tmp_path, labels=[5] * 120, start_s=T0_S + 333, boot_id=2)
    drain_all(connection, sink)
    after = held(influx)
    assert after == expected(connection)
    assert before - after


@pytest.mark.parametrize("how", [401, 403, 404, 408, 429, 500, 502, 503, "drop"])
def test_a_failed_send_loses_nothing(influx, sink, connection, tmp_path, how):
    replay(connection, tmp_path)
    n_waiting = outbox.status(connection).n_waiting
    influx.proxy.fail(how)
    with pytest.raises(SinkUnavailableError) as error:
        drain_once(connection, sink)
    assert "\n" not in str(error.value)
    assert influx.token not in str(error.value)
    assert outbox.status(connection).n_waiting == n_waiting
    influx.proxy.heal()
    drain_all(connection, sink)
    assert held(influx) == expected(connection)


@pytest.mark.parametrize(
    ("how", "advice"),
    [
        pytest.param(401, "SITSTREAK_INFLUX_TOKEN", id="token"),
        pytest.param(404, "bucket 'wear' of organisation 'sitstreak'", id="bucket"),
        pytest.param(200, "is SITSTREAK_INFLUX_URL the address of InfluxDB", id="something else"),
        pytest.param(302, "answers 302", id="a login page"),
    ],
)
def test_a_wrong_setting_is_said_plainly(influx, sink, how, advice):
    influx.proxy.fail(how)
    with pytest.raises(SinkUnavailableError, match=advice):
        sink.write([f"streak,wearer=me streak_s=1.0 {T0_S}000000000"])


def test_a_server_that_is_down_is_said_plainly(influx, sink):
    influx.proxy.refuse()
    with pytest.raises(SinkUnavailableError, match=r"cannot be reached: .*[Rr]efused"):
        sink.write([f"streak,wearer=me streak_s=1.0 {T0_S}000000000"])


@pytest.mark.parametrize("url", ["not an address", "http://", "http://[::1", "ftp://127.0.0.1"])
def test_an_address_that_is_none_keeps_the_rows(connection, url):
    put(connection, ("streak,wearer=me", T0_S, "streak_s=1.0"))
    with InfluxSink(url, "t", "o", "b") as sink, pytest.raises(SinkUnavailableError):
        drain_once(connection, sink)
    assert outbox.status(connection).n_waiting == 1


def test_a_poisoned_row_is_set_aside_with_its_reason_and_the_others_arrive(
    influx, sink, connection
):
    rows = [("streak,wearer=me", T0_S + 30 * i, f"streak_s={i}.0") for i in range(40)]
    rows[0] = ("streak,wearer=me", T0_S, "streak_s=0.0")
    rows[17] = ("streak,wearer=me", T0_S + 30 * 17, 'streak_s="not a number"')
    rows[31] = ("streak,wearer=me", T0_S + 30 * 31, "streak_s=")
    put(connection, rows[0])
    drain_all(connection, sink)  # from here on the field is a float
    put(connection, *rows[1:])
    drain_all(connection, sink)
    assert [row["streak_s"] for row in influx.query("SELECT streak_s FROM streak")] == [
        float(i) for i in range(40) if i not in (17, 31)
    ]
    aside = {line.split(" ")[1]: reason for line, reason in set_aside(connection)}
    assert "field type conflict" in next(
        v for k, v in aside.items() if k.startswith('streak_s="not')
    )
    assert "missing field value" in aside["streak_s="]
    status = outbox.status(connection)
    assert (status.n_waiting, status.n_quarantined) == (0, 2)


def test_a_server_that_cannot_delete_does_not_stop_the_rest(influx, sink, connection):
    influx.proxy.fail(404, times=1)
    with pytest.raises(RowsRejectedError, match="cannot delete"):
        sink.delete(Deletion(1, "bout", "me", DEVICE, T0_S))


def test_a_deletion_in_a_bucket_that_is_not_there_is_kept(influx, connection):
    with transaction(connection):
        outbox.put_deletions(connection, "me", DEVICE, T0_S)
    n_waiting = outbox.status(connection).n_waiting
    with (
        InfluxSink(influx.url, influx.token, influx.org, "elsewhere") as sink,
        pytest.raises(SinkUnavailableError, match="does not know bucket 'elsewhere'"),
    ):
        drain_once(connection, sink)
    assert outbox.status(connection).n_waiting == n_waiting == 6


def test_the_loop_goes_on_when_the_server_is_back(influx, sink, connection, tmp_path):
    replay(connection, tmp_path)
    influx.proxy.refuse()
    stop, waits = threading.Event(), []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 4:
            assert "cannot be reached" in (outbox.status(connection).error or "")
            influx.proxy.heal()
        return len(waits) == 6

    drain_until(tmp_path, sink, stop, wait=wait)
    assert waits == [1.0, 2.0, 4.0, 8.0, 2.0, 2.0]
    assert held(influx) == expected(connection)
    assert outbox.status(connection).error is None


def test_settings_say_where_to_send_and_nothing_is_sent_without_an_address(influx, tmp_path):
    assert InfluxSink.from_settings(settings(tmp_path, influx_url=None)) is None
    found = InfluxSink.from_settings(
        settings(tmp_path, influx_url=influx.url, influx_token=SecretStr(influx.token))
    )
    assert found is not None
    with found:
        found.write([f"streak,wearer=me streak_s=1.0 {T0_S}000000000"])
    assert influx.query("SELECT streak_s FROM streak")[0]["time"] == T0_S * NS_PER_S


def put(connection, *rows) -> None:
    with transaction(connection):
        outbox.put(connection, [Line(*row) for row in rows])


def set_aside(connection):
    return [(refused.line, refused.reason) for refused in quarantine.listed(connection)]
