"""Filling in Grafana's placeholders is the same as Grafana's own."""

import pytest

from dashboards.queries import TimeSpan, fill_in

SPAN = TimeSpan(1_000, 2_000)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("a $timeFilter", "a time >= 1000ms and time <= 2000ms", id="time-range"),
        pytest.param("tz('$timezone')", "tz('Europe/Berlin')", id="variable"),
        pytest.param("tz('${timezone}')", "tz('Europe/Berlin')", id="braces"),
        pytest.param("GROUP BY time($__interval)", "GROUP BY time(1m)", id="interval"),
        pytest.param("'$wearer'", r"'O\'Brien\\x'", id="quotes-and-backslashes-are-escaped"),
    ],
)
def test_a_placeholder_is_filled_as_grafana_does(query, expected):
    variables = {"timezone": "Europe/Berlin", "wearer": r"O'Brien\x"}
    assert fill_in(query, variables, SPAN) == expected


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again():
    assert fill_in("'$wearer'", {"wearer": "$timeFilter"}, SPAN) == "'$timeFilter'"


def test_a_placeholder_that_nothing_fills_is_an_error():
    with pytest.raises(ValueError, match=r"nothing fills \$device"):
        fill_in("WHERE device = '$device'", {}, SPAN)
