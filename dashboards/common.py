"""What all dashboards share: the frame, the variables, the links and the marks of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboards.datasource import REFERENCE, Json
from dashboards.panels import query_variable, text_variable

BLUE, CALM, SOON, NOW = "#56B4E9", "#009E73", "#E69F00", "#D55E00"

WEARERS: Final = 'SHOW TAG VALUES FROM "streak" WITH KEY = "wearer"'
DEVICES: Final = 'SHOW TAG VALUES FROM "sensor" WITH KEY = "device" WHERE "wearer" = \'$wearer\''
EVENTS: Final = 'SELECT "text", "kind" FROM "event" WHERE "wearer" = \'$wearer\' AND $timeFilter'


def mine(select: str, group_by: str = "") -> str:
    """Return the statement for the chosen wearer and the time range shown."""
    return f"{select} WHERE \"wearer\" = '$wearer' AND $timeFilter {group_by}".rstrip()


def select(what: str, measurement: str) -> str:
    """Return the first half of a statement."""
    return " ".join(("SELECT", what, "FROM", f'"{measurement}"'))


def wearer_variable() -> Json:
    """Return the choice of the wearer."""
    return query_variable("wearer", "Wearer", WEARERS)


def device_variable() -> Json:
    """Return the choice among the sensors of the wearer."""
    return query_variable("device", "Sensor", DEVICES)


def timezone_variable(name: str) -> Json:
    """Return the time zone, for hours that do not begin where those of UTC do."""
    return text_variable(
        "timezone", "Time zone", name, "IANA name of the wearer's time zone, such as Europe/Berlin."
    )


def link(title: str, uid: str) -> Json:
    """Return a link at the top that keeps the wearer; the other one keeps its own time range."""
    return {
        "title": title,
        "type": "link",
        "url": f"/d/{uid}?var-wearer=${{wearer}}&var-timezone=${{timezone}}",
        "icon": "dashboard",
        "targetBlank": False,
        "keepTime": False,
        "includeVars": False,
        "asDropdown": False,
        "tags": [],
        "tooltip": "",
    }


def event_marks() -> Json:
    """Return the marks of breaks, gaps and diary entries over panels with a time axis."""
    return {
        "name": "Events",
        "datasource": REFERENCE,
        "enable": True,
        "hide": False,
        "iconColor": BLUE,
        "query": EVENTS,
        "textColumn": "text",
        "tagsColumn": "kind",
        "titleColumn": "",
        "timeEndColumn": "",
    }


def frame(
    uid: str,
    title: str,
    description: str,
    *,
    start: str,
    refresh: str,
    variables: Sequence[Json],
    links: Sequence[Json],
    panels: Sequence[Json],
) -> Json:
    """Return a dashboard as Grafana's classic JSON model."""
    return {
        "uid": uid,
        "id": None,
        "title": f"sitstreak: {title}",
        "description": description,
        "tags": ["sitstreak"],
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 0,
        "timezone": "browser",
        "time": {"from": start, "to": "now"},
        "refresh": refresh,
        "timepicker": {},
        "links": list(links),
        "annotations": {"list": [event_marks()]},
        "templating": {"list": list(variables)},
        "panels": list(panels),
    }
