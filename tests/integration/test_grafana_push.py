"""Pushing dashboards: idempotent, and each refusal is said in plain words."""

import pytest

from dashboards import datasource
from dashboards.errors import GrafanaUnreachableError, PushRefusedError, TokenRefusedError
from dashboards.push import FOLDER_UID, Grafana, InfluxSource, push
from dashboards.today import UID, today
from tests.support.fake_grafana import FakeGrafana

SOURCE = InfluxSource("http://influxdb:8086", "influx-secret", "wear")
DATA_SOURCE = f"/datasources/uid/{datasource.UID}"


@pytest.fixture(params=["", "/grafana"], ids=["at-the-root", "below-a-path"])
def grafana(request):
    fake = FakeGrafana(token="grafana-secret", prefix=request.param)
    yield fake
    fake.close()


def pushed(fake, token="grafana-secret"):
    return push(Grafana(fake.url, token), SOURCE, [today()])


def test_a_push_brings_folder_data_source_and_dashboard(grafana):
    done = pushed(grafana)
    assert len(done) == 3
    assert set(grafana.stored) == {f"/folders/{FOLDER_UID}", DATA_SOURCE, f"/dashboards/uid/{UID}"}
    assert grafana.stored[f"/dashboards/uid/{UID}"] == today()
    source = grafana.stored[DATA_SOURCE]
    assert source["jsonData"]["dbName"] == "wear"
    assert source["secureJsonData"] == {"httpHeaderValue1": "Token influx-secret"}


def test_a_second_push_leaves_the_same_behind(grafana):
    pushed(grafana)
    first = dict(grafana.stored)
    pushed(grafana)
    assert grafana.stored == first
    made = [request for request in grafana.requests if request[0] == "POST"]
    assert sorted(made) == sorted(
        [("POST", "/folders"), ("POST", "/datasources"), *[("POST", "/dashboards/db")] * 2]
    )


def test_a_wrong_token_is_told_from_a_wrong_address(grafana):
    with pytest.raises(TokenRefusedError, match="service account with the role Admin"):
        pushed(grafana, token="guess")
    assert grafana.stored == {}


def test_a_token_that_may_only_read_is_said_so(grafana):
    grafana.decline["POST /datasources"] = 403, "permissions needed: datasources:create"
    with pytest.raises(TokenRefusedError, match="setting up the data source"):
        pushed(grafana)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(400, "Cannot save provisioned dashboard", id="provisioned-by-a-file"),
        pytest.param(500, "database is locked", id="trouble-of-its-own"),
    ],
)
def test_what_grafana_declines_is_told_in_its_own_words(grafana, status, message):
    grafana.decline["POST /dashboards/db"] = status, message
    with pytest.raises(PushRefusedError, match=message):
        pushed(grafana)


def test_something_else_at_the_address_is_no_grafana(grafana):
    grafana.page = "<html>a router</html>"
    with pytest.raises(GrafanaUnreachableError, match="something else answers there"):
        pushed(grafana)


def test_nothing_at_the_address_is_said_so():
    fake = FakeGrafana(token="x")
    fake.close()
    with pytest.raises(GrafanaUnreachableError, match="no answer"):
        pushed(fake)


def test_secrets_are_not_printed():
    text = repr((Grafana("http://g", "grafana-secret"), SOURCE))
    assert "secret" not in text
