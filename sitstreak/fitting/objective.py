"""What is made as small as possible: the loss of all seconds, and distance from the prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processing.model import FloatArray
from processing.posture.hidden_markov import (
    FALLING,
    MOST_CHANGE,
    N_STATES,
    RISING,
    change_log_odds,
    posture_log_odds,
    saturated,
    weighted,
)
from processing.posture.posture_model import PostureModel
from sitstreak.fitting.batches import Batch, batches
from sitstreak.fitting.choices import Choices
from sitstreak.fitting.loss import loss
from sitstreak.fitting.marginals import marginals, slopes
from sitstreak.fitting.parameters import CHANGES, TERMS, Before, as_model, as_vector
from sitstreak.fitting.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class LogOdds:
    """What goes into the chain, of n seconds; or derivatives by it."""

    here: FloatArray  #: shape (n, 4): each posture
    rise: FloatArray  #: shape (n,): getting up
    fall: FloatArray  #: shape (n,): sitting or lying down
    change: FloatArray  #: shape (4, 4): from, to; without evidence


class Objective:
    """The function of the weights, with its gradient."""

    def __init__(
        self, rows: Rows, before: Before, start: FloatArray, sd: FloatArray, choices: Choices
    ) -> None:
        self._rows, self._before, self._choices = rows, before, choices
        self._start, self._sd = start, sd
        self._batches = batches(rows, choices)
        self._total_weight = float(rows.weight.sum())

    def __call__(self, vector: FloatArray) -> tuple[float, FloatArray]:
        """Return the value and the gradient, shape of `vector`."""
        model = as_model(vector, self._before)
        log_odds = log_odds_of(self._rows, model)
        value, by = 0.0, _zeros(self._rows.n)
        for batch in self._batches:
            value += _add_batch(batch, log_odds, by, self._choices.wrong_labels)
        away = (vector - self._start) / self._sd
        strength = self._choices.prior_strength
        return (
            value / self._total_weight + 0.5 * strength * float(away @ away),
            self._gradient(log_odds, by) / self._total_weight + strength * away / self._sd,
        )

    def _gradient(self, log_odds: LogOdds, by: LogOdds) -> FloatArray:
        """Return the gradient of the loss by the weights from that by the log-odds."""
        bent = {
            "rise": by.rise * (1 - (log_odds.rise / MOST_CHANGE) ** 2),
            "fall": by.fall * (1 - (log_odds.fall / MOST_CHANGE) ** 2),
        }
        inner = dict(zip(("sit", "stand", "walk", "lie"), by.here.T, strict=True)) | bent
        values: dict[str, FloatArray | float] = {
            # not @: what it adds up first depends on the number of threads
            name: np.einsum("nk,n->k", getattr(self._rows.terms, name), inner[name])
            for name in TERMS
        }
        values |= {"rise_0": float(bent["rise"].sum()), "fall_0": float(bent["fall"].sum())}
        both_ways = by.change + by.change.T
        for name, pairs in CHANGES.items():
            values[name] = float(sum(both_ways[pair] for pair in pairs))
        return as_vector(values)


def log_odds_of(rows: Rows, model: PostureModel) -> LogOdds:
    """Return what the chain (`processing.posture.hidden_markov`) is given for each second."""
    terms = rows.terms
    return LogOdds(
        here=posture_log_odds(terms, model),
        rise=saturated(weighted(terms.rise, model.rise) + model.rise_0),
        fall=saturated(weighted(terms.fall, model.fall) + model.fall_0),
        change=change_log_odds(model),
    )


def steps(batch: Batch, log_odds: LogOdds) -> FloatArray:
    """Return what each second multiplies a message with, shape (L, 4, 4, B): from, to."""
    likely = np.exp(log_odds.here - log_odds.here.max(axis=1, keepdims=True))
    here = [np.append(one, 1.0)[batch.index] for one in likely.T]
    rise = np.append(np.exp(log_odds.rise), 1.0)[batch.index]
    fall = np.append(np.exp(log_odds.fall), 1.0)[batch.index]
    change = np.exp(log_odds.change)
    n_s, n_pieces = batch.index.shape
    step = np.empty((n_s, N_STATES, N_STATES, n_pieces))
    for a in range(N_STATES):
        for b in range(N_STATES):
            evidence = here[b] * rise if RISING[a, b] else here[b]
            evidence = evidence * fall if FALLING[a, b] else evidence
            # a second that is not there changes nothing
            step[:, a, b] = np.where(batch.is_empty, float(a == b), change[a, b] * evidence)
    return step


def _add_batch(batch: Batch, log_odds: LogOdds, by: LogOdds, wrong_labels: float) -> float:
    """Return the loss of one batch, and add its derivatives to `by`."""
    found = marginals(steps(batch, log_odds))
    value, direction = loss(found.p, batch, wrong_labels)
    bent = slopes(found, direction)
    n = len(by.rise)
    for state in range(N_STATES):
        by.here[:, state] += _by_row(batch, bent.here[:, state], n)
    by.rise[:] += _by_row(batch, _total(bent.change, RISING), n)
    by.fall[:] += _by_row(batch, _total(bent.change, FALLING), n)
    by.change[:] += bent.change.sum(axis=(0, 3))
    return value


def _total(change: FloatArray, where: FloatArray) -> FloatArray:
    return np.asarray(sum(change[:, a, b] for a, b in np.argwhere(where).tolist()))


def _by_row(batch: Batch, values: FloatArray, n: int) -> FloatArray:
    """Add up what several pieces say of a row; shape (n,)."""
    total = np.bincount(batch.index.ravel(), weights=values.ravel(), minlength=n + 1)
    return np.asarray(total[:n], np.float64)


def _zeros(n: int) -> LogOdds:
    return LogOdds(
        np.zeros((n, N_STATES)), np.zeros(n), np.zeros(n), np.zeros((N_STATES, N_STATES))
    )
