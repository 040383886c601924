"""Fits what comes before posture: which seconds are steps, and how people stand between steps.

Upright, and with it every angle, is learnt from walking; so these are fitted first, to the same
people as all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from processing.method import Method
from processing.model import FloatArray
from processing.posture.observed import Carried, observe
from processing.posture.standing import is_pause
from processing.posture.walking import STEPPING_TERMS, stepping_terms
from sitstreak.fitting.choices import Choices
from sitstreak.fitting.example import Example

_STILL = ("sit", "stand", "lie")


def fit_stepping(examples: Sequence[Example], choices: Choices) -> tuple[float, ...]:
    """Return the weights of `STEPPING_TERMS`: logistic regression of walking against keeping still.

    Each data set has one vote, half of it for walking and half for keeping still, however many
    seconds it holds. Pedalling and seconds without a label are left out.

    Parameters
    ----------
    examples
        Labelled sessions; walking includes stairs and running.
    choices
        The weight of the ridge that keeps the regression finite where postures part cleanly.
    """
    terms, is_walk, weight = _rows(examples)

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        # einsum: what @ adds up first depends on the number of threads
        log_odds = np.einsum("nk,k->n", terms, weights)
        value = float((weight * (np.logaddexp(0, log_odds) - is_walk * log_odds)).sum())
        slope = np.einsum("nk,n->k", terms, weight * (expit(log_odds) - is_walk))
        ridge = choices.stepping_ridge
        return value + 0.5 * ridge * float(weights @ weights), slope + ridge * weights

    found = minimize(loss, np.zeros(len(STEPPING_TERMS)), jac=True, method="L-BFGS-B")
    return tuple(round(float(weight), 2) for weight in found.x)


def fit_usual_pause_deg(examples: Sequence[Example], method: Method) -> float:
    """Return the pitch of short pauses between steps: mean over people of their own mean.

    Parameters
    ----------
    examples
        Sessions; their labels are not looked at.
    method
        With the weights of stepping that are to be used.
    """
    people: dict[tuple[str, str], list[FloatArray]] = {}
    for one in examples:
        seen = observe(one.features, method, Carried())
        pauses = is_pause(one.features, seen.stepping, seen.pose, method)
        people.setdefault((one.data_set, one.subject), []).append(seen.pose.pitch_deg[pauses])
    means = [float(np.concatenate(all_).mean()) for all_ in people.values() if any(map(len, all_))]
    return round(float(np.mean(means)), 1) if means else 0.0


def _rows(examples: Sequence[Example]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return terms (n, 5), 1 for walking, and weights that sum to 1 in each data set."""
    terms, walks, names = [], [], []
    for one in examples:
        is_walk = one.truth == "walk"
        counted = one.features.has_data & (is_walk | np.isin(one.truth, _STILL))
        terms.append(stepping_terms(one.features)[counted])
        walks.append(is_walk[counted].astype(np.float64))
        names += [one.data_set] * int(counted.sum())
    walk = np.concatenate(walks)
    _, of_set = np.unique(np.array(names), return_inverse=True)
    group = 2 * of_set + walk.astype(np.int64)
    n_in_group = np.bincount(group)
    return np.concatenate(terms), walk, 0.5 / n_in_group[group]
