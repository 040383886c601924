"""The gait of each walking bout, and of a day: medians for trends of one person, no diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from processing.figures.bouts import find_bouts
from processing.gait.quality import AxisQuality, GaitQuality, gait_quality
from processing.method import Method
from processing.model import Bout, FloatArray, Posture, PostureSeconds, SampleBlock
from processing.posture.observed import Observed
from processing.signal.grid import to_grid


@dataclass(frozen=True, slots=True)
class GaitBout:
    """A walking bout in which a steady gait was seen."""

    start_s: int
    end_s: int
    judged_s: float  #: of it, in windows that could be judged [s]
    quality: GaitQuality


@dataclass(frozen=True, slots=True)
class GaitSummary:
    """Medians over bouts, each bout counting once; figures as in `GaitQuality`, of the vertical."""

    n_bouts: int
    judged_s: float  #: what they rest on [s]
    cadence_spm: float
    step_regularity: float
    stride_regularity: float
    symmetry: float
    harmonic_ratio: float
    harmonic_ratio_forward: float | None  #: None: forward was known in none of the bouts
    harmonic_ratio_sideways: float | None


def long_walks(seconds: PostureSeconds, method: Method) -> list[Bout]:
    """Return the walking bouts that hold at least one window of `Method.gait_window_s`."""
    return [
        bout
        for bout in find_bouts(seconds)
        if bout.posture is Posture.WALK and bout.duration_s >= method.gait_window_s
    ]


def judge_walk(
    walk: Bout, observed: Observed, blocks: Sequence[SampleBlock], method: Method
) -> GaitBout | None:
    """Measure the gait in the longest part of a walking bout that has no gap.

    Parameters
    ----------
    walk
        From `long_walks`, within the seconds of `observed`.
    observed
        Tells what is up and forward; nothing of it was skipped.
    blocks
        Of one device in time order; those of the bout, and best a few seconds around it.
    method
        Grid, window, least number of strides.

    Returns
    -------
    gait
        None when upright is not known, or no gait is steady enough to be judged.
    """
    first = observed.features.start_s
    rows = slice(walk.start_s - first, walk.end_s - first)
    up = _mean_direction(observed.upright.up[rows])
    grid = to_grid(
        blocks,
        walk.start_s,
        walk.end_s,
        rate_hz=method.grid_hz,
        cutoff_hz=method.anti_alias_hz,
        max_gap_s=method.max_judged_gap_s,
    )
    if up is None or not grid.runs:
        return None
    a, b = max(grid.runs, key=lambda run: run[1] - run[0])
    if b - a < method.gait_window_s * grid.rate_hz:
        return None
    forward = _mean_direction(observed.upright.forward[rows])
    quality = gait_quality(grid.acc_g[a:b], grid.rate_hz, up, method, forward=forward)
    if quality is None:
        return None
    judged_s = min(quality.n_windows * method.gait_window_s, (b - a) / grid.rate_hz)
    return GaitBout(walk.start_s, walk.end_s, judged_s, quality)


def summarise_gait(bouts: Sequence[GaitBout]) -> GaitSummary | None:
    """Return the medians of bouts of one person and one place of the clip; None without any."""
    if not bouts:
        return None
    vertical = [bout.quality.vertical for bout in bouts]
    return GaitSummary(
        n_bouts=len(bouts),
        judged_s=sum(bout.judged_s for bout in bouts),
        cadence_spm=median(bout.quality.cadence_spm for bout in bouts),
        step_regularity=median(axis.step_regularity for axis in vertical),
        stride_regularity=median(axis.stride_regularity for axis in vertical),
        symmetry=median(axis.symmetry for axis in vertical),
        harmonic_ratio=median(axis.harmonic_ratio for axis in vertical),
        harmonic_ratio_forward=_ratio([bout.quality.forward for bout in bouts]),
        harmonic_ratio_sideways=_ratio([bout.quality.sideways for bout in bouts]),
    )


def _ratio(axes: Sequence[AxisQuality | None]) -> float | None:
    known = [axis.harmonic_ratio for axis in axes if axis is not None]
    return median(known) if known else None


def _mean_direction(directions: FloatArray) -> FloatArray | None:
    """Return the mean of unit vectors, shape (n, 3), without those that are zero: not known."""
    total = directions.sum(axis=0)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length) if length > 0 else None
