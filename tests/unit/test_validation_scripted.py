"""Scripted trials: what counts as sitting, and the order of what was found."""

import pytest

from processing.method import Method
from sitstreak.validation.labelled import Labelled
from sitstreak.validation.scripted import trial_scores
from tests.support.labelled_people import answered, labelled


def trial(code: str, letters: str):
    session = labelled("SA01", "?" * len(letters))
    named = Labelled("sisfall", session.recorded, session.label, session.label.copy())
    named.orig[:] = code
    return answered(named, letters)


def scores_of(*trials):
    return {one.name: one for one in trial_scores(trials, Method())}


def test_a_moment_of_sitting_shows_but_is_not_counted() -> None:
    found = scores_of(trial("D15", "uuuusssuuuuu"), trial("D15", "uuuuuuuuuuuu"))["squat"]
    assert (found.n_trials, found.any_second, found.three_seconds) == (2, 0.5, 0.5)
    assert found.counted == 0
    assert found.seconds == pytest.approx(3 / 24)


def test_twelve_seconds_of_sitting_are_counted() -> None:
    assert scores_of(trial("D16", "u" * 5 + "s" * 12))["bend"].counted == 1


@pytest.mark.parametrize(
    ("letters", "whole", "down"),
    [
        pytest.param("uuussuuu", 1, 1, id="stand sit stand"),
        pytest.param("wwwlluuu", 1, 1, id="any upright, any sedentary"),
        pytest.param("uuu??ss?uuu", 1, 1, id="unknown is passed over"),
        pytest.param("uuusssss", 0, 1, id="never up again"),
        pytest.param("ssssuuuu", 0, 0, id="sat from the start"),
        pytest.param("uuuuuuuu", 0, 0, id="never sat"),
    ],
)
def test_the_order_of_postures_is_found(letters, whole, down) -> None:
    found = scores_of(trial("D07", letters))["stand, sit, stand"]
    assert (found.up_down_up, found.up_down) == (whole, down)


def test_activities_that_nobody_did_are_not_told_of() -> None:
    assert list(scores_of(trial("D19", "uu"))) == ["jump"]
