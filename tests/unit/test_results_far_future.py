"""Stored results with wrong time stamps: where the data before a moment end."""

from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from ingest.model import RawBlock
from processing.method import Method
from sitstreak.live import LiveProcessor
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.results import Results
from sitstreak.views.now import now_view
from tests.support.storage_kit import (
    DEVICE,
    T0_S,
    label_advance,
    run_of_blocks,
    settings,
)

THREE_DAYS_S = 3 * 86_400


@pytest.fixture
def database(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        yield connection


def record(root, connection, *starts: tuple[int, int]) -> Results:
    """Have the sensor started anew at each moment, for so many seconds."""
    journal = SqliteJournal(connection, "me")
    with LiveProcessor(root, settings(root), Method(), advance=label_advance) as live:
        for boot_id, (start_s, length_s) in enumerate(starts, start=1):
            blocks: list[RawBlock] = run_of_blocks(start_s, [0] * length_s, boot_id=boot_id)
            journal.append(blocks, [])
            live.step()
    return Results(connection)


def test_the_data_before_a_moment_end_where_they_end(tmp_path, database):
    results = record(tmp_path, database, (T0_S, 300), (T0_S + THREE_DAYS_S, 180))
    assert results.latest_second("me") == T0_S + THREE_DAYS_S + 180
    assert results.latest_second("me", T0_S + 3600) == T0_S + 300
    assert results.latest_second("me", T0_S + 100) == T0_S + 100
    assert results.latest_second("me", T0_S) is None
    assert results.latest_second("eve", T0_S) is None


def test_the_present_survives_a_sensor_that_was_set_three_days_ahead(tmp_path, database):
    starts = (T0_S, 300), (T0_S + THREE_DAYS_S, 180), (T0_S + 400, 180)
    results = record(tmp_path, database, *starts)
    assert database.execute("SELECT count(DISTINCT boot_id) FROM block").fetchone() == (3,)
    now = now_view(
        results, "me", clock_s=T0_S + 581, zone=ZoneInfo("Europe/Berlin"), method=Method()
    )
    assert (now.date, now.live, now.sensor.name) == ("2026-09-21", True, None)
    assert now.state.startswith("live; left out: data of a sensor's clock 2 days ahead")
    assert now.last_break is None
    assert results.devices("me") == [DEVICE]
