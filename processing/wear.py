"""Whether the sensor is worn: nobody keeps so still for so long."""

from __future__ import annotations

import numpy as np

from processing.features import Features
from processing.method import Method
from processing.model import BoolArray, IntArray


def very_still(features: Features, method: Method) -> BoolArray:
    """Return the seconds in which nothing but sensor noise moves; shape (n,)."""
    return np.asarray(features.has_data & (features.dynamic_g < method.still_g))


def run_ages(mask: BoolArray, carried: int) -> IntArray:
    """Return how long each second's run of True has lasted, itself included; 0 where False.

    Parameters
    ----------
    mask : shape (n,)
    carried
        Length of the run of True that ended just before the first second.
    """
    count = np.arange(1, len(mask) + 1)
    last_false = np.maximum.accumulate(np.where(mask, 0, count))
    return np.asarray(np.where(mask, count - last_false + np.where(last_false == 0, carried, 0), 0))


def long_runs(ages: IntArray, min_s: int) -> BoolArray:
    """Return the seconds whose whole run of True, as given by `run_ages`, lasts `min_s` or more."""
    n = len(ages)
    is_end = (ages > 0) & (np.append(ages[1:], 0) == 0)
    ends = np.where(is_end, np.arange(n), n)
    end_of_run = np.minimum.accumulate(ends[::-1])[::-1]
    length = np.append(ages, 0)[end_of_run]
    return np.asarray((ages > 0) & (length >= min_s))
