"""Forward and backward through the chain, and how its probabilities bend when evidence does.

A backward message is a forward one over transposed steps in reverse order, so both run in one loop.

The derivative of a sum over seconds of functions of the probabilities, by every log-odds that goes
into the chain, needs no other kind of recursion: it is how all probabilities move when the evidence
moves in the direction of the functions' slopes, for the second derivatives of the log of the
normalising sum are symmetric (Domke 2010, NIPS 23, "Implicit differentiation by perturbation";
here the perturbation is infinitesimal, so the result is exact).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from processing.model import FloatArray
from processing.posture.hidden_markov import N_STATES


@dataclass(frozen=True, slots=True, eq=False)
class Marginals:
    """What L seconds of B pieces are like; state axes come before the piece axis."""

    p: FloatArray  #: shape (L, 4, B): how probable each state is
    step: FloatArray  #: shape (L, 4, 4, 2 B): scaled steps, forward, then those backward
    message: FloatArray  #: shape (L + 1, 4, 2 B): messages between them, in the same order


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Derivatives of the sum over seconds."""

    here: FloatArray  #: shape (L, 4, B): by the log-odds of each state
    change: FloatArray  #: shape (L, 4, 4, B): by those of going from one to another


def marginals(step: FloatArray) -> Marginals:
    """Work out how probable each state is.

    Parameters
    ----------
    step : shape (L, 4, 4, B)
        What each second multiplies a message with: from, to. The message before the first second
        says nothing, and neither does what comes after the last one.
    """
    n_s, n_pieces = len(step), step.shape[-1]
    both = np.concatenate([step, step[::-1].swapaxes(1, 2)], axis=-1)
    message = np.empty((n_s + 1, N_STATES, 2 * n_pieces))
    scale = np.empty((n_s, 2 * n_pieces))
    now = np.full((N_STATES, 2 * n_pieces), 1 / N_STATES)
    message[0] = now
    product = np.empty_like(both[0])
    for k in range(n_s):
        np.multiply(now[:, None], both[k], out=product)
        total = np.add.reduce(product, axis=0)
        np.add.reduce(total, axis=0, out=scale[k])
        now = np.divide(total, scale[k], out=message[k + 1])
    both /= scale[:, None, None]
    p = message[1:, :, :n_pieces] * message[-2::-1, :, n_pieces:]
    p /= p.sum(axis=1, keepdims=True)
    return Marginals(p, both, message)


def slopes(of: Marginals, direction: FloatArray) -> Slopes:
    """Return the derivatives of a sum of functions of `of.p`.

    Parameters
    ----------
    of
        The probabilities.
    direction : shape (L, 4, B)
        Derivative of the sum by each probability.
    """
    n_pieces = of.p.shape[-1]
    moved = _moved_messages(of, direction)
    before, moved_before = of.message[:-1, :, :n_pieces], moved[:-1, :, :n_pieces]
    after, moved_after = of.message[-2::-1, :, n_pieces:], moved[-2::-1, :, n_pieces:]
    here, moved_here = of.message[1:, :, :n_pieces], moved[1:, :, :n_pieces]
    total = (here * after).sum(axis=1, keepdims=True)
    # both moved messages hold the second's own part: it must count once
    bent = moved_here * after + here * moved_after - here * after * direction
    bent /= total
    mean = bent.sum(axis=1, keepdims=True)
    start = (moved_before - mean * before) / total
    change = (
        start[:, :, None] * after[:, None] + before[:, :, None] * (moved_after / total)[:, None]
    )
    change *= of.step[..., :n_pieces]
    return Slopes(bent - of.p * mean, change)


def _moved_messages(of: Marginals, direction: FloatArray) -> FloatArray:
    """Return the derivative of each message when the evidence moves in `direction`.

    Each holds its own second's part; scales are held fast, which cancels.
    """
    n_s, _, n_pieces = of.p.shape
    moved = np.zeros_like(of.message)
    moved[1:, :, :n_pieces] = of.message[1:, :, :n_pieces] * direction
    moved[:-1, :, n_pieces:] = of.message[:-1, :, n_pieces:] * direction[::-1]
    product = np.empty_like(of.step[0])
    for k in range(n_s):
        np.multiply(moved[k][:, None], of.step[k], out=product)
        moved[k + 1] += np.add.reduce(product, axis=0)
    return moved
