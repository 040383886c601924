"""Figures of merit, worked by hand."""

import numpy as np
import pytest

from sitstreak.validation import certainty, scores
from tests.support.labelled_people import answered, labelled


def test_balanced_accuracy_is_the_mean_of_two_recalls_whatever_their_lengths() -> None:
    # 10 sedentary seconds, 8 found; 2 upright seconds, 1 found: (0.8 + 0.5) / 2
    answer = answered(labelled("a", "sssssslllluu"), "ssssuuslllus")
    found = scores.set_scores("harth", [answer])
    assert found.sedentary == pytest.approx(0.65)


def test_sitting_taken_for_lying_is_still_sedentary_but_not_sitting() -> None:
    answer = answered(labelled("a", "ssssuuww"), "llssuuww")
    found = scores.set_scores("harth", [answer])
    assert found.sedentary == 1
    assert found.three == pytest.approx((0.5 + 1 + 1) / 3)


def test_walking_f1_counts_misses_and_false_alarms() -> None:
    # 4 true, 3 hit, 1 false alarm: 2 * 3 / (4 + 4)
    answer = answered(labelled("a", "wwwwuu"), "wwwuwu")
    assert scores.walking_f1(*scores.pooled([answer])) == pytest.approx(0.75)


def test_the_largest_probability_decides_even_where_the_answer_is_unknown() -> None:
    found = scores.set_scores("harth", [answered(labelled("a", "ssuu"), "??uu")])
    assert found.sedentary == 1
    assert found.share_unknown == 0.5


def test_unlabelled_and_cycling_seconds_are_left_out() -> None:
    found = scores.set_scores("harth", [answered(labelled("a", "ssuu??cc"), "ssuussss")])
    assert found.n_seconds == 4
    assert found.sedentary == 1


def test_people_count_one_each_and_those_who_never_sat_are_left_out() -> None:
    answers = [
        answered(labelled("good", "s" * 50 + "u" * 50), "s" * 50 + "u" * 50),
        answered(labelled("bad", "su"), "uu"),
        answered(labelled("walker", "uuww"), "uuww"),
    ]
    found = scores.set_scores("harth", answers)
    assert found.by_subject == {"bad": 0.5, "good": 1.0}
    assert (found.mean, found.worst, found.worst_subject) == (0.75, 0.5, "bad")


def test_the_confusion_matrix_holds_every_second_once() -> None:
    answer = answered(labelled("a", "ssuuwwll"), "suuwwmls")
    table = scores.confusion(*scores.pooled([answer]))
    #                       sit stand walk lie move
    assert table.tolist() == [
        [1, 1, 0, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 0, 1, 0, 1],
        [1, 0, 0, 1, 0],
    ]


def test_cycling_counts_as_wrong_when_it_is_taken_for_sitting_or_lying() -> None:
    answer = answered(labelled("a", "ccccc"), "slwmu")
    assert scores.share([answer], "label", ["cycle"], scores.SEDENTARY_WORDS) == 0.4


def test_calibration_error_is_the_gap_between_stated_and_right() -> None:
    # stated 0.8 of ten seconds, of which 6 are right; and 0.5 of ten, of which 5 are
    stated = np.array([0.8] * 10 + [0.5] * 10)
    right = np.array([True] * 6 + [False] * 4 + [True] * 5 + [False] * 5)
    found = certainty.bands(stated, right)
    assert [band.n_seconds for band in found] == [10, 10]
    assert certainty.expected_error(found) == pytest.approx(0.5 * 0.2 + 0.5 * 0.0)


def test_a_probability_of_one_belongs_to_the_last_band() -> None:
    (band,) = certainty.bands(np.array([1.0, 0.99]), np.array([True, True]))
    assert band.n_seconds == 2


def test_dropping_the_least_certain_removes_the_errors_that_were_uncertain() -> None:
    # 40 seconds; the two least certain ones (5 %) are the two that are wrong
    sure = answered(labelled("a", "s" * 19 + "u" * 19), "s" * 19 + "u" * 19, p_best=0.9)
    unsure = answered(labelled("a", "su"), "us", p_best=0.3)
    found = certainty.least_certain_dropped([sure, unsure])
    assert found.error == pytest.approx(2 / 40)
    assert found.left == 0
    assert found.share == pytest.approx(0.05)


def test_a_confident_error_is_not_removed() -> None:
    sure = answered(labelled("a", "s" * 20 + "u" * 20), "u" + "s" * 19 + "u" * 20, p_best=0.9)
    unsure = answered(labelled("a", "su"), "su", p_best=0.3)
    found = certainty.least_certain_dropped([sure, unsure])
    assert found.left == pytest.approx(1 / 40)


def test_dropping_what_is_said_to_be_unknown() -> None:
    answer = answered(labelled("a", "uuuussss"), "?uuussss")
    found = certainty.unknown_dropped([answer])
    assert (found.error, found.left, found.share) == (1 / 8, 0, 1 / 8)
