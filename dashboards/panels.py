"""Grafana panels and variables as plain dictionaries: small functions, Grafana's core panels only.

Options are those of the panel schemas in Grafana's source (`panelcfg.cue` of stat, barchart and
state-timeline); what is left out keeps Grafana's default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboards.datasource import REFERENCE, Json

_ALL_CALCULATED_FROM_LAST: Final[Json] = {"calcs": ["lastNotNull"], "fields": "", "values": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands on Grafana's grid of 24 columns; on a phone they stack in order."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads: the title, the sentence behind the (i), and what stands for no data."""

    title: str
    description: str
    no_value: str = "No data"


@dataclass(frozen=True, slots=True)
class Step:
    """A colour from a value on; `None` is the colour below all others."""

    value: float | None
    color: str


def stat(
    panel_id: int, place: Place, words: Words, query: str, *, unit: str, steps: Sequence[Step]
) -> Json:
    """Return a panel that shows the latest value, large, on a coloured ground."""
    panel = _panel(panel_id, "stat", place, words, [target(query)])
    panel["fieldConfig"]["defaults"] |= {
        "unit": unit,
        "color": {"mode": "thresholds"},
        "thresholds": _thresholds(steps),
    }
    panel["options"] = {
        "reduceOptions": _ALL_CALCULATED_FROM_LAST,
        "colorMode": "background",
        "graphMode": "none",
        "justifyMode": "center",
        "orientation": "auto",
        "textMode": "value",
        "wideLayout": True,
    }
    return panel


def state_timeline(
    panel_id: int,
    place: Place,
    words: Words,
    query: str,
    *,
    states: Mapping[str, tuple[str, str]],
    silent_after_ms: int,
) -> Json:
    """Return bands of states over time.

    Parameters
    ----------
    states
        Stored value -> (word, colour), in the order of the legend.
    silent_after_ms
        A state ends here when no row follows; otherwise Grafana draws it on to the right edge.
        Must exceed the time between two heartbeat rows. [ms]
    """
    panel = _panel(panel_id, "state-timeline", place, words, [target(query, alias="$tag_device")])
    mapping = {
        value: {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate(states.items())
    }
    panel["fieldConfig"]["defaults"] |= {
        "color": {"mode": "fixed", "fixedColor": "#808080"},
        "mappings": [{"type": "value", "options": mapping}],
        "custom": {
            "fillOpacity": 90,
            "lineWidth": 0,
            "spanNulls": False,
            "insertNulls": silent_after_ms,
        },
    }
    panel["options"] = {
        "mergeValues": True,
        "showValue": "auto",
        "alignValue": "left",
        "rowHeight": 0.9,
        "legend": _legend(shown=True),
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return panel


def bar_chart(
    panel_id: int,
    place: Place,
    words: Words,
    query: str,
    *,
    alias: str,
    unit: str,
    time_format: str,
    steps: Sequence[Step],
) -> Json:
    """Return one bar for each row; `time_format` is how its time is written below it."""
    panel = _panel(panel_id, "barchart", place, words, [target(query, alias=alias)])
    panel["fieldConfig"]["defaults"] |= {
        "unit": unit,
        "decimals": 1,
        "min": 0,
        "color": {"mode": "thresholds"},
        "thresholds": _thresholds(steps),
        "custom": {"fillOpacity": 85, "lineWidth": 0, "axisLabel": alias},
    }
    panel["fieldConfig"]["overrides"] = [
        {
            "matcher": {"id": "byType", "options": "time"},
            "properties": [{"id": "unit", "value": f"time:{time_format}"}],
        }
    ]
    panel["options"] = {
        "orientation": "vertical",
        "showValue": "auto",
        "stacking": "none",
        "barWidth": 0.9,
        "groupWidth": 0.9,
        "xTickLabelRotation": 0,
        "xTickLabelSpacing": 50,
        "fullHighlight": False,
        "legend": _legend(shown=False),
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return panel


def time_series(
    panel_id: int,
    place: Place,
    words: Words,
    query: str,
    *,
    alias: str,
    unit: str,
    steps: Sequence[Step],
) -> Json:
    """Return a line over time; it is broken where minutes are missing."""
    panel = _panel(panel_id, "timeseries", place, words, [target(query, alias=alias)])
    panel["fieldConfig"]["defaults"] |= {
        "unit": unit,
        "color": {"mode": "fixed", "fixedColor": steps[0].color},
        "thresholds": _thresholds(steps),
        "custom": {"drawStyle": "line", "lineWidth": 2, "insertNulls": 600_000},
    }
    panel["options"] = {
        "legend": _legend(shown=False),
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return panel


def over(panel: Json, time_from: str) -> Json:
    """Return the panel with a time range of its own, such as `10m`, up to now."""
    return panel | {"timeFrom": time_from, "hideTimeOverride": True}


def target(query: str, *, alias: str = "") -> Json:
    """Return an InfluxQL query as a panel holds it."""
    return {
        "refId": "A",
        "datasource": REFERENCE,
        "query": query,
        "rawQuery": True,
        "resultFormat": "time_series",
        "alias": alias,
    }


def query_variable(name: str, label: str, query: str) -> Json:
    """Return a variable whose choices come from the data; the first is taken."""
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": REFERENCE,
        "definition": query,
        "query": {"query": query, "refId": "InfluxVariableQueryEditor-VariableQuery"},
        "refresh": 1,
        "sort": 1,
        "multi": False,
        "includeAll": False,
        "current": {"text": "", "value": ""},
        "options": [],
    }


def text_variable(name: str, label: str, value: str, description: str) -> Json:
    """Return a variable that the reader types."""
    choice = {"selected": True, "text": value, "value": value}
    return {
        "name": name,
        "label": label,
        "description": description,
        "type": "textbox",
        "query": value,
        "current": choice,
        "options": [choice],
    }


def _panel(panel_id: int, kind: str, place: Place, words: Words, targets: list[Json]) -> Json:
    return {
        "id": panel_id,
        "type": kind,
        "title": words.title,
        "description": words.description,
        "datasource": REFERENCE,
        "gridPos": {"x": place.x, "y": place.y, "w": place.w, "h": place.h},
        "fieldConfig": {"defaults": {"noValue": words.no_value}, "overrides": []},
        "targets": targets,
    }


def _legend(*, shown: bool) -> Json:
    return {"displayMode": "list", "placement": "bottom", "showLegend": shown, "calcs": []}


def _thresholds(steps: Sequence[Step]) -> Json:
    return {
        "mode": "absolute",
        "steps": [{"value": step.value, "color": step.color} for step in steps],
    }
