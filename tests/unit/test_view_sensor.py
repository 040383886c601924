"""What is said of the sensor itself: what went wrong, and what is missing today and why."""

from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.collecting.readings import note_sensor
from ingest.model import SensorReading
from ingest.sequencing.actions import Counters
from processing.method import Method
from processing.model import NS_PER_S, Gap
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.results import Results
from sitstreak.views.now import now_view
from tests.support.fake_results import FakeResults, stretches

BERLIN = ZoneInfo("Europe/Berlin")
MORNING_S = round(datetime(2026, 11, 22, 8, 0, tzinfo=BERLIN).timestamp())
MIDNIGHT_S = MORNING_S - 8 * 3600
COUNTED = {"n_overflowed": 7, "n_repeated": 0, "n_clock_steps": 2, "trouble": "it refuses"}


def gap(start_s: int, end_s: int, n_lost: int, reason: str) -> Gap:
    return Gap("hip-1", start_s * NS_PER_S, end_s * NS_PER_S, n_lost, reason)


def see(gaps=(), counted=None, read_at_s=MORNING_S + 590):
    results = FakeResults({"me": stretches(MORNING_S, ("sit", 600))})
    results.gaps["me"] = list(gaps)
    results.counters["me"] = counted or {}
    results.readings["me"] = SensorReading("hip-1", read_at_s * NS_PER_S, 70, -60, 0, 0)
    return now_view(results, "me", clock_s=MORNING_S + 603, zone=BERLIN, method=Method()).sensor


def test_what_is_missing_today_is_told_by_reason_and_in_words():
    sensor = see(
        [
            gap(MIDNIGHT_S - 600, MIDNIGHT_S + 60, 33_000, "out_of_range"),
            gap(MORNING_S + 10, MORNING_S + 20, 500, "disk_full"),
            gap(MORNING_S + 100, MORNING_S + 130, 1500, "out_of_range"),
        ]
    )
    assert [(one.words, one.n_gaps, one.duration_s) for one in sensor.missing_today] == [
        ("out of range", 2, 90),
        ("this computer's disk was full", 1, 10),
    ]
    assert sensor.missing_today[1].n_lost == 500


def test_what_went_wrong_is_told_and_what_was_never_counted_is_not():
    sensor = see(counted=COUNTED)
    assert sensor.notes == [
        "it refuses",
        "7 packets dropped here, this computer was too busy",
        "2 jumps of this computer's clock",
    ]
    assert sensor.counters == {"n_overflowed": 7, "n_repeated": 0, "n_clock_steps": 2}
    assert see().notes == []


def test_what_a_collector_said_long_ago_is_not_told_as_if_it_were_so():
    assert "it refuses" not in see(counted=COUNTED, read_at_s=MORNING_S).notes


def test_gaps_and_counters_come_from_the_real_database(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        journal = SqliteJournal(connection, "me")
        gaps = [
            gap(100, 200, 1, "sensor_off"),
            gap(300, 900, 2, "disk_full"),
            gap(900, 950, 3, "out_of_range"),
        ]
        journal.append([], gaps)
        reading = SensorReading("hip-1", 1000 * NS_PER_S, 50, None, 0, 0)
        note_sensor(journal, reading, Counters(n_clipped=4), None, "it refuses")
        results = Results(connection)
        assert results.gaps_since("me", 500 * NS_PER_S) == gaps[1:]
        assert results.gaps_since("me", 900 * NS_PER_S) == gaps[2:]
        assert results.gaps_since("me", 0) == gaps
        assert results.gaps_since("eve", 0) == []
        counted = results.sensor_counters("me")
        assert (counted["n_clipped"], counted["trouble"]) == (4, "it refuses")
        assert results.sensor_counters("eve") == {}
