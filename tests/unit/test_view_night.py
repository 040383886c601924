"""The morning after: a night's rest is shown as rest and not as nine hours of sitting."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from processing.method import Method
from sitstreak.views.day import day_view
from sitstreak.views.history import SummaryCache, history_view
from sitstreak.views.now import now_view
from tests.support.fake_results import FakeResults, stretches

BERLIN = ZoneInfo("Europe/Berlin")
METHOD = Method()
H = 3600
EVENING_S = round(datetime(2026, 11, 21, 20, 0, tzinfo=BERLIN).timestamp())
#: Up until 20:10, sitting until 22:10, a walk to bed, lying from 22:15 on.
EVENING = ("walk", 600), ("sit", 2 * H), ("walk", 300)


def at(*runs):
    known = stretches(EVENING_S, *EVENING, *runs)
    return FakeResults({"me": known}), known.end_s + 3


def now(*runs):
    results, clock_s = at(*runs)
    return now_view(results, "me", clock_s=clock_s, zone=BERLIN, method=METHOD)


def test_whoever_wakes_up_has_not_sat_all_night():
    morning = now(("lie", 9 * H))
    assert (morning.posture, morning.asleep) == ("lie", True)
    assert (morning.streak_s, morning.streak.state, morning.debt_s) == (0, "none", 0)
    today = morning.today
    assert today.sleep_s == 7 * H + 15 * 60
    assert (today.lie_s, today.sedentary_s, today.wear_s) == (0, 0, 0)
    assert today.longest_streak_s == today.longest_bout_s == 0


def test_breakfast_is_a_streak_of_its_own():
    breakfast = now(("lie", 8 * H), ("walk", 40), ("sit", 900))
    assert (breakfast.streak_s, breakfast.asleep) == (900, False)
    assert breakfast.streak.censored is False
    assert breakfast.today.n_breaks == 0


def test_lying_down_early_is_lying_until_it_has_been_long_enough():
    early = now(("lie", 3 * H - 1))
    assert (early.streak_s, early.asleep) == (3 * H - 1, False)
    late = now(("lie", 3 * H))
    assert (late.streak_s, late.asleep) == (0, True)


def test_the_evening_before_learns_in_the_morning_that_it_ended_in_sleep():
    results, clock_s = at(("lie", 8 * H), ("sit", 1800))
    evening, morning = (
        day_view(results, "me", date(2026, 11, day), clock_s=clock_s, zone=BERLIN, method=METHOD)
        for day in (21, 22)
    )
    assert (evening.summary.sleep_s, morning.summary.sleep_s) == (6300, 8 * H - 6300)
    assert evening.summary.sedentary_s == 2 * H
    assert [one.duration_s for one in evening.streaks] == [2 * H]
    assert [one.duration_s for one in morning.streaks] == [1800]
    fortnight = history_view(
        results, "me", clock_s=clock_s, zone=BERLIN, method=METHOD, cache=SummaryCache()
    )
    assert [day.summary.sleep_s for day in fortnight.days[-2:]] == [6300, 8 * H - 6300]


def test_a_cached_evening_is_summed_up_again_when_it_turns_out_to_be_sleep():
    cache = SummaryCache()
    for lain_s, slept_s in ((2 * H, 0), (8 * H, 6300)):
        results, clock_s = at(("lie", lain_s))
        fortnight = history_view(
            results, "me", clock_s=clock_s, zone=BERLIN, method=METHOD, cache=cache
        )
        assert fortnight.days[-2].summary.sleep_s == slept_s


def test_hours_of_today_are_judged_when_they_are_over():
    morning_s = round(datetime(2026, 11, 22, 8, 0, tzinfo=BERLIN).timestamp())
    seen = []
    for known_s in (3599, 3600, 7200):
        story = stretches(morning_s, ("walk", 600), ("sit", 6600)).between(
            morning_s, morning_s + known_s
        )
        results = FakeResults({"me": story})
        view = now_view(results, "me", clock_s=morning_s + known_s + 3, zone=BERLIN, method=METHOD)
        seen.append((view.today.n_hours_eligible, view.today.n_hours_met))
    assert seen == [(0, 0), (1, 1), (2, 1)]
