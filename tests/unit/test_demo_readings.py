"""The demo's sensor has a past of its own: readings where there are samples, and nowhere else."""

from contextlib import closing
from itertools import pairwise

import pytest

from ingest.model import SensorReading
from processing.model import NS_PER_S
from sitstreak.demo_readings import EVERY_S, fill_readings
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.sensor_rows import note_all_beside, sensor_lines
from tests.support.storage_kit import DEVICE, block

DAY_S = 86_400
MIDNIGHT_S = 1_789_948_800 - 1_789_948_800 % DAY_S
DAYS = range(1, 11)


@pytest.fixture
def journal(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        journal = SqliteJournal(connection, "demo")
        starts_s = [MIDNIGHT_S + day * DAY_S + hour * 3_600 for day in DAYS for hour in (8, 9)]
        journal.append([block(s, [0] * 60, seq=i) for i, s in enumerate(starts_s)], [])
        yield connection, journal


def rows(connection):
    return connection.execute(
        "SELECT minute_s, battery_pct, rssi_dbm, n_backfilled FROM sensor_reading ORDER BY minute_s"
    ).fetchall()


def test_there_is_a_reading_where_there_are_samples_before_live_began(journal):
    connection, _ = journal
    until_s = MIDNIGHT_S + 5 * DAY_S
    fill_readings(connection, DEVICE, until_s, seed=1)
    expected = [MIDNIGHT_S + day * DAY_S + hour * 3_600 for day in range(1, 5) for hour in (8, 9)]
    assert [row[0] for row in rows(connection)] == expected
    assert all(at_s % EVERY_S == 0 for at_s in expected)


def test_the_battery_falls_from_day_to_day_until_it_is_charged(journal):
    connection, _ = journal
    fill_readings(connection, DEVICE, MIDNIGHT_S + 20 * DAY_S, seed=1)
    battery_pct = [row[1] for row in rows(connection)]
    charges = [b > a for a, b in pairwise(battery_pct)]
    assert sum(charges) in (1, 2)  # ten days, charged every eighth
    assert all(10 <= one <= 100 for one in battery_pct)
    assert all(-94 <= row[2] <= -45 for row in rows(connection))


def test_filling_again_changes_nothing_and_replaces_no_real_reading(journal):
    connection, writer = journal
    at_s = MIDNIGHT_S + DAY_S + 8 * 3_600
    writer.note_sensor(SensorReading(DEVICE, at_s * NS_PER_S, 3, -99, 0, 0))
    fill_readings(connection, DEVICE, MIDNIGHT_S + 20 * DAY_S, seed=1)
    before = rows(connection)
    assert before[0][1:3] == (3, -99)
    fill_readings(connection, DEVICE, MIDNIGHT_S + 20 * DAY_S, seed=2)
    assert rows(connection) == before


def test_the_readings_are_rows_of_sensor_with_all_fields(journal):
    connection, _ = journal
    fill_readings(connection, DEVICE, MIDNIGHT_S + 20 * DAY_S, seed=1)
    note_all_beside(connection, DEVICE)
    lines = list(sensor_lines(connection, "demo", DEVICE, 0, MIDNIGHT_S + 20 * DAY_S))
    assert len(lines) == 2 * len(DAYS)
    for line in lines:
        values = dict(field.split("=") for field in line.fields.split(","))
        assert 15 < float(values["clock_drift_ppm"]) < 21
        assert values.keys() >= {"battery_pct", "rssi_dbm", "lost_samples", "backfilled_samples"}


def test_a_sensor_that_is_not_there_has_no_readings(journal):
    connection, _ = journal
    fill_readings(connection, "elsewhere", MIDNIGHT_S + 20 * DAY_S, seed=1)
    assert not rows(connection)
