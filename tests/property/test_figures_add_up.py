"""Sleep, bouts and days: sums hold, cuts do not matter where the rules allow, rows stay true."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.figures.bout_figures import band_s, fragmentation
from processing.figures.bouts import find_bouts
from processing.figures.days import summarise_day
from processing.figures.kinds import Kind, kinds, without_flicker
from processing.figures.sedentary_bouts import Limit, sedentary_bouts
from processing.figures.sleep import Sleep, asleep, find_sleep
from processing.figures.streaks import current_streak, debt_s, streaks
from processing.method import Method
from processing.model import SEDENTARY, PostureSeconds, is_any
from sitstreak.storage.running_counts import debt_at, streak_at
from tests.support.plain_signals import START_S, seconds

#: Everything an order of magnitude quicker, so that a night fits into a few hundred seconds.
QUICK = Method(
    min_break_s=10,
    max_unknown_s=30,
    min_bout_s=4,
    bout_interruption_s=10,
    sleep_min_s=60,
    sleep_interruption_s=15,
)
_RUNS = st.lists(
    st.tuples(st.sampled_from("suwlmll?x"), st.one_of(st.integers(1, 20), st.integers(30, 90))),
    max_size=16,
)
_NIGHT = st.tuples(st.integers(-50, 300), st.integers(1, 500)).map(
    lambda pair: (START_S + pair[0], START_S + pair[0] + pair[1])
)


def sleep_of(data: PostureSeconds, night: tuple[int, int]) -> list[Sleep]:
    return find_sleep(find_bouts(data), [night], QUICK)


def n_sedentary(data: PostureSeconds, sleep: list[Sleep]) -> int:
    return int((is_any(data.code, SEDENTARY) & ~asleep(data, sleep)).sum())


@given(_RUNS, _NIGHT, st.sampled_from([23, 24, 25]), st.integers(-400, 400), st.booleans())
def test_postures_sleep_unknown_and_not_worn_sum_to_the_day(
    runs: list[tuple[str, int]], night: tuple[int, int], hours: int, offset_s: int, told: bool
) -> None:
    data = seconds(*runs)
    sleep = [Sleep.told(night)] if told else sleep_of(data, night)
    start_s = START_S + offset_s
    day = summarise_day(data, start_s, start_s + hours * 3600, QUICK, sleep=sleep)
    assert day.wear_s + day.sleep_s + day.unknown_s + day.not_worn_s == hours * 3600
    assert day.wear_s == day.sit_s + day.stand_s + day.walk_s + day.lie_s + day.move_s
    assert day.longest_bout_s <= day.sedentary_s


@given(_RUNS, _NIGHT)
def test_streaks_and_sleep_hold_all_sitting_and_lying(
    runs: list[tuple[str, int]], night: tuple[int, int]
) -> None:
    data = seconds(*runs)
    sleep = sleep_of(data, night)
    kind = without_flicker(kinds(data, sleep), QUICK)
    in_streaks = sum(one.duration_s for one in streaks(data, QUICK, sleep))
    assert in_streaks == (kind == Kind.SEDENTARY).sum()
    lain = sum(n for letter, n in runs if letter in "sl")
    flicker = (kinds(data, sleep) != kind).sum()
    assert in_streaks + flicker + asleep(data, sleep).sum() == lain


@given(_RUNS, _NIGHT)
def test_bouts_are_in_order_apart_and_hold_all_sedentary_time_but_flicker(
    runs: list[tuple[str, int]], night: tuple[int, int]
) -> None:
    data = seconds(*runs)
    sleep = sleep_of(data, night)
    bouts = sedentary_bouts(data, QUICK, sleep)
    kind = kinds(data, sleep)
    inside = np.zeros(len(data), np.bool_)
    for bout in bouts:
        span = slice(bout.start_s - START_S, bout.end_s - START_S)
        assert QUICK.min_bout_s <= bout.sedentary_s <= bout.end_s - bout.start_s
        assert kind[span][0] == kind[span][-1] == Kind.SEDENTARY
        assert (kind[span] != Kind.ASLEEP).all()
        assert (bout.break_s > 0) == (bout.ended_by is Limit.BREAK)
        inside[span] = True
    for before, after in pairwise(bouts):
        assert (
            after.start_s - before.end_s >= QUICK.bout_interruption_s
            or (kind[before.end_s - START_S : after.start_s - START_S] == Kind.ASLEEP).any()
        )
    left_out = (kind == Kind.SEDENTARY) & ~inside
    total = n_sedentary(data, sleep)
    # a flicker inside a bout was sat through; one outside is less than a bout, however divided
    assert total - left_out.sum() >= sum(bout.sedentary_s for bout in bouts)
    assert sum(band_s(bouts, total)) == total


@given(_RUNS, _RUNS, st.integers(10, 40), st.integers(10, 40))
def test_cutting_a_break_in_two_leaves_the_bouts_as_they_are(
    left: list[tuple[str, int]], right: list[tuple[str, int]], before_s: int, after_s: int
) -> None:
    whole = seconds(*left, ("u", before_s + after_s), *right)
    cut_s = START_S + sum(n for _, n in left) + before_s
    parts = [whole.between(START_S, cut_s), whole.between(cut_s, whole.end_s)]
    found = [bout for part in parts for bout in sedentary_bouts(part, QUICK)]
    expected = sedentary_bouts(whole, QUICK)
    core = [(bout.start_s, bout.end_s, bout.sedentary_s) for bout in found]
    assert core == [(bout.start_s, bout.end_s, bout.sedentary_s) for bout in expected]


@given(_RUNS, st.randoms(use_true_random=False))
def test_the_order_of_bouts_does_not_matter_to_their_distribution(
    runs: list[tuple[str, int]], random
) -> None:
    bouts = sedentary_bouts(seconds(*runs), QUICK)
    shuffled = random.sample(bouts, len(bouts))
    few = replace(QUICK, min_bouts_for_figures=2)
    found = fragmentation(bouts, few)
    assert fragmentation(shuffled, few) == found
    values = (found.alpha, found.x_half_s, found.w_half, found.w50_s, found.gini)
    assert all(value is None or np.isfinite(value) for value in values)


@given(_RUNS, _NIGHT, st.integers(0, 800))
def test_what_was_known_of_a_night_does_not_depend_on_what_came_later(
    runs: list[tuple[str, int]], night: tuple[int, int], n: int
) -> None:
    data = seconds(*runs)
    then = data.between(START_S, START_S + n)
    known = [one for one in sleep_of(data, night) if one.known_s <= then.end_s]
    np.testing.assert_array_equal(asleep(then, known), asleep(then, sleep_of(then, night)))


@settings(max_examples=60, deadline=None)
@given(_RUNS, _NIGHT)
def test_rows_of_streak_and_debt_are_those_of_what_was_known_at_their_time(
    runs: list[tuple[str, int]], night: tuple[int, int]
) -> None:
    data = seconds(*runs)
    at_s = np.arange(data.start_s, data.end_s + 1, 7)
    streak_s = streak_at(data, at_s, QUICK, sleep_of(data, night))
    owed_s = debt_at(data, at_s, QUICK, sleep_of(data, night))
    for at, streak, owed in zip(at_s.tolist(), streak_s, owed_s, strict=True):
        then = data.between(START_S, at)
        sleep = sleep_of(then, night)
        now = current_streak(then, QUICK, sleep)
        assert streak == (0 if now is None else now.duration_s)
        assert owed == (debt_s(then, QUICK, sleep)[-1] if len(then) else 0)
