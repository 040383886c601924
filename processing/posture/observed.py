"""All that can be said of each second without what the recordings taught about postures.

Stepping, wear, the upright reference, the angles against it, and the static stretch that the second
lies in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from processing.features.columns import Features
from processing.method import Method
from processing.model import BoolArray, FloatArray, IntArray
from processing.posture.orientation import Pose, pose
from processing.posture.standing import is_pause, standing_offset_deg
from processing.posture.static import breaks_of_stretches, static_ages, stretch_length_s
from processing.posture.upright import Reference, Upright, follow
from processing.posture.walking import reference_seconds, stepping_log_odds
from processing.posture.wear import but_for_bumps, long_runs, run_ages, very_still

_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the seconds before leave behind."""

    reference: Reference = field(default_factory=Reference)
    still_s: int = 0  #: length of the very still run that reaches up to the first second
    missing_s: int = 0  #: the same for seconds without data
    #: age of the static stretch and forward message before the first second that is not settled
    static_s: int = 0
    message: tuple[float, float, float, float] = (0.25, 0.25, 0.25, 0.25)
    doubt_s: int = 0  #: how long it had been too close to call just before that second


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """n seconds; the first `n_skipped` have no reference and only give the others context."""

    features: Features
    n_skipped: int
    stepping: FloatArray  #: shape (n,): log-odds of stepping
    pose: Pose
    standing_deg: FloatArray  #: shape (n,): how far behind what is usual the wearer stands
    stretch_s: FloatArray  #: shape (n,): length of the static stretch
    static_ages: IntArray  #: shape (n,): its part up to and including the second
    not_worn: BoolArray  #: shape (n,)
    away: BoolArray  #: shape (n,): not worn, or without data for as long
    # rows of the rest count from second n_skipped on
    upright: Upright
    pauses: FloatArray
    still_ages: IntArray
    missing_ages: IntArray

    def reference_at(self, index: int, before: Carried) -> Reference:
        """Return what is remembered `index` seconds after the first `n_skipped`."""
        if not index:
            return before.reference
        total_deg, n_s = self.pauses[index - 1].tolist()
        reference = self.upright.reference_before(index, before.reference)
        return replace(reference, pauses=(total_deg, n_s))


def observe(
    features: Features,
    method: Method,
    carried: Carried,
    *,
    n_skipped: int = 0,
    n_settled: int = 0,
    n_final: int | None = None,
) -> Observed:
    """Work out what can be said of each second.

    Parameters
    ----------
    features
        Consecutive seconds.
    method
        Every number.
    carried
        What is known at second `n_skipped`; of the static stretch, at `n_settled`.
    n_skipped
        That many first seconds only give their neighbours context.
    n_settled
        That many first seconds are settled already: they come out wrong and are not for use.
    n_final
        Features from this second on may still change: they start or prolong no absence.
    """
    n = len(features)
    stepping = stepping_log_odds(features, method)
    weight = reference_seconds(features, stepping, method).astype(np.float64)
    n_sure = n if n_final is None else n_final
    still_ages, missing_ages = _absences(features, method, carried, n_skipped, n_sure)
    off = long_runs(still_ages, method.not_worn_min_s)
    broken = off | long_runs(missing_ages, method.not_worn_min_s)
    was_broken = max(carried.still_s, carried.missing_s) >= method.not_worn_min_s
    upright = follow(
        features.up[n_skipped:],
        features.phase[n_skipped:],
        weight[n_skipped:],
        broken,
        method,
        carried.reference,
        was_broken=was_broken,
    )
    posed = pose(
        features.up,
        features.early_up,
        features.late_up,
        _after(upright.up, n_skipped),
        _after(upright.forward, n_skipped),
    )
    offset, pauses = standing_offset_deg(
        posed.pitch_deg[n_skipped:],
        is_pause(features, stepping, posed, method)[n_skipped:],
        broken,
        method,
        carried.reference.pauses,
        was_broken=was_broken,
    )
    ends = breaks_of_stretches(features, stepping, posed, method)
    ages = np.zeros(n, np.int64)
    ages[n_settled:] = static_ages(ends[n_settled:], carried.static_s, method)
    return Observed(
        features=features,
        n_skipped=n_skipped,
        stepping=stepping,
        pose=posed,
        standing_deg=_after(offset, n_skipped),
        stretch_s=stretch_length_s(ages, ends, stepping, method),
        static_ages=ages,
        not_worn=_after(off, n_skipped),
        away=_after(broken, n_skipped),
        upright=upright,
        pauses=pauses,
        still_ages=still_ages,
        missing_ages=missing_ages,
    )


def _absences(
    features: Features, method: Method, carried: Carried, n_skipped: int, n_sure: int
) -> tuple[IntArray, IntArray]:
    """Return the ages of very still and of missing runs, from second `n_skipped` on."""
    still = but_for_bumps(features, very_still(features, method), method)
    # a bump may still turn out to be none
    is_still_sure = np.arange(len(features)) < n_sure - method.bump_max_s
    is_sure = np.arange(len(features)) < n_sure
    still_ages = run_ages((still & is_still_sure)[n_skipped:], carried.still_s)
    missing_ages = run_ages((~features.has_data & is_sure)[n_skipped:], carried.missing_s)
    return still_ages, missing_ages


def _after(x: NDArray[_T], n_before: int) -> NDArray[_T]:
    """Return `x` with zeros before it."""
    return np.concatenate([np.zeros((n_before, *x.shape[1:]), x.dtype), x])
