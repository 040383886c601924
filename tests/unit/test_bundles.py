"""Lines that were queued many at a time keep their place among those that came one by one."""

from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.model import NS_PER_S
from sitstreak.storage import bundles, outbox, quarantine, replays
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import BATCH, _pause_s, drain_all, drain_once
from sitstreak.storage.influx import RowsRejectedError, SinkUnavailableError
from sitstreak.storage.lines import STREAK, Line, series
from tests.support.storage_kit import T0_S, DictSink

TAGS = series(STREAK, "me")


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def put(connection, from_at, until_at, value) -> None:
    with transaction(connection):
        rows = [Line(TAGS, T0_S + at, f"streak_s={value}.0") for at in range(from_at, until_at)]
        outbox.put(connection, rows)


def held(sink):
    return {
        int(line.rpartition(" ")[2]) // NS_PER_S - T0_S: float(line.split("=")[2].split(" ")[0])
        for line in sink.lines()
    }


def n_bundles(connection):
    return connection.execute("SELECT count(*) FROM outbox_bundle").fetchone()[0]


@pytest.mark.parametrize("order", [(1, 600), (600, 1), (600, 600), (1, 600, 1, 600, 1)])
def test_the_newest_row_of_a_place_is_the_one_that_stays(connection, order):
    for value, n in enumerate(order):
        put(connection, 0, n, value)
    sink = DictSink()
    drain_all(connection, sink)
    assert held(sink) == {
        at: float(max(value for value, n in enumerate(order) if at < n)) for at in range(600)
    }
    assert outbox.status(connection).n_waiting == 0


def test_of_two_rows_for_one_place_in_one_bundle_only_the_last_is_sent(connection):
    with transaction(connection):
        outbox.put(connection, [Line(TAGS, T0_S, f"streak_s={n}.0") for n in range(600)])
    assert outbox.oldest(connection, 9).lines == [f"{TAGS} streak_s=599.0 {T0_S}000000000"]


def test_bundles_count_as_the_rows_they_hold(connection):
    put(connection, 0, 10, 0)
    put(connection, 0, 12_000, 1)
    with transaction(connection):
        rows = [Line(series("event", "me"), T0_S + at, 'kind="note"') for at in range(700)]
        outbox.put(connection, rows)
    assert n_bundles(connection) == 4
    assert outbox.n_rows(connection) == outbox.status(connection).n_waiting == 12_710
    assert outbox.waiting_by_measurement(connection) == {"event": 700, "streak": 12_010}


def test_small_bundles_go_together_as_far_as_a_request_holds_them(connection):
    for value in range(5):
        put(connection, 1_000 * value, 1_000 * value + 900, value)
    sink = DictSink()
    assert [drain_once(connection, sink, limit=2_000) for _ in range(4)] == [1_800, 1_800, 900, 0]
    assert sink.n_writes == 3


def test_a_bundle_larger_than_a_request_goes_in_several(connection):
    put(connection, 0, 1_000, 1)
    sink = DictSink()
    assert drain_once(connection, sink, limit=300) == 1_000
    assert sink.n_writes == 4
    assert n_bundles(connection) == 0


def test_a_deletion_takes_its_rows_out_of_bundles_and_leaves_the_others(connection):
    put(connection, 0, 1_000, 1)
    other = series(STREAK, "me too")
    with transaction(connection):
        outbox.put(connection, [Line(other, T0_S + at, "streak_s=1.0") for at in range(600)])
        outbox.put_wearer_deletions(connection, "me", T0_S + 250)
    assert outbox.n_rows(connection) == 250 + 600
    with transaction(connection):
        outbox.put_wearer_deletions(connection, "me", T0_S)
    assert (outbox.n_rows(connection), n_bundles(connection)) == (600, 1)
    assert all(line.startswith(f"{other} ") for line in bundles.all_lines(connection))


def test_what_is_queued_time_and_again_without_a_server_stops_growing(connection):
    """So late data that change hours of results again and again do not fill the disk."""
    for value in range(40):
        put(connection, 0, 3_000, value)
    assert bundles.n_rows(connection) <= bundles.MOST_WAITING + 3_000
    n_waiting = outbox.n_rows(connection)
    for value in range(40, 80):
        put(connection, 0, 3_000, value)
    assert outbox.n_rows(connection) == n_waiting
    sink = DictSink()
    drain_all(connection, sink)
    assert set(held(sink).values()) == {79.0}


class PickySink(DictSink):
    """Refuses rows of some values; is away at some requests; dies at some."""

    def __init__(self, poison=()):
        super().__init__()
        self.poison, self.away = set(poison), []

    def write(self, lines):
        if self.away and self.away.pop():
            raise SinkUnavailableError("away")
        if any(f"streak_s={value}.0" in line for line in lines for value in self.poison):
            raise RowsRejectedError("400: no")
        super().write(lines)


