"""Fits the posture model to labelled recordings: densities of angles, then all weights together.

The weights are those that make each second's smoothed probabilities right, not the whole sequence
(Kakade, Teh & Roweis 2002, ICML, "An alternate objective function for Markovian fields"), by
L-BFGS-B from the prior's values.

Not fitted here are the numbers that were chosen by looking at these people: those of
`processing.method`, `sitstreak.fitting.choices` and `sitstreak.fitting.prior`. Who is left out of a
fit had a say in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import minimize

from processing.method import Method
from processing.model import FloatArray
from processing.posture.observed import Carried, observe
from sitstreak.errors import SitstreakError
from sitstreak.fitting.angles import fit_angles
from sitstreak.fitting.choices import CHOICES, Choices
from sitstreak.fitting.example import Example
from sitstreak.fitting.objective import Objective
from sitstreak.fitting.parameters import Before, as_model
from sitstreak.fitting.prior import deviations, starts
from sitstreak.fitting.rows import rows_of
from sitstreak.fitting.stepping import fit_stepping, fit_usual_pause_deg

_N_DECIMALS: Final = 4
_NEEDED: Final = ("sit", "stand", "walk")


class FittingError(SitstreakError):
    """There is nothing to fit to."""


def fit_method(
    examples: Sequence[Example],
    method: Method | None = None,
    choices: Choices = CHOICES,
    *,
    on_step: Callable[[], None] | None = None,
) -> Method:
    """Return the method with all its fitted numbers made anew from the examples and nothing else.

    The same examples in the same order give the same numbers, to the last digit.

    Parameters
    ----------
    examples
        Labelled sessions, with the features of `method`.
    method
        Everything that is not fitted; its `posture` is not looked at.
    choices
        How to fit.
    on_step
        Called after each of at most `Choices.max_iterations` steps.

    Raises
    ------
    FittingError
        If no example shows sitting, or standing, or walking.
    """
    _check(examples)
    method = _stepping_first(examples, Method() if method is None else method, choices)
    observed = [observe(one.features, method, Carried()) for one in examples]
    angles = fit_angles(examples, observed, choices)
    before = Before(angles, method.posture.stepping, method.posture.usual_pause_deg)
    rows = rows_of(examples, observed, angles, method, choices)
    start, sd = starts(), deviations()
    objective = Objective(rows, before, start, sd, choices)

    def scaled(away: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = objective(start + away * sd)
        return value, gradient * sd

    # in standard deviations of the prior it takes 40 steps, in the weights' own units 260
    found = minimize(
        scaled,
        np.zeros_like(start),
        jac=True,
        method="L-BFGS-B",
        options={
            "maxiter": choices.max_iterations,
            "ftol": choices.least_gain,
            "maxcor": choices.n_corrections,
        },
        callback=None if on_step is None else lambda _: on_step(),
    )
    return replace(method, posture=as_model(start + found.x * sd, before, _N_DECIMALS))


def _stepping_first(examples: Sequence[Example], method: Method, choices: Choices) -> Method:
    """Return the method with what upright and standing are learnt from made anew."""
    posture = replace(method.posture, stepping=fit_stepping(examples, choices))
    method = replace(method, posture=posture)
    usual_deg = fit_usual_pause_deg(examples, method)
    return replace(method, posture=replace(posture, usual_pause_deg=usual_deg))


def _check(examples: Sequence[Example]) -> None:
    shown = {
        truth for one in examples for truth in np.unique(one.truth[one.features.has_data]).tolist()
    }
    missing = [posture for posture in _NEEDED if posture not in shown]
    if missing:
        raise FittingError(f"no recording shows {', '.join(missing)}: nothing to fit to")
