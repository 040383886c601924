"""Grafana panels as plain dictionaries: small functions, Grafana's core panels only.

Options are those of the panel schemas in Grafana's source (`panelcfg.cue` of stat, barchart,
timeseries and state-timeline); what is left out keeps Grafana's default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dashboards.datasource import REFERENCE, Json

NUMBERS: Final = ""  #: of a stat panel: all fields that are numbers
#: Of a stat panel: when the last row was. InfluxQL's own column is called `Time` or `time`.
TIME: Final = "/^time$/i"
_CORNER: Final = {"mode": "single", "sort": "none"}


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
    panel_id: int,
    place: Place,
    words: Words,
    asked: Json,
    *,
    unit: str,
    steps: Sequence[Step],
    shown: str = NUMBERS,
) -> Json:
    """Return a panel that shows the latest value, large, on a coloured ground.

    Several values stand side by side, each with its name; one stands alone.
    """
    panel = _panel(panel_id, "stat", place, words, [asked])
    panel["fieldConfig"]["defaults"] |= {
        "unit": unit,
        "color": {"mode": "thresholds"},
        "thresholds": _thresholds(steps),
    }
    panel["options"] = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": shown, "values": False},
        "colorMode": "background",
        "graphMode": "none",
        "justifyMode": "center",
        "orientation": "auto",
        "textMode": "auto",
        "wideLayout": True,
    }
    return panel


def state_timeline(
    panel_id: int,
    place: Place,
    words: Words,
    asked: Json,
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
    panel = _panel(panel_id, "state-timeline", place, words, [asked])
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
        "tooltip": _CORNER,
    }
    return panel


def bar_chart(
    panel_id: int,
    place: Place,
    words: Words,
    asked: Json,
    *,
    axis: str,
    unit: str,
    time_format: str,
    steps: Sequence[Step],
) -> Json:
    """Return one bar for each row; `time_format` is how its time is written below it.

    The thresholds are drawn as lines. Several columns stand side by side; give them colours with
    `coloured`.
    """
    panel = _panel(panel_id, "barchart", place, words, [asked])
    panel["fieldConfig"]["defaults"] |= {
        "unit": unit,
        "decimals": 1 if unit in ("h", "m") else 0,
        "min": 0,
        "color": {"mode": "thresholds"},
        "thresholds": _thresholds(steps),
        "custom": {
            "fillOpacity": 85,
            "lineWidth": 0,
            "axisLabel": axis,
            "thresholdsStyle": {"mode": "line" if len(steps) > 1 else "off"},
        },
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
        "tooltip": _CORNER,
    }
    return panel


def time_series(
    panel_id: int,
    place: Place,
    words: Words,
    asked: Json,
    *,
    axis: str,
    unit: str,
    steps: Sequence[Step],
    draw: str = "line",
    silent_after_ms: int | None = None,
) -> Json:
    """Return values over time.

    Parameters
    ----------
    draw
        `line`, `bars` or `points`.
    silent_after_ms
        A line is broken where no row follows for so long; None breaks it at null values only. [ms]
    """
    panel = _panel(panel_id, "timeseries", place, words, [asked])
    panel["fieldConfig"]["defaults"] |= {
        "unit": unit,
        "color": {"mode": "fixed", "fixedColor": steps[0].color},
        "thresholds": _thresholds(steps),
        "custom": {
            "drawStyle": draw,
            "lineWidth": 2,
            "fillOpacity": 60 if draw == "bars" else 0,
            "pointSize": 8 if draw == "points" else 5,
            "showPoints": "always" if draw == "points" else "auto",
            "axisLabel": axis,
            # the same on all, so that panels above each other have the same hours or weeks
            "axisWidth": 70,
            "insertNulls": silent_after_ms or False,
            "thresholdsStyle": {"mode": "line" if len(steps) > 1 else "off"},
        },
    }
    panel["options"] = {"legend": _legend(shown=False), "tooltip": _CORNER}
    return panel


def coloured(panel: Json, colors: Mapping[str, str]) -> Json:
    """Return the panel with a legend and a colour for each of its columns."""
    overrides = [
        {
            "matcher": {"id": "byName", "options": name},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
        }
        for name, color in colors.items()
    ]
    return _with(panel, overrides)


def band(panel: Json, lower: str, upper: str) -> Json:
    """Return the panel with two of its columns as the edges of a pale band."""
    pale = [{"id": "custom.lineWidth", "value": 0}, {"id": "custom.showPoints", "value": "never"}]
    filled = [
        {"id": "custom.fillBelowTo", "value": lower},
        {"id": "custom.fillOpacity", "value": 25},
    ]
    overrides = [
        {"matcher": {"id": "byName", "options": lower}, "properties": pale},
        {"matcher": {"id": "byName", "options": upper}, "properties": [*pale, *filled]},
    ]
    return _with(panel, overrides)


def between(panel: Json, low: float, high: float) -> Json:
    """Return the panel with fixed ends of its scale."""
    panel["fieldConfig"]["defaults"] |= {"min": low, "max": high}
    return panel


def over(panel: Json, time_from: str) -> Json:
    """Return the panel with a time range of its own, such as `10m`, up to now.

    Grafana heeds it only while the dashboard's range is told from now: on a day of the past the
    panel shows that day's last value.
    """
    return panel | {"timeFrom": time_from, "hideTimeOverride": True}


def whole_day(panel: Json, n_days_ago: int = 0) -> Json:
    """Return the panel with the whole local day in which the range shown is, or one before it.

    `timeShift` is subtracted from both ends on the calendar of Grafana's time zone, and `/d` takes
    the start back to its midnight and the end on to the last millisecond of its day, so days of 23
    and of 25 hours come out right (Grafana's PanelTimeRange.tsx, `getTimeOverride`, and
    `parseDateMath` in datemath.ts). It holds for ranges told from now and for fixed ones, where
    `timeFrom` would be ignored.
    """
    return panel | {"timeShift": f"{n_days_ago}d/d", "hideTimeOverride": True}


def linked(panel: Json, title: str, url: str) -> Json:
    """Return the panel with a link, at its title and at its values.

    `${__from}` and `${__to}` in it are the ends of the panel's own range. [ms]
    """
    at = {"title": title, "url": url, "targetBlank": False}
    panel["fieldConfig"]["defaults"]["links"] = [at]
    return panel | {"links": [at]}


def _with(panel: Json, overrides: list[Json]) -> Json:
    panel["fieldConfig"]["overrides"] += overrides
    panel["options"]["legend"]["showLegend"] = True
    return panel


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
