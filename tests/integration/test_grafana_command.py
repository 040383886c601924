"""`sitstreak grafana push|status`: an existing Grafana gets everything, and says what it has."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.build import dashboard_files
from dashboards.datasource import UID
from dashboards.push import FOLDER_UID
from sitstreak.grafana_look import first_difference
from tests.support.fake_grafana import FakeGrafana
from tests.support.run_cli import run_cli

SOURCE = f"/datasources/uid/{UID}"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("INFLUX_URL", "GRAFANA_URL", "GRAFANA_INFLUX_URL", "GRAFANA_INFLUX_TOKEN"):
        monkeypatch.delenv(f"SITSTREAK_{name}", raising=False)
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("SITSTREAK_GRAFANA_TOKEN", "grafana-secret")
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", "influx-secret")


@pytest.fixture(params=["", "/grafana"], ids=["at-the-root", "below-a-path"])
def grafana(request, monkeypatch):
    fake = FakeGrafana(token="grafana-secret", prefix=request.param)
    monkeypatch.setenv("SITSTREAK_GRAFANA_URL", fake.url)
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", "http://127.0.0.1:8086")
    yield fake
    fake.close()


def status():
    """Return exit code and (kind, name) -> part."""
    ran = run_cli("grafana", "status", "--json")
    document = json.loads(ran.out)
    assert document["complete"] == (ran.code == 0)
    return ran.code, {(part["kind"], part["name"]): part for part in document["parts"]}


def test_before_a_push_everything_is_missing(grafana):
    code, parts = status()
    assert code == 1
    assert {part["stands"] for part in parts.values()} == {"missing"}
    assert len([kind for kind, _ in parts if kind == "dashboard"]) == len(dashboard_files())


def test_after_a_push_everything_is_there(grafana):
    pushed = run_cli("grafana", "push")
    assert pushed.code == 0, pushed.err
    code, parts = status()
    assert {part["stands"] for part in parts.values()} == {"same"}, parts
    assert code == 0
    assert f"/folders/{FOLDER_UID}" in grafana.stored


def test_looking_changes_nothing(grafana):
    status()
    assert {verb for verb, _ in grafana.requests} == {"GET"}


def test_what_somebody_changed_is_named_with_its_place(grafana):
    run_cli("grafana", "push")
    grafana.stored[SOURCE] |= {"jsonData": {"dbName": "other"}}
    code, parts = status()
    source = parts["data source", "sitstreak"]
    assert code == 1
    assert (source["stands"], source["where"]) == ("differs", "jsonData.dbName")


def test_a_panel_that_was_removed_there_differs(grafana):
    run_cli("grafana", "push")
    wanted = next(iter(dashboard_files().values()))
    path = f"/dashboards/uid/{wanted['uid']}"
    grafana.stored[path] = grafana.stored[path] | {"panels": wanted["panels"][1:]}
    _, parts = status()
    assert parts["dashboard", wanted["title"]]["where"] == "panels"


def test_grafana_is_told_where_it_finds_influxdb_itself(grafana, monkeypatch):
    monkeypatch.setenv("SITSTREAK_GRAFANA_INFLUX_URL", "http://influxdb:8086")
    monkeypatch.setenv("SITSTREAK_GRAFANA_INFLUX_TOKEN", "read-only")
    monkeypatch.setenv("SITSTREAK_INFLUX_BUCKET", "sitting")
    assert run_cli("grafana", "push").code == 0
    source = grafana.stored[SOURCE]
    assert source["url"] == "http://influxdb:8086"
    assert source["jsonData"]["dbName"] == "sitting"
    assert source["secureJsonData"] == {"httpHeaderValue1": "Token read-only"}


def test_the_wearers_time_zone_is_chosen_in_every_dashboard_that_asks_for_one(grafana, monkeypatch):
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Asia/Kolkata")
    run_cli("grafana", "push")
    saved = [thing for path, thing in grafana.stored.items() if path.startswith("/dashboards")]
    zones = {
        variable["current"]["value"]
        for dashboard in saved
        for variable in dashboard["templating"]["list"]
        if variable["name"] == "timezone"
    }
    assert zones == {"Asia/Kolkata"}
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    assert {part["stands"] for part in status()[1].values()} == {"same", "differs"}


def test_no_secret_is_printed(grafana):
    said = run_cli("grafana", "push"), run_cli("grafana", "status"), run_cli("grafana", "push")
    assert not any("secret" in ran.out + ran.err for ran in said)


@pytest.mark.parametrize("what", ["push", "status"])
def test_a_wrong_token_is_one_line_that_says_which(grafana, monkeypatch, what):
    monkeypatch.setenv("SITSTREAK_GRAFANA_TOKEN", "guess")
    assert "role Admin" in run_cli("grafana", what).error_line


@pytest.mark.parametrize("what", ["push", "status"])
def test_something_else_at_the_address_is_no_grafana(grafana, what):
    grafana.page = "<html>a router</html>"
    assert "no Grafana" in run_cli("grafana", what).error_line


@pytest.mark.parametrize("what", ["push", "status"])
def test_nothing_at_the_address_is_said(monkeypatch, what):
    fake = FakeGrafana(token="x")
    fake.close()
    monkeypatch.setenv("SITSTREAK_GRAFANA_URL", fake.url)
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", "http://127.0.0.1:8086")
    assert "no Grafana" in run_cli("grafana", what).error_line


@pytest.mark.parametrize(
    "setting",
    ["SITSTREAK_GRAFANA_URL", "SITSTREAK_GRAFANA_TOKEN", "SITSTREAK_GRAFANA_INFLUX_URL"],
)
def test_a_setting_that_is_missing_is_named(grafana, monkeypatch, setting):
    monkeypatch.delenv(setting, raising=False)
    monkeypatch.delenv("SITSTREAK_INFLUX_URL")
    assert setting in run_cli("grafana", "status").error_line


def test_people_get_a_line_for_each_part_and_the_next_step(grafana):
    ran = run_cli("grafana", "status")
    assert ran.code == 1
    assert "missing   data source   sitstreak" in ran.out
    assert ran.out.endswith("Bring it: sitstreak grafana push\n")


@pytest.mark.parametrize(
    ("ours", "theirs", "where"),
    [
        ({"a": 1}, {"a": 1, "more": 2}, None),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]"),
        ({"a": [1]}, {"a": [1, 2]}, "a"),
        ({"a": {}}, {"a": "x"}, "a"),
        ({"a": None}, {}, None),
        ({"id": 1, "version": 2}, {"id": 9, "version": 9}, None),
        ({"panels": [{"id": 1}]}, {"panels": [{"id": 2}]}, "panels[0].id"),
        ({"secureJsonData": {"x": 1}}, {}, None),
    ],
)
def test_the_first_difference_is_found_and_what_grafana_adds_is_none(ours, theirs, where):
    assert first_difference(ours, theirs) == where


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=8,
)


@given(JSON, JSON, st.dictionaries(st.text(max_size=2), st.integers()))
def test_nothing_differs_from_itself_and_whatever_else_does(one, other, more):
    assert first_difference(one, one) is None
    assert first_difference({"a": one}, more | {"a": one}) is None
    if isinstance(one, int | str) and one != other:
        assert first_difference({"a": {"b": [one]}}, {"a": {"b": [other]}}) == "a.b[0]"


def test_alerts_are_written_as_files_without_any_grafana(tmp_path, monkeypatch):
    monkeypatch.setenv("SITSTREAK_NTFY_URL", "https://ntfy.sh/secret-topic")
    monkeypatch.setenv("SITSTREAK_QUIET_HOURS", "23:30-06:00")
    ran = run_cli("grafana", "provisioning", "--out", tmp_path / "out", "--json")
    written = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert sorted(json.loads(ran.out)["files"]) == sorted(
        str(tmp_path / "out" / name) for name in written
    )
    assert "${SITSTREAK_NTFY_URL}" in written["contact-points.json"]
    assert "secret-topic" not in "".join(written.values())
    assert '"23:30"' in written["quiet-hours.json"]
    assert "Europe/Berlin" in written["quiet-hours.json"]


def test_writing_the_same_again_changes_nothing(tmp_path):
    def files():
        assert run_cli("grafana", "provisioning", "--out", tmp_path / "out").code == 0
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    assert files() == files()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    line = run_cli("grafana", "provisioning", "--out", tmp_path / "file" / "x").error_line
    assert "cannot be written" in line


@pytest.mark.parametrize("words", [("provisioning",), ("push",), ("status",)])
def test_half_a_contact_is_one_line_that_says_what_to_set(grafana, monkeypatch, words):
    monkeypatch.setenv("SITSTREAK_TELEGRAM_TOKEN", "1:secret")
    line = run_cli("grafana", *words).error_line
    assert "SITSTREAK_TELEGRAM_CHAT: is empty" in line
    assert "1:secret" not in line


def test_a_pushed_contact_has_its_secret_and_status_does_not_say_it(grafana, monkeypatch):
    monkeypatch.setenv("SITSTREAK_NTFY_URL", "https://ntfy.sh/topic")
    monkeypatch.setenv("SITSTREAK_NTFY_TOKEN", "tk_secret")
    assert run_cli("grafana", "push").code == 0
    [point] = grafana.alerting.points.values()
    assert point["settings"]["authorization_credentials"] == "tk_secret"
    ran = run_cli("grafana", "status")
    assert (ran.code, "tk_secret" in ran.out) == (0, False)
    assert ["there", "contact", "point", "ntfy"] in [line.split() for line in ran.out.splitlines()]
