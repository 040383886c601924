"""Whatever servers say, the doctor has an answer, and a thing to do exactly when one is due."""

from hypothesis import given
from hypothesis import strategies as st

from sitstreak.doctor.finding import State
from sitstreak.doctor.grafana_check import GrafanaReplies, check_grafana
from sitstreak.doctor.http import Answer, NoAnswer
from sitstreak.doctor.influx_check import Influx, InfluxReplies, check_influx

INFLUX = Influx("http://127.0.0.1:8086", "t", "sitstreak", "wear")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "message", "error", "results", "jsonData", "database", "x"])
            | st.sampled_from(["dbName", "status"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
STATUS = st.sampled_from([200, 204, 301, 400, 401, 403, 404, 429, 500, 503])
REPLY = st.one_of(
    st.builds(NoAnswer, st.text(max_size=5)),
    st.builds(Answer, STATUS, JSON, st.none(), st.just(0.0)),
)
HEALTHY = st.sampled_from(
    [
        Answer(200, {"name": "influxdb"}, None, 0.0),
        Answer(200, {"database": "ok"}, None, 0.0),
    ]
)


def check_all(findings):
    for finding in findings:
        assert bool(finding.todo) == (finding.state in (State.WRONG, State.NOTE))
        assert finding.found


WRITTEN = st.just(Answer(204, None, None, 0.0))
ANSWERED = JSON.map(lambda x: Answer(200, {"results": x, "jsonData": x}, None, 0.0))


@given(REPLY | HEALTHY, REPLY | WRITTEN, REPLY | ANSWERED)
def test_any_replies_of_an_influxdb_are_judged(health, write, query):
    findings = check_influx(INFLUX, InfluxReplies(health, write, query))
    check_all(findings)
    assert len(findings) == 4


@given(REPLY | HEALTHY, st.none() | REPLY | ANSWERED, st.none() | REPLY)
def test_any_replies_of_a_grafana_are_judged(health, source, source_health):
    check_all(check_grafana("http://g", "wear", GrafanaReplies(health, source, source_health)))
