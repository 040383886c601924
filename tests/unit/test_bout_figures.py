"""Formulas of bout lengths against values worked out by hand and against a peer's functions."""

import math
from typing import Any

import numpy as np
import pytest

from processing.figures.bout_figures import (
    BAND_STARTS_S,
    band_s,
    breaks_per_h,
    fragmentation,
    gini,
    longest_bouts,
    power_law_alpha,
    share_above,
    usual_bout,
    x_half,
)
from processing.figures.sedentary_bouts import Limit, SedentaryBout
from processing.method import Method

METHOD = Method()


def bout(sedentary_s, *, start_s=0):
    end_s = start_s + sedentary_s
    return SedentaryBout(start_s, end_s, sedentary_s, Limit.BREAK, Limit.BREAK, 60, 0)


def test_alpha_of_one_two_and_four():
    # ln 1 + ln 2 + ln 4 = 3 ln 2
    assert power_law_alpha([4, 1, 2]) == pytest.approx(1 + 3 / (3 * math.log(2)))
    assert power_law_alpha([4, 1, 2], x_min=0.5) == pytest.approx(1 + 3 / (6 * math.log(2)))


def test_x_half_doubles_x_min_when_alpha_is_two():
    assert x_half(2.0, 600) == 1200
    assert x_half(1.5, 600) == 2400
    assert x_half(3.0, 600) == pytest.approx(600 * math.sqrt(2))
    assert x_half(1.0001, 600) is None


def test_w_half_is_the_share_of_time_above_x_half():
    assert share_above([1, 2, 3, 4], 2.0) == pytest.approx(7 / 10)
    assert share_above([1, 2], 2.0) == 0
    assert share_above([], 2.0) is None


def test_gini_of_ten_bouts_worked_by_hand():
    # x = 1..10: cumulative sums add up to 220, sum 55; g = (11 - 2 * 4) / 10 = 0.3; * 10 / 9
    assert gini(range(1, 11)) == pytest.approx(1 / 3)
    assert gini([60] * 10) == pytest.approx(0)
    # nine of 1 and one of 91: (11 - 2 * (45 + 100) / 100) / 10 = 0.81; * 10 / 9 = 0.9
    assert gini([91, *[1] * 9]) == pytest.approx(0.9)
    assert gini([0] * 9 + [5]) == 1


def test_gini_needs_ten_bouts():
    assert gini(range(1, 10)) is None
    assert gini([]) is None
    assert gini([0] * 10) is None


def test_the_usual_bout_of_a_distribution_that_is_the_curve_is_its_w50():
    lengths = curve(w50=1800, n=2.0)
    w50, is_fitted = usual_bout(lengths)
    assert is_fitted
    assert w50 == pytest.approx(1800, rel=0.02)


def curve(*, w50, n):
    """Bouts of 1 to 2000 minutes, as many of each length as make the curve."""
    level = np.arange(60, 2000 * 60 + 1, 60.0)
    share = np.diff(level**n / (level**n + w50**n), prepend=0)
    return np.repeat(level, np.rint(share / level * 3e8).astype(int))


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([600], 600), ([600, 600], 600), ([1, 2], 2), ([1, 1, 1, 3], 1), ([1, 1, 3], 3)],
)
def test_too_few_lengths_for_a_curve_give_the_empirical_usual_bout(lengths, expected):
    assert usual_bout(lengths) == (expected, False)


def test_a_curve_far_from_the_data_is_not_believed():
    # nearly all the time is in one bout: any curve between 3 and 100 000 fits as well as another
    assert usual_bout([1, 2, 3, 100_000]) == (100_000, False)


def test_lengths_in_minutes_give_the_same_answers_as_in_seconds():
    minutes = np.array([12, 3, 45, 7, 90, 20, 5, 33, 61, 10, 2, 15.0])
    assert power_law_alpha(minutes * 60) == pytest.approx(power_law_alpha(minutes))
    assert gini(minutes * 60) == pytest.approx(gini(minutes))
    (in_s, fitted_s), (in_min, fitted_min) = usual_bout(minutes * 60), usual_bout(minutes)
    assert fitted_s
    assert fitted_min
    assert in_s is not None
    assert in_s / 60 == pytest.approx(in_min, rel=1e-4)


