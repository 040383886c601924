"""One place that turns a seed into generators, so that no two uses of chance share one."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a generator is for."""

    PERSON = 1
    GAIT = 2
    CLIP = 3
    UNREST = 4
    SENSOR = 5
    IMPACT = 6
    HOURS = 7
    DAY = 8
    ENDING = 9


def generator(seed: int, stream: Stream, *place: int) -> np.random.Generator:
    """Return the generator of `stream` at `place` (such as a day and a page), from its start."""
    return np.random.default_rng([seed, stream, *place])
