"""Bouts, streaks, breaks, debt and days, counted by hand."""

import numpy as np
import pytest

from processing.figures.bouts import find_bouts
from processing.figures.days import breaks_of_day, margin_s, summarise_day
from processing.figures.streaks import breaks, current_streak, debt_s, streaks
from processing.method import Method
from processing.model import Posture, Streak
from tests.support.plain_signals import START_S, seconds

METHOD = Method()
DAY_S = 86_400


def _spans(found: list[Streak]) -> list[tuple[int, int, int, bool]]:
    return [(s.start_s - START_S, s.end_s - START_S, s.duration_s, s.censored) for s in found]


def test_bouts_cover_everything_in_order() -> None:
    found = find_bouts(seconds(("u", 5), ("w", 10), ("s", 20), ("?", 3), ("s", 4)))
    assert [(b.start_s - START_S, b.end_s - START_S, b.posture, b.n_steps) for b in found] == [
        (0, 5, Posture.STAND, 0),
        (5, 15, Posture.WALK, 20),
        (15, 35, Posture.SIT, 0),
        (35, 38, Posture.UNKNOWN, 0),
        (38, 42, Posture.SIT, 0),
    ]
    assert [b.censored for b in found] == [True, False, True, False, True]
    assert found[0].confidence == pytest.approx(0.9)
    assert find_bouts(seconds()) == []


@pytest.mark.parametrize(
    ("stand_s", "expected"),
    [
        (59, [(100, 359, 200, True)]),
        (60, [(100, 200, 100, False), (260, 360, 100, True)]),
    ],
    ids=["a shorter stand pauses", "a minute ends it"],
)
def test_only_a_minute_upright_ends_a_streak(
    stand_s: int, expected: list[tuple[int, int, int, bool]]
) -> None:
    found = streaks(seconds(("u", 100), ("s", 100), ("u", stand_s), ("s", 100)), METHOD)
    assert _spans(found) == expected


def test_standing_and_walking_and_moving_together_make_a_break() -> None:
    data = seconds(("u", 90), ("s", 100), ("u", 25), ("w", 20), ("m", 15), ("l", 50))
    (only,) = breaks(data, METHOD)
    assert (only.start_s - START_S, only.end_s - START_S, only.moved_s) == (190, 250, 35)
    assert [s.duration_s for s in streaks(data, METHOD)] == [100, 50]


@pytest.mark.parametrize("absent", ["?", "x"])
def test_a_short_absence_pauses_and_a_long_one_ends_a_streak(absent: str) -> None:
    short = streaks(seconds(("u", 60), ("s", 100), (absent, 300), ("s", 50)), METHOD)
    assert _spans(short) == [(60, 510, 150, True)]
    long = streaks(seconds(("u", 60), ("s", 100), (absent, 301), ("s", 50), ("w", 60)), METHOD)
    assert _spans(long) == [(60, 160, 100, True), (461, 511, 50, True)]
    assert len(breaks(seconds(("s", 100), (absent, 301), ("s", 50)), METHOD)) == 0


def test_a_beginning_is_certain_only_after_a_break_that_counts() -> None:
    assert streaks(seconds(("u", 60), ("s", 10), ("w", 60)), METHOD)[0].censored is False
    assert streaks(seconds(("u", 59), ("s", 10), ("w", 60)), METHOD)[0].censored is True
    assert streaks(seconds(("u", 60), ("?", 1), ("s", 9), ("w", 60)), METHOD)[0].censored is True


def test_the_current_streak_ends_when_the_break_counts() -> None:
    sitting = [("u", 60), ("s", 1000)]
    now = current_streak(seconds(*sitting), METHOD)
    assert now == Streak(START_S + 60, START_S + 1060, 1000, censored=False)
    assert current_streak(seconds(*sitting, ("u", 59)), METHOD) == now
    assert current_streak(seconds(*sitting, ("u", 60)), METHOD) is None
    assert current_streak(seconds(*sitting, ("?", 300)), METHOD) == now
    assert current_streak(seconds(*sitting, ("?", 301)), METHOD) is None
    assert current_streak(seconds(("w", 500)), METHOD) is None
    assert current_streak(seconds(), METHOD) is None


def test_a_break_lasts_until_the_wearer_sits_or_is_lost_sight_of() -> None:
    data = seconds(("s", 10), ("w", 90), ("?", 5), ("w", 30), ("s", 10))
    assert [(b.start_s - START_S, b.end_s - START_S) for b in breaks(data, METHOD)] == [(10, 100)]


def test_unknown_time_never_helps_a_break_to_count() -> None:
    data = seconds(("u", 60), ("s", 600), ("u", 30), ("?", 299), ("u", 30), ("s", 600))
    assert breaks(data, METHOD) == []
    assert _spans(streaks(data, METHOD)) == [(60, 1619, 1200, True)]
    now = current_streak(seconds(("u", 60), ("s", 10), ("u", 59), ("?", 1), ("u", 59)), METHOD)
    assert now is not None
    assert now.duration_s == 10


