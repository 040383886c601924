"""Who is judged by what: weights and angles are never fitted to a person they judge.

Three ways, each ending in one method for every person:

* leave one subject out: fitted to everybody else of all sets;
* cross-set: fitted to the people of the other sets;
* as shipped: the parameters of the product, which were fitted to all of these people.

The trainer makes all of `processing.posture.fitted` anew from the examples it is given. What it
takes as it is (the rules and their numbers) was chosen with all people in view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from processing.method import Method
from sitstreak.fitting.example import Example
from sitstreak.validation.answers import Measured, Person
from sitstreak.validation.parallel import Progress, silent, workers

Trainer = Callable[[Sequence[Example]], Method]
LEAVE_ONE_OUT: Final = "leave one subject out"
CROSS_SET: Final = "cross-set"
AS_SHIPPED: Final = "as shipped"


@dataclass(frozen=True, slots=True)
class Folds:
    """How to fit: what with, how many at a time, and whom to tell."""

    trainer: Trainer
    n_processes: int = 1
    progress: Progress = silent

    def leave_one_out(self, measured: Mapping[str, Sequence[Measured]]) -> dict[Person, Method]:
        """Return for each person the method fitted to all others."""
        people = sorted({one.of.person for part in measured.values() for one in part})
        methods = self._fit(LEAVE_ONE_OUT, measured, [{person} for person in people])
        return dict(zip(people, methods, strict=True))

    def cross_set(self, measured: Mapping[str, Sequence[Measured]]) -> dict[Person, Method]:
        """Return for each person the method fitted to the other sets."""
        people = {name: {one.of.person for one in part} for name, part in measured.items()}
        methods = self._fit(CROSS_SET, measured, [people[name] for name in measured])
        return {
            person: method
            for name, method in zip(measured, methods, strict=True)
            for person in sorted(people[name])
        }

    def _fit(
        self, what: str, measured: Mapping[str, Sequence[Measured]], left_out: Sequence[set[Person]]
    ) -> list[Method]:
        examples = [one.of.example(one.features) for part in measured.values() for one in part]
        self.progress(what, 0, len(left_out))
        methods = []
        for method in self._fitted(examples, left_out):
            methods.append(method)
            self.progress(what, len(methods), len(left_out))
        return methods

    def _fitted(self, examples: list[Example], left_out: Sequence[set[Person]]) -> Iterator[Method]:
        if self.n_processes <= 1:
            yield from map(partial(_fit_without, self.trainer, examples), left_out)
            return
        # the examples are large: each process is given them once
        with workers(self.n_processes, _remember, (self.trainer, examples)) as pool:
            yield from pool.map(_fit_remembered, left_out)


def everybody(measured: Mapping[str, Iterable[Measured]], method: Method) -> dict[Person, Method]:
    """Return one method for all people."""
    return {one.of.person: method for part in measured.values() for one in part}


def _fit_without(trainer: Trainer, examples: Sequence[Example], left_out: set[Person]) -> Method:
    return trainer([one for one in examples if (one.data_set, one.subject) not in left_out])


#: What a worker process was given when it began.
_given: list[tuple[Trainer, list[Example]]] = []


def _remember(trainer: Trainer, examples: list[Example]) -> None:
    _given.append((trainer, examples))


def _fit_remembered(left_out: set[Person]) -> Method:
    trainer, examples = _given[-1]
    return _fit_without(trainer, examples, left_out)
