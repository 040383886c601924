"""What all dashboards share: the frame, the variables, the links and the marks of events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboards.datasource import REFERENCE, Json
from dashboards.targets import query_variable, text_variable

TODAY, WEEK, TRENDS, SENSORS = (
    f"sitstreak-{name}" for name in ("today", "week", "trends", "sensors")
)

BLUE, CALM, SOON, NOW = "#56B4E9", "#009E73", "#E69F00", "#D55E00"
GREY: Final = "#8C8C8C"

WEARERS: Final = 'SHOW TAG VALUES FROM "streak" WITH KEY = "wearer"'
DEVICES: Final = (
    'SHOW TAG VALUES FROM "sensor" WITH KEY = "device" WHERE "wearer" = ${wearer:singlequote}'
)

SHOWN: Final = "$timeFilter"
#: Seven local midnights up to the one at which the range shown begins: the sixth before it is 143
#: to 145 hours away and the seventh 167 to 169, because clocks may change in between.
SEVEN_DAYS: Final = "time >= ${__from}ms - 150h AND time <= ${__to}ms"


def mine(select: str, group_by: str = "", *, when: str = SHOWN, only: str = "") -> str:
    """Return the statement for the chosen wearer.

    Parameters
    ----------
    select
        The statement up to its measurement.
    group_by
        What comes after its conditions.
    when
        Condition on the time; the range shown by default.
    only
        One more condition.
    """
    # Grafana puts a bare $wearer in as it is: an apostrophe in a name would end the text.
    conditions = ['"wearer" = ${wearer:singlequote}', only, when]
    where = " AND ".join(condition for condition in conditions if condition)
    return f"{select} WHERE {where} {group_by}".rstrip()


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


def address(uid: str) -> str:
    """Return where a dashboard is, for the wearer and the time zone chosen here."""
    return f"/d/{uid}?var-wearer=${{wearer:percentencode}}&var-timezone=${{timezone:percentencode}}"


def link(title: str, uid: str, *, keep_time: bool = False, more: str = "") -> Json:
    """Return a link at the top that keeps wearer and time zone and, if wished, the range shown.

    Parameters
    ----------
    more
        Appended to the address, such as `&from=now-1d/d&to=now-1d/d`.
    """
    return {
        "title": title,
        "type": "link",
        "url": address(uid) + more,
        "icon": "dashboard",
        "targetBlank": False,
        "keepTime": keep_time,
        "includeVars": False,
        "asDropdown": False,
        "tags": [],
        "tooltip": "",
    }


def marks(name: str, kinds: Sequence[str], color: str, *, when: str = SHOWN) -> Json:
    """Return marks of some kinds of event over panels with a time axis.

    The fields are those that the InfluxDB data source reads of an annotation in InfluxQL
    (`annotationEvents` in its datasource.ts).
    """
    only = " OR ".join(f"\"kind\" = '{kind}'" for kind in kinds)
    return {
        "name": name,
        "datasource": REFERENCE,
        "enable": True,
        "hide": False,
        "iconColor": color,
        "query": mine(select('"text", "kind"', "event"), when=when, only=f"({only})"),
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
    shown: tuple[str, str],
    refresh: str,
    timezone: str,
    links: Sequence[Json],
    annotations: Sequence[Json],
    panels: Sequence[Json],
    variables: Sequence[Json] = (),
) -> Json:
    """Return a dashboard as Grafana's classic JSON model.

    Parameters
    ----------
    shown
        Start and end of the range that it opens with.
    timezone
        IANA zone of the wearer, which its variable starts with. With `UTC`, which is also what
        nobody has chosen, days and clock are those of the browser.
    variables
        Those beside wearer and time zone.
    """
    chosen = [wearer_variable(), *variables, timezone_variable(timezone)]
    start, end = shown
    return {
        "uid": uid,
        "id": None,
        "title": f"sitstreak: {title}",
        "description": description,
        "tags": ["sitstreak"],
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "browser" if timezone == "UTC" else timezone,
        "weekStart": "monday",
        "time": {"from": start, "to": end},
        "refresh": refresh,
        "timepicker": {},
        "links": list(links),
        "annotations": {"list": list(annotations)},
        "templating": {"list": chosen},
        "panels": list(panels),
    }
