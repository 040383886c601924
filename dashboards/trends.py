"""The dashboard Trends: the median day of each of the last twelve weeks, and pain beside it.

All its panels are as wide as the page and have axes of one width, so that a week stands above the
same week in each of them.
"""

from __future__ import annotations

from typing import Final

from dashboards.common import (
    BLUE,
    CALM,
    NOW,
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
from dashboards.panels import Place, Step, Words, band, between, coloured, time_series
from dashboards.targets import table

UID: Final = TRENDS

# Days are stored at local midnight. Weeks of InfluxDB with tz() mix two weeks where the clocks
# change (seen with 1.6.7), so its plain UTC weeks are used, which begin on the Thursday of
# 1970; 83 hours on is Sunday 11:00 UTC, between the Sunday and the Monday of UTC-10 to UTC+13.
_BY_WEEK: Final = "GROUP BY time(7d, 83h) fill({})"
LOWER, MEDIAN, UPPER = "lower quarter", "median", "upper quarter"
_DATED: Final = "Dated by the Sunday before."

#: Title, field, divided by, axis, unit.
_MEASURES: Final = (
    ("Sitting", "sit_s", " / 3600", "hours", "h"),
    ("Longest bout", "longest_bout_s", " / 60", "minutes", "m"),
    ("Breaks", "n_breaks", "", "breaks", "none"),
    ("Steps", "n_steps", "", "steps", "none"),
)


def trends(timezone: str = "UTC") -> Json:
    """Return the dashboard; `timezone` is the IANA zone that its variable starts with."""
    return frame(
        UID,
        "trends",
        "Twelve weeks of one wearer: the median valid day of each week.",
        shown=("now-12w/w-1d", "now"),
        refresh="1h",
        timezone=timezone,
        links=[link("Week", WEEK), link("Today", TODAY)],
        annotations=[marks("Exercise and tests", ["exercise", "stretch", "test"], CALM)],
        panels=[
            *(_measure(nth) for nth in range(len(_MEASURES))),
            _pain(1 + len(_MEASURES), 7 * len(_MEASURES)),
            _valid_days(2 + len(_MEASURES), 7 * len(_MEASURES) + 6),
        ],
    )


def weekly(field: str, per: str = "") -> str:
    """Return the statement for the quartiles of a week's valid days.

    percentile() gives a value that was there, where median() would take a mean.
    """
    shares = ((25, LOWER), (50, MEDIAN), (75, UPPER))
    what = ", ".join(f'percentile("{field}", {share}){per} AS "{name}"' for share, name in shares)
    return mine(select(what, "day"), _BY_WEEK.format("null"), only='"valid" = 1')


def _measure(nth: int) -> Json:
    title, field, per, axis, unit = _MEASURES[nth]
    words = Words(
        title,
        f"{title} on the median day of each week, Monday to Sunday, valid days only; half of them "
        f"lie in the band, as far as there are enough. {_DATED} "
        "Of an even number of days the lower of the middle two.",
        "No valid day",
    )
    panel = time_series(
        1 + nth,
        Place(0, 7 * nth, 24, 7),
        words,
        table(weekly(field, per)),
        axis=axis,
        unit=unit,
        steps=[Step(None, BLUE)],
    )
    panel["fieldConfig"]["defaults"]["min"] = 0
    return coloured(band(panel, LOWER, UPPER), dict.fromkeys((LOWER, MEDIAN, UPPER), BLUE))


def _pain(panel_id: int, y: int) -> Json:
    words = Words(
        "Pain",
        "Pain as written into the diary, from 0 (none) to 10, each entry a point at its time. "
        "Above it the same weeks of sitting; what lies together need not cause each other.",
        "Nothing in the diary",
    )
    query = mine(select('"value" AS "pain"', "event"), only="\"kind\" = 'pain'")
    panel = time_series(
        panel_id,
        Place(0, y, 24, 6),
        words,
        table(query),
        axis="pain",
        unit="none",
        steps=[Step(None, NOW)],
        draw="points",
    )
    return between(panel, 0, 10)


def _valid_days(panel_id: int, y: int) -> Json:
    words = Words(
        "Valid days",
        "How many days of each week were worn awake for at least 10 hours. Below the line at 4 a "
        f"week says little, and the report gives no averages for it. {_DATED}",
    )
    query = mine(select('sum("valid") AS "valid days"', "day"), _BY_WEEK.format("0"))
    panel = time_series(
        panel_id,
        Place(0, y, 24, 5),
        words,
        table(query),
        axis="days",
        unit="none",
        steps=[Step(None, SOON), Step(4, CALM)],
        draw="bars",
    )
    panel["fieldConfig"]["defaults"]["color"] = {"mode": "thresholds"}
    return between(panel, 0, 7)
