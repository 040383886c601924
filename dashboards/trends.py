"""The dashboard Trends: the median day of each of the last twelve weeks."""

from __future__ import annotations

from typing import Final

from dashboards.common import BLUE, frame, link, mine, select, timezone_variable, wearer_variable
from dashboards.datasource import Json
from dashboards.panels import Place, Step, Words, bar_chart
from dashboards.week import UID as WEEK_UID

UID: Final = "sitstreak-trends"


def _weekly(field: str, name: str, per: str = "") -> str:
    # Days are stored at local midnight. Weeks of InfluxDB with tz() mix two weeks where the clocks
    # change (seen with 1.6.7), so its plain UTC weeks are used, which begin on the Thursday of
    # 1970; 83 hours on is Sunday 11:00 UTC, between the Sunday and the Monday of UTC-10 to UTC+13.
    # percentile(50) is a value that was there, where median() would take a mean.
    what = f'percentile("{field}", 50){per} AS "{name}"'
    statement = mine(select(what, "day"), "GROUP BY time(7d, 83h) fill(null)")
    return statement.replace("$timeFilter", '"valid" = 1 AND $timeFilter')


#: Title, query, alias, unit.
_BARS: Final = (
    ("Sitting", _weekly("sit_s", "hours", " / 3600"), "hours", "h"),
    ("Longest bout", _weekly("longest_bout_s", "minutes", " / 60"), "minutes", "m"),
    ("Breaks", _weekly("n_breaks", "breaks"), "breaks", "none"),
    ("Steps", _weekly("n_steps", "steps"), "steps", "none"),
)


def trends(timezone: str = "UTC") -> Json:
    """Return the dashboard; `timezone` is the IANA zone that its variable starts with."""
    return frame(
        UID,
        "trends",
        "Twelve weeks of one wearer: the median valid day of each week.",
        start="now-12w/w",
        refresh="1h",
        variables=[wearer_variable(), timezone_variable(timezone)],
        links=[link("Week", WEEK_UID)],
        panels=[
            bar_chart(
                1 + place,
                Place(12 * (place % 2), 9 * (place // 2), 12, 9),
                Words(
                    title,
                    f"{title} on the median day of each week, Monday to Sunday, valid days only. "
                    "Dated by the Sunday before. "
                    "Of an even number of days the lower of the middle two.",
                ),
                query,
                alias=alias,
                unit=unit,
                time_format="D MMM",
                steps=[Step(None, BLUE)],
            )
            for place, (title, query, alias, unit) in enumerate(_BARS)
        ],
    )
