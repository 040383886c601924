"""The queue: a newer line replaces an older one, and only what was confirmed is forgotten."""

from contextlib import closing

import pytest

from sitstreak.storage import outbox
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import back_off_s, drain_once
from sitstreak.storage.lines import Line, series
from tests.support.storage_kit import T0_S, DictSink

STREAK = series("streak", "me")


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def put(connection, *lines) -> None:
    with transaction(connection):
        outbox.put(connection, [Line(STREAK, at_s, fields) for at_s, fields in lines])


def test_only_the_newest_line_for_a_place_waits(connection):
    put(connection, (T0_S, "streak_s=1.0"), (T0_S + 30, "streak_s=2.0"), (T0_S, "streak_s=3.0"))
    assert [line.split()[1] for line in outbox.oldest(connection, 10).lines] == [
        "streak_s=2.0",
        "streak_s=3.0",
    ]


def test_a_line_replaced_while_the_old_one_is_sent_still_goes_out(connection):
    class Slow(DictSink):
        def write(self, lines):
            super().write(lines)
            if self.n_writes == 1:
                put(connection, (T0_S, "streak_s=2.0"))

    sink = Slow()
    put(connection, (T0_S, "streak_s=1.0"))
    drain_once(connection, sink)
    assert outbox.status(connection).n_waiting == 1
    drain_once(connection, sink)
    assert list(sink.rows.values()) == ["streak_s=2.0"]
    assert outbox.status(connection).n_waiting == 0


def test_a_deletion_goes_before_the_lines_that_replace_what_it_deletes(connection):
    sink = DictSink()
    put(connection, (T0_S, "streak_s=1.0"), (T0_S + 30, "streak_s=2.0"))
    drain_once(connection, sink)
    put(connection, (T0_S + 60, "streak_s=3.0"))
    with transaction(connection):
        outbox.put_deletions(connection, "me", "hip-1", T0_S + 30)
    put(connection, (T0_S + 90, "streak_s=4.0"))
    drain_once(connection, sink)
    assert sorted(sink.rows.values()) == ["streak_s=1.0", "streak_s=4.0"]


def test_a_deletion_that_grew_while_it_was_carried_out_is_carried_out_again(connection):
    with transaction(connection):
        outbox.put_deletions(connection, "me", "hip-1", T0_S + 30)
    first = outbox.deletions(connection)
    with transaction(connection):
        outbox.put_deletions(connection, "me", "hip-1", T0_S)
    for deletion in first:
        outbox.confirm_deletion(connection, deletion)
    # Events reach an hour further back: they may depend on what comes after them.
    since_s = [deletion.from_s for deletion in outbox.deletions(connection)]
    assert since_s == [T0_S] * 5 + [T0_S - 3600]


def test_a_batch_is_no_larger_than_asked(connection):
    put(connection, *[(T0_S + 30 * i, "streak_s=1.0") for i in range(25)])
    sink = DictSink()
    assert [drain_once(connection, sink, limit=10) for _ in range(4)] == [10, 10, 5, 0]
    assert len(sink.rows) == 25


def test_waiting_doubles_up_to_five_minutes():
    waits = [back_off_s(attempts) for attempts in (1, 2, 3, 8, 9, 10, 10_000)]
    assert waits == [1, 2, 4, 128, 256, 300, 300]
