"""Rows of a night in InfluxDB: sent as it goes by, they are those that a replay would send."""

from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from processing.method import Method
from processing.model import NS_PER_S, Posture
from sitstreak.storage import results_writing
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.drain import drain_once
from sitstreak.storage.enqueue import enqueue, mark_changed
from sitstreak.storage.projection import lines_for_span
from sitstreak.storage.results import Results
from tests.support.storage_kit import DictSink, seconds_of, split

BERLIN = ZoneInfo("Europe/Berlin")
METHOD = Method()
H = 3600
EVENING_S = 1_795_374_000  #: 2026-11-22T20:00 in Berlin
MIDNIGHT_S = EVENING_S + 4 * H
NIGHT = seconds_of(
    EVENING_S,
    (Posture.WALK, 600),
    (Posture.SIT, 2 * H),
    (Posture.LIE, 5 * H),
    (Posture.WALK, 300),
    (Posture.LIE, 3 * H),
    (Posture.SIT, 1800),
)


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        connection.execute("INSERT INTO device VALUES (1, 'hip-1', 'me', 'Hip Sensor')")
        row = METHOD.digest, METHOD.as_json()
        connection.execute("INSERT INTO method VALUES (?, ?)", row)
        yield connection


def live_through(connection, *, every_s):
    """Store and send the night a piece at a time; return what InfluxDB holds at the end."""
    sink = DictSink()
    for until_s in [*range(EVENING_S + every_s, NIGHT.end_s, every_s), NIGHT.end_s]:
        part = NIGHT.between(max(until_s - every_s, EVENING_S), until_s)
        with transaction(connection):
            results_writing.write_seconds(connection, 1, part, lambda *_: True)
            results_writing.write_bouts(connection, 1, (EVENING_S, until_s), until_s, METHOD)
            connection.execute(
                "INSERT OR REPLACE INTO live_state VALUES (1, ?, x'', 0, 0, 0, ?, ?, ?, 0)",
                (METHOD.digest, EVENING_S, until_s, until_s),
            )
            mark_changed(connection, "me", part.start_s)
        enqueue(connection, "me", BERLIN, METHOD)
        while drain_once(connection, sink):
            pass
    return sink


def fields(sink, measurement, at_s):
    values = sink.rows[f"{measurement},wearer=me", at_s * NS_PER_S]
    return dict(pair.split("=") for pair in values.split(","))


def test_a_night_sent_as_it_goes_by_is_the_night_of_a_replay(connection):
    sink = live_through(connection, every_s=1700)
    lines = lines_for_span(Results(connection), "me", EVENING_S, NIGHT.end_s + 1, BERLIN)
    replayed = {(key, at): text for key, text, at in (split(line.text) for line in lines)}
    sent = {place: text for place, text in sink.rows.items() if place[1] >= EVENING_S * NS_PER_S}
    assert sent == replayed


def test_the_streak_of_a_night_ends_once_the_lying_is_known_to_be_sleep(connection):
    sink = live_through(connection, every_s=3000)
    lain_s = EVENING_S + 600 + 2 * H
    streak = {
        after_s: float(fields(sink, "streak", lain_s + after_s)["streak_s"])
        for after_s in (H, 3 * H - 30, 3 * H, 8 * H, 8 * H + 300 + 900)
    }
    assert streak == {H: 3 * H, 3 * H - 30: 5 * H - 30, 3 * H: 0, 8 * H: 0, 8 * H + 1200: 900}
    debt_s = float(fields(sink, "streak", lain_s + 8 * H + 1200)["debt_s"])
    assert debt_s == pytest.approx(900 / 6)


def test_the_day_before_learns_after_midnight_that_it_ended_in_sleep(connection):
    sink = live_through(connection, every_s=2500)
    before, after = fields(sink, "day", EVENING_S - 20 * H), fields(sink, "day", MIDNIGHT_S)
    assert (before["sleep_s"], before["lie_s"]) == (f"{2 * H - 600:.1f}", "0.0")
    assert (after["sleep_s"], after["lie_s"]) == (f"{6 * H + 600:.1f}", "0.0")
    assert after["longest_streak_s"] == "1800.0"
