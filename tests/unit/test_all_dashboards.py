"""What holds for every dashboard: names resolve, nothing is said twice."""

import json
import re
from pathlib import Path

import pytest

from dashboards import build, datasource
from dashboards.queries import (
    TimeSpan,
    annotation_queries,
    fill_in,
    panel_queries,
    variable_queries,
)

ALL = build.dashboard_files()
each = pytest.mark.parametrize("dashboard", ALL.values(), ids=ALL)
SCHEMA = (Path(__file__).parents[2] / "docs" / "influx-schema.md").read_text(encoding="utf-8")


def links_of(dashboard):
    """Return the links at the top, at titles and at values."""
    found = list(dashboard["links"])
    for panel in dashboard["panels"]:
        found += panel.get("links", []) + panel["fieldConfig"]["defaults"].get("links", [])
    return found


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
def test_on_a_phone_no_panel_is_higher_than_the_screen(dashboard):
    """A unit of height is 30 pixels and 8 between two; a phone of 390 px shows some 700."""
    heights = [panel["gridPos"]["h"] for panel in dashboard["panels"]]
    assert max(heights) * 38 - 8 <= 350
    assert min(heights) >= 3, "no room for anything below the title"


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
    asked = [*panel_queries(dashboard), *annotation_queries(dashboard)]
    for query in [*asked, *variable_queries(dashboard)]:
        assert "$" not in fill_in(query.text, filled, TimeSpan(0, 1))
    sources = [mark["datasource"] for mark in dashboard["annotations"]["list"]]
    sources += [panel["datasource"] for panel in dashboard["panels"]]
    sources += [
        target["datasource"] for panel in dashboard["panels"] for target in panel["targets"]
    ]
    assert all(source == datasource.REFERENCE for source in sources)
    for link in links_of(dashboard):
        macros = {"__from", "__to"}
        assert set(re.findall(r"\$\{(\w+)", link["url"])) <= names | macros


@each
def test_every_query_is_bounded_in_time_and_asks_for_what_is_documented(dashboard):
    for query in [*panel_queries(dashboard), *annotation_queries(dashboard)]:
        assert "$timeFilter" in query.text or "${__from}ms" in query.text
        assert '"wearer" = ${wearer:singlequote}' in query.text
        [measurement] = re.findall(r'FROM "(\w+)"', query.text)
        named = set(re.findall(r'"(\w+)"', re.sub(r'AS "[^"]*"', "", query.text)))
        [part] = re.findall(rf"^## {measurement}$(.*?)^## ", SCHEMA, re.MULTILINE | re.DOTALL)
        assert named - {measurement} <= set(re.findall(r"`(\w+)`", part)), query.owner


@each
def test_every_link_leads_to_a_dashboard_that_is_there_for_the_same_wearer(dashboard):
    uids = {other["uid"] for other in ALL.values()}
    links = links_of(dashboard)
    assert links
    for link in links:
        assert re.findall(r"^/d/([\w-]+)", link["url"])[0] in uids
        for name in ("wearer", "timezone"):
            assert f"var-{name}=${{{name}:percentencode}}" in link["url"]


def test_one_gets_from_each_dashboard_to_each_other():
    ways = {
        dashboard["uid"]: {
            re.findall(r"^/d/([\w-]+)", link["url"])[0] for link in links_of(dashboard)
        }
        for dashboard in ALL.values()
    }
    for start in ways:
        reached = {start}
        for _ in ways:
            reached |= {uid for there in reached for uid in ways[there]}
        assert reached == set(ways)


def test_today_and_its_week_keep_the_day_that_is_shown():
    for name, there in (("today.json", "sitstreak-week"), ("week.json", "sitstreak-today")):
        [kept] = [link for link in ALL[name]["links"] if link["keepTime"]]
        assert f"/d/{there}?" in kept["url"]


def test_each_day_of_the_raster_leads_to_that_day():
    raster = [panel for panel in ALL["week.json"]["panels"] if panel["type"] == "state-timeline"]
    assert [panel["timeShift"] for panel in raster] == [f"{n}d/d" for n in range(7)]
    for panel in raster:
        for [link] in (panel["links"], panel["fieldConfig"]["defaults"]["links"]):
            assert link["url"].startswith("/d/sitstreak-today?")
            assert link["url"].endswith("&from=${__from}&to=${__to}")


def test_weeks_stand_above_each_other_on_trends():
    panels = ALL["trends.json"]["panels"]
    assert {panel["type"] for panel in panels} == {"timeseries"}
    assert {(panel["gridPos"]["x"], panel["gridPos"]["w"]) for panel in panels} == {(0, 24)}
    assert len({panel["fieldConfig"]["defaults"]["custom"]["axisWidth"] for panel in panels}) == 1


@each
def test_what_an_override_names_is_a_column_of_the_query(dashboard):
    for panel in dashboard["panels"]:
        shown, _, _ = panel["targets"][0]["query"].partition(" FROM ")
        columns = re.findall(r'AS "([^"]+)"', shown)
        for override in panel["fieldConfig"]["overrides"]:
            if override["matcher"]["id"] == "byName":
                assert override["matcher"]["options"] in columns
            for one in override["properties"]:
                assert one["id"] != "custom.fillBelowTo" or one["value"] in columns
        if len(columns) > 1:
            assert panel["targets"][0]["resultFormat"] == "table", "their names would be lost"


def test_all_json_is_strict():
    json.dumps(ALL, allow_nan=False)
