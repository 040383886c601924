"""The dashboard is what its builder says, and keeps clear of the traps of Grafana's JSON."""

import json
from pathlib import Path

import pytest
import yaml

from dashboards import build, datasource, queries
from dashboards.postures import POSTURE_WORDS
from dashboards.today import today
from processing.model import POSTURES

DASHBOARD = today()
PANELS = DASHBOARD["panels"]
PROVISIONING = Path(build.__file__).parent / "provisioning"


def _each(key):
    return pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel[key])


def _all_values(node):
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from _all_values(value)
    else:
        yield node


@pytest.mark.parametrize("name", build.dashboard_files())
def test_the_committed_json_is_what_the_builder_makes(name, tmp_path):
    committed = build.JSON_DIR / name
    build.write(tmp_path)
    assert committed.read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8"), (
        "run: python -m dashboards.build"
    )


def test_no_json_is_committed_that_no_builder_makes():
    assert {path.name for path in build.JSON_DIR.iterdir()} == set(build.dashboard_files())


@_each("title")
def test_each_panel_is_a_core_panel_on_our_data_source(panel):
    assert panel["type"] in {"stat", "state-timeline", "barchart", "timeseries", "table"}
    assert panel["datasource"] == datasource.REFERENCE
    assert all(target["datasource"] == datasource.REFERENCE for target in panel["targets"])


def test_what_stands_now_is_that_of_the_last_ten_minutes_only():
    now = [panel for panel in PANELS if "timeFrom" in panel]
    assert [panel["title"] for panel in now] == ["Sitting streak", "Movement owed"]
    for panel in now:
        assert panel["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]
        assert panel["timeFrom"] == "10m"
        assert panel["fieldConfig"]["defaults"]["noValue"] == "Sensor silent"


def test_an_hour_is_red_from_the_line_at_50_minutes_on():
    [panel] = [panel for panel in PANELS if panel["title"] == "Sitting in each hour"]
    defaults = panel["fieldConfig"]["defaults"]
    assert [step["value"] for step in defaults["thresholds"]["steps"]] == [None, 50]
    assert defaults["custom"]["thresholdsStyle"] == {"mode": "line"}


def test_a_phone_shows_the_streak_first_and_the_sensor_last():
    titles = [panel["title"] for panel in PANELS]
    assert titles[:3] == ["Sitting streak", "Movement owed", "Postures"]
    assert titles[-3:] == ["Battery", "Signal", "Last data"]


def test_the_streak_turns_yellow_at_30_and_red_at_60_minutes():
    steps = PANELS[0]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in steps] == [None, 1800, 3600]
    assert len({step["color"] for step in steps}) == 3


def test_each_posture_has_its_own_word_and_colour():
    assert set(POSTURE_WORDS) == set(POSTURES)
    assert len({text for text, _ in POSTURE_WORDS.values()}) == len(POSTURES)
    assert len({color for _, color in POSTURE_WORDS.values()}) == len(POSTURES)


def test_a_posture_band_ends_when_the_heartbeat_stops():
    timeline = next(panel for panel in PANELS if panel["type"] == "state-timeline")
    assert timeline["fieldConfig"]["defaults"]["custom"]["insertNulls"] > 300_000


@pytest.mark.parametrize("query", queries.panel_queries(DASHBOARD), ids=lambda query: query.owner)
def test_queries_stay_in_the_portable_part_of_influxql(query):
    lower = query.text.lower()
    for word in ("integral(", "sample(", " into ", "tz('browser')", "tz('utc')", "|>"):
        assert word not in lower
    assert "last(" not in lower, "last() in buckets of time loses short postures"
    assert "$timeFilter" in query.text
    assert '"wearer" = ${wearer:singlequote}' in query.text, "an apostrophe in a name ends the text"


def test_nothing_has_to_be_resolved_by_an_import():
    assert not [
        value for value in _all_values(DASHBOARD) if isinstance(value, str) and "DS_" in value
    ]
    assert DASHBOARD["id"] is None


def test_the_time_zone_can_be_given_to_the_builder():
    board = today("Europe/Berlin")
    variable = board["templating"]["list"][1]
    assert variable["current"]["value"] == variable["query"] == board["timezone"] == "Europe/Berlin"


def test_the_provisioned_data_source_is_the_one_that_push_makes():
    [provisioned] = yaml.safe_load(
        (PROVISIONING / "datasources" / "sitstreak.yaml").read_text(encoding="utf-8")
    )["datasources"]
    pushed = datasource.data_source("http://influxdb:8086", "${SITSTREAK_INFLUX_TOKEN}", "wear")
    assert provisioned == pushed


def test_json_is_strict():
    json.dumps(DASHBOARD, allow_nan=False)
