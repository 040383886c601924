"""Scripts and days: the truth to the second, and plausible."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingest.simulation.wearer import Script, Stretch, demo_loop, usual_hours, whole_day, worn_day
from processing.model import CODE, POSTURES, Posture

BERLIN = ZoneInfo("Europe/Berlin")
SIT, STAND, WALK = (Stretch(p, 10) for p in (Posture.SIT, Posture.STAND, Posture.WALK))


def hours_of(script):
    n = np.bincount(script.truth(script.start_s, script.end_s), minlength=len(POSTURES))
    return {posture: n[code] / 3600 for posture, code in CODE.items()}


def test_every_second_has_the_posture_of_its_stretch():
    script = Script(100, (SIT, STAND))
    names = [POSTURES[code] for code in script.truth(98, 122)]
    assert (
        names
        == [Posture.UNKNOWN] * 2 + [Posture.SIT] * 10 + [Posture.STAND] * 10 + [Posture.UNKNOWN] * 2
    )


def test_moving_marks_the_seconds_around_a_boundary_and_no_others():
    moving = Script(100, (SIT, STAND)).moving(100, 120)
    assert np.flatnonzero(moving).tolist() == [8, 9, 10, 11]


def test_a_cut_piece_too_short_to_act_goes_to_its_neighbour():
    cut = Script(0, (SIT, STAND, WALK)).cut(8, 21)
    assert (cut.start_s, cut.end_s) == (8, 21)
    assert [(s.posture, s.duration_s) for s in cut.stretches] == [(Posture.STAND, 13)]


def test_a_cut_with_nothing_left_is_refused():
    with pytest.raises(ValueError, match="nothing to act"):
        Script(0, (SIT,)).cut(8, 30)


def test_going_on_with_the_same_posture_makes_no_new_move():
    longer = Script(0, (WALK, SIT)).then((SIT, STAND))
    assert [(s.posture, s.duration_s) for s in longer.stretches] == [
        (Posture.WALK, 10),
        (Posture.SIT, 20),
        (Posture.STAND, 10),
    ]


@pytest.mark.parametrize("bad", [(Posture.SIT, 3), (Posture.UNKNOWN, 10)])
def test_what_cannot_be_acted_is_refused(bad):
    with pytest.raises(ValueError, match=r"lasts at least|cannot act"):
        Stretch(*bad)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 3, 29), 23, id="clocks go forward"),
        pytest.param(date(2026, 10, 25), 25, id="clocks go back"),
        pytest.param(date(2026, 11, 18), 24, id="a Wednesday"),
    ],
)
def test_a_whole_day_sums_to_the_day(day, hours):
    script = whole_day(day, BERLIN, seed=3)
    assert script.start_s == datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp()
    assert script.end_s - script.start_s == hours * 3600
    assert sum(hours_of(script).values()) == hours


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_people_get_up_by_the_clock_on_the_wall_when_it_was_changed(day):
    on_s, off_s = usual_hours(day, BERLIN, seed=3)
    on, off = (datetime.fromtimestamp(s, BERLIN) for s in (on_s, off_s))
    assert on.date() == off.date() == day
    assert 8 <= on.hour <= 9  # a Sunday
    assert off.hour in (22, 23)


def test_working_days_are_mostly_sitting_with_a_sit_beyond_the_hour():
    for number in range(16, 21):
        script = whole_day(date(2026, 11, number), BERLIN, seed=4)
        hours = hours_of(script)
        assert 9 < hours[Posture.SIT] + hours[Posture.LIE] < 13.5
        assert 0.8 < hours[Posture.WALK] < 2.5
        assert 1 < hours[Posture.STAND] < 4
        longest = max(s.duration_s for s in script.stretches if s.posture is Posture.SIT)
        assert longest > 3600


def test_days_off_begin_later_and_have_more_walking():
    working = [whole_day(date(2026, 11, n), BERLIN, seed=4) for n in range(16, 21)]
    off = [whole_day(date(2026, 11, n), BERLIN, seed=4) for n in (14, 15, 21, 22)]
    assert np.mean([hours_of(s)[Posture.WALK] for s in off]) > np.mean(
        [hours_of(s)[Posture.WALK] for s in working]
    )
    assert np.mean([s.stretches[0].duration_s for s in off]) > np.mean(
        [s.stretches[0].duration_s for s in working]
    )


def test_people_stop_for_a_few_seconds_between_steps():
    stretches = whole_day(date(2026, 11, 18), BERLIN, seed=4).stretches
    pauses = [
        here.duration_s
        for before, here, after in zip(stretches, stretches[1:], stretches[2:], strict=False)
        if here.posture is Posture.STAND
        and here.duration_s <= 8
        and before.posture is after.posture is Posture.WALK
    ]
    assert len(pauses) > 10
    assert min(pauses) >= 4


def test_some_evening_in_two_weeks_is_spent_lying():
    days = [whole_day(date(2026, 11, n), BERLIN, seed=4) for n in range(2, 16)]
    assert sum(hours_of(s)[Posture.LIE] for s in days) > 1


@pytest.mark.parametrize("worn_s", [60, 600, 900, 3600, 20 * 3600])
def test_a_day_of_any_length_can_be_worn(worn_s):
    script = worn_day(date(2026, 11, 18), 5000, 5000 + worn_s, seed=1)
    assert (script.start_s, script.end_s) == (5000, 5000 + worn_s)


def test_the_loop_shows_a_pause_and_a_break_within_three_minutes():
    upright, runs = 0, []
    for stretch in Script(0, demo_loop()).cut(0, 190).stretches:
        if stretch.posture is Posture.SIT:
            runs.append(upright)
            upright = 0
        else:
            upright += stretch.duration_s
    assert runs[0] == 0
    assert 0 < runs[1] < 60 <= runs[2]
    assert {s.posture for s in demo_loop()} == {Posture.SIT, Posture.STAND, Posture.WALK}
    assert sum(s.duration_s for s in demo_loop()) >= 7 * 24 * 3600
