"""Sedentary bouts: what ends one, what does not, and what it was ended by. Counted by hand."""

import pytest

from processing.figures.bouts import find_bouts
from processing.figures.sedentary_bouts import Limit, sedentary_bouts
from processing.figures.sleep import find_sleep
from processing.method import Method
from tests.support.plain_signals import START_S, seconds

METHOD = Method()
H = 3600


def bouts(*runs, sleep=()):
    return sedentary_bouts(seconds(*runs), METHOD, sleep)


def lengths(*runs):
    return [bout.sedentary_s for bout in bouts(*runs)]


@pytest.mark.parametrize("other", ["u", "w", "?", "x"])
def test_less_than_a_minute_of_anything_does_not_end_a_bout(other):
    (only,) = bouts(("s", 600), (other, 59), ("s", 300))
    assert (only.start_s, only.end_s, only.sedentary_s) == (START_S, START_S + 959, 900)
    assert lengths(("s", 600), (other, 60), ("s", 300)) == [600, 300]


def test_interruptions_of_different_kinds_add_up():
    assert lengths(("s", 600), ("u", 30), ("?", 29), ("s", 300)) == [900]
    assert lengths(("s", 600), ("u", 30), ("?", 30), ("s", 300)) == [600, 300]


def test_sitting_and_lying_are_one_bout():
    assert lengths(("s", 600), ("l", 600), ("s", 60)) == [1260]


@pytest.mark.parametrize(("flicker_s", "expected"), [(9, [600, 600]), (10, [1210])])
def test_a_flicker_of_sitting_does_not_cut_a_break_in_two(flicker_s, expected):
    runs = ("s", 600), ("u", 50), ("s", flicker_s), ("u", 50), ("s", 600)
    assert lengths(*runs) == expected


def test_a_flicker_alone_is_no_bout():
    assert lengths(("u", 100), ("s", 9), ("u", 100)) == []
    assert lengths(("?", 100), ("s", 9), ("?", 100)) == []
    assert lengths(("?", 100), ("s", 10), ("?", 100)) == [10]


def test_a_bout_says_what_ended_it_and_for_how_long_the_wearer_was_up():
    first, second, third = bouts(
        ("s", 600), ("u", 20), ("w", 100), ("s", 30), ("?", 5), ("u", 70), ("s", 40), ("x", 90)
    )
    assert (first.begun_after, first.ended_by) == (Limit.EDGE, Limit.BREAK)
    assert (first.break_s, first.moved_s, first.touches_gap) == (120, 100, False)
    assert (second.begun_after, second.ended_by, second.break_s) == (Limit.BREAK, Limit.BREAK, 70)
    assert (third.begun_after, third.ended_by, third.break_s) == (Limit.BREAK, Limit.GAP, 0)
    assert third.touches_gap


def test_standing_and_unknown_time_that_are_long_enough_only_together_are_a_gap():
    first, second = bouts(("s", 100), ("u", 40), ("?", 5), ("u", 40), ("s", 100))
    assert first.ended_by is Limit.GAP
    assert second.begun_after is Limit.GAP


def test_sleep_ends_a_bout_however_short_it_is_and_is_not_in_it():
    runs = ("w", 60), ("s", 600), ("l", 4 * H), ("u", 30), ("l", 30), ("u", 30), ("s", 900)
    data = seconds(*runs)
    night = [(START_S, START_S + 12 * H)]
    sleep = find_sleep(find_bouts(data), night, METHOD)
    evening, morning = sedentary_bouts(data, METHOD, sleep)
    assert (evening.sedentary_s, evening.ended_by) == (600, Limit.SLEEP)
    assert (morning.sedentary_s, morning.begun_after, morning.ended_by) == (
        900, Limit.SLEEP, Limit.EDGE
    )  # fmt: skip


def test_nothing_holds_no_bouts():
    assert bouts() == []
    assert bouts(("?", 100), ("u", 100)) == []