def test_a_distribution_needs_ten_bouts():
    few = fragmentation([bout(60 * i) for i in range(1, 10)], METHOD)
    assert (few.n_bouts, few.alpha, few.w_half, few.w50_s, few.gini) == (9, None, None, None, None)
    enough = fragmentation([bout(60 * i) for i in range(10, 0, -1)], METHOD)
    assert enough.gini == pytest.approx(1 / 3)
    assert enough.alpha == pytest.approx(1 + 10 / math.log(math.factorial(10)))
    assert enough.x_half_s == pytest.approx(60 * 2 ** (math.log(math.factorial(10)) / 10))
    assert enough.w_half == pytest.approx((55 - 1 - 2) / 55)  # x_half is 2.85 min


def test_bouts_of_one_length_have_no_power_law():
    same = fragmentation([bout(600)] * 12, METHOD)
    assert (same.alpha, same.x_half_s, same.w_half) == (None, None, None)
    assert (same.w50_s, same.w50_is_fitted) == (600, False)
    assert same.gini == pytest.approx(0)


def test_each_bout_is_in_the_band_of_its_length_and_the_bands_sum_to_the_whole():
    assert BAND_STARTS_S == (0, 600, 1200, 1800, 3600, 5400)
    bouts = [bout(s) for s in (599, 600, 1199, 1200, 1800, 3599, 3600, 5399, 5400, 9000)]
    total_s = sum(one.sedentary_s for one in bouts) + 5  # five seconds of flicker in no bout
    bands = band_s(bouts, total_s)
    assert bands == (599 + 5, 600 + 1199, 1200, 1800 + 3599, 3600 + 5399, 5400 + 9000)
    assert sum(bands) == total_s
    assert band_s([], 0) == (0, 0, 0, 0, 0, 0)


def test_breaks_per_sedentary_hour():
    assert breaks_per_h(9, 6 * 3600) == 1.5
    assert breaks_per_h(0, 3600) == 0
    assert breaks_per_h(3, 0) is None


def test_the_longest_come_first_and_of_equals_the_earlier():
    a, b, c = bout(60, start_s=0), bout(90, start_s=100), bout(90, start_s=300)
    assert longest_bouts([c, a, b], 2) == [b, c]


@pytest.mark.parametrize(("lengths", "x_min"), [([0, 1], None), ([-1], None), ([5], 6), ([5], 0)])
def test_lengths_below_x_min_are_refused(lengths, x_min):
    with pytest.raises(ValueError, match="x_min"):
        power_law_alpha(lengths, x_min)


#: What scikit-digital-health 0.17.18 says: gini_index and state_power_law_distribution of
#: skdh.utility.fragmentation_endpoints. Its x_min is the shortest length less a half.
SKDH = [
    ([12, 3, 45, 7, 90, 20, 5, 33, 61, 10, 2, 15], 0.57995799579958, 1.4463180871694037),
    ([10, 25, 40, 10, 10, 600, 3600, 75, 120, 1800, 31], 0.8579022306597057, 1.464695232618282),
    ([5] * 10 + [1_000_000], 0.9999450027498625, None),
]


@pytest.mark.parametrize(("lengths", "skdh_gini", "skdh_alpha"), SKDH)
def test_recorded_values_of_scikit_digital_health_are_met(lengths, skdh_gini, skdh_alpha):
    assert gini(lengths) == pytest.approx(skdh_gini, rel=1e-12)
    if skdh_alpha is not None:
        assert power_law_alpha(lengths, min(lengths) - 0.5) == pytest.approx(skdh_alpha, rel=1e-12)


def test_scikit_digital_health_agrees_when_it_is_installed():
    peer: Any = pytest.importorskip(
        "skdh.utility.fragmentation_endpoints",
        reason="scikit-digital-health is not installed; its recorded values are checked above",
    )
    rng = np.random.default_rng(7)
    for n in (10, 11, 50, 400):
        lengths = np.rint(rng.pareto(1.1, n) * 60 + 10)
        assert gini(lengths) == pytest.approx(peer.gini_index(lengths=lengths), rel=1e-9)
        assert power_law_alpha(lengths, lengths.min() - 0.5) == pytest.approx(
            peer.state_power_law_distribution(lengths=lengths), rel=1e-9
        )
