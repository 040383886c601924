"""Nobody is judged by a method that was fitted to them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from processing.method import Method
from sitstreak.fitting.example import Example
from sitstreak.validation.answers import Measured
from sitstreak.validation.folds import Folds, everybody
from tests.support.labelled_people import labelled, no_features

LETTERS = "ssuuww"


def people(*, two_sessions: bool = False) -> dict[str, list[Measured]]:
    sets = {"hapt": "ab", "harth": "cd", "har70": "a"}  # another a: names repeat between sets
    n = 2 if two_sessions else 1
    return {
        name: [
            Measured(labelled(who, LETTERS, data_set=name), no_features(len(LETTERS)))
            for who in subjects
            for _ in range(n)
        ]
        for name, subjects in sets.items()
    }


def naming_trainer(examples: Sequence[Example]) -> Method:
    """A method that is called after the people it was fitted to."""
    names = sorted(f"{one.data_set}-{one.subject}" for one in examples)
    return replace(Method(), version=" ".join(names))


@pytest.mark.parametrize("two_sessions", [False, True])
def test_a_person_left_out_is_left_out_with_all_sessions(two_sessions: bool) -> None:
    measured = people(two_sessions=two_sessions)
    methods = Folds(naming_trainer).leave_one_out(measured)
    assert len(methods) == 5
    for (name, who), method in methods.items():
        assert f"{name}-{who}" not in method.version.split()
        assert len(set(method.version.split())) == 4


def test_across_sets_nobody_of_the_same_set_had_a_say() -> None:
    for (name, _), method in Folds(naming_trainer).cross_set(people()).items():
        assert name not in {word.split("-")[0] for word in method.version.split()}
        assert len(method.version.split()) == {"hapt": 3, "harth": 3, "har70": 4}[name]


def test_two_processes_give_the_same_methods_as_one() -> None:
    measured = people()
    alone = Folds(naming_trainer).leave_one_out(measured)
    shared = Folds(naming_trainer, n_processes=2).leave_one_out(measured)
    assert {who: method.version for who, method in shared.items()} == {
        who: method.version for who, method in alone.items()
    }


def test_progress_is_told_from_nothing_to_all() -> None:
    told: list[tuple[int, int]] = []
    folds = Folds(naming_trainer, progress=lambda _, done, n_all: told.append((done, n_all)))
    folds.cross_set(people())
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_as_shipped_everybody_has_the_same_method() -> None:
    assert set(everybody(people(), Method()).values()) == {Method()}
