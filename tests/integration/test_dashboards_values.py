"""Week, Trends, Sensor health and alerts, asked of a real influxd over days written down by hand.

A week around each change of the clocks of Berlin, and one in Kolkata. Day k of a week has sat
k hours and broken off k times; the fourth day was not worn.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.alerts import rules
from dashboards.queries import TimeSpan, fill_in, panel_queries
from dashboards.sensors import sensors
from dashboards.trends import trends
from dashboards.week import week

pytestmark = pytest.mark.influxd

#: Each Monday begins a week; the clocks change on its Sunday.
WEEKS = [
    pytest.param("Europe/Berlin", date(2026, 10, 19), 169, id="25-hours"),
    pytest.param("Europe/Berlin", date(2026, 3, 23), 167, id="23-hours"),
    pytest.param("Asia/Kolkata", date(2026, 10, 19), 168, id="kolkata"),
]
NOT_WORN = 4


def midnights(zone, monday):
    days = [monday + timedelta(days=n) for n in range(8)]
    return [int(datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)).timestamp()) for d in days]


def day_line(k, second):
    sat = 0 if k == NOT_WORN else k
    numbers = {"sit_s": 3600 * sat, "longest_bout_s": 600 * sat, "n_breaks": sat}
    numbers |= {"n_bouts_30min": sat, "n_bouts_60min": sat // 2, "n_hours_met": sat, "n_steps": sat}
    fields = ",".join(f"{name}={float(value)}" for name, value in numbers.items())
    return f"day,wearer=me {fields},valid={int(k != NOT_WORN)}i {second}"


def ask(influx, query, zone, start_s, end_s):
    variables = {"wearer": "me", "device": "clip", "timezone": zone}
    span = TimeSpan(start_s * 1000, end_s * 1000 - 1)
    return influx.query(fill_in(query, variables, span), epoch="s")


@pytest.mark.parametrize(("zone", "monday", "n_hours"), WEEKS)
def test_each_day_of_the_week_shows_its_own_numbers(influx, zone, monday, n_hours):
    starts = midnights(zone, monday)
    assert starts[-1] - starts[0] == n_hours * 3600
    lines = [day_line(k, second) for k, second in enumerate(starts[:-1], 1)]
    assert influx.write("\n".join(lines), precision="s") == 204
    sat = [0 if k == NOT_WORN else k for k in range(1, 8)]
    wanted = {
        "Sitting per day": sat,
        "Valid days": [int(k != NOT_WORN) for k in range(1, 8)],
        "Bouts of 30 minutes": sat,
        "Bouts of 60 minutes": [k // 2 for k in sat],
        "Longest bout": [10 * k for k in sat],
        "Breaks": sat,
        "Hours that met 10 minutes": sat,
    }
    bars = [query for query in panel_queries(week()) if not query.owner.startswith("Postures")]
    assert {query.owner for query in bars} == set(wanted)
    for query in bars:
        rows = ask(influx, query.text, zone, starts[0], starts[-1])
        assert [row["time"] for row in rows] == starts[:-1]
        [name] = rows[0].keys() - {"time"}
        assert [row[name] for row in rows] == wanted[query.owner], query.owner


@pytest.mark.parametrize(("zone", "monday", "n_hours"), WEEKS)
def test_a_week_is_the_median_of_its_valid_days_from_monday_on(influx, zone, monday, n_hours):
    starts = midnights(zone, monday)
    lines = [day_line(k, second) for k, second in enumerate(starts[:-1], 1)]
    lines.append(day_line(9, starts[-1]))  # the Monday after is another week
    assert influx.write("\n".join(lines), precision="s") == 204
    # valid: 1 2 3 5 6 7; the lower of the middle two is 3
    wanted = {"Sitting": 3, "Longest bout": 30, "Breaks": 3, "Steps": 3}
    for query in panel_queries(trends()):
        rows = ask(influx, query.text, zone, starts[0], starts[-1] + 86_400)
        assert len(rows) == 2, query.owner
        [name] = rows[0].keys() - {"time"}
        assert rows[0][name] == wanted[query.owner]
        assert rows[1][name] == {"Longest bout": 90}.get(query.owner, 9)


def test_breaks_do_not_change_with_the_zoom(influx):
    starts = midnights("Europe/Berlin", date(2026, 10, 19))
    influx.write(day_line(5, starts[0]), precision="s")
    [breaks] = [query.text for query in panel_queries(week()) if query.owner == "Breaks"]
    span = TimeSpan(starts[0] * 1000, starts[-1] * 1000)
    for interval in ("1s", "1m", "6h"):
        text = fill_in(breaks, {"wearer": "me"}, span, interval=interval)
        assert [row["breaks"] for row in influx.query(text, epoch="s")] == [5]


def test_sensor_health_shows_the_chosen_sensor_only(influx):
    fields = "battery_pct={0},rssi_dbm={0},lost_samples={0},backfilled_samples={0}"
    fields += ",clock_drift_ppm={0},outbox_depth={0}"
    for device, value in (("clip", 5.0), ("spare", 6.0)):
        influx.write(f"sensor,wearer=me,device={device} {fields.format(value)} 60", precision="s")
    for query in panel_queries(sensors()):
        [row] = ask(influx, query.text, "UTC", 0, 120)
        assert {row[name] for name in row.keys() - {"time"}} == {5.0}


def test_each_alert_compares_the_last_number_of_its_own_wearer(influx):
    influx.write(
        "streak,wearer=me streak_s=10,debt_s=11 7100\n"
        "streak,wearer=you streak_s=99,debt_s=98 7100\n"
        "sensor,wearer=me,device=clip battery_pct=42,rssi_dbm=-60 3600",
        precision="s",
    )
    last = {}
    for rule in rules():
        span = TimeSpan((7200 - rule.look_back_s) * 1000, 7200_000 - 1)
        rows = influx.query(fill_in(rule.query, {}, span), epoch="s")
        mine = [row for row in rows if row.get("wearer") == "me"]
        [name] = mine[-1].keys() - {"time", "wearer", "device"}
        last[rule.uid] = mine[-1][name]
    # the last row of the battery is an hour old, and of the silent sensor the count is 0
    assert last == {
        "sitstreak-streak": 10,
        "sitstreak-debt": 11,
        "sitstreak-silent": 0,
        "sitstreak-battery": 42,
    }
