"""Rows of `event`: what happened, when to the nanosecond, and as often as the day's row says."""

from collections import Counter
from contextlib import closing

import pytest

from processing.model import NS_PER_S, Gap
from sitstreak.storage import projection
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_all
from sitstreak.storage.enqueue import enqueue, resend_told, take_back
from sitstreak.storage.happenings import (
    BREAK,
    GAP,
    KINDS,
    SENSOR_OFF,
    SENSOR_ON,
    event_line,
    gap_lines,
)
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.live_state import Extent, StoredState, save
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.seeded_weeks import METHOD, WEEKS, seed
from tests.support.storage_kit import T0_S, DictSink, block

DAY_S = 86_400
START_NS = T0_S * NS_PER_S


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def two_sensors(connection, *gaps):
    """Give `me` two sensors, settled until an hour after T0_S, with gaps."""
    for device in ("hip-1", "hip-2"):
        mine = [gap for gap in gaps if gap.device_id == device]
        SqliteJournal(connection, "me").append([block(T0_S, [0], device=device)], mine)
        [key] = connection.execute(
            "SELECT id FROM device WHERE device_id = ?", (device,)
        ).fetchone()
        with transaction(connection):
            extent = Extent(T0_S, T0_S + 3_600, T0_S + 3_601, finished=True)
            save(connection, key, StoredState(METHOD.digest, b"", extent=extent), METHOD)
    return [
        (line.at_s * NS_PER_S + line.more_ns, line.fields)
        for line in gap_lines(Results(connection), "me", T0_S - DAY_S, T0_S + DAY_S)
    ]


def gap_of(device, from_s, until_s, reason, more_ns=0):
    start_ns, end_ns = START_NS + from_s * NS_PER_S, START_NS + until_s * NS_PER_S
    return Gap(device, start_ns + more_ns, end_ns, 5, reason)


def test_a_sensor_that_was_off_is_two_events_and_a_lost_minute_is_one(connection):
    rows = two_sensors(
        connection,
        gap_of("hip-1", 100, 400, "sensor_off"),
        gap_of("hip-1", 1_000, 1_090, "out_of_range"),
    )
    assert rows == [
        (START_NS + 100 * NS_PER_S + 2, 'kind="sensor_off",text="sensor off",value=5.0'),
        (START_NS + 400 * NS_PER_S + 1, 'kind="sensor_on",text="sensor on",value=5.0'),
        (
            START_NS + 1_000 * NS_PER_S + 3,
            'kind="gap",text="2 min without data: out of range",value=1.5',
        ),
    ]


def test_a_gap_of_less_than_a_minute_or_past_what_is_settled_has_no_mark(connection):
    assert not two_sensors(
        connection,
        gap_of("hip-1", 100, 159, "out_of_range"),
        gap_of("hip-1", 3_500, 3_700, "out_of_range"),
    )
    assert len(two_sensors(connection, gap_of("hip-1", 200, 260, "out_of_range"))) == 1


def test_two_sensors_that_lose_the_same_second_keep_a_row_each(connection):
    rows = two_sensors(
        connection,
        gap_of("hip-1", 100, 400, "out_of_range", more_ns=7),
        gap_of("hip-2", 100, 400, "out_of_range", more_ns=7),
    )
    assert [at_ns - START_NS - 100 * NS_PER_S for at_ns, _ in rows] == [10, 110]