def test_sitting_that_flickers_up_in_a_break_does_not_cut_it_in_two() -> None:
    data = seconds(("s", 600), ("u", 40), ("s", 9), ("u", 40), ("s", 600))
    (only,) = breaks(data, METHOD)
    assert (only.start_s - START_S, only.end_s - START_S) == (600, 689)
    assert _spans(streaks(data, METHOD)) == [(0, 600, 600, True), (689, 1289, 600, True)]
    longer = seconds(("s", 600), ("u", 40), ("s", 10), ("u", 40), ("s", 600))
    assert breaks(longer, METHOD) == []


def test_a_break_after_unknown_time_begins_where_the_wearer_is_seen_again() -> None:
    data = seconds(("s", 100), ("u", 40), ("?", 5), ("u", 70), ("s", 10))
    (only,) = breaks(data, METHOD)
    assert (only.start_s - START_S, only.end_s - START_S) == (145, 215)


def test_a_break_across_midnight_counts_in_the_day_in_which_it_begins() -> None:
    data = seconds(("s", DAY_S - 30), ("u", 30), ("w", 40), ("s", DAY_S - 40))
    midnight_s = START_S + DAY_S
    days = [(START_S, midnight_s), (midnight_s, midnight_s + DAY_S)]
    assert [summarise_day(data, *day, METHOD).n_breaks for day in days] == [1, 0]
    ((only,), none) = (breaks_of_day(data, *day, METHOD) for day in days)
    assert (only.start_s, only.end_s, only.moved_s) == (midnight_s - 30, midnight_s, 0)
    assert none == []


@pytest.mark.parametrize("up_s", [60, 61, 3600])
def test_a_margin_around_the_day_is_enough_to_tell_its_breaks(up_s: int) -> None:
    data = seconds(("s", DAY_S - 1), ("u", up_s), ("s", 1000), ("?", 299), ("u", 59), ("s", 9))
    margin = margin_s(METHOD)
    day = data.between(START_S, START_S + DAY_S + margin)
    assert summarise_day(day, START_S, START_S + DAY_S, METHOD).n_breaks == 1
    following = data.between(START_S + DAY_S - margin, data.end_s)
    assert summarise_day(following, START_S + DAY_S, START_S + 2 * DAY_S, METHOD).n_breaks == 0


def test_an_hour_of_sitting_costs_ten_minutes_of_movement() -> None:
    owed = debt_s(seconds(("s", 3600), ("u", 100), ("w", 300), ("m", 200), ("w", 300)), METHOD)
    assert owed[3599] == pytest.approx(600)
    assert owed[3699] == pytest.approx(600)  # standing pays nothing back
    assert owed[4199] == pytest.approx(100)
    assert owed[-1] == 0
    assert len(debt_s(seconds(), METHOD)) == 0


def test_movement_is_not_saved_up_for_later() -> None:
    assert debt_s(seconds(("w", 3600), ("s", 600)), METHOD)[-1] == pytest.approx(100)


@pytest.mark.parametrize("hours", [23, 24, 25])
def test_a_day_sums_to_its_length(hours: int) -> None:
    data = seconds(
        ("l", 900), ("?", 10), ("s", 5400), ("u", 60), ("s", 1700), ("l", 100), ("w", 50)
    )
    day = summarise_day(data, START_S - 300, START_S - 300 + hours * 3600, METHOD)
    parts = (day.sit_s, day.stand_s, day.walk_s, day.lie_s, day.move_s, day.not_worn_s)
    assert parts == (7100, 60, 50, 1000, 0, 0)
    assert sum(parts) + day.unknown_s == hours * 3600
    assert (day.n_steps, day.n_breaks) == (100, 1)
    assert (day.n_sedentary_bouts_30min, day.n_sedentary_bouts_60min) == (2, 1)
    assert day.longest_streak_s == 6300
    assert day.debt_s == pytest.approx(8100 / 6 - 50)
    assert not day.is_valid


def test_only_the_day_itself_counts() -> None:
    data = seconds(("s", 2 * DAY_S))
    day = summarise_day(data, START_S + 1000, START_S + 1000 + DAY_S, METHOD)
    assert day.sit_s == day.longest_streak_s == DAY_S
    assert day.is_valid


@pytest.mark.parametrize(("worn_s", "is_valid"), [(35_999, False), (36_000, True)])
def test_ten_hours_of_wear_make_a_day_valid(worn_s: int, is_valid: bool) -> None:
    data = seconds(("s", worn_s), ("x", DAY_S - worn_s))
    assert summarise_day(data, START_S, START_S + DAY_S, METHOD).is_valid is is_valid


def test_a_day_without_data_is_unknown() -> None:
    day = summarise_day(seconds(("s", 100)), START_S + DAY_S, START_S + 2 * DAY_S, METHOD)
    assert (day.unknown_s, day.wear_s, day.debt_s) == (DAY_S, 0, 0)
    assert np.isfinite(day.debt_s)