def test_a_poisoned_row_of_a_bundle_is_set_aside_and_no_other(connection):
    with transaction(connection):
        outbox.put(connection, [Line(TAGS, T0_S + at, f"streak_s={at}.0") for at in range(1_000)])
    sink = PickySink({7, 611})
    drain_all(connection, sink)
    assert [one.about_s - T0_S for one in quarantine.listed(connection)] == [7, 611]
    assert held(sink) == {at: float(at) for at in range(1_000) if at not in (7, 611)}
    assert outbox.status(connection).n_waiting == 0


@pytest.mark.parametrize("n_requests", range(6))
def test_broken_off_in_a_bundle_with_a_poisoned_row_the_next_time_ends_the_same(
    connection, n_requests
):
    with transaction(connection):
        outbox.put(connection, [Line(TAGS, T0_S + at, f"streak_s={at}.0") for at in range(600)])
    sink = PickySink({300})
    sink.away = [True] + [False] * n_requests
    with pytest.raises(SinkUnavailableError):
        drain_all(connection, sink)
    assert outbox.n_rows(connection) == 600
    drain_all(connection, sink)
    assert [one.about_s - T0_S for one in quarantine.listed(connection)] == [300]
    assert held(sink) == {at: float(at) for at in range(600) if at != 300}


def test_no_more_than_so_many_refused_rows_are_kept_the_newest_ones(connection, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST", 50)
    with transaction(connection):
        outbox.put(connection, [Line(TAGS, T0_S + at, "streak_s=5.0") for at in range(600)])
        outbox.put(connection, [Line(TAGS, T0_S + at, "streak_s=5.0") for at in range(600, 630)])
    drain_all(connection, PickySink({5}))
    kept = [one.about_s - T0_S for one in quarantine.listed(connection)]
    assert kept == list(range(580, 630))
    assert outbox.status(connection).n_waiting == 0


def test_a_row_that_is_refused_time_and_again_pushes_no_other_out(connection, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST", 5)
    put(connection, 0, 5, 5)
    drain_all(connection, PickySink({5}))
    for _ in range(20):
        put(connection, 2, 3, 5)
        drain_all(connection, PickySink({5}))
    assert [one.about_s - T0_S for one in quarantine.listed(connection)] == [0, 1, 3, 4, 2]


def test_the_sender_rests_only_when_little_waits(connection):
    assert _pause_s(connection, 0) > 0
    assert _pause_s(connection, BATCH - 1) > 0
    assert _pause_s(connection, BATCH) == 0
    put(connection, 0, 600, 1)
    assert _pause_s(connection, 1) == 0
    assert _pause_s(connection, 0) > 0  # nothing could be sent: no busy loop
    drain_all(connection, DictSink())
    assert _pause_s(connection, 1) > 0
    replays.put(connection, "me", "Europe/Berlin", T0_S, replays.END_S)
    assert _pause_s(connection, 1) == 0  # the next day of a replay is made at once


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 40), st.integers(1, 12)),
        st.tuples(st.just("delete"), st.integers(0, 45), st.just(0)),
        st.tuples(st.just("send"), st.integers(1, 9), st.integers(0, 6)),
    ),
    max_size=14,
)


@given(STEPS)
def test_whatever_is_queued_deleted_and_broken_off_the_sink_ends_with_the_newest(steps):
    with (
        TemporaryDirectory() as place,
        pytest.MonkeyPatch.context() as patched,
        closing(open_database(Path(place))) as connection,
    ):
        patched.setattr(bundles, "FEWEST", 5)
        patched.setattr(bundles, "_LARGEST", 4)
        patched.setattr(bundles, "MOST_WAITING", 25)
        sink = PickySink()
        expected: dict[int, float] = {}
        for value, (what, first, second) in enumerate(steps):
            if what == "put":
                put(connection, first, first + second, value)
                expected |= {at: float(value) for at in range(first, first + second)}
            elif what == "delete":
                with transaction(connection):
                    outbox.put_wearer_deletions(connection, "me", T0_S + first)
                expected = {at: was for at, was in expected.items() if at < first}
            else:
                sink.away = [True] + [False] * second
                with suppress(SinkUnavailableError):
                    drain_once(connection, sink, limit=first)
                sink.away = []
            n_counted = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
            n_counted += sum(1 for _ in bundles.all_lines(connection))
            assert outbox.n_rows(connection) == n_counted
        drain_all(connection, sink)
        assert held(sink) == expected
