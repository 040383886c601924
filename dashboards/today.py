"""The dashboard Today: streak and movement owed now, the day's postures, the last two weeks."""

from __future__ import annotations

from typing import Final

from dashboards.common import event_marks, link
from dashboards.datasource import Json
from dashboards.panels import (
    Place,
    Step,
    Words,
    bar_chart,
    over,
    query_variable,
    stat,
    state_timeline,
    text_variable,
)
from processing.model import Posture

UID: Final = "sitstreak-today"

#: Colours of Okabe and Ito, told apart with any kind of colour vision; each has its word as well.
POSTURE_WORDS: Final = {
    Posture.SIT: ("Sitting", "#D55E00"),
    Posture.LIE: ("Lying", "#CC79A7"),
    Posture.STAND: ("Standing", "#56B4E9"),
    Posture.WALK: ("Walking", "#009E73"),
    Posture.MOVE: ("Moving", "#0072B2"),
    Posture.UNKNOWN: ("Unknown", "#8C8C8C"),
    Posture.NOT_WORN: ("Not worn", "#4D4D4D"),
}

_CALM, _SOON, _NOW = "#009E73", "#E69F00", "#D55E00"
_SILENT: Final = "Sensor silent"
_SILENT_AFTER: Final = "10m"  #: two heartbeats of the posture rows
_SILENT_AFTER_MS: Final = 600_000


def _mine(select: str, group_by: str = "") -> str:
    """Return the statement for the chosen wearer and the time range shown."""
    return f"{select} WHERE \"wearer\" = '$wearer' AND $timeFilter {group_by}".rstrip()


STREAK: Final = _mine('SELECT "streak_s" FROM "streak"')
DEBT: Final = _mine('SELECT "debt_s" FROM "streak"')
#: Raw rows: last() in buckets of time loses every posture shorter than a bucket.
POSTURES: Final = _mine('SELECT "state" FROM "posture"', 'GROUP BY "device"')
SITTING_PER_HOUR: Final = _mine(
    'SELECT sum("sit_s") / 60 AS "minutes" FROM "posture_minute"',
    "GROUP BY time(1h) fill(null) tz('$timezone')",
)
#: `day` has its rows at local midnight: no time zone to get wrong, no first day cut short.
SITTING_PER_DAY: Final = _mine('SELECT "sit_s" / 3600 AS "hours" FROM "day"')
WEARERS: Final = 'SHOW TAG VALUES FROM "streak" WITH KEY = "wearer"'


def today(timezone: str = "UTC") -> Json:
    """Return the dashboard as Grafana's classic JSON model.

    Parameters
    ----------
    timezone
        IANA zone of the wearer, which the variable `timezone` starts with. `browser` and lower case
        `utc` are none to InfluxDB.
    """
    return {
        "uid": UID,
        "id": None,
        "title": "sitstreak: today",
        "description": "Sitting, standing and walking of one wearer, from the hip sensor.",
        "tags": ["sitstreak"],
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 0,
        "timezone": "browser",
        "time": {"from": "now/d", "to": "now"},
        "refresh": "30s",
        "timepicker": {},
        "links": [link("Week", "sitstreak-week"), link("Sensor health", "sitstreak-sensors")],
        "annotations": {"list": [event_marks()]},
        "templating": {"list": [_wearer(), _timezone(timezone)]},
        "panels": [_streak(), _debt(), _postures(), _per_hour(), _per_day()],
    }


def _wearer() -> Json:
    return query_variable("wearer", "Wearer", WEARERS)


def _timezone(name: str) -> Json:
    return text_variable(
        "timezone", "Time zone", name, "IANA name of the wearer's time zone, such as Europe/Berlin."
    )


def _streak() -> Json:
    words = Words(
        "Sitting streak",
        "Sitting and lying since the last break that counts, as hours:minutes:seconds. "
        "Short stands pause it. Yellow from 30 minutes, red from 60.",
        _SILENT,
    )
    steps = [Step(None, _CALM), Step(30 * 60, _SOON), Step(60 * 60, _NOW)]
    panel = stat(1, Place(0, 0, 12, 6), words, STREAK, unit="dthms", steps=steps)
    return over(panel, _SILENT_AFTER)


def _debt() -> Json:
    words = Words(
        "Movement owed",
        "Walking or other movement still owed for today's sitting, as hours:minutes:seconds: "
        "10 minutes for each 60 of sitting unless set otherwise.",
        _SILENT,
    )
    steps = [Step(None, _CALM), Step(10 * 60, _SOON), Step(20 * 60, _NOW)]
    panel = stat(2, Place(12, 0, 12, 6), words, DEBT, unit="dthms", steps=steps)
    return over(panel, _SILENT_AFTER)


def _postures() -> Json:
    words = Words(
        "Postures",
        "Each posture from its first second to its last, for each sensor. A blank stretch: no data "
        "for 10 minutes or more.",
    )
    return state_timeline(
        3,
        Place(0, 6, 24, 7),
        words,
        POSTURES,
        states={posture.value: shown for posture, shown in POSTURE_WORDS.items()},
        silent_after_ms=_SILENT_AFTER_MS,
    )


def _per_hour() -> Json:
    words = Words(
        "Sitting in each hour",
        "Minutes sat in each hour of the wearer's time zone. Red from 50 minutes: less than "
        "10 minutes of that hour were spent on something else.",
    )
    return bar_chart(
        4,
        Place(0, 13, 12, 9),
        words,
        SITTING_PER_HOUR,
        alias="minutes",
        unit="m",
        time_format="HH:mm",
        steps=[Step(None, "#56B4E9"), Step(50, _NOW)],
    )


def _per_day() -> Json:
    words = Words(
        "Sitting per day",
        "Hours sat on each of the last 14 days, from the wearer's midnight to midnight. "
        "A day on which the sensor was hardly worn looks low: see the wear time in the report.",
    )
    panel = bar_chart(
        5,
        Place(12, 13, 12, 9),
        words,
        SITTING_PER_DAY,
        alias="hours",
        unit="h",
        time_format="ddd D MMM",
        steps=[Step(None, "#56B4E9")],
    )
    return over(panel, "14d")
