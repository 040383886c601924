"""Seconds and bouts in the database: only what is needed is there, and only changes are written."""

from contextlib import closing

import pytest

from processing.method import Method
from processing.model import Posture
from sitstreak.storage import results_writing
from sitstreak.storage.database import open_database
from sitstreak.storage.results import Results
from tests.support.storage_kit import QUICK, seconds_of

KEY = 1
MINUTE_S = 1_790_000_040


@pytest.fixture
def connection(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        connection.execute("INSERT INTO device VALUES (1, 'hip-1', 'me', 'Hip Sensor')")
        for method in (QUICK, Method()):
            connection.execute("INSERT INTO method VALUES (?, '{}')", (method.digest,))
        yield connection


def minutes(connection) -> list[int]:
    rows = connection.execute("SELECT minute_s FROM posture_minute ORDER BY minute_s")
    return [(row[0] - MINUTE_S) // 60 for row in rows]


def write(connection, seconds, has_data=lambda start_s, end_s: False):
    return results_writing.write_seconds(connection, KEY, seconds, has_data)


def test_a_minute_has_a_row_if_there_are_samples_or_something_is_known(connection):
    seconds = seconds_of(MINUTE_S, (Posture.UNKNOWN, 200), (Posture.SIT, 30), (Posture.UNKNOWN, 90))
    write(connection, seconds, lambda start_s, _: start_s == MINUTE_S + 60)
    assert minutes(connection) == [1, 3]


def test_what_did_not_change_is_not_written(connection):
    seconds = seconds_of(MINUTE_S + 13, (Posture.SIT, 300), (Posture.WALK, 20))
    assert write(connection, seconds) == MINUTE_S  # changes are told to the minute
    before = connection.total_changes
    assert write(connection, seconds) is None
    assert write(connection, seconds.between(MINUTE_S + 250, seconds.end_s)) is None
    assert connection.total_changes == before
    longer = seconds_of(seconds.end_s, (Posture.STAND, 5))
    assert write(connection, longer) == MINUTE_S + 300
    assert connection.total_changes == before + 1


def test_cutting_forgets_the_seconds_after_and_no_other(connection):
    seconds = seconds_of(MINUTE_S, (Posture.SIT, 180))
    write(connection, seconds)
    results_writing.cut_seconds(connection, KEY, MINUTE_S + 90)
    assert minutes(connection) == [0, 1]
    connection.execute(
        "INSERT INTO live_state VALUES (1, ?, x'', 0, 0, 0, 0, 1, 1, 0)", (QUICK.digest,)
    )
    left = Results(connection).device_seconds("hip-1", MINUTE_S, MINUTE_S + 180)
    assert left.code.tolist() == [0] * 90 + [5] * 90


def test_a_running_bout_grows_and_a_settled_one_is_left_alone(connection):
    def bouts():
        return connection.execute(
            "SELECT start_s - ?, end_s - ?, posture, settled FROM bout ORDER BY start_s",
            (MINUTE_S, MINUTE_S),
        ).fetchall()

    seconds = seconds_of(MINUTE_S, (Posture.SIT, 100), (Posture.WALK, 50), (Posture.SIT, 70))
    for until, settled, expected in [
        (120, 100, [(0, 100, "sit", 0), (100, 120, "walk", 0)]),
        (150, 101, [(0, 100, "sit", 1), (100, 150, "walk", 0)]),
        (220, 170, [(0, 100, "sit", 1), (100, 150, "walk", 1), (150, 220, "sit", 0)]),
    ]:
        write(connection, seconds.between(MINUTE_S, MINUTE_S + until))
        span_s = (MINUTE_S, MINUTE_S + until)
        results_writing.write_bouts(connection, KEY, span_s, MINUTE_S + settled, QUICK)
        assert bouts() == expected
    before = connection.total_changes
    results_writing.write_bouts(connection, KEY, span_s, MINUTE_S + settled, QUICK)
    assert connection.total_changes == before
