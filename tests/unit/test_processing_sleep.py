"""Sleep is a night's lying or what a diary says, and it is not sitting."""

import pytest

from processing.figures.bouts import find_bouts
from processing.figures.days import summarise_day
from processing.figures.sleep import Sleep, asleep, find_sleep, known_at
from processing.figures.streaks import breaks, current_streak, debt_s, streaks
from processing.method import Method
from processing.model import Streak
from tests.support.plain_signals import START_S, seconds

METHOD = Method()
H = 3600
#: The data of these tests begin at 20:00; the night is 21:00 to 11:00.
NIGHT = (START_S + 1 * H, START_S + 15 * H)


def found(data, *, reported=()):
    sleep = find_sleep(find_bouts(data), [NIGHT], METHOD, reported=reported)
    return [(one.start_s - START_S, one.end_s - START_S, one.known_s - START_S) for one in sleep]


def sleep_of(data):
    return find_sleep(find_bouts(data), [NIGHT], METHOD)


def test_three_hours_of_lying_at_night_are_sleep_from_the_first_second_on():
    data = seconds(("s", 2 * H), ("w", 300), ("l", 3 * H), ("w", 300))
    assert found(data) == [(7500, 7500 + 3 * H, 7500 + 3 * H)]
    assert found(seconds(("s", 2 * H), ("w", 300), ("l", 3 * H - 1), ("w", 300))) == []


@pytest.mark.parametrize("up", ["w", "?", "s", "x"])
def test_less_than_a_quarter_of_an_hour_in_between_is_the_same_rest(up):
    night = ("w", 2 * H), ("l", 2 * H), (up, 899), ("l", 5 * H), ("w", 60)
    assert found(seconds(*night)) == [(2 * H, 9 * H + 899, 5 * H + 899)]
    apart = ("w", 2 * H), ("l", 2 * H), (up, 900), ("l", 5 * H), ("w", 60)
    assert found(seconds(*apart)) == [(4 * H + 900, 9 * H + 900, 7 * H + 900)]


def test_lying_in_the_day_is_not_sleep():
    assert found(seconds(("l", 3 * H + 1800))) == []
    sofa_and_bed = seconds(("l", 5 * H))
    assert found(sofa_and_bed) == [(1 * H, 5 * H, 4 * H)]
    in_bed_until_noon = seconds(("w", 10 * H), ("l", 6 * H))
    assert found(in_bed_until_noon) == [(10 * H, 15 * H, 13 * H)]


def test_a_diary_has_the_last_word_on_its_night():
    data = seconds(("s", 2 * H), ("l", 2 * H), ("s", 4 * H), ("l", 4 * H))
    span = (START_S + 3 * H, START_S + 11 * H)
    assert found(data, reported=[span]) == [(3 * H, 11 * H, 3 * H)]
    day = summarise_day(data, START_S, START_S + 12 * H, METHOD, sleep=[Sleep.told(span)])
    assert (day.sleep_s, day.sit_s, day.lie_s) == (8 * H, 2 * H, 2 * H)


def test_only_the_lying_of_a_found_night_is_sleep():
    data = seconds(("w", 2 * H), ("l", 4 * H), ("w", 200), ("s", 100), ("?", 30), ("l", 2 * H))
    assert asleep(data, sleep_of(data)).sum() == 6 * H
    day = summarise_day(data, START_S, data.end_s, METHOD, sleep=sleep_of(data))
    assert (day.sleep_s, day.lie_s, day.sit_s, day.unknown_s) == (6 * H, 0, 100, 30)
    assert day.wear_s == 2 * H + 300


def test_in_the_morning_nobody_has_sat_for_nine_hours():
    night = ("w", 60), ("s", 2 * H), ("l", 9 * H)
    data = seconds(*night)
    sleep = sleep_of(data)
    assert current_streak(data, METHOD, sleep) is None
    assert debt_s(data, METHOD, sleep)[-1] == pytest.approx(2 * H / 6)
    breakfast = seconds(*night, ("s", 600))
    expected = Streak(data.end_s, data.end_s + 600, 600, censored=False)
    assert current_streak(breakfast, METHOD, sleep_of(breakfast)) == expected


def test_sleep_ends_the_evenings_streak_and_getting_up_is_no_break():
    data = seconds(("w", 60), ("s", 2 * H), ("l", 9 * H), ("w", 600), ("s", 700), ("w", 60))
    evening, morning = streaks(data, METHOD, sleep_of(data))
    assert (evening.duration_s, evening.censored) == (2 * H, False)
    assert (morning.duration_s, morning.censored) == (700, False)
    assert [one.end_s - one.start_s for one in breaks(data, METHOD, sleep_of(data))] == [60]


def test_sleep_is_known_when_the_lying_has_been_long_enough():
    data = seconds(("w", 2 * H), ("l", 2 * H), ("w", 60), ("l", 5 * H))
    (one,) = sleep = sleep_of(data)
    assert known_at(sleep, one.known_s - 1) == []
    assert known_at(sleep, one.known_s) == [one]
    assert sleep_of(data.between(START_S, one.known_s - 1)) == []
    (then,) = sleep_of(data.between(START_S, one.known_s))
    assert (then.start_s, then.end_s) == (one.start_s, one.known_s)


def test_no_bouts_and_no_nights_are_no_sleep():
    assert find_sleep([], [NIGHT], METHOD) == []
    assert find_sleep(find_bouts(seconds(("l", 9 * H))), [], METHOD) == []
