"""The people it does worst on: what is told of them was measured."""

import numpy as np
import pytest

from processing.method import Method
from sitstreak.validation.page_people import stories
from sitstreak.validation.people import missed_stretches, walking_tilt_deg, worst_people
from tests.support.labelled_people import acted, answered

UPRIGHT_SITTER = acted("upright", ("w", 30), ("u", 30), ("s", 60), ("w", 30))
TRUTH = "w" * 30 + "u" * 30 + "s" * 60 + "w" * 30


def test_a_stretch_mostly_on_the_wrong_side_is_missed_with_its_place_and_length() -> None:
    answer = answered(UPRIGHT_SITTER, "w" * 30 + "u" * 30 + "u" * 40 + "s" * 20 + "w" * 30)
    (missed,) = missed_stretches(answer, Method())
    assert (missed.start_s, missed.duration_s) == (60, 60)
    assert (missed.truth, missed.taken_for) == ("sit", "stand")
    assert missed.share_wrong == pytest.approx(40 / 60)
    assert missed.tilt_deg == pytest.approx(40, abs=1)
    assert missed.standing_tilt_deg == pytest.approx(0, abs=2)


def test_a_stretch_half_right_is_not_missed() -> None:
    answer = answered(UPRIGHT_SITTER, "w" * 30 + "u" * 30 + "u" * 30 + "s" * 30 + "w" * 30)
    assert not missed_stretches(answer, Method())


def test_lying_taken_for_sitting_is_not_missed() -> None:
    answer = answered(UPRIGHT_SITTER, "w" * 30 + "u" * 30 + "l" * 60 + "w" * 30)
    assert not missed_stretches(answer, Method())


def test_without_walking_there_is_no_tilt() -> None:
    still = acted("still", ("u", 20), ("s", 20))
    tilt = walking_tilt_deg(still.features(Method()), np.zeros(40, np.bool_))
    assert np.isnan(tilt).all()


def test_the_worst_come_first_and_are_told_of() -> None:
    good = answered(acted("good", ("u", 30), ("s", 60)), "u" * 30 + "s" * 60)
    bad = answered(UPRIGHT_SITTER, TRUTH.replace("s", "u"))
    found = worst_people([good, bad], Method())
    assert [one.subject for one in found] == ["upright", "good"]
    text = stories({"harth": found})
    assert "**upright** (harth), 0.500: 60 s sedentary and 90 s upright; 1 stretches" in text
    assert "s1, second 60: 60 s of sit taken for stand; tilt 40 degrees, standing 0" in text
