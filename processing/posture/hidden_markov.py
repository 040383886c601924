"""The chain: how probable sitting, standing, walking and lying are, given all the evidence.

A hidden Markov model with evidence of changes: the log-odds of going from one posture to another
from one second to the next depend on what speaks for getting up or sitting down there. Forward and
backward messages (Rabiner 1989, Proc. IEEE 77(2)) are worked out a minute at a time, all minutes
side by side. Minutes begin at whole minutes of Unix time and nothing is summed in another order for
another cut, so a second's probabilities depend only on the minutes before it, through one message,
and on the `look_ahead` minutes after its own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import reduce
from typing import Final

import numpy as np

from processing.model import BoolArray, FloatArray
from processing.posture.evidence import Terms
from processing.posture.posture_model import PostureModel

SIT, STAND, WALK, LIE = range(4)
N_STATES: Final = 4
MINUTE_S: Final = 60
Message = tuple[float, float, float, float]
NO_MESSAGE: Final[Message] = (0.25, 0.25, 0.25, 0.25)
#: Evidence of a change saturates there. [log-odds]
MOST_CHANGE: Final = 7.0
#: Where getting up and sitting down count: from, to.
RISING: Final = np.array([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 1, 0]], np.float64)
FALLING: Final = RISING.T.copy()


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """The probabilities of n seconds, and what each minute that begins in them starts from."""

    p: FloatArray  #: shape (n, 4): sit, stand, walk, lie; rows sum to 1
    start_s: int
    messages: FloatArray  #: shape (minutes, 4): the forward message before each minute

    def message_at(self, second_s: int) -> Message:
        """Return the forward message before a whole minute of Unix time (or the first second)."""
        minute = second_s // MINUTE_S - self.start_s // MINUTE_S
        a, b, c, d = self.messages[minute].tolist()
        return a, b, c, d


def change_log_odds(model: PostureModel) -> FloatArray:
    """Return the log-odds of each change of posture without evidence, shape (4, 4): from, to."""
    table = np.zeros((N_STATES, N_STATES))
    for a, b, value in (
        (SIT, STAND, model.sit_stand),
        (SIT, WALK, model.sit_walk),
        (STAND, WALK, model.stand_walk),
        (SIT, LIE, model.sit_lie),
        (LIE, STAND, model.lie_upright),
        (LIE, WALK, model.lie_upright),
    ):
        table[a, b] = table[b, a] = value
    return table


def posture_log_odds(terms: Terms, model: PostureModel) -> FloatArray:
    """Return the evidence of each posture in each second, shape (n, 4). [log-odds]"""
    weights = ((terms.sit, model.sit), (terms.stand, model.stand), (terms.walk, model.walk))
    columns = [weighted(*one) for one in (*weights, (terms.lie, model.lie))]
    return np.column_stack(columns)


def weighted(terms: FloatArray, weights: tuple[float, ...]) -> FloatArray:
    """Return the weighted sum of each row; not `@`, which may round otherwise for other lengths."""
    return reduce(np.add, (terms[:, k] * weight for k, weight in enumerate(weights)))


def saturated(log_odds: FloatArray) -> FloatArray:
    """Bound the evidence of a change smoothly."""
    return np.asarray(MOST_CHANGE * np.tanh(log_odds / MOST_CHANGE))


def smooth(
    terms: Terms,
    model: PostureModel,
    start_s: int,
    before: Message,
    look_ahead_minutes: int,
    *,
    forgotten: BoolArray | None = None,
) -> Smoothed:
    """Work out the probabilities.

    Parameters
    ----------
    terms
        The evidence of n seconds. What comes after them is not known.
    model
        The weights.
    start_s
        Which second the first one is.
    before
        Forward message before the first second.
    look_ahead_minutes
        How many minutes after its own count for a second.
    forgotten : shape (n,)
        Seconds over which nothing is carried, such as time without wear.
    """
    n = len(terms.sit)
    if not n:
        return Smoothed(np.zeros((0, N_STATES)), start_s, np.array([before]))
    step = _steps(terms, model, start_s, forgotten)
    totals = _totals(step)
    messages = _forward(totals, before)
    after = _backward(totals, look_ahead_minutes)
    alpha = np.empty((*step.shape[:2], N_STATES))
    state = messages[:-1]
    for k in range(MINUTE_S):
        state = _scaled(_row_times(state, step[:, k]))
        alpha[:, k] = state
    beta = after
    p = np.empty_like(alpha)
    for k in range(MINUTE_S - 1, -1, -1):
        p[:, k] = alpha[:, k] * beta
        beta = _scaled(_times_column(step[:, k], beta))
    lead = start_s % MINUTE_S
    p = p.reshape(-1, N_STATES)[lead : lead + n]
    return Smoothed(p / _total(p)[:, None], start_s, messages)


def _steps(
    terms: Terms, model: PostureModel, start_s: int, forgotten: BoolArray | None
) -> FloatArray:
    """Return what each second multiplies a message with, shape (minutes, 60, 4, 4): from, to.

    Seconds before the first one and after the last one change nothing. Those without any evidence
    only make forget, in about ten minutes: they are for no posture.
    """
    here = posture_log_odds(terms, model)
    here = np.exp(here - here.max(axis=1, keepdims=True))
    rise = saturated(weighted(terms.rise, model.rise) + model.rise_0)
    fall = saturated(weighted(terms.fall, model.fall) + model.fall_0)
    stay = change_log_odds(model)
    change = np.exp(stay + rise[:, None, None] * RISING + fall[:, None, None] * FALLING)
    # a posture with more ways into it gains from each second; not from one with nothing measured
    blank = ~reduce(np.logical_or, (getattr(terms, one.name).any(axis=1) for one in fields(terms)))
    change[blank] /= change[blank].sum(axis=2, keepdims=True)
    if forgotten is not None:
        change[forgotten] = 1 / N_STATES
    lead = start_s % MINUTE_S
    n_minutes = -(-(lead + len(here)) // MINUTE_S)
    step = np.tile(np.eye(N_STATES), (n_minutes * MINUTE_S, 1, 1))
    step[lead : lead + len(here)] = change * here[:, None, :]
    return step.reshape(n_minutes, MINUTE_S, N_STATES, N_STATES)


def _totals(step: FloatArray) -> FloatArray:
    """Return the product over each minute, scaled; shape (minutes, 4, 4)."""
    total = step[:, 0]
    for k in range(1, MINUTE_S):
        columns = [total[:, :, i, None] * step[:, k, None, i, :] for i in range(N_STATES)]
        total = columns[0] + columns[1] + columns[2] + columns[3]
        total = total / total.max(axis=(1, 2), keepdims=True)
    return total


def _forward(totals: FloatArray, before: Message) -> FloatArray:
    """Return the message before each minute, and the one after the last; shape (minutes + 1, 4)."""
    messages = np.empty((len(totals) + 1, N_STATES))
    state = list(before)
    messages[0] = state
    for k, rows in enumerate(totals.tolist(), start=1):
        state = [sum(state[i] * rows[i][j] for i in range(N_STATES)) for j in range(N_STATES)]
        scale = sum(state)
        state = [value / scale for value in state]
        messages[k] = state
    return messages


def _backward(totals: FloatArray, look_ahead_minutes: int) -> FloatArray:
    """Return the message from the minutes that follow each minute, shape (minutes, 4)."""
    n = len(totals)
    padded = np.concatenate([totals, np.tile(np.eye(N_STATES), (look_ahead_minutes, 1, 1))])
    beta = np.full((n, N_STATES), 1 / N_STATES)
    for k in range(look_ahead_minutes, 0, -1):
        beta = _scaled(_times_column(padded[k : k + n], beta))
    return beta


def _row_times(row: FloatArray, matrix: FloatArray) -> FloatArray:
    parts = [row[:, i, None] * matrix[:, i, :] for i in range(N_STATES)]
    return np.asarray(parts[0] + parts[1] + parts[2] + parts[3])


def _times_column(matrix: FloatArray, column: FloatArray) -> FloatArray:
    parts = [matrix[:, :, j] * column[:, None, j] for j in range(N_STATES)]
    return np.asarray(parts[0] + parts[1] + parts[2] + parts[3])


def _total(x: FloatArray) -> FloatArray:
    return np.asarray(x[:, 0] + x[:, 1] + x[:, 2] + x[:, 3])


def _scaled(x: FloatArray) -> FloatArray:
    return np.asarray(x / _total(x)[:, None])
