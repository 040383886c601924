"""The dashboard Week: seven days of postures, and each day's sitting, bouts, breaks and hours.

Its range is one day, the last of the seven: `timeShift` with rounding (see `panels.whole_day`) then
gives each row of the raster its own local day, and a link from Today needs only keep its range.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dashboards.common import (
    BLUE,
    CALM,
    GREY,
    NOW,
    SENSORS,
    SEVEN_DAYS,
    SOON,
    TODAY,
    TRENDS,
    WEEK,
    address,
    frame,
    link,
    marks,
    mine,
    select,
)
from dashboards.datasource import Json
from dashboards.panels import Place, Step, Words, bar_chart, coloured, linked, whole_day
from dashboards.postures import timeline
from dashboards.targets import table

UID: Final = WEEK
N_DAYS: Final = 7
_DAY_FORMAT: Final = "ddd D MMM"
_FIRST_HEIGHT, _HEIGHT = 5, 3  #: the first row of the raster has the legend
_BARS_Y: Final = _FIRST_HEIGHT + (N_DAYS - 1) * _HEIGHT
_PLAIN: Final = [Step(None, BLUE)]
_LIMITS: Final = [Step(None, CALM), Step(30, SOON), Step(60, NOW)]


def week(timezone: str = "UTC") -> Json:
    """Return the dashboard; `timezone` is the IANA zone that its variable starts with."""
    return frame(
        UID,
        "week",
        "Seven days of one wearer: postures, sitting, bouts, breaks.",
        shown=("now/d", "now/d"),
        refresh="5m",
        timezone=timezone,
        links=[
            link("Its last day", TODAY, keep_time=True),
            link("Trends", TRENDS),
            link("Sensor health", SENSORS),
        ],
        annotations=[
            marks("Pain", ["pain"], NOW, when=SEVEN_DAYS),
            marks("Exercise", ["exercise", "stretch"], CALM, when=SEVEN_DAYS),
        ],
        panels=[
            *(_raster(n_days_ago) for n_days_ago in range(N_DAYS)),
            *(make(10 + nth, _place(nth)) for nth, make in enumerate(_BARS)),
        ],
    )


def _raster(n_days_ago: int) -> Json:
    when = {0: "last day", 1: "the day before"}.get(n_days_ago, f"{n_days_ago} days before")
    words = Words(
        # the title is filled in with the panel's own range (grafana/scenes, VizPanelRenderer.tsx)
        f"${{__from:date:ddd D MMM}} ({when})",
        "Each posture from its first second to its last, midnight to midnight of the time zone "
        "that Grafana shows. The link at the title and each band lead to that day. "
        "The marks are pain and exercises.",
    )
    top = 0 if n_days_ago == 0 else _FIRST_HEIGHT + (n_days_ago - 1) * _HEIGHT
    height = _FIRST_HEIGHT if n_days_ago == 0 else _HEIGHT
    panel = timeline(1 + n_days_ago, Place(0, top, 24, height), words)
    panel["options"]["legend"]["showLegend"] = n_days_ago == 0
    that_day = address(TODAY) + "&from=${__from}&to=${__to}"
    return linked(whole_day(panel, n_days_ago), "This day", that_day)


def _place(nth: int) -> Place:
    return Place(12 * (nth % 2), _BARS_Y + 8 * (nth // 2), 12, 8)


def _of_days(*columns: str) -> Json:
    """Return a query for numbers of the seven days; the columns are `(expression, name)`."""
    return table(mine(select(", ".join(columns), "day"), when=SEVEN_DAYS))


def _bars(panel_id: int, place: Place, words: Words, asked: Json, unit: str, axis: str) -> Json:
    panel = bar_chart(
        panel_id,
        place,
        words,
        asked,
        axis=axis,
        unit=unit,
        time_format=_DAY_FORMAT,
        steps=_LIMITS if unit == "m" else _PLAIN,
    )
    return whole_day(panel)


def _sitting(panel_id: int, place: Place) -> Json:
    words = Words(
        "Sitting per day",
        "Hours sat from the wearer's midnight to midnight. Blue: a valid day, worn awake for at "
        "least 10 hours. Grey: too little worn to be compared with others.",
    )
    asked = _of_days(
        '"sit_s" * "valid" / 3600 AS "valid day"',
        '"sit_s" * (1 - "valid") / 3600 AS "too little worn"',
    )
    panel = _bars(panel_id, place, words, asked, "h", "hours")
    panel["options"]["stacking"] = "normal"
    return coloured(panel, {"valid day": BLUE, "too little worn": GREY})


def _wear(panel_id: int, place: Place) -> Json:
    words = Words(
        "Worn awake",
        "Waking hours with a known posture. From the line at 10 hours on the day is valid.",
    )
    panel = bar_chart(
        panel_id,
        place,
        words,
        _of_days('"wear_s" / 3600 AS "hours"'),
        axis="hours",
        unit="h",
        time_format=_DAY_FORMAT,
        steps=[Step(None, GREY), Step(10, CALM)],
    )
    return whole_day(panel)


def _bouts(panel_id: int, place: Place) -> Json:
    words = Words(
        "Long sedentary bouts",
        "Sedentary bouts of 30 minutes or more on each local day, and those of 60 or more, which "
        "are among them.",
    )
    asked = _of_days('"n_bouts_30min" AS "30 min"', '"n_bouts_60min" AS "60 min"')
    panel = _bars(panel_id, place, words, asked, "none", "bouts")
    return coloured(panel, {"30 min": SOON, "60 min": NOW})


def _longest_bout(panel_id: int, place: Place) -> Json:
    words = Words(
        "Longest bout",
        "Longest sedentary bout of each local day. Yellow from 30 minutes, red from 60.",
    )
    asked = _of_days('"longest_bout_s" / 60 AS "minutes"')
    return _bars(panel_id, place, words, asked, "m", "minutes")


def _longest_streak(panel_id: int, place: Place) -> Json:
    words = Words(
        "Longest streak",
        "Longest time sat without a break that counts, on each local day. "
        "Yellow from 30 minutes, red from 60.",
    )
    asked = _of_days('"longest_streak_s" / 60 AS "minutes"')
    return _bars(panel_id, place, words, asked, "m", "minutes")


def _breaks(panel_id: int, place: Place) -> Json:
    words = Words(
        "Breaks",
        "Breaks that count and begin on that local day. Counted before it is stored, so the "
        "number is the same however far one zooms.",
    )
    return _bars(panel_id, place, words, _of_days('"n_breaks" AS "breaks"'), "none", "breaks")


def _hours_met(panel_id: int, place: Place) -> Json:
    words = Words(
        "Hours that met 10 minutes",
        "Clock hours with ten minutes of movement or more, beside all that could be judged: over, "
        "worn, and with some sitting in them.",
    )
    asked = _of_days('"n_hours_met" AS "met"', '"n_hours" AS "of"')
    panel = _bars(panel_id, place, words, asked, "none", "hours")
    return coloured(panel, {"met": CALM, "of": GREY})


def _steps(panel_id: int, place: Place) -> Json:
    words = Words("Steps", "Steps of each local day, as far as the sensor was worn on it.")
    return _bars(panel_id, place, words, _of_days('"n_steps" AS "steps"'), "none", "steps")


_BARS: Final[tuple[Callable[[int, Place], Json], ...]] = (
    _sitting,
    _wear,
    _bouts,
    _longest_bout,
    _longest_streak,
    _breaks,
    _hours_met,
    _steps,
)
