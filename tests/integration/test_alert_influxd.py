"""When a sensor counts as expected: the rule's queries on a real influxd, judged as by Grafana."""

import re

import pytest

from dashboards.alerts import Plan, provisioned, rules
from dashboards.queries import TimeSpan, fill_in
from processing.model import CODE, Posture

pytestmark = pytest.mark.influxd
NOW_S = 1_750_000_200  # a multiple of 600
[SILENT] = [rule for rule in rules() if rule.only_if_worn]
DATA = provisioned(SILENT, Plan())["data"]


def last_by_sensor(influx, part, now_s):
    """Return the last value of each series, by its labels: A and B, or D and E."""
    span = TimeSpan((now_s - part["relativeTimeRange"]["from"]) * 1000, now_s * 1000)
    rows = influx.query(fill_in(part["model"]["query"], {}, span))
    numbers = {}
    for row in rows:
        [value] = [row[name] for name in row.keys() - {"time", "wearer", "device"}]
        assert isinstance(value, int | float)
        numbers[row["wearer"], row["device"]] = value
    return numbers


def goes_off(influx, now_s):
    """Return for which wearers the condition holds; a series that lacks its other half is left."""
    heard, posture = (last_by_sensor(influx, DATA[i], now_s) for i in (0, 2))
    condition = DATA[-1]["model"]["expression"].replace("&&", "and")
    condition = re.sub(r"\$(\w)", r"\1", condition)
    return {
        sensor[0]
        for sensor in heard.keys() & posture.keys()
        if eval(condition, {"B": heard[sensor], "E": posture[sensor]})
    }


def write(influx, wearer, minutes_ago, *postures):
    """Store a sensor heard until then, and its postures, the last one five minutes before that."""
    lines = []
    for minute in range(minutes_ago, minutes_ago + 30):
        at_ns = (NOW_S - minute * 60) * 10**9
        lines.append(f"sensor,wearer={wearer},device=hip rssi_dbm=-60.0 {at_ns}")
    for i, posture in enumerate(reversed(postures)):
        at_ns = (NOW_S - (minutes_ago + 5 + 5 * i) * 60) * 10**9
        fields = f'state="{posture.value}",code={CODE[posture]}i'
        lines.append(f"posture,wearer={wearer},device=hip {fields} {at_ns}")
    assert influx.write("\n".join(lines)) == 204


def test_who_is_missed_and_who_is_not(influx):
    write(influx, "worn", 25, Posture.STAND, Posture.SIT)
    write(influx, "unsure", 25, Posture.SIT, Posture.UNKNOWN)
    write(influx, "put-away", 25, Posture.SIT, Posture.NOT_WORN)
    write(influx, "heard", 0, Posture.SIT)
    write(influx, "yesterday", 5 * 60, Posture.SIT)
    assert goes_off(influx, NOW_S) == {"worn", "unsure"}


def test_a_sensor_that_comes_back_ends_it(influx):
    write(influx, "worn", 25, Posture.SIT)
    assert goes_off(influx, NOW_S) == {"worn"}
    at_ns = (NOW_S + 30) * 10**9
    assert influx.write(f"sensor,wearer=worn,device=hip rssi_dbm=-60.0 {at_ns}") == 204
    assert goes_off(influx, NOW_S + 45) == set()


def test_nobody_waits_for_ever(influx):
    write(influx, "worn", 25, Posture.SIT)
    assert goes_off(influx, NOW_S + SILENT.look_back_s) == set()
