"""The dashboard Today: the streak now, what this day was, and whether the sensor is well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboards.common import (
    BLUE,
    CALM,
    NOW,
    SENSORS,
    SOON,
    TODAY,
    TRENDS,
    WEEK,
    frame,
    link,
    marks,
    mine,
    select,
)
from dashboards.datasource import Json
from dashboards.panels import NUMBERS, TIME, Place, Step, Words, bar_chart, over, stat
from dashboards.postures import timeline
from dashboards.targets import table, target

UID: Final = TODAY

_SILENT: Final = "Sensor silent"
_SILENT_AFTER: Final = "10m"  #: two heartbeats of the posture rows
_YESTERDAY: Final = "&from=now-1d/d&to=now-1d/d"
_TODAY: Final = "&from=now/d&to=now"

STREAK: Final = mine(select('"streak_s"', "streak"))
DEBT: Final = mine(select('"debt_s"', "streak"))
#: Of sensors worn at once the one that says the most sitting counts, minute by minute: the rows do
#: not say which of them the local store believes, and their sum can exceed the hour.
_PER_MINUTE: Final = mine(
    select('max("sit_s") AS "sit_s"', "posture_minute"), "GROUP BY time(1m) fill(none)"
)
SITTING_PER_HOUR: Final = " ".join(
    (
        'SELECT sum("sit_s") / 60 AS "minutes" FROM',
        f"({_PER_MINUTE})",
        "WHERE $timeFilter GROUP BY time(1h) fill(null) tz('$timezone')",
    )
)
HOURS_MET: Final = mine(select('"n_hours_met" AS "met", "n_hours" AS "of"', "day"))
_DIARY: Final = ("pain", "exercise", "stretch", "test", "note", "not_worn", "sleep")
_PLAIN: Final = [Step(None, BLUE)]


def today(timezone: str = "UTC") -> Json:
    """Return the dashboard as Grafana's classic JSON model.

    Parameters
    ----------
    timezone
        IANA zone of the wearer, which the variable `timezone` starts with. `browser` and lower case
        `utc` are none to InfluxDB.
    """
    return frame(
        UID,
        "today",
        "Sitting, standing and walking of one wearer, from the hip sensor.",
        shown=("now/d", "now"),
        refresh="30s",
        timezone=timezone,
        links=[
            link("Yesterday", TODAY, more=_YESTERDAY),
            link("Today", TODAY, more=_TODAY),
            link("Its week", WEEK, keep_time=True),
            link("Trends", TRENDS),
            link("Sensor health", SENSORS),
        ],
        annotations=[
            marks("Breaks", ["break"], CALM),
            marks("Sensor", ["gap", "sensor_on", "sensor_off"], SOON),
            marks("Diary", _DIARY, BLUE),
        ],
        panels=[_streak(), _debt(), _postures(), _per_hour(), *_of_the_day(), *_of_the_sensor()],
    )


def _streak() -> Json:
    words = Words(
        "Sitting streak",
        "Sitting and lying since the last break that counts, as hours:minutes:seconds. "
        "Short stands pause it. Yellow from 30 minutes, red from 60. "
        "On a day of the past: as it stood at the end.",
        _SILENT,
    )
    steps = [Step(None, CALM), Step(30 * 60, SOON), Step(60 * 60, NOW)]
    panel = stat(1, Place(0, 0, 12, 5), words, target(STREAK), unit="dthms", steps=steps)
    return over(panel, _SILENT_AFTER)


def _debt() -> Json:
    words = Words(
        "Movement owed",
        "Walking or other movement still owed for today's sitting, as hours:minutes:seconds: "
        "10 minutes for each 60 of sitting unless set otherwise. Yellow from 10, red from 20.",
        _SILENT,
    )
    steps = [Step(None, CALM), Step(10 * 60, SOON), Step(20 * 60, NOW)]
    panel = stat(2, Place(12, 0, 12, 5), words, target(DEBT), unit="dthms", steps=steps)
    return over(panel, _SILENT_AFTER)


def _postures() -> Json:
    words = Words(
        "Postures",
        "Each posture from its first second to its last, for each sensor. A blank stretch: no data "
        "for 10 minutes or more. The marks are breaks, gaps and diary entries.",
    )
    return timeline(3, Place(0, 5, 24, 6), words)


def _per_hour() -> Json:
    words = Words(
        "Sitting in each hour",
        "Minutes sat in each hour of the wearer's time zone. The line and red: 50 minutes, when "
        "less than 10 minutes of that hour were spent on something else. Of several sensors worn "
        "at once, that with the most sitting counts in each minute.",
    )
    return bar_chart(
        4,
        Place(0, 11, 24, 7),
        words,
        target(SITTING_PER_HOUR, alias="minutes"),
        axis="minutes",
        unit="m",
        time_format="HH:mm",
        steps=[Step(None, BLUE), Step(50, NOW)],
    )


def _of_the_day() -> list[Json]:
    streak = Words(
        "Longest streak",
        "The longest sitting streak of this day, as hours:minutes:seconds. "
        "Yellow from 30 minutes, red from 60.",
        "Nothing yet",
    )
    hours = Words(
        "Hours met",
        "Clock hours with ten minutes of movement or more, of those that are over, were worn and "
        "had some sitting in them.",
        "Nothing yet",
    )
    breaks = Words(
        "Breaks",
        "Breaks from sitting that count and begin on this day. Counted before it is stored, so "
        "the number is the same however far one zooms.",
        "Nothing yet",
    )
    steps = Words("Steps", "Steps of this day, as far as the sensor was worn.", "Nothing yet")
    limits = [Step(None, CALM), Step(30 * 60, SOON), Step(60 * 60, NOW)]
    return [
        _day(5, 0, breaks, _of_day("n_breaks", "breaks"), "none", _PLAIN),
        _day(6, 6, streak, _of_day("longest_streak_s", "streak"), "dthms", limits),
        _day(7, 12, hours, HOURS_MET, "none", _PLAIN),
        _day(8, 18, steps, _of_day("n_steps", "steps"), "none", _PLAIN),
    ]


def _day(panel_id: int, x: int, words: Words, query: str, unit: str, steps: Sequence[Step]) -> Json:
    return stat(panel_id, Place(x, 18, 6, 4), words, table(query), unit=unit, steps=steps)


def _of_day(field: str, name: str) -> str:
    return mine(select(f'"{field}" AS "{name}"', "day"))


def _of_the_sensor() -> list[Json]:
    battery = Words(
        "Battery",
        "Charge of the sensor's battery as it last said, today. Red below 20 %, where an alert "
        "is sent as well.",
        "Not told",
    )
    signal = Words(
        "Signal",
        "Strength of the sensor's signal at the collector, last heard. Below about -90 packets "
        "get lost: red.",
        "Not heard",
    )
    seen = Words(
        "Last data",
        "How long ago the newest minute began of which samples are here.",
        "None on this day",
    )
    levels = [Step(None, NOW), Step(20, SOON), Step(40, CALM)]
    strengths = [Step(None, NOW), Step(-90, SOON), Step(-80, CALM)]
    return [
        _sensor(9, 0, battery, _said("battery_pct"), "percent", levels),
        _sensor(10, 8, signal, _said("rssi_dbm"), "dBm", strengths),
        _sensor(11, 16, seen, _LAST_DATA, "dateTimeFromNow", _PLAIN, shown=TIME),
    ]


def _said(field: str) -> str:
    return mine(select(f'"{field}"', "sensor"), 'GROUP BY "device"')


_LAST_DATA: Final = mine(select('"unknown_s"', "posture_minute"))


def _sensor(
    panel_id: int,
    x: int,
    words: Words,
    query: str,
    unit: str,
    steps: Sequence[Step],
    *,
    shown: str = NUMBERS,
) -> Json:
    asked = target(query, alias="$tag_device")
    return stat(panel_id, Place(x, 22, 8, 4), words, asked, unit=unit, steps=steps, shown=shown)
