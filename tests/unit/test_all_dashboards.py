"""What holds for every dashboard and alert rule: names resolve, nothing is said twice."""

import json
import re
from itertools import chain

import pytest

from dashboards import alerts, build, datasource
from dashboards.queries import TimeSpan, fill_in, panel_queries

ALL = build.dashboard_files()
each = pytest.mark.parametrize("dashboard", ALL.values(), ids=ALL)
RULES = alerts.rule_groups()["groups"][0]["rules"]


def test_each_dashboard_has_its_own_uid():
    assert len({dashboard["uid"] for dashboard in ALL.values()}) == len(ALL) == 4


@each
def test_panel_ids_are_unique_and_no_two_panels_overlap(dashboard):
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    cells = [
        (x, y)
        for grid in (panel["gridPos"] for panel in dashboard["panels"])
        for x in range(grid["x"], grid["x"] + grid["w"])
        for y in range(grid["y"], grid["y"] + grid["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


@each
def test_panels_are_listed_in_the_order_in_which_a_phone_stacks_them(dashboard):
    places = [(panel["gridPos"]["y"], panel["gridPos"]["x"]) for panel in dashboard["panels"]]
    assert places == sorted(places)


@each
def test_each_panel_is_described_and_each_number_has_a_unit(dashboard):
    for panel in dashboard["panels"]:
        defaults = panel["fieldConfig"]["defaults"]
        assert len(panel["description"]) > 40, panel["title"]
        assert defaults["noValue"]
        assert ("unit" in defaults) == (panel["type"] != "state-timeline"), panel["title"]


@each
def test_every_data_source_and_variable_resolves(dashboard):
    names = {variable["name"] for variable in dashboard["templating"]["list"]}
    filled = dict.fromkeys(names, "x")
    for query in panel_queries(dashboard):
        assert "$" not in fill_in(query.text, filled, TimeSpan(0, 1))
    for mark in dashboard["annotations"]["list"]:
        assert mark["datasource"] == datasource.REFERENCE
        assert "$" not in fill_in(mark["query"], filled, TimeSpan(0, 1))
    for link in dashboard["links"]:
        assert set(re.findall(r"\$\{(\w+)\}", link["url"])) <= names
    for panel in dashboard["panels"]:
        assert panel["datasource"] == datasource.REFERENCE


@each
def test_every_link_leads_to_a_dashboard_that_is_there(dashboard):
    uids = {other["uid"] for other in ALL.values()}
    for link in dashboard["links"]:
        assert re.findall(r"^/d/([\w-]+)", link["url"])[0] in uids


@pytest.mark.parametrize("name", build.alerting_files())
def test_the_committed_alerting_file_is_what_the_builder_makes(name):
    committed = (build.ALERTING_DIR / name).read_text(encoding="utf-8")
    assert committed == build.as_text(build.alerting_files()[name]), (
        "run: python -m dashboards.build"
    )


def test_each_rule_has_its_own_uid_and_asks_for_one_number():
    assert len({rule["uid"] for rule in RULES}) == len(RULES) == 4
    for rule in RULES:
        asked, *expressions = rule["data"]
        assert asked["datasourceUid"] == datasource.UID
        assert '"state"' not in asked["model"]["query"]
        assert [part["datasourceUid"] for part in expressions] == ["__expr__", "__expr__"]
        assert rule["condition"] == expressions[-1]["refId"]


def test_a_sensor_that_is_off_is_not_sitting():
    assert {rule["noDataState"] for rule in RULES} == {"OK"}


def test_quiet_hours_reach_over_midnight_without_a_hole():
    [interval] = alerts.quiet_hours()["muteTimes"][0]["time_intervals"]
    ends = chain.from_iterable((time["start_time"], time["end_time"]) for time in interval["times"])
    assert list(ends) == ["22:00", "24:00", "00:00", "07:00"]


def test_all_json_is_strict():
    json.dumps([ALL, build.alerting_files()], allow_nan=False)
