"""Local days have 23, 24 or 25 hours, and no hour is lost or counted twice."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sitstreak.local_day import day_span, hour_starts, hours_over, iso, local_date, nights

BERLIN = ZoneInfo("Europe/Berlin")


def unix(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        pytest.param("Europe/Berlin", "2026-11-22", "2026-11-22T00:00+01:00", 24, id="plain"),
        pytest.param("Europe/Berlin", "2026-03-29", "2026-03-29T00:00+01:00", 23, id="spring"),
        pytest.param("Europe/Berlin", "2026-10-25", "2026-10-25T00:00+02:00", 25, id="autumn"),
        pytest.param("Africa/Cairo", "2026-04-24", "2026-04-24T01:00+03:00", 23, id="no-midnight"),
        pytest.param(
            "Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00+11:00", 24.5, id="half"
        ),
        pytest.param("Asia/Kolkata", "2026-11-22", "2026-11-22T00:00+05:30", 24, id="half-offset"),
    ],
)
def test_a_day_runs_from_midnight_to_midnight(zone, day, start, hours):
    start_s, end_s = day_span(date.fromisoformat(day), ZoneInfo(zone))
    assert start_s == unix(start)
    assert (end_s - start_s) / 3600 == hours


def test_each_day_begins_where_the_day_before_ends():
    days = [date(2026, 10, d) for d in range(20, 31)]
    spans = [day_span(day, BERLIN) for day in days]
    assert all(a[1] == b[0] for a, b in pairwise(spans))


def test_the_hour_that_is_repeated_in_autumn_is_there_twice():
    start_s, end_s = day_span(date(2026, 10, 25), BERLIN)
    labels = [iso(hour, BERLIN)[11:16] for hour in hour_starts(start_s, end_s, BERLIN)]
    assert len(labels) == 25
    assert labels[:5] == ["00:00", "01:00", "02:00", "02:00", "03:00"]


def test_the_hour_that_is_skipped_in_spring_is_not_there():
    start_s, end_s = day_span(date(2026, 3, 29), BERLIN)
    labels = [iso(hour, BERLIN)[11:16] for hour in hour_starts(start_s, end_s, BERLIN)]
    assert len(labels) == 23
    assert labels[:4] == ["00:00", "01:00", "03:00", "04:00"]


def test_a_moment_belongs_to_the_wearers_date():
    just_before_midnight_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp()
    assert local_date(just_before_midnight_utc, BERLIN) == date(2026, 11, 23)
    assert iso(just_before_midnight_utc, BERLIN) == "2026-11-23T00:30:00+01:00"


@pytest.mark.parametrize(
    ("day", "from_utc", "to_utc"),
    [
        pytest.param("2026-11-22", "2026-11-21T20:00Z", "2026-11-22T10:00Z", id="plain"),
        pytest.param("2026-03-29", "2026-03-28T20:00Z", "2026-03-29T09:00Z", id="spring"),
        pytest.param("2026-10-25", "2026-10-24T19:00Z", "2026-10-25T10:00Z", id="autumn"),
    ],
)
def test_a_night_keeps_to_the_wearers_clock(day, from_utc, to_utc):
    start_s, _ = day_span(date.fromisoformat(day), BERLIN)
    assert nights(start_s, start_s + 1, BERLIN, 21, 11) == [(unix(from_utc), unix(to_utc))]


def test_a_day_has_a_part_in_two_nights_and_its_noon_in_none():
    start_s, end_s = day_span(date(2026, 11, 22), BERLIN)
    assert len(nights(start_s, end_s, BERLIN, 21, 11)) == 2
    assert nights(start_s + 11 * 3600, start_s + 21 * 3600, BERLIN, 21, 11) == []
    assert len(nights(start_s + 11 * 3600 - 1, start_s + 21 * 3600, BERLIN, 21, 11)) == 1
    assert len(nights(start_s + 11 * 3600, start_s + 21 * 3600 + 1, BERLIN, 21, 11)) == 1


def test_an_hour_is_over_when_there_are_data_after_it():
    start_s, end_s = day_span(date(2026, 11, 22), BERLIN)
    assert len(hours_over(start_s, end_s, BERLIN, start_s + 3 * 3600)) == 3
    assert len(hours_over(start_s, end_s, BERLIN, start_s + 3 * 3600 - 1)) == 2
    assert len(hours_over(start_s, end_s, BERLIN, end_s + 5)) == 24
    assert hours_over(start_s, end_s, BERLIN, None) == []
