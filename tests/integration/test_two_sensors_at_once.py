"""Two sensors on one wearer at once: an hour on Today never has more than its 60 minutes."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboards.build import dashboard_files
from dashboards.queries import TimeSpan, fill_in
from processing.model import CODE, NS_PER_S, Gap, Posture
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.live_state import Extent, StoredState, save
from sitstreak.storage.results import Results
from sitstreak.storage.results_writing import write_bouts, write_seconds
from tests.support.fake_results import stretches
from tests.support.seeded_weeks import METHOD, SeededWeek, send

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from tests.support.fake_results import Stretch
    from tests.support.influxd_fixture import Influx

pytestmark = pytest.mark.influxd

H = 3_600
WEEK = SeededWeek("dora", "hip-left", ZoneInfo("Asia/Kolkata"), date(2026, 9, 7), 168)
START_S = WEEK.days[0][0] + 9 * H  # nine o'clock in Kolkata: half past three in UTC
#: Each hour: both sit; one lies in a drawer; one stands up while the other is silent.
LEFT: list[Stretch] = [("sit", H), ("sit", H), ("sit", 20 * 60), ("stand", 40 * 60)]
RIGHT: list[Stretch] = [("sit", H), ("not_worn", H), ("sit", 20 * 60), ("unknown", 40 * 60)]


def wear(connection: sqlite3.Connection, device: str, parts: list[Stretch]) -> None:
    seconds = stretches(START_S, *parts)
    span_s = (seconds.start_s, seconds.end_s)
    away = Gap(device, (span_s[1] + H) * NS_PER_S, (span_s[1] + 2 * H) * NS_PER_S, 0, "off")
    SqliteJournal(connection, WEEK.wearer).append([], [away])
    [key] = connection.execute("SELECT id FROM device WHERE device_id = ?", (device,)).fetchone()
    with transaction(connection):
        extent = Extent(*span_s, span_s[1] + 1, finished=True)
        save(connection, key, StoredState(METHOD.digest, b"", extent=extent), METHOD)
        write_seconds(connection, key, seconds, lambda a, b: True)
        write_bouts(connection, key, span_s, span_s[1] + 1, METHOD)


def test_the_minutes_sat_are_those_of_the_local_store_and_never_add_up(
    influx: Influx, tmp_path: Path
) -> None:
    [panel] = [
        one
        for one in dashboard_files()["today.json"]["panels"]
        if one["title"] == "Sitting in each hour"
    ]
    chosen = {"wearer": WEEK.wearer, "timezone": WEEK.zone.key}
    span = TimeSpan(START_S * 1_000, (START_S + 3 * H) * 1_000 - 1)
    with closing(open_database(tmp_path)) as connection:
        wear(connection, "hip-left", LEFT)
        wear(connection, "hip-right", RIGHT)
        send(connection, WEEK, influx)
        code = Results(connection).seconds(WEEK.wearer, START_S, START_S + 3 * H).code
    sat_min = np.sum(code.reshape(3, H) == CODE[Posture.SIT], axis=1) / 60
    rows = influx.query(fill_in(panel["targets"][0]["query"], chosen, span), epoch="s")
    assert [row["time"] for row in rows] == [START_S + hour * H for hour in range(3)]
    assert [row["minutes"] for row in rows] == sat_min.tolist() == [60, 60, 20]
