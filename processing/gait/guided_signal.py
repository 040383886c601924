"""What guided measurements share: one even, unbroken stretch of what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processing.method import Method
from processing.model import NS_PER_S, FloatArray, SampleBlock
from processing.signal.grid import to_grid


class CannotJudgeError(ValueError):
    """What was recorded is not what was asked for. `str()` tells the wearer why, in one line."""


def longest_run(blocks: Sequence[SampleBlock], method: Method, *, trim_s: float) -> FloatArray:
    """Return the longest stretch without a gap, on the grid of `Method.grid_hz`.

    Parameters
    ----------
    blocks
        Blocks of one device in time order.
    method
        Grid, its filter, and the longest gap that is bridged.
    trim_s
        Left out at either end of the blocks. [s]

    Returns
    -------
    acc_g : shape (n, 3)
        Empty when nothing is left. [g]
    """
    if not blocks:
        return np.zeros((0, 3))
    start_s = blocks[0].t0_ns // NS_PER_S
    grid = to_grid(
        blocks,
        start_s,
        max(block.last_s for block in blocks),
        rate_hz=method.grid_hz,
        cutoff_hz=method.anti_alias_hz,
        max_gap_s=method.max_judged_gap_s,
    )
    if not grid.runs:
        return np.zeros((0, 3))
    first = grid.runs[0][0] + round(trim_s * grid.rate_hz)
    last = grid.runs[-1][1] - round(trim_s * grid.rate_hz)
    inside = [(max(a, first), max(min(b, last), a, first)) for a, b in grid.runs]
    a, b = max(inside, key=lambda run: run[1] - run[0])
    return np.asarray(grid.acc_g[a:b])


def second_rms_g(acc_g: FloatArray, rate_hz: int) -> float:
    """Return the RMS of all but gravity in the median second of `acc_g`, shape (n, 3). [g]"""
    whole = acc_g[: len(acc_g) // rate_hz * rate_hz].reshape(-1, rate_hz, 3)
    return float(np.median(np.sqrt(whole.var(axis=1).sum(axis=1))))


def direction(acc_g: FloatArray) -> FloatArray:
    """Return the unit vector of the mean of `acc_g`, shape (n, 3): against gravity."""
    mean = acc_g.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))
