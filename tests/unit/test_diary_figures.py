"""What the diary says: spans, pain, repetitions, and bouts around what was not worn."""

import pytest

from processing.figures.bouts import find_bouts
from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.diary_figures import (
    Told,
    n_repetitions,
    pain_median,
    told_by,
    with_not_worn,
)
from processing.figures.modal_hours import HourOfDay, usual_hours
from processing.figures.told_bouts import told_bouts
from processing.figures.trend import usual_of
from tests.support.fake_results import stretches

SECONDS = stretches(1_000, ("sit", 600), ("walk", 60), ("sit", 300), ("unknown", 40))


def entry(kind, at_s, **more):
    return DiaryEntry(id=at_s, at_s=at_s, kind=kind, **more)


def test_stretches_in_any_order_and_overlapping_are_one():
    written = [
        entry(DiaryKind.SLEEP, 50, until_s=60),
        entry(DiaryKind.NOT_WORN, 20, until_s=30),
        entry(DiaryKind.NOT_WORN, 10, until_s=20),
        entry(DiaryKind.NOT_WORN, 12, until_s=14),
        entry(DiaryKind.NOT_WORN, 40, until_s=40),
        entry(DiaryKind.PAIN, 15, score=3),
    ]
    assert told_by(written) == Told(((10, 30),), ((50, 60),))


@pytest.mark.parametrize(
    "span",
    [
        pytest.param((1_100, 1_200), id="inside-a-bout"),
        pytest.param((1_000, 1_600), id="a-whole-bout"),
        pytest.param((1_590, 1_700), id="over-three"),
        pytest.param((900, 1_010), id="from-before"),
        pytest.param((1_950, 2_100), id="into-unknown-and-beyond"),
    ],
)
def test_bouts_around_what_was_not_worn_are_those_of_the_seconds(span):
    cut = told_bouts(find_bouts(SECONDS), [span], SECONDS.between)
    assert [(b.start_s, b.end_s, b.posture, b.n_steps, b.censored) for b in cut] == [
        (b.start_s, b.end_s, b.posture, b.n_steps, b.censored)
        for b in find_bouts(with_not_worn(SECONDS, [span]))
    ]
    assert told_bouts(cut, [span], SECONDS.between) == cut


def test_no_step_was_taken_with_a_sensor_that_was_not_worn():
    cut = with_not_worn(SECONDS, [(1_600, 1_630)])
    assert (SECONDS.n_steps.sum(), cut.n_steps.sum()) == (120, 60)
    assert with_not_worn(SECONDS, []) is SECONDS


def test_pain_is_the_median_of_what_was_written():
    scores = [entry(DiaryKind.PAIN, at_s, score=score) for at_s, score in enumerate((0, 9, 2, 3))]
    assert pain_median(scores) == 2.5
    assert pain_median([]) is None
    assert pain_median([entry(DiaryKind.NOTE, 1)]) is None


def test_repetitions_nobody_wrote_down_are_not_nought():
    done = DiaryKind.EXERCISE
    assert n_repetitions([entry(done, 1), entry(done, 2)]) is None
    assert n_repetitions([entry(done, 1, n_sets=3, n_reps=8), entry(done, 2, n_reps=5)]) == 29


def test_an_hour_that_is_there_twice_counts_as_one():
    """50 and 30 minutes of two hours are 40 of one; two other days had 40 and 60."""
    hours = [
        HourOfDay(0, 2, 3_600, 50 * 60, 3_600),
        HourOfDay(0, 2, 3_600, 30 * 60, 3_600),
        HourOfDay(1, 2, 3_600, 40 * 60, 3_600),
        HourOfDay(2, 2, 3_600, 60 * 60, 3_600),
        HourOfDay(3, 2, 3_600, 29 * 60, 29 * 60),  # worn for less than half of it
    ]
    found = usual_hours(reversed(hours))[2]
    assert (found.n_days, found.median_min, found.q1_min, found.q3_min) == (3, 40, 40, 50)
    assert usual_hours(hours[:3])[2].median_min is None


def test_one_week_is_not_usual():
    assert usual_of([None, 4.0]) is None
    assert usual_of([None, 4.0, 6.0]) == 5
