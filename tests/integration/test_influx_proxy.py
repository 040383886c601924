"""The test server behaves as InfluxDB 2.x does where our client meets it."""

import json
from http.client import HTTPConnection, RemoteDisconnected

import pytest

pytestmark = pytest.mark.influxd

T_NS = 1_795_000_000_123_456_789


def test_what_is_written_is_read_back_to_the_nanosecond(influx):
    assert influx.write(f'posture,wearer=me state="sit",code=0i {T_NS}') == 204
    assert influx.query("SELECT state, code FROM posture") == [
        {"time": T_NS, "state": "sit", "code": 0}
    ]


@pytest.mark.parametrize(
    ("precision", "divisor"), [("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)]
)
def test_each_precision_keeps_the_year(influx, precision, divisor):
    assert influx.write(f"streak streak_s=1 {T_NS // divisor}", precision=precision) == 204
    assert influx.query("SELECT streak_s FROM streak")[0]["time"] == T_NS // divisor * divisor


def test_a_wrong_token_is_not_let_in(influx):
    assert influx.write(f"streak streak_s=1 {T_NS}", token="guess") == 401
    assert influx.query("SELECT * FROM streak") == []


def test_each_test_starts_with_an_empty_database(influx):
    assert influx.query("SHOW MEASUREMENTS") == []
    assert influx.query("SHOW RETENTION POLICIES")[0]["name"] == "autogen"


def test_a_field_that_changes_its_type_is_refused(influx):
    influx.write(f"streak streak_s=1 {T_NS}")
    assert influx.write(f'streak streak_s="one" {T_NS + 1}') == 400


@pytest.mark.parametrize("status", [400, 401, 429, 503])
def test_a_failure_can_be_asked_for_and_ends(influx, status):
    influx.proxy.fail(status, times=2)
    line = f"streak streak_s=1 {T_NS}"
    assert [influx.write(line) for _ in range(3)] == [status, status, 204]
    assert influx.proxy.lines == [line]


def test_a_refused_and_a_cut_connection_are_different_failures(influx):
    influx.proxy.fail("drop")
    with pytest.raises(RemoteDisconnected):
        influx.write(f"streak streak_s=1 {T_NS}")
    influx.proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        influx.write(f"streak streak_s=1 {T_NS}")
    influx.proxy.heal()
    assert influx.write(f"streak streak_s=1 {T_NS}") == 204


def test_a_delete_takes_its_tags_and_its_span_and_nothing_else(influx):
    second = 1_000_000_000
    rows = [(rf"Ann\ O'Hara,m={m}", t) for m in ("a", "b") for t in (1, 2, 3)]
    lines = [f"bout,wearer={who} n=1 {t * second}" for who, t in rows]
    assert influx.write("\n".join(lines)) == 204
    wanted = {
        "start": "1970-01-01T00:00:02Z",
        "stop": "2200-01-01T00:00:00Z",
        "predicate": '_measurement="bout" AND wearer="Ann O\'Hara" AND m="a"',
    }
    connection = HTTPConnection(influx.url.removeprefix("http://"), timeout=5)
    try:
        target = f"/api/v2/delete?org={influx.org}&bucket={influx.bucket}"
        headers = {"Authorization": f"Token {influx.token}"}
        connection.request("POST", target, json.dumps(wanted), headers)
        assert connection.getresponse().status == 204
    finally:
        connection.close()
    left = [(row["m"], row["time"]) for row in influx.query("SELECT n FROM bout GROUP BY m", "s")]
    assert left == [("a", 1), ("b", 1), ("b", 2), ("b", 3)]


def test_health_needs_no_token(influx):
    connection = HTTPConnection(influx.url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/health")
        assert b'"status": "pass"' in connection.getresponse().read()
    finally:
        connection.close()
