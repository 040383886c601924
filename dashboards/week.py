"""The dashboard Week: seven days of postures, and each day's sitting, bouts, breaks and hours."""

from __future__ import annotations

from typing import Final

from dashboards.common import (
    BLUE,
    CALM,
    NOW,
    SOON,
    frame,
    link,
    mine,
    select,
    timezone_variable,
    wearer_variable,
)
from dashboards.datasource import Json
from dashboards.panels import Place, Step, Words, bar_chart, state_timeline
from dashboards.today import POSTURE_WORDS, POSTURES
from dashboards.today import UID as TODAY_UID

UID: Final = "sitstreak-week"
_DAY_FORMAT: Final = "ddd D MMM"


def _of_day(field: str, name: str, per: str = "") -> str:
    return mine(select(f'"{field}"{per} AS "{name}"', "day"))


#: Title, query, alias, unit, thresholds, description; one bar a local day.
_BARS: Final = (
    (
        "Sitting per day",
        _of_day("sit_s", "hours", " / 3600"),
        "hours",
        "h",
        [Step(None, BLUE)],
        (
            "Hours sat from the wearer's midnight to midnight. Read it together with Valid days: "
            "a day on which the sensor was hardly worn looks low."
        ),
    ),
    (
        "Valid days",
        _of_day("valid", "valid"),
        "valid",
        "bool_yes_no",
        [Step(None, SOON), Step(1, CALM)],
        "Yes where the sensor was worn awake for at least 10 hours; other days compare badly.",
    ),
    (
        "Bouts of 30 minutes",
        _of_day("n_bouts_30min", "bouts"),
        "bouts",
        "none",
        [Step(None, BLUE)],
        "Sedentary bouts of 30 minutes or more on each local day; those of 60 are among them.",
    ),
    (
        "Bouts of 60 minutes",
        _of_day("n_bouts_60min", "bouts"),
        "bouts",
        "none",
        [Step(None, BLUE), Step(1, NOW)],
        "Sedentary bouts of 60 minutes or more on each local day. Red from one.",
    ),
    (
        "Longest bout",
        _of_day("longest_bout_s", "minutes", " / 60"),
        "minutes",
        "m",
        [Step(None, CALM), Step(30, SOON), Step(60, NOW)],
        "Longest sedentary bout of each local day. Yellow from 30 minutes, red from 60.",
    ),
    (
        "Breaks",
        _of_day("n_breaks", "breaks"),
        "breaks",
        "none",
        [Step(None, BLUE)],
        (
            "Breaks that count and begin on that local day. Counted before it is stored, so the "
            "number is the same however far one zooms."
        ),
    ),
    (
        "Hours that met 10 minutes",
        _of_day("n_hours_met", "hours"),
        "hours",
        "none",
        [Step(None, BLUE)],
        "Clock hours with ten minutes of movement or more, of those that could be judged.",
    ),
)


def week(timezone: str = "UTC") -> Json:
    """Return the dashboard; `timezone` is the IANA zone that its variable starts with."""
    return frame(
        UID,
        "week",
        "Seven days of one wearer: postures, sitting, bouts, breaks.",
        start="now-6d/d",
        refresh="5m",
        variables=[wearer_variable(), timezone_variable(timezone)],
        links=[link("Today", TODAY_UID)],
        panels=[*(_raster(n_days_ago) for n_days_ago in range(7)), *_bars()],
    )


def _raster(n_days_ago: int) -> Json:
    when = {0: "today", 1: "yesterday"}.get(n_days_ago, f"{n_days_ago} days ago")
    words = Words(
        f"Postures {when}",
        "Each posture from its first second to its last, midnight to midnight of the time zone "
        "that Grafana shows. Does not follow the time range at the top.",
    )
    panel = state_timeline(
        1 + n_days_ago,
        Place(0, 4 * n_days_ago, 24, 4),
        words,
        POSTURES,
        states={posture.value: shown for posture, shown in POSTURE_WORDS.items()},
        silent_after_ms=600_000,
    )
    panel["options"]["legend"]["showLegend"] = n_days_ago == 0
    # A shift of whole days rounds both ends: a second becomes its whole day.
    return panel | {
        "timeFrom": "1s",
        "timeShift": f"{n_days_ago}d/d",
        "hideTimeOverride": True,
    }


def _bars() -> list[Json]:
    return [
        bar_chart(
            10 + place,
            Place(12 * (place % 2), 28 + 8 * (place // 2), 12, 8),
            Words(title, description),
            query,
            alias=alias,
            unit=unit,
            time_format=_DAY_FORMAT,
            steps=steps,
        )
        for place, (title, query, alias, unit, steps, description) in enumerate(_BARS)
    ]
