"""Times as they are typed: clock changes are told, and nothing ahead is taken."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sitstreak.diary.errors import TimeError
from sitstreak.diary.when import parse_day, parse_stretch, parse_when

BERLIN = ZoneInfo("Europe/Berlin")


def unix(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp())


NOW_S = unix("2026-11-22T15:00:00+01:00")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:30", "2026-11-22T14:30:00+01:00"),
        (" 7:05 ", "2026-11-22T07:05:00+01:00"),
        ("14:30:15", "2026-11-22T14:30:15+01:00"),
        ("2026-11-21 14:30", "2026-11-21T14:30:00+01:00"),
        ("2026-07-01T14:30", "2026-07-01T14:30:00+02:00"),
        ("2026-11-22T13:30Z", "2026-11-22T13:30:00+00:00"),
        ("2026-11-22T14:30-05:00", None),
        ("2026-11-22 09:30 +0530", "2026-11-22T09:30:00+05:30"),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_every_form_means_one_moment(typed: str, meant: str | None) -> None:
    if meant is None:  # 20:30 in Berlin
        with pytest.raises(TimeError, match="lies ahead"):
            parse_when(typed, BERLIN, NOW_S)
    else:
        assert parse_when(typed, BERLIN, NOW_S) == unix(meant)


def test_a_time_that_the_clock_showed_twice_asks_which() -> None:
    with pytest.raises(TimeError) as refused:
        parse_when("2026-10-25 02:30", BERLIN, NOW_S)
    assert str(refused.value) == (
        "time '2026-10-25 02:30': the clock in Europe/Berlin showed this twice; "
        "write 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00"
    )


def test_a_time_that_the_clock_skipped_is_refused() -> None:
    with pytest.raises(TimeError, match="went forward and skipped this"):
        parse_when("2026-03-29 02:30", BERLIN, NOW_S)


@pytest.mark.parametrize(
    "typed", ["", "now", "25:00", "14:60", "2026-02-30 10:00", "2026-11-22", "14:30+01:00", "٣:٣٠"]
)
def test_what_is_no_time_is_refused_with_the_forms_there_are(typed: str) -> None:
    with pytest.raises(TimeError, match="2026-11-22"):
        parse_when(typed, BERLIN, NOW_S)


def test_the_present_is_taken_and_a_second_later_refused() -> None:
    assert parse_when("15:00", BERLIN, NOW_S) == NOW_S
    with pytest.raises(TimeError, match="lies ahead"):
        parse_when("15:00:01", BERLIN, NOW_S)


def test_a_night_typed_by_the_clock_began_yesterday() -> None:
    night = (unix("2026-11-21T23:10:00+01:00"), unix("2026-11-22T07:00:00+01:00"))
    assert parse_stretch("23:10", "07:00", BERLIN, NOW_S) == night
    assert parse_stretch("2026-11-21 23:10", "7:00", BERLIN, NOW_S) == night


def test_a_stretch_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(TimeError, match="the end has to be after the beginning"):
        parse_stretch("2026-11-22 12:00", "2026-11-22 11:00", BERLIN, NOW_S)


def test_a_night_over_the_clock_change_is_an_hour_longer() -> None:
    start_s, end_s = parse_stretch("2026-10-24 23:00", "2026-10-25 07:00", BERLIN, NOW_S)
    assert end_s - start_s == 9 * 3600


def test_a_date_is_a_date() -> None:
    assert parse_day("2026-11-22").isoformat() == "2026-11-22"
    for wrong in ("2026-11-31", "22.11.2026", "20261122", "2026-W47-7"):
        with pytest.raises(TimeError, match="is no date"):
            parse_day(wrong)


def test_a_day_centuries_away_is_a_slip() -> None:
    for wrong in ("0001-01-01", "1969-12-31", "2200-01-01", "9999-12-31"):
        with pytest.raises(TimeError, match="the year must be in 1970 to 2199"):
            parse_day(wrong)
