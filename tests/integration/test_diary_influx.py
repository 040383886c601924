"""What is written down reaches a real influxd as `event`, and so do edits and deletions."""

from contextlib import closing
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processing.model import NS_PER_S
from sitstreak.live import LiveProcessor
from sitstreak.storage import outbox
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_once
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.journal import SqliteJournal
from tests.support.diary_kit import diary_at, entry, not_worn
from tests.support.influx_rows import local_rows, server_rows
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
WEARER = "Zoë, the =best"
LABELS = [1] * 70 + [0] * 400 + [2] * 45 + [0] * 200 + [6] * 33 + [3] * 250
KINDS = "pain|exercise|stretch|test|note|not_worn|sleep"


@pytest.fixture
def sink(influx):
    with InfluxSink(influx.url, influx.token, influx.org, influx.bucket) as sink:
        yield sink


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def process(connection, tmp_path) -> None:
    with LiveProcessor(tmp_path, settings(tmp_path), QUICK, advance=label_advance) as processor:
        processor.step()
        processor.finish(DEVICE)


def record(connection, tmp_path) -> None:
    SqliteJournal(connection, WEARER).append(run_of_blocks(T0_S, LABELS), [])
    process(connection, tmp_path)


def drain_all(connection, sink) -> None:
    while drain_once(connection, sink, limit=100):
        pass


def written(influx) -> list[tuple[Any, ...]]:
    rows = influx.query(f'SELECT kind, "text", value FROM event WHERE kind =~ /^({KINDS})$/')
    return [(row["time"] // NS_PER_S, row["kind"], row["text"], row["value"]) for row in rows]


def everything_is_there(influx, connection) -> bool:
    here: set[Any] = local_rows(connection, WEARER, ZoneInfo(BERLIN))
    return here == server_rows(influx, WEARER, DEVICE)


def test_every_kind_becomes_a_row_with_its_number(influx, sink, connection, tmp_path):
    record(connection, tmp_path)
    diary, what = diary_at(connection), "single-leg-bridge"
    diary.add(WEARER, entry("pain", T0_S + 5, score=4, note='sat "long"\n=cmd() \\ ünd 🙂'))
    diary.add(WEARER, entry("exercise", T0_S + 5, what="squat", n_sets=3, n_reps=8))
    diary.add(WEARER, entry("stretch", T0_S + 6, what="hip-flexor"))
    diary.add(WEARER, entry("test", T0_S + 7, what=what, left_s=30.0, right_s=22.0))
    diary.add(WEARER, entry("note", T0_S + 8, note="x" * 10_000))
    diary.add(WEARER, not_worn(T0_S + 9, T0_S + 69))
    process(connection, tmp_path)
    drain_all(connection, sink)
    assert written(influx) == [
        (T0_S + 5, "pain", 'pain 4: sat "long" =cmd() \\ ünd 🙂', 4),
        (T0_S + 5, "exercise", "squat 3 x 8", 24),
        (T0_S + 6, "stretch", "hip-flexor stretch", None),
        (T0_S + 7, "test", "single-leg bridge test, left 30 s, right 22 s", 8),
        (T0_S + 8, "note", "x" * 299 + "…", None),
        (T0_S + 9, "not_worn", "not worn for 1 min", None),
    ]


def test_two_entries_of_one_second_are_two_rows(influx, sink, connection):
    diary = diary_at(connection, sent=True)
    for score in (3, 4):
        diary.add(WEARER, entry("pain", T0_S, score=score))
    drain_all(connection, sink)
    assert [row[3] for row in written(influx)] == [3, 4]


def test_an_edit_moves_the_row_and_a_deletion_removes_it(influx, sink, connection, tmp_path):
    record(connection, tmp_path)
    diary = diary_at(connection)
    first = diary.add(WEARER, entry("pain", T0_S + 100, score=4))
    diary.add(WEARER, entry("note", T0_S + 90, note="stays"))
    drain_all(connection, sink)
    diary.edit(WEARER, first.id, at_s=T0_S + 50, score=5)
    drain_all(connection, sink)
    note = (T0_S + 90, "note", "stays", None)
    assert written(influx) == [(T0_S + 50, "pain", "pain 5", 5), note]
    diary.delete(WEARER, first.id)
    drain_all(connection, sink)
    assert written(influx) == [note]
    diary.restore(WEARER, first.id)
    drain_all(connection, sink)
    assert written(influx) == [(T0_S + 50, "pain", "pain 5", 5), note]
    assert everything_is_there(influx, connection)


def test_time_told_as_not_worn_changes_the_rows_until_it_is_taken_back(
    influx, sink, connection, tmp_path
):
    record(connection, tmp_path)
    drain_all(connection, sink)
    before = server_rows(influx, WEARER, DEVICE)
    told = diary_at(connection).add(WEARER, not_worn(T0_S + 100, T0_S + 300))
    process(connection, tmp_path)
    drain_all(connection, sink)
    assert everything_is_there(influx, connection)
    assert server_rows(influx, WEARER, DEVICE) != before
    diary_at(connection).delete(WEARER, told.id)
    process(connection, tmp_path)
    drain_all(connection, sink)
    assert server_rows(influx, WEARER, DEVICE) == before


def test_without_influxdb_nothing_waits_for_it(connection):
    diary_at(connection).add(WEARER, entry("pain", T0_S, score=4))
    assert outbox.status(connection).n_waiting == 0
    assert connection.execute("SELECT count(*) FROM outbox_replay").fetchone() == (0,)
