"""The dashboards hold only what Grafana's classic model knows; a misspelt option is simply ignored.

Names and choices are those of Grafana's own schemas: `kinds/dashboard/dashboard_kind.cue`,
`packages/grafana-schema/src/common/mudball.cue`, and `panelcfg.cue` of each panel; `insertNulls` of
a state timeline is that of its `module.tsx`.
"""

import re

import pytest

from dashboards import build

PANELS = [
    (name, panel) for name, board in build.dashboard_files().items() for panel in board["panels"]
]
each_panel = pytest.mark.parametrize(
    "panel", [panel for _, panel in PANELS], ids=[f"{name}-{p['title']}" for name, p in PANELS]
)
each = pytest.mark.parametrize(
    "dashboard", build.dashboard_files().values(), ids=build.dashboard_files()
)


def names(text):
    return set(text.split())


DASHBOARD = names(
    "id uid title description tags timezone editable graphTooltip time timepicker weekStart "
    "refresh schemaVersion panels templating annotations links"
)
LINK = names("title type icon tooltip url tags asDropdown targetBlank includeVars keepTime")
PANEL = names(
    "id type title description datasource gridPos fieldConfig options targets links timeFrom "
    "timeShift hideTimeOverride"
)
DEFAULTS = names("unit decimals min max color thresholds mappings noValue links custom")
AXIS = names("axisPlacement axisColorMode axisLabel axisWidth axisSoftMin axisSoftMax")
OPTIONS = {
    "stat": "reduceOptions orientation text textMode colorMode graphMode justifyMode wideLayout",
    "barchart": "legend tooltip text xField colorByField orientation barRadius xTickLabelRotation "
    "xTickLabelMaxLength xTickLabelSpacing stacking showValue barWidth groupWidth fullHighlight",
    "state-timeline": "legend tooltip timezone showValue rowHeight mergeValues alignValue perPage",
    "timeseries": "legend tooltip timezone",
}
CUSTOM = {
    "stat": set(),
    "barchart": AXIS | names("lineWidth fillOpacity gradientMode thresholdsStyle hideFrom"),
    "state-timeline": AXIS | names("lineWidth fillOpacity spanNulls insertNulls hideFrom"),
    "timeseries": AXIS
    | names(
        "drawStyle lineWidth lineInterpolation fillOpacity fillBelowTo showPoints pointSize "
        "spanNulls insertNulls thresholdsStyle stacking hideFrom"
    ),
}
CHOICES = {
    "drawStyle": {"line", "bars", "points"},
    "showPoints": {"auto", "never", "always"},
    "showValue": {"auto", "never", "always"},
    "stacking": {"none", "normal", "percent"},
    "orientation": {"auto", "vertical", "horizontal"},
    "colorMode": {"value", "background", "background_no_gradient", "none"},
    "graphMode": {"none", "line", "area"},
    "justifyMode": {"auto", "center"},
    "textMode": {"auto", "value", "value_and_name", "name", "none"},
    "alignValue": {"center", "left", "right"},
}
UNITS = {"dthms", "m", "h", "none", "percent", "dBm", "ppm", "dateTimeFromNow"}


@each
def test_a_dashboard_holds_only_what_grafana_knows(dashboard):
    assert dashboard.keys() <= DASHBOARD
    assert dashboard["weekStart"] in {"saturday", "monday", "sunday"}
    assert dashboard["graphTooltip"] in {0, 1, 2}
    for link in dashboard["links"]:
        assert link.keys() == LINK
        assert link["type"] == "link"


@each_panel
def test_a_panel_holds_only_what_grafana_knows(panel):
    kind, defaults = panel["type"], panel["fieldConfig"]["defaults"]
    assert panel.keys() <= PANEL
    assert defaults.keys() <= DEFAULTS
    assert panel["options"].keys() <= names(OPTIONS[kind])
    assert defaults.get("custom", {}).keys() <= CUSTOM[kind]
    for name, value in {**panel["options"], **defaults.get("custom", {})}.items():
        assert name not in CHOICES or value in CHOICES[name], name


@each_panel
def test_an_override_sets_only_what_a_panel_has(panel):
    known = {"unit", "color"} | {f"custom.{name}" for name in CUSTOM[panel["type"]]}
    for override in panel["fieldConfig"]["overrides"]:
        assert override["matcher"]["id"] in {"byName", "byType"}
        assert {one["id"] for one in override["properties"]} <= known


@each_panel
def test_thresholds_ascend_from_the_colour_below_all(panel):
    steps = panel["fieldConfig"]["defaults"].get("thresholds", {"steps": [{"value": None}]})[
        "steps"
    ]
    first, *rest = [step["value"] for step in steps]
    assert first is None
    assert rest == sorted(set(rest))


@each_panel
def test_a_unit_is_one_of_grafanas(panel):
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["type"] == "state-timeline" or defaults["unit"] in UNITS
    for override in panel["fieldConfig"]["overrides"]:
        for one in override["properties"]:
            assert one["id"] != "unit" or re.fullmatch(r"time:[\w :]+", one["value"])
