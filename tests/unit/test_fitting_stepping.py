"""What upright is learnt from is fitted too, to the same people and nobody else."""

from dataclasses import replace

import numpy as np
import pytest

from processing.features.columns import COLUMNS, Features
from processing.method import Method
from processing.posture.walking import STEPPING_TERMS, stepping_log_odds
from sitstreak.fitting.choices import CHOICES
from sitstreak.fitting.example import Example
from sitstreak.fitting.fit import fit_method
from sitstreak.fitting.stepping import fit_stepping, fit_usual_pause_deg
from tests.support.labelled_people import acted

METHOD = Method()


def seconds_of(data_set: str, walking_g: float, n_walk: int, n_still: int) -> Example:
    """Walking is stronger than keeping still by a factor of ten, with the same everything else."""
    table = np.zeros((n_walk + n_still, len(COLUMNS)))
    vertical_g = np.where(np.arange(n_walk + n_still) < n_walk, walking_g, walking_g / 10)
    table[:, COLUMNS.index("vertical_g")] = vertical_g
    table[:, COLUMNS.index("horizontal_g")] = vertical_g
    table[:, COLUMNS.index("valid")] = 1
    truth = np.array(["walk"] * n_walk + ["stand"] * n_still)
    return Example(data_set, "a", "s", Features(0, table), truth)


def test_the_boundary_lies_half_way_between_walking_and_keeping_still() -> None:
    one = seconds_of("hapt", 0.1, 50, 50)
    constant, energy, *rest = fit_stepping([one], CHOICES)
    both_ways_g = np.hypot(0.1, 0.1)
    half_way = (np.log10(both_ways_g) + np.log10(both_ways_g / 10)) / 2
    # weights are rounded to hundredths, and the ridge holds the constant back a little
    assert -constant / energy == pytest.approx(half_way, abs=0.05)
    assert rest == [0.0, 0.0, 0.0]  # the same in both: no weight
    assert len(rest) + 2 == len(STEPPING_TERMS)


def test_each_set_has_one_vote_however_long_it_is() -> None:
    few, many = seconds_of("hapt", 0.1, 20, 20), seconds_of("hapt", 0.1, 2000, 2000)
    other = seconds_of("harth", 0.03, 20, 20)
    assert fit_stepping([few, other], CHOICES) == fit_stepping([many, other], CHOICES)


def test_pedalling_has_no_say() -> None:
    one, other = seconds_of("hapt", 0.1, 50, 50), seconds_of("hapt", 0.03, 50, 0)
    pedalling = replace(other, truth=np.where(other.truth == "walk", "cycle", other.truth))
    assert fit_stepping([one, pedalling], CHOICES) == fit_stepping([one], CHOICES)
    assert fit_stepping([one, other], CHOICES) != fit_stepping([one], CHOICES)


def test_stepping_and_pauses_are_part_of_every_fit() -> None:
    day = (("w", 40), ("u", 8), ("w", 30), ("s", 60), ("w", 40), ("u", 9), ("w", 20), ("u", 40))
    people = [
        session.example(session.features(METHOD))
        for session in (acted(name, *day) for name in ("a", "b"))
    ]
    fitted = fit_method(people).posture
    assert fitted.stepping == fit_stepping(people, CHOICES)
    method = replace(METHOD, posture=fitted)
    assert fitted.usual_pause_deg == fit_usual_pause_deg(people, method)
    walking = stepping_log_odds(people[0].features, method) > 0
    assert np.mean(walking == (people[0].truth == "walk")) > 0.95
