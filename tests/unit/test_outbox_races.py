"""What happens while the sink is at work, and what ends the sending: nothing that may pass."""

import sqlite3
import threading
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from sitstreak.errors import DataDirError
from sitstreak.live import LiveProcessor
from sitstreak.storage import drain, outbox
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_all, drain_once, drain_until
from sitstreak.storage.influx import RowsRejectedError
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lines import OF_DEVICE, OF_WEARER, Line
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.storage_kit import (
    BERLIN,
    DEVICE,
    QUICK,
    T0_S,
    DictSink,
    label_advance,
    run_of_blocks,
    settings,
)

DAY_S = 86_400
LABELS = [1] * 60 + [0] * 1500 + [1] * 60 + [0] * 900


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


@pytest.fixture
def arrive(connection, tmp_path):
    """Have blocks come in and be processed by a connection of their own."""
    journal = SqliteJournal(connection, "me")
    with LiveProcessor(tmp_path, settings(tmp_path), QUICK, advance=label_advance) as processor:

        def arrive(start_s: int, labels: list[int], boot_id: int, *, last: bool = False) -> None:
            journal.append(run_of_blocks(start_s, labels, boot_id=boot_id), [])
            processor.step()
            if last:
                processor.finish(DEVICE)

        yield arrive


class BusySink(DictSink):
    """Something happens once, while it deletes rows of one measurement."""

    def __init__(self, measurement: str, meanwhile) -> None:
        super().__init__()
        self.measurement, self.meanwhile = measurement, meanwhile

    def delete(self, deletion):
        super().delete(deletion)
        if deletion.measurement == self.measurement and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()


def expected(connection) -> list[str]:
    results = Results(connection)
    first_s, latest_s = results.first_second("me") or 0, results.latest_second("me") or 0
    span_s = (first_s - 2 * DAY_S, latest_s + 2 * DAY_S)
    return sorted(line.text for line in lines_for_span(results, "me", *span_s, ZoneInfo(BERLIN)))


def put(connection, *rows) -> None:
    with transaction(connection):
        outbox.put(connection, [Line("streak,wearer=me", *row) for row in rows])


@pytest.mark.parametrize("measurement", [*OF_DEVICE, *OF_WEARER])
def test_a_deletion_that_grows_while_one_is_sent_takes_no_newer_row(
    connection, tmp_path, arrive, measurement
):
    sink = BusySink(measurement, lambda: arrive(T0_S - 500, [2] * 40, 3))
    arrive(T0_S, LABELS, 1, last=True)
    with closing(open_database(tmp_path)) as sending:
        drain_all(sending, sink)
        arrive(T0_S + 700, [2] * 40, 2)
        drain_all(sending, sink)
        assert sink.meanwhile is None
        assert sink.lines() == expected(connection)
        assert outbox.status(connection).n_waiting == 0


def test_sending_everything_does_not_stop_at_a_deletion_that_grew(connection):
    def grow() -> None:
        with transaction(connection):
            outbox.put_wearer_deletions(connection, "me", T0_S)
            outbox.put(connection, [Line("streak,wearer=me", T0_S, "streak_s=1.0")])

    with transaction(connection):
        outbox.put_wearer_deletions(connection, "me", T0_S + 30)
    sink = BusySink("streak", grow)
    assert drain_all(connection, sink) == 1
    assert list(sink.rows.values()) == ["streak_s=1.0"]


def test_a_refused_deletion_that_grew_meanwhile_is_asked_for_again(connection):
    asked = []

    class Refusing(DictSink):
        def delete(self, deletion):
            asked.append(deletion.from_s)
            if len(asked) == 1:
                with transaction(connection):
                    outbox.put_wearer_deletions(connection, "me", T0_S)
            raise RowsRejectedError("400: no")

    with transaction(connection):
        outbox.put_wearer_deletions(connection, "me", T0_S + 30)
    put(connection, (T0_S - 30, "streak_s=1.0"))
    assert drain_once(connection, Refusing()) == 1
    assert asked[0] == T0_S + 30
    # events are deleted from an hour earlier on
    assert {since_s for since_s in asked[2:] if since_s > T0_S - 3500} == {T0_S}
    assert outbox.deletions(connection) == []


def test_a_bout_that_is_open_again_has_no_row(connection, arrive):
    sink = DictSink()
    arrive(T0_S, [0] * 300, 1, last=True)
    drain_all(connection, sink)
    assert any(line.startswith("bout,") for line in sink.lines())
    arrive(T0_S + 300, [0] * 200, 2)
    drain_all(connection, sink)
    assert sink.lines() == expected(connection)
    assert not any(line.startswith("bout,") for line in sink.lines())
    arrive(T0_S + 500, [0] * 100, 3, last=True)
    drain_all(connection, sink)
    assert sink.lines() == expected(connection)
    assert sum(line.startswith("bout,") for line in sink.lines()) == 1


def impatient(path) -> sqlite3.Connection:
    connection = open_database(path)
    connection.execute("PRAGMA busy_timeout = 0")
    return connection


def test_sending_goes_on_when_another_program_has_let_go_of_the_database(
    connection, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(drain, "open_database", impatient)
    put(connection, (T0_S, "streak_s=1.0"))
    sink, waits = DictSink(), []
    connection.execute("BEGIN IMMEDIATE")

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 3:
            connection.execute("ROLLBACK")
        return len(waits) == 4

    drain_until(tmp_path, sink, threading.Event(), wait=wait)
    assert waits == [1.0, 2.0, 4.0, 2.0]
    assert list(sink.rows.values()) == ["streak_s=1.0"]
    assert caplog.text.count("kept locked by another program") == 1


@pytest.mark.parametrize("at_opening", [True, False])
@pytest.mark.parametrize("kind", [DataDirError, sqlite3.OperationalError])
def test_no_error_of_the_database_ends_the_sending(
    connection, tmp_path, monkeypatch, kind, at_opening
):
    error = kind(tmp_path, "is odd") if kind is DataDirError else kind("is odd")
    put(connection, (T0_S, "streak_s=1.0"))
    name = "open_database" if at_opening else "drain_once"
    works, n_calls, said = getattr(drain, name), 0, []

    def fails_first(*args):
        nonlocal n_calls
        n_calls += 1
        if n_calls == 1:
            raise error
        return works(*args)

    def wait(_: float) -> bool:
        said.append(outbox.status(connection).error)
        return len(said) == 2

    monkeypatch.setattr(drain, name, fails_first)
    sink = DictSink()
    drain_until(tmp_path, sink, threading.Event(), wait=wait)
    assert "is odd" in (said[0] or "")
    assert said[1] is None
    assert list(sink.rows.values()) == ["streak_s=1.0"]
