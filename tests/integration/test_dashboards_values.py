"""Trends and Sensor health, asked of a real influxd over days that can be checked by hand.

A week around each change of the clocks of Berlin, and one in Kolkata. Day k of a week has sat
k hours and broken off k times; the fourth day was not worn. Whole weeks against the local store:
test_dashboard_truth.py.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.queries import TimeSpan, fill_in, panel_queries
from dashboards.sensors import sensors
from dashboards.trends import LOWER, MEDIAN, UPPER, weekly

pytestmark = pytest.mark.influxd

#: Each Monday begins a week; the clocks change on its Sunday.
WEEKS = [
    pytest.param("Europe/Berlin", date(2026, 10, 19), id="25-hours"),
    pytest.param("Europe/Berlin", date(2026, 3, 23), id="23-hours"),
    pytest.param("Asia/Kolkata", date(2026, 10, 19), id="kolkata"),
]
NOT_WORN = 4


def midnights(zone, monday):
    days = [monday + timedelta(days=n) for n in range(8)]
    return [int(datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)).timestamp()) for d in days]


def day_line(k, second):
    sat = 0 if k == NOT_WORN else k
    return f"day,wearer=me sit_s={3600.0 * sat},valid={int(k != NOT_WORN)}i {second}"


def ask(influx, query, zone, start_s, end_s):
    variables = {"wearer": "me", "device": "clip", "timezone": zone}
    span = TimeSpan(start_s * 1000, end_s * 1000 - 1)
    return influx.query(fill_in(query, variables, span), epoch="s")


@pytest.mark.parametrize(("zone", "monday"), WEEKS)
def test_a_week_is_the_quartiles_of_its_valid_days_from_monday_on(influx, zone, monday):
    starts = midnights(zone, monday)
    lines = [day_line(k, second) for k, second in enumerate(starts[:-1], 1)]
    lines.append(day_line(9, starts[-1]))  # the Monday after is another week
    assert influx.write("\n".join(lines), precision="s") == 204
    rows = ask(influx, weekly("sit_s", " / 3600"), zone, starts[0], starts[-1] + 86_400)
    # valid: 1 2 3 5 6 7; the lower of the middle two is 3. Of one day there is no lower quarter.
    assert [tuple(row[name] for name in (LOWER, MEDIAN, UPPER)) for row in rows] == [
        (2, 3, 6),
        (None, 9, 9),
    ]


def test_sensor_health_shows_the_chosen_sensor_only(influx):
    fields = "battery_pct={0},rssi_dbm={0},lost_samples={0},backfilled_samples={0}"
    fields += ",clock_drift_ppm={0},outbox_depth={0}"
    for device, value in (("clip", 5.0), ("spare", 6.0)):
        influx.write(f"sensor,wearer=me,device={device} {fields.format(value)} 60", precision="s")
    asked = [query for query in panel_queries(sensors()) if query.owner != "Gaps"]
    assert len(asked) == 6
    for query in asked:
        [row] = ask(influx, query.text, "UTC", 0, 120)
        assert {row[name] for name in row.keys() - {"time"}} == {5.0}
