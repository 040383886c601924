"""Whether the sensor is worn: nobody keeps so still for so long.

Two things are left when a wearer does nothing: tremor and heartbeat, which shake the clip within a
second, and breathing and balance, which tilt it from one second to the next. A clip on a table
shows its own noise instead, and its gravity stands. Rules on the spread of the signal alone were
made for wrists, where much more moves, and take quiet sitting for not worn.
"""

from __future__ import annotations

import numpy as np

from processing.features.columns import Features
from processing.method import Method
from processing.model import BoolArray, FloatArray, IntArray


def very_still(features: Features, method: Method) -> BoolArray:
    """Return the seconds in which nothing but sensor noise moves; shape (n,).

    A second is very still when it shakes by less than `Method.still_g` and gravity turned by less
    than `Method.still_turn_rad` since the second before.
    """
    calm = (features.dynamic_g < method.still_g) & (turn_rad(features) < method.still_turn_rad)
    return np.asarray(features.has_data & calm)


def turn_rad(features: Features) -> FloatArray:
    """Return how far gravity turned since the second before, shape (n,); 0 if that has no data."""
    change = np.diff(features.up, axis=0, prepend=features.up[:1])
    has_both = features.has_data & np.append(True, features.has_data[:-1])[: len(features)]
    return np.asarray(np.where(has_both, np.sqrt((change**2).sum(axis=1)), 0.0))


def but_for_bumps(features: Features, still: BoolArray, method: Method) -> BoolArray:
    """Return the very still seconds, and short disturbances that left gravity where it was.

    A second without data is such a disturbance too.

    A door, a drawer or footsteps shake a clip that lies about, and then it lies as before; one that
    is worn or picked up does not come back to the same hundredth of a degree. (Syed 2021 looks for
    the handling at both ends of not wearing.) A second is filled in when, within
    `Method.bump_max_s` to both sides of it, very still seconds have gravity in the same direction.

    Parameters
    ----------
    features : n seconds
    still : shape (n,)
        From `very_still`.
    method
        How long a bump may last and how well gravity must return. A second depends on seconds up to
        `Method.bump_max_s` later.
    """
    n, reach = len(still), method.bump_max_s
    count = np.arange(n)
    before = np.maximum.accumulate(np.where(still, count, -1))
    after = np.minimum.accumulate(np.where(still, count, n)[::-1])[::-1]
    is_between = ~still & (before >= 0) & (after < n)
    is_between &= after - before - 1 <= reach
    where = np.flatnonzero(is_between)
    apart = np.sqrt(((features.up[after[where]] - features.up[before[where]]) ** 2).sum(axis=1))
    filled = still.copy()
    filled[where[apart < method.bump_return_rad]] = True
    return filled


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
