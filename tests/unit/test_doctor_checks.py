"""Each thing that can be wrong is found, named in plain words, and has one thing to do."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitstreak.doctor.bluetooth_check import Radio, RadioFacts, check_adapter, check_sensor
from sitstreak.doctor.clock_check import check_clock
from sitstreak.doctor.database_check import FileFacts, check_damage, check_schema
from sitstreak.doctor.disk_check import BYTES_A_DAY, check_disk
from sitstreak.doctor.finding import State
from sitstreak.doctor.grafana_check import GrafanaReplies, check_grafana
from sitstreak.doctor.http import Answer, NoAnswer
from sitstreak.doctor.influx_check import Influx, InfluxReplies, check_influx
from sitstreak.doctor.outbox_check import check_outbox
from sitstreak.doctor.zone_check import check_zone
from sitstreak.storage.outbox import OutboxStatus
from sitstreak.storage.room import RESERVE_BYTES

NOW_S = 1_790_000_000.0
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)
ZONES = available_timezones()
MINE = "aa:bb:cc:dd:ee:ff"
HEARD = RadioFacts(Radio.LISTENED, frozenset({MINE}))
SILENCE = RadioFacts(Radio.LISTENED)
INFLUX = Influx("http://127.0.0.1:8086", "t", "sitstreak", "wear")
UP = Answer(200, {"name": "influxdb", "status": "pass"}, None, 0.0)
EMPTY = Answer(200, {"results": [{"statement_id": 0}]}, None, 0.0)
GRAFANA_UP = Answer(200, {"database": "ok", "version": "12.3.3"}, None, 0.0)
OUR_SOURCE = Answer(200, {"jsonData": {"dbName": "wear"}}, None, 0.0)


def said(status, message=""):
    return Answer(status, {"code": "x", "message": message}, None, 0.0)


def sensor(radio=HEARD, *, paired=(MINE,), ago_s=None, is_running=True):
    until_s = None if ago_s is None else NOW_S - ago_s
    return check_sensor(
        radio, paired=paired, data_until_s=until_s, now_s=NOW_S, is_running=is_running
    )


def outbox(status, *, is_running=True, is_sending=True):
    return check_outbox(status, now_s=NOW_S, is_sending=is_sending, is_running=is_running)


def influx(health=UP, write=None, query=EMPTY):
    return check_influx(INFLUX, InfluxReplies(health, write or said(400, "no points"), query))


def grafana(health=GRAFANA_UP, source=OUR_SOURCE, source_health=None):
    return check_grafana("http://g", "wear", GrafanaReplies(health, source, source_health))


SICK = {
    "no-adapter": (check_adapter(RadioFacts(Radio.NO_ADAPTER)), "plug in a Bluetooth"),
    "switched-off": (check_adapter(RadioFacts(Radio.OFF)), "bluetoothctl power on"),
    "no-bluetoothd": (check_adapter(RadioFacts(Radio.NO_SERVICE)), "systemctl enable --now"),
    "no-permission": (check_adapter(RadioFacts(Radio.NO_PERMISSION)), "usermod -aG bluetooth"),
    "odd-radio": (check_adapter(RadioFacts(Radio.OTHER, why="x")), "restart bluetooth"),
    "not-paired": (sensor(paired=()), "sitstreak pair"),
    "no-collector": (sensor(ago_s=7200, is_running=False), "sitstreak run"),
    "silent": (sensor(SILENCE, ago_s=7200), "charge it"),
    "never-heard": (sensor(SILENCE), "charge it"),
    "heard-but-not-linked": (sensor(ago_s=7200), "close other apps"),
    "wrong-token": (influx(write=said(401, "unauthorized access"))[1], "SITSTREAK_INFLUX_TOKEN"),
    "token-may-not-write": (influx(write=said(403))[1], "may write the bucket"),
    "wrong-bucket": (influx(write=said(404, "bucket not found"))[2], "SITSTREAK_INFLUX_BUCKET"),
    "write-fails": (influx(write=said(503, "full"))[2], "docker compose logs"),
    "token-may-not-read": (influx(query=said(403))[3], "may do both"),
    "database-is-not-mapped": (
        influx(query=Answer(200, {"results": [{"error": "database not found: wear"}]}, None, 0))[3],
        "dbrp create",
    ),
    "influx-down": (influx(NoAnswer("Connection refused"))[0], "docker compose up"),
    "influx-failing": (influx(said(503))[0], "docker compose logs"),
    "no-influx-there": (influx(Answer(200, None, None, 0.0))[0], "SITSTREAK_INFLUX_URL"),
    "clock-an-hour-off": (check_clock({"InfluxDB": 3601.0}), "set-ntp true"),
    "clock-two-minutes-behind": (check_clock({"Grafana": -120.0}), "set-ntp true"),
    "zone-utc-in-small-letters": (check_zone("utc", None, ZONES, SUMMER), "SITSTREAK_TIMEZONE="),
    "zone-browser": (check_zone("browser", None, ZONES, SUMMER), "SITSTREAK_TIMEZONE="),
    "zone-no-iana-name": (check_zone("CET/Berlin", None, ZONES, SUMMER), "SITSTREAK_TIMEZONE="),
    "outbox-stuck": (outbox(OutboxStatus(5, 0, int(NOW_S) - 60, "refused")), "InfluxDB below"),
    "outbox-never-sent": (outbox(OutboxStatus(5, 0, None, None)), "start it again"),
    "outbox-days-never-sent": (outbox(OutboxStatus(0, 0, None, None, 1)), "start it again"),
    "outbox-without-collector": (
        outbox(OutboxStatus(5, 0, int(NOW_S) - 7200, None), is_running=False),
        "start the collector",
    ),
    "rows-refused": (outbox(OutboxStatus(0, 2, int(NOW_S), None)), "sitstreak outbox list"),
    "newer-schema": (check_schema(FileFacts(True, 9, 3)), "update sitstreak"),
    "older-schema": (check_schema(FileFacts(True, 2, 3)), "brings the file up to date"),
    "no-database": (check_schema(FileFacts(True, unreadable="move it away")), "move it away"),
    "damaged-in-two-lines": (
        check_damage(FileFacts(True, 3, 3, damage="*** in main ***\npage 7")),
        "sitstreak check --repair",
    ),
    "damaged": (check_damage(FileFacts(True, 3, 3, damage="page 7")), "sitstreak check --repair"),
    "disk-nearly-full": (check_disk(RESERVE_BYTES + BYTES_A_DAY, "/data"), "make room"),
    "grafana-nowhere": (grafana(NoAnswer("unknown", True))[0], "SITSTREAK_GRAFANA_URL"),
    "influx-nowhere": (influx(NoAnswer("unknown", True))[0], "SITSTREAK_INFLUX_URL"),
    "grafana-down": (grafana(NoAnswer("refused"))[0], "docker compose up"),
    "no-grafana-there": (grafana(Answer(200, None, None, 0.0))[0], "SITSTREAK_GRAFANA_URL"),
    "grafana-unwell": (grafana(Answer(503, {"database": "failing"}, None, 0))[0], "logs"),
    "grafana-wrong-token": (grafana(source=said(401))[1], "SITSTREAK_GRAFANA_TOKEN"),
    "grafana-without-source": (grafana(source=said(404))[1], "sitstreak grafana push"),
    "source-of-other-bucket": (
        grafana(source=Answer(200, {"jsonData": {"dbName": "w"}}, None, 0))[1],
        "sitstreak grafana push",
    ),
    "source-reaches-nothing": (
        grafana(source_health=Answer(400, {"status": "ERROR", "message": "refused"}, None, 0))[1],
        "SITSTREAK_GRAFANA_INFLUX_URL",
    ),
}
WELL = {
    "adapter": check_adapter(HEARD),
    "sensor": sensor(ago_s=20),
    "sensor-fetched-from-its-log": sensor(RadioFacts(Radio.NO_ADAPTER), ago_s=590),
    "clock": check_clock({"InfluxDB": 3.0, "Grafana": -59.0}),
    "zone": check_zone("Europe/Berlin", "Europe/Berlin", ZONES, SUMMER),
    "zone-of-the-same-clock": check_zone("Europe/Vienna", "Europe/Berlin", ZONES, SUMMER),
    "zone-on-a-server": check_zone("Asia/Kolkata", "Etc/UTC", ZONES, SUMMER),
    "zone-of-the-system": check_zone(None, "Asia/Kolkata", ZONES, SUMMER),
    "outbox": outbox(OutboxStatus(3, 0, int(NOW_S) - 5, None)),
    "outbox-with-days": outbox(OutboxStatus(0, 0, int(NOW_S) - 5, None, 1)),
    "schema": check_schema(FileFacts(True, 3, 3)),
    "damage": check_damage(FileFacts(True, 3, 3, n_checked=9)),
    "disk": check_disk(10**10, "/data"),
    **{finding.name: finding for finding in influx()},
    "influx-1": influx(write=Answer(204, None, None, 0.0))[2],
    **{finding.name: finding for finding in grafana()},
}


@pytest.mark.parametrize(("finding", "todo"), SICK.values(), ids=SICK)
def test_what_is_wrong_is_found_with_the_one_thing_to_do(finding, todo):
    assert finding.state is State.WRONG
    assert todo in finding.todo
    assert finding.found
    assert "\n" not in finding.found + finding.todo


@pytest.mark.parametrize("finding", WELL.values(), ids=WELL)
def test_what_is_well_asks_for_nothing(finding):
    assert finding.state is State.OK, finding
    assert finding.todo == ""


def test_an_hour_is_told_from_a_clock_that_merely_runs_wrong():
    assert "1 h" in check_clock({"InfluxDB": 3600.0}).found
    assert "time zone" in check_clock({"InfluxDB": -7201.0}).found
    assert "clock is 1 h behind" in check_clock({"Grafana": -3599.4}).found
    assert "time zone" not in check_clock({"InfluxDB": 1800.0}).found


@given(st.floats(-1e6, 1e6))
def test_a_clock_is_wrong_from_a_minute_on_whichever_way(ahead_s):
    assert (check_clock({"s": ahead_s}).state is State.WRONG) == (abs(ahead_s) > 60)


def test_a_zone_that_differs_from_the_system_is_a_note_not_an_error():
    finding = check_zone("Asia/Kolkata", "Europe/Berlin", ZONES, SUMMER)
    assert finding.state is State.NOTE
    assert "SITSTREAK_TIMEZONE=Europe/Berlin" in finding.todo


def test_a_computer_on_utc_without_a_setting_is_pointed_out():
    assert check_zone(None, "Etc/UTC", ZONES, SUMMER).state is State.NOTE


def test_a_week_of_samples_is_the_least_room():
    assert check_disk(RESERVE_BYTES + 7 * BYTES_A_DAY, "/").state is State.OK
    assert check_disk(RESERVE_BYTES + 7 * BYTES_A_DAY - 1, "/").state is State.WRONG
    assert "0 more days" in check_disk(0, "/").found


def test_what_rests_on_something_broken_is_left_open():
    down = influx(NoAnswer("refused"))
    assert [finding.state for finding in down] == [State.WRONG, *[State.UNUSED] * 3]
    locked_out = influx(write=said(401))
    assert [finding.state for finding in locked_out[2:]] == [State.UNUSED] * 2


def test_what_is_not_set_up_is_not_wrong():
    findings = [
        *check_influx(None, None),
        *check_grafana(None, "wear", None),
        outbox(None),
        outbox(OutboxStatus(9, 0, None, None), is_sending=False),
        check_clock({}),
        check_schema(FileFacts(False)),
        check_damage(FileFacts(False)),
        check_adapter(RadioFacts(Radio.NOT_ASKED)),
        sensor(RadioFacts(Radio.NOT_ASKED), paired=()),
    ]
    assert {finding.state for finding in findings} == {State.UNUSED}


def test_grafana_without_a_token_is_looked_at_as_far_as_that_goes():
    server, source = grafana(source=None)
    assert server.state is State.OK
    assert source.state is State.NOTE
