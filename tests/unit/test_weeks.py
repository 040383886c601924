"""A week in numbers, worked out by hand from days of known minutes."""

from dataclasses import replace

import pytest

from processing.figures.cadence import cadence_bands, minute_cadence
from processing.figures.days import summarise_day
from processing.figures.sedentary_bouts import sedentary_bouts
from processing.figures.weeks import DayFigures, summarise_week
from processing.method import Method
from tests.support.plain_signals import START_S, seconds

METHOD = Method()
H = 3600
DAY_S = 24 * H
#: Ten hours awake: 8 bouts of 30 min and one of 4 h, each followed by 10 min of walking, 30 min up.
BUSY = (*[("s", 1800), ("w", 600)] * 8, ("s", 4 * H), ("w", 600), ("u", 1800))


def day(*runs, hours=()):
    data = seconds(*runs)
    summary = summarise_day(data, START_S, START_S + DAY_S, METHOD, hours=hours)
    cadence = cadence_bands(minute_cadence(data, METHOD), METHOD)
    return DayFigures(summary, sedentary_bouts(data, METHOD), cadence)


def week(*days):
    return summarise_week(days, METHOD)


def test_three_valid_days_have_no_averages_and_four_have():
    valid, short, empty = day(*BUSY), day(("s", H), ("w", H)), day()
    assert valid.summary.is_valid
    three = week(valid, valid, valid, short, empty)
    assert (three.n_days, three.n_days_with_data, three.n_valid_days) == (5, 4, 3)
    assert three.means is None
    four = week(valid, short, valid, valid, valid, empty)
    assert four.n_valid_days == 4
    assert four.means == week(valid, valid, valid, valid).means


def test_means_are_those_of_the_valid_days():
    means = week(*[day(*BUSY)] * 3, day(*BUSY, ("s", H), ("?", H))).means
    assert means is not None
    assert means.wear_s == 10 * H + H / 4
    assert means.sedentary_s == 8 * H + H / 4
    assert means.walk_s == 90 * 60
    assert means.stand_s == 1800
    assert means.n_steps == 90 * 60 * 2
    assert means.sedentary_share == pytest.approx(33 / 41)
    assert (means.n_bouts_30min, means.n_bouts_60min) == (9.25, 1.25)
    assert means.sedentary_30min_s == means.sedentary_s
    assert means.sedentary_60min_s == 4 * H + H / 4
    # three days have 8 breaks that end a bout and one after the last; the fourth sat once more
    assert means.n_breaks == 9
    assert means.breaks_per_h == pytest.approx(36 / 33)
    assert means.longest_bout_s == means.longest_streak_s == 4 * H
    assert means.band_s == (0, 0, 0, 4 * H, H / 4, 4 * H)
    assert means.unknown_s + means.not_worn_s + means.wear_s + means.sleep_s == DAY_S
    assert means.captured_share == pytest.approx(41 * H / (4 * DAY_S))


def test_the_distribution_is_that_of_all_bouts_together():
    means = week(*[day(*BUSY)] * 4).means
    assert means is not None
    # 32 bouts of 30 min, 4 of 240 min: sum of cumulative sums 30 (1 + .. + 32) + 960 * 4
    # + 240 (1 + 2 + 3 + 4), over 1920: g = (37 - 2 * 22080 / 1920) / 36 * 36 / 35
    found = means.fragmentation
    assert found.n_bouts == 36
    assert found.gini == pytest.approx((37 - 2 * 22080 / 1920) / 35)
    assert (found.w50_s, found.w50_is_fitted) == (1800, False)


def test_hours_met_are_those_of_the_week():
    hours = [(START_S + i * H, START_S + (i + 1) * H) for i in range(24)]
    one = day(*BUSY, hours=hours)
    # BUSY fills 10 h: 30 + 10 min in turn until 5:20, sitting until 9:20, 10 min walking, 30 up
    assert (one.summary.n_hours_eligible, one.summary.n_hours_met) == (10, 7)
    means = week(one, one, one, one).means
    assert means is not None
    assert (means.n_hours_eligible, means.n_hours_met) == (40, 28)
    assert means.hours_met_share == pytest.approx(0.7)


def test_an_empty_week_says_nothing():
    assert week().means is None
    never = replace(METHOD, valid_week_days=0)
    assert summarise_week([], never).means is None


def test_a_valid_day_without_sitting_has_no_shares_that_cannot_be_said():
    means = week(*[day(("w", 11 * H))] * 4).means
    assert means is not None
    assert (means.breaks_per_h, means.hours_met_share) == (None, None)
    assert (means.sedentary_share, means.fragmentation.gini) == (0, None)
