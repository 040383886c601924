"""What being wrong costs: seconds of the wrong posture, and of sedentary time taken for upright."""

from __future__ import annotations

from typing import Final

import numpy as np

from processing.model import FloatArray
from processing.posture.hidden_markov import LIE, SIT, STAND, WALK
from sitstreak.fitting.batches import Batch

#: 1 for the states that count as sedentary when the true one is the row's.
_SAME_SIDE: Final = np.zeros((4, 4))
for _pair in ((SIT, LIE), (STAND, WALK)):
    _SAME_SIDE[np.ix_(_pair, _pair)] = 1


def loss(p: FloatArray, batch: Batch, wrong_labels: float) -> tuple[float, FloatArray]:
    """Return the sum of the losses, and its derivative by each probability.

    A label is wrong with probability `wrong_labels`, so what a second may cost is bounded:
    `-log(w + (1 - w) p)`, once for the true posture and once for it being sedentary or not.

    Parameters
    ----------
    p : shape (L, 4, B)
        How probable each state is.
    batch
        The truth.
    wrong_labels
        w.

    Returns
    -------
    loss : float
    derivative : shape (L, 4, B)
    """
    total, derivative = 0.0, np.zeros_like(p)
    for counts in (np.eye(4), _SAME_SIDE):
        mask = np.moveaxis(counts[batch.state], -1, 1)
        likely = wrong_labels + (1 - wrong_labels) * (p * mask).sum(axis=1)
        total -= float((batch.weight * np.log(likely)).sum())
        derivative -= (batch.weight * (1 - wrong_labels) / likely)[:, None] * mask
    return total, derivative
