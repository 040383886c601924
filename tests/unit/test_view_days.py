"""Days: whole, cut at midnight, across clock changes, and cheap to ask for again."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from processing.figures.days import margin_s
from processing.method import Method
from sitstreak.local_day import day_span
from sitstreak.views.day import day_view
from sitstreak.views.history import HISTORY_DAYS, SummaryCache, history_view
from sitstreak.views.now import now_view
from tests.support.fake_results import FakeResults, stretches

BERLIN = ZoneInfo("Europe/Berlin")
METHOD = Method()


def unix(*moment: int) -> int:
    year, month, day, hour, minute = moment
    return round(datetime(year, month, day, hour, minute, tzinfo=BERLIN).timestamp())


def see(results, day, clock_s=None):
    clock_s = day_span(day, BERLIN)[1] + 1000 if clock_s is None else clock_s
    return day_view(results, "me", day, clock_s=clock_s, zone=BERLIN, method=METHOD)


def test_bouts_cover_the_day_without_a_hole_and_are_cut_at_midnight():
    start_s = unix(2026, 11, 20, 23, 0)
    results = FakeResults({"me": stretches(start_s, ("sit", 2 * 3600), ("walk", 600))})
    view = see(results, date(2026, 11, 21))
    assert [(bout.posture, bout.end_s - bout.start_s) for bout in view.bouts] == [
        ("sit", 3600),
        ("walk", 600),
        ("unknown", 24 * 3600 - 4200),
    ]
    assert (view.bouts[0].start_s, view.bouts[-1].end_s) == (view.start_s, view.end_s)
    assert (view.start, view.length_h) == ("2026-11-21T00:00:00+01:00", 24)


def test_a_break_across_midnight_is_told_once_and_on_every_page_alike():
    start_s = unix(2026, 11, 20, 22, 0)
    parts = ("sit", 7170), ("stand", 30), ("walk", 40), ("sit", 3600)
    results = FakeResults({"me": stretches(start_s, *parts)})
    evening, morning = (see(results, date(2026, 11, day)) for day in (20, 21))
    midnight_s = morning.start_s
    assert [(one.start_s, one.end_s) for one in evening.breaks] == [(midnight_s - 30, midnight_s)]
    assert morning.breaks == []
    assert (evening.summary.n_breaks, morning.summary.n_breaks) == (1, 0)
    fortnight = history_view(
        results,
        "me",
        clock_s=midnight_s + 3640,
        zone=BERLIN,
        method=METHOD,
        cache=SummaryCache(),
    )
    assert [day.summary.n_breaks for day in fortnight.days[-2:]] == [1, 0]
    now = now_view(results, "me", clock_s=midnight_s + 3640, zone=BERLIN, method=METHOD)
    assert (now.live, now.breaks_today) == (True, 0)


def test_data_of_a_far_future_do_not_make_today_look_over():
    start_s = unix(2026, 11, 20, 8, 0)
    parts = ("sit", 3600), ("unknown", 3 * 86_400), ("sit", 60)
    results = FakeResults({"me": stretches(start_s, *parts)})
    view = see(results, date(2026, 11, 20), clock_s=start_s + 3600)
    assert view.known_until_s == start_s + 3600


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_spent_sitting_is_as_long_as_the_day(day, hours):
    start_s, end_s = day_span(day, BERLIN)
    results = FakeResults({"me": stretches(start_s, ("sit", end_s - start_s))})
    view = see(results, day)
    assert view.length_h == hours
    assert view.summary.sit_s == hours * 3600
    assert [hour.sit_min for hour in view.hourly] == [60.0] * hours
    assert view.streaks[0].duration_s == hours * 3600


def test_minutes_of_the_repeated_hour_are_told_apart():
    first_two_o_clock_s = unix(2026, 10, 25, 2, 0)
    results = FakeResults(
        {"me": stretches(first_two_o_clock_s, ("sit", 600), ("walk", 3000), ("sit", 60))}
    )
    hours = see(results, date(2026, 10, 25)).hourly
    assert [(hour.label, hour.sit_min) for hour in hours[1:5]] == [
        ("01:00", 0.0),
        ("02:00", 10.0),
        ("02:00", 1.0),
        ("03:00", 0.0),
    ]
    assert hours[2].start == "2026-10-25T02:00:00+02:00"
    assert hours[3].start == "2026-10-25T02:00:00+01:00"


def test_streaks_and_breaks_of_the_day_are_listed():
    start_s = unix(2026, 11, 21, 9, 0)
    parts = (("sit", 1900), ("walk", 120), ("sit", 700))
    view = see(FakeResults({"me": stretches(start_s, *parts)}), date(2026, 11, 21))
    assert [streak.duration_s for streak in view.streaks] == [1900, 700]
    assert [(found.start_s - start_s, found.moved_s) for found in view.breaks] == [(1900, 120)]
    assert view.summary.n_breaks == 1


def test_a_day_that_is_not_over_ends_now():
    start_s = unix(2026, 11, 21, 9, 0)
    results = FakeResults({"me": stretches(start_s, ("sit", 3600))})
    view = see(results, date(2026, 11, 21), clock_s=start_s + 3700)
    assert view.known_until_s == start_s + 3700
    assert view.bouts[-1].end_s == view.known_until_s
    assert view.summary.unknown_s == 9 * 3600 + 100


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 30)], ids=["before", "after"])
def test_a_day_without_data_says_so(day):
    results = FakeResults({"me": stretches(unix(2026, 11, 21, 9, 0), ("sit", 3600))})
    view = see(results, day, clock_s=unix(2026, 11, 21, 10, 0))
    assert not view.has_data
    assert view.summary.wear_s == 0
    assert len(view.hourly) == 24
    assert json.loads(json.dumps(view.as_dict(), allow_nan=False)) == view.as_dict()


def history(results, clock_s, cache):
    return history_view(results, "me", clock_s=clock_s, zone=BERLIN, method=METHOD, cache=cache)


def test_the_fortnight_ends_today_and_skips_no_day():
    clock_s = unix(2026, 11, 2, 12, 0)
    results = FakeResults({"me": stretches(unix(2026, 10, 31, 9, 0), ("sit", 600))})
    days = history(results, clock_s, SummaryCache()).days
    assert len(days) == HISTORY_DAYS
    assert (days[0].date, days[-1].date) == ("2026-10-20", "2026-11-02")
    assert [day.length_h for day in days[4:7]] == [24, 25, 24]
    assert [day.date for day in days if day.has_data] == ["2026-10-31"]
    assert days[-1].summary.unknown_s == 12 * 3600


def test_asking_again_for_the_fortnight_reads_no_seconds_until_something_changed():
    clock_s = unix(2026, 11, 2, 12, 0)
    start_s = unix(2026, 10, 31, 9, 0)
    results = FakeResults({"me": stretches(start_s, ("sit", 600), ("walk", 60))})
    cache = SummaryCache()
    before = history(results, clock_s, cache)
    results.n_seconds_read = 0
    assert history(results, clock_s, cache) == before
    assert results.n_seconds_read == 0

    results.known["me"] = stretches(start_s, ("sit", 500), ("walk", 160))
    after = history(results, clock_s, cache)
    assert after.days[-3].summary.sit_s == 500
    assert results.n_seconds_read == 24 * 3600 + 2 * margin_s(METHOD)
