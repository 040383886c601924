"""One wearer, several devices: which of them is believed, second by second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processing.model import CODE, FloatArray, Posture, PostureSeconds


def merge_devices(parts: Sequence[PostureSeconds]) -> PostureSeconds:
    """Merge seconds of the same span.

    A device that is worn beats one that lies in a drawer, which beats one that knows nothing; then
    the surer one wins, and at a tie the earlier in `parts`.
    """
    if len(parts) == 1:
        return parts[0]
    best = np.argmax(np.stack([_credit(part) for part in parts]), axis=0)
    at = np.arange(len(parts[0]))
    return PostureSeconds(
        parts[0].start_s,
        np.stack([part.code for part in parts])[best, at],
        np.stack([part.p for part in parts])[best, at],
        np.stack([part.confidence for part in parts])[best, at],
        np.stack([part.n_steps for part in parts])[best, at],
    )


def _credit(part: PostureSeconds) -> FloatArray:
    """Return how much each second is to be believed: the class first, then the confidence."""
    known = part.code != CODE[Posture.UNKNOWN]
    worn = known & (part.code != CODE[Posture.NOT_WORN])
    return np.asarray(2.0 * known + 2.0 * worn + part.confidence, np.float64)
