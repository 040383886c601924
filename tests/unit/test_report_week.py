"""An ISO week is seven local days of the wearer, whatever the clocks do."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sitstreak.report.week import IsoWeek, WeekError

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W46", date(2026, 11, 9)),
        ("2026-w01", date(2025, 12, 29)),
        ("2026-W53", date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_its_monday(text, monday):
    week = IsoWeek.parse(text)
    assert week.monday == monday
    assert str(week) == text.upper()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("2026-46", "write it like 2026-W46", id="no-w"),
        pytest.param("W46", "write it like", id="no-year"),
        pytest.param("2026-W46-1", "write it like", id="a-day"),
        pytest.param("２０２６-W46", "write it like", id="other-digits"),
        pytest.param("", "write it like", id="empty"),
        pytest.param("2026-W54", "the weeks of 2026 are W01 to W53", id="week-54"),
        pytest.param("2025-W53", "the weeks of 2025 are W01 to W52", id="year-without-53"),
        pytest.param("2026-W00", "are W01 to", id="week-0"),
        pytest.param("0001-W01", "the year must be in", id="year-1"),
    ],
)
def test_what_is_no_week_is_refused(text, words):
    with pytest.raises(WeekError, match=words):
        IsoWeek.parse(text)


@pytest.mark.parametrize(
    ("text", "zone", "hours"),
    [
        pytest.param("2026-W46", BERLIN, [24] * 7, id="plain"),
        pytest.param("2026-W13", BERLIN, [24] * 6 + [23], id="spring"),
        pytest.param("2026-W43", BERLIN, [24] * 6 + [25], id="autumn"),
        pytest.param("2026-W40", LORD_HOWE, [24] * 6 + [23.5], id="half-hour"),
        pytest.param("2026-W43", ZoneInfo("UTC"), [24] * 7, id="utc"),
    ],
)
def test_seven_days_follow_each_other_on_the_local_clock(text, zone, hours):
    days = IsoWeek.parse(text).days(zone)
    assert [(day.end_s - day.start_s) / 3600 for day in days] == hours
    assert all(a.end_s == b.start_s for a, b in pairwise(days))


def test_the_week_begins_at_local_midnight():
    first = IsoWeek.parse("2026-W46").days(BERLIN)[0]
    assert first.start_s == 1_794_211_200 - 9 * 3600  # 2026-11-08T23:00Z


def test_a_week_of_the_future_is_refused_and_the_one_under_way_is_not():
    week = IsoWeek.parse("2026-W46")
    start_s = week.days(BERLIN)[0].start_s
    with pytest.raises(WeekError, match=r"begins on 2026-11-09, which is in the future.*2026-W45"):
        week.check_has_begun(start_s - 1, BERLIN)
    week.check_has_begun(start_s, BERLIN)