def test_no_two_kinds_share_a_moment_and_the_order_is_for_ever():
    at_ns = [
        (line.at_s, line.more_ns)
        for line in (event_line("me", kind, START_NS, "", 0.0) for kind in KINDS)
    ]
    assert at_ns == [(T0_S, nth) for nth in range(11)]
    assert KINDS[:4] == (BREAK, SENSOR_ON, SENSOR_OFF, GAP)
    assert KINDS[4:] == ("pain", "exercise", "stretch", "test", "note", "not_worn", "sleep")


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: f"{week.wearer}-{week.n_hours}h")
def test_each_local_day_has_as_many_break_marks_as_its_row_counts(connection, week):
    """Over the 23 h and the 25 h day too; and so has what went through the outbox."""
    seed(connection, week)
    lengths_h = {(end_s - start_s) // 3_600 for start_s, end_s in week.days}
    assert lengths_h == {24, week.n_hours - 144}
    sink = DictSink()
    while enqueue(connection, week.wearer, week.zone, METHOD):
        pass
    drain_all(connection, sink)
    span_s = (week.span_s[0] - DAY_S, week.span_s[1] + DAY_S)
    made = [
        line.text for line in lines_for_span(Results(connection), week.wearer, *span_s, week.zone)
    ]
    for texts in (made, sink.lines()):
        counted = {
            at_s(text): float(text.split("n_breaks=")[1].split(",")[0])
            for text in texts
            if text.startswith("day,")
        }
        breaks_s = [at_s(text) for text in texts if 'kind="break"' in text]
        marks = Counter(
            start_s for start_s, end_s in week.days for one in breaks_s if start_s <= one < end_s
        )
        assert {start_s for start_s, _ in week.days} == counted.keys()
        assert {start_s: marks[start_s] for start_s in counted} == counted
        assert sum(counted.values()) > 50


def at_s(text):
    return int(text.rpartition(" ")[2]) // NS_PER_S


class Told:
    """Stands in for the diary: entries by their second."""

    def __init__(self, *entries_s):
        self.entries_s = set(entries_s)

    def __call__(self, _results, wearer, start_s, end_s):
        for at_s in sorted(self.entries_s):
            if start_s <= at_s < end_s:
                yield event_line(wearer, "pain", at_s * NS_PER_S, "pain 3", 3.0)


@pytest.fixture
def story(connection, monkeypatch):
    """Give a seeded week that was sent, and what was told of it: within, before and after data."""
    week = WEEKS[0]
    start_s, end_s = week.span_s
    told = Told(start_s - 30 * DAY_S, start_s + 40_000, end_s + 30 * DAY_S)
    monkeypatch.setattr(projection, "TOLD", (told,))
    seed(connection, week)
    return week, told, DictSink()


def pains(sink):
    return {at_s(text) for text in sink.lines() if 'kind="pain"' in text}


def send(connection, week, sink):
    while enqueue(connection, week.wearer, week.zone, METHOD):
        pass
    drain_all(connection, sink)


def test_what_was_told_is_sent_whether_or_not_there_are_data_of_that_time(connection, story):
    week, told, sink = story
    with transaction(connection):
        for entry_s in told.entries_s:
            resend_told(connection, week.wearer, week.zone, entry_s, removed=False)
    send(connection, week, sink)
    assert pains(sink) == told.entries_s


def test_what_was_told_survives_that_results_are_made_again(connection, story):
    week, told, sink = story
    with transaction(connection):
        resend_told(connection, week.wearer, week.zone, min(told.entries_s), removed=False)
    send(connection, week, sink)
    later = {entry_s for entry_s in told.entries_s if entry_s >= week.span_s[0]}
    assert pains(sink) >= later
    [key] = connection.execute("SELECT id FROM device").fetchone()
    with transaction(connection):
        take_back(connection, key, week.wearer, week.device, week.span_s[0])
    send(connection, week, sink)
    assert pains(sink) == told.entries_s


def test_what_was_taken_back_is_gone_and_the_rest_is_there(connection, story):
    week, told, sink = story
    gone_s = sorted(told.entries_s)[1]
    with transaction(connection):
        for entry_s in told.entries_s:
            resend_told(connection, week.wearer, week.zone, entry_s, removed=False)
    send(connection, week, sink)
    before = sink.lines()
    told.entries_s.remove(gone_s)
    with transaction(connection):
        resend_told(connection, week.wearer, week.zone, gone_s, removed=True)
    send(connection, week, sink)
    assert pains(sink) == told.entries_s
    assert [text for text in before if at_s(text) != gone_s] == [
        text for text in sink.lines() if at_s(text) != gone_s
    ]


def test_what_has_no_value_has_none():
    assert event_line("me", "note", START_NS, "new chair", None).fields == (
        'kind="note",text="new chair"'
    )
