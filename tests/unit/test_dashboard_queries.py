"""Filling in Grafana's placeholders is the same as Grafana's own."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.common import SEVEN_DAYS
from dashboards.panels import whole_day
from dashboards.queries import TimeSpan, fill_in
from sitstreak.local_day import day_span
from tests.support.grafana_ranges import panel_span

SPAN = TimeSpan(1_000, 2_000)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("a $timeFilter", "a time >= 1000ms and time <= 2000ms", id="time-range"),
        pytest.param("tz('$timezone')", "tz('Europe/Berlin')", id="variable"),
        pytest.param("tz('${timezone}')", "tz('Europe/Berlin')", id="braces"),
        pytest.param("GROUP BY time($__interval)", "GROUP BY time(1m)", id="interval"),
        pytest.param("'$wearer'", "'O'Brien'", id="as-it-is"),
        pytest.param("${wearer:singlequote}", r"'O\'Brien'", id="quotes-are-escaped"),
    ],
)
def test_a_placeholder_is_filled_as_grafana_does(query, expected):
    variables = {"timezone": "Europe/Berlin", "wearer": "O'Brien"}
    assert fill_in(query, variables, SPAN) == expected


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again():
    assert fill_in("'$wearer'", {"wearer": "$timeFilter"}, SPAN) == "'$timeFilter'"


def test_a_placeholder_that_nothing_fills_is_an_error():
    with pytest.raises(ValueError, match=r"nothing fills \$device"):
        fill_in("WHERE device = '$device'", {}, SPAN)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("n_days_ago", "n_hours"), [pytest.param(1, 25, id="long"), pytest.param(2, 24, id="usual")]
)
def test_a_row_of_the_week_is_a_whole_local_day_whatever_moment_is_shown(n_days_ago, n_hours):
    noon_ms = int(datetime(2026, 10, 26, 12, tzinfo=BERLIN).timestamp() * 1000)
    midnight_s, _ = day_span(date(2026, 10, 26 - n_days_ago), BERLIN)
    row = panel_span(whole_day({}, n_days_ago), TimeSpan(noon_ms, noon_ms + 5), BERLIN)
    assert row.start_ms == midnight_s * 1000
    assert (row.end_ms + 1 - row.start_ms) / 3_600_000 == n_hours


@given(
    day=st.dates(date(2015, 1, 9), date(2035, 12, 31)),
    zone=st.sampled_from(
        ["Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Asia/Tehran"]
    ),
)
def test_a_week_back_is_seven_local_midnights_whatever_the_clocks_do(day, zone):
    [(hours,)] = [re.findall(r"- (\d+)h", SEVEN_DAYS)]
    midnights = [day_span(day - timedelta(days=n), ZoneInfo(zone))[0] for n in range(10)]
    reached = [at_s for at_s in midnights if at_s >= midnights[0] - int(hours) * 3600]
    assert reached == midnights[:7]
