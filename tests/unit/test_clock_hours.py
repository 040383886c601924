"""Ten minutes of movement in an hour of the clock: who is judged, who met it."""

import pytest

from processing.figures.hours import clock_hours
from processing.figures.sleep import Sleep
from processing.method import Method
from tests.support.plain_signals import START_S, seconds

METHOD = Method()
H = 3600
FIRST = (START_S, START_S + H)


def judge(*runs, sleep=(), hours=(FIRST,)):
    return clock_hours(seconds(*runs), hours, METHOD, sleep)


@pytest.mark.parametrize(("moved_s", "met"), [(599, False), (600, True)])
def test_ten_minutes_of_movement_meet_an_hour_however_divided(moved_s, met):
    half = moved_s // 2
    (hour,) = judge(
        ("s", 1000), ("w", half), ("u", 500), ("m", moved_s - half), ("s", 2100 - moved_s)
    )
    assert (hour.is_eligible, hour.met_goal) == (True, met)
    assert (hour.sedentary_s, hour.stand_s, hour.moved_s) == (3100 - moved_s, 500, moved_s)


def test_standing_is_shown_apart_and_meets_nothing():
    (hour,) = judge(("s", 600), ("u", 3000))
    assert (hour.is_eligible, hour.met_goal, hour.stand_s) == (True, False, 3000)


@pytest.mark.parametrize("absent", ["?", "x"])
@pytest.mark.parametrize(("worn_s", "eligible"), [(2999, False), (3000, True)])
def test_an_hour_needs_fifty_minutes_of_wear(absent, worn_s, eligible):
    (hour,) = judge((absent, H - worn_s), ("s", worn_s - 700), ("w", 700))
    assert (hour.is_eligible, hour.met_goal) == (eligible, eligible)


@pytest.mark.parametrize(("asleep_s", "eligible"), [(600, True), (601, False)])
def test_sleep_is_no_wear(asleep_s, eligible):
    sleep = [Sleep(START_S, START_S + asleep_s, START_S)]
    (hour,) = judge(("l", asleep_s), ("s", H - asleep_s), sleep=sleep)
    assert hour.is_eligible is eligible
    assert hour.sedentary_s == H - asleep_s


def test_an_hour_without_sitting_is_not_judged():
    (hour,) = judge(("w", 1800), ("u", 1800))
    assert (hour.is_eligible, hour.met_goal) == (False, False)


def test_a_half_hour_of_a_clock_change_is_left_out():
    (half,) = judge(("s", 900), ("w", 900), hours=[(START_S, START_S + 1800)])
    assert not half.is_eligible


def test_hours_do_not_share_seconds():
    hours = [(START_S + i * H, START_S + (i + 1) * H) for i in range(4)]
    judged = judge(("s", 2 * H - 500), ("w", 1000), ("s", H - 500), hours=hours)
    assert [(hour.sedentary_s, hour.moved_s, hour.met_goal) for hour in judged] == [
        (3600, 0, False), (3100, 500, False), (3100, 500, False), (0, 0, False)
    ]  # fmt: skip
    assert [hour.is_eligible for hour in judged] == [True, True, True, False]
    assert judge(("s", 5), hours=[]) == []
