"""A sensor's own offset and gain, found from its wearer's stillness.

Whatever is still is pulled at by 1 g: the means of still pieces lie on a sphere of that size, and
where a sensor's offset and gain make it an ellipsoid, they can be read off it. After van Hees et
al., "Autocalibration of accelerometer data for free-living physical activity assessment using local
gravity and temperature", J Appl Physiol 117, 2014. Differences to it: no temperature; the fit uses
sums that take the same memory after a year; each direction counts as one, instead of being weighted
by its distance; and the errors that sensors usually have are taken into account, so that half a
sphere gives half a correction instead of none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from processing.method import Method
from processing.model import FloatArray, IntArray, SampleBlock
from processing.signal.grid import to_grid

#: Directions are told apart by a cube of so many cells a side around the unit sphere: about 20
#: degrees each.
_CELLS: Final = 6
_CHUNK_S: Final = 1800
_MAX_ITERATIONS: Final = 50
_CONVERGED: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SensorError:
    """How far a sensor is off: a true acceleration `a` shows as `a / gain + offset_g`."""

    offset_g: tuple[float, float, float]  #: what each axis shows at 0 g [g]
    gain: tuple[float, float, float]  #: what each axis must be multiplied with
    residual_before_g: float  #: RMS of |a| - 1 g in still pieces as measured [g]
    residual_after_g: float  #: the same once corrected [g]
    #: whether every axis has been beyond `Method.sphere_reach_g` on both sides: only then is all of
    #: it measured (the rule of van Hees 2014 and GGIR)
    is_covered: bool


@dataclass(frozen=True, slots=True, eq=False)
class StillSums:
    """All that has to be kept of still pieces: sums, and how much each direction has had."""

    #: shape (7, 7): sums of products of x^2 y^2 z^2 x y z 1, in g^2 and g
    moments: FloatArray
    n_by_direction: IntArray  #: shape (216,): pieces taken from each cell of directions
    lowest_g: FloatArray  #: shape (3,): least of each axis, at most 0 [g]
    highest_g: FloatArray  #: shape (3,): greatest of each axis, at least 0 [g]

    @staticmethod
    def none() -> StillSums:
        """Return a fresh start."""
        return StillSums(np.zeros((7, 7)), np.zeros(_CELLS**3, np.int64), np.zeros(3), np.zeros(3))


def still_means(
    blocks: Sequence[SampleBlock], start_s: int, end_s: int, method: Method
) -> FloatArray:
    """Return the mean acceleration of each still piece.

    Pieces are `Method.still_piece_s` long and begin at whole multiples of that, whatever the span.
    Still means that every axis spreads (SD) by less than `Method.still_piece_sd_g`, that all of it
    has data, and that nothing was clipped. [van Hees 2014: 10 s, 13 mg]

    Parameters
    ----------
    blocks
        Blocks of one device in time order.
    start_s, end_s
        Whole Unix seconds; only pieces that lie inside are looked at.
    method
        Grid, filter and limits.

    Returns
    -------
    mean_g : shape (n, 3)
        In order of time, device axes. [g]
    """
    piece_s, fs = method.still_piece_s, method.grid_hz
    first_s, stop_s = -(-start_s // piece_s) * piece_s, end_s // piece_s * piece_s
    found = [np.zeros((0, 3))]
    for a in range(first_s, stop_s, _CHUNK_S // piece_s * piece_s):
        b = min(a + _CHUNK_S // piece_s * piece_s, stop_s)
        grid = to_grid(
            blocks, a, b,
            rate_hz=fs, cutoff_hz=method.anti_alias_hz, max_gap_s=method.max_judged_gap_s,
        )  # fmt: skip
        pieces = grid.acc_g.reshape(-1, piece_s * fs, 3)
        whole = grid.valid.reshape(-1, piece_s * fs).all(axis=1)
        whole &= (grid.clipped_share.reshape(-1, piece_s) == 0).all(axis=1)
        still = (pieces.std(axis=1) < method.still_piece_sd_g).all(axis=1) & whole
        found.append(pieces[still].mean(axis=1))
    return np.concatenate(found)


def add(sums: StillSums, mean_g: FloatArray, method: Method) -> StillSums:
    """Take in the means of still pieces, in order of time.

    A direction (about 20 degrees wide) that has given `Method.still_pieces_a_direction` gives no
    more: a week in one chair must not outweigh the rest of the sphere.

    Parameters
    ----------
    sums
        From the call before, or `StillSums.none()`.
    mean_g : shape (n, 3)
        From `still_means`. [g]
    method
        The limit.
    """
    length = np.sqrt((mean_g**2).sum(axis=1))
    mean_g = mean_g[length > 0]
    if not len(mean_g):
        return sums
    unit = mean_g / length[length > 0, None]
    corner = np.minimum(np.floor((unit + 1) / 2 * _CELLS), _CELLS - 1).astype(np.int64)
    cell = corner @ np.array([_CELLS**2, _CELLS, 1])
    order = np.argsort(cell, kind="stable")
    place = np.empty(len(cell), np.int64)
    place[order] = np.arange(len(cell)) - np.searchsorted(cell[order], cell[order])
    taken = sums.n_by_direction[cell] + place < method.still_pieces_a_direction
    kept = mean_g[taken]
    terms = np.column_stack([kept**2, kept, np.ones(len(kept))])
    zero = np.zeros((1, 3))
    return StillSums(
        sums.moments + terms.T @ terms,
        sums.n_by_direction + np.bincount(cell[taken], minlength=_CELLS**3),
        np.minimum(sums.lowest_g, np.concatenate([kept, zero]).min(axis=0)),
        np.maximum(sums.highest_g, np.concatenate([kept, zero]).max(axis=0)),
    )


def estimate(sums: StillSums, method: Method) -> SensorError | None:
    """Find the likeliest offset and gain of each axis.

    A clip at the hip is hardly ever upside down, so that the sphere of van Hees and GGIR stays half
    empty for weeks. Offset and gain are therefore held to what sensors usually have
    (`Method.offset_sd_g`, `Method.gain_sd`): what the directions seen cannot tell stays near none.

    Parameters
    ----------
    sums
        Of still pieces of one device.
    method
        Coverage, usual errors, limits.

    Returns
    -------
    error
        None when fewer than `Method.sphere_min_directions` directions have been seen, when |a| is
        within `Method.sphere_good_g` of 1 g already, when the fit leaves more than
        `Method.sphere_residual_g`, or when it is beyond what a sound sensor has.
    """
    n_directions = int(np.count_nonzero(sums.n_by_direction))
    if n_directions < method.sphere_min_directions:
        return None
    before = _residual_g(sums, np.zeros(3), np.ones(3))
    if before <= method.sphere_good_g:
        return None
    offset_g, gain = _likeliest(sums, n_directions, method)
    after = _residual_g(sums, offset_g, gain)
    is_sound = (np.abs(offset_g) <= method.max_offset_g).all()
    is_sound &= (np.abs(gain - 1) <= method.max_gain_error).all()
    if not is_sound or after >= before or after > method.sphere_residual_g:
        return None
    reach_g = method.sphere_reach_g
    is_covered = ((sums.lowest_g < -reach_g) & (sums.highest_g > reach_g)).all()
    x, y, z = offset_g.tolist()
    gain_x, gain_y, gain_z = gain.tolist()
    return SensorError((x, y, z), (gain_x, gain_y, gain_z), before, after, bool(is_covered))


def _likeliest(sums: StillSums, n_directions: int, method: Method) -> tuple[FloatArray, FloatArray]:
    """Return offset and gain at the greatest posterior, by Gauss-Newton on |a|^2 - 1.

    Pieces of one direction say the same thing over and over: all of them together weigh as much as
    one piece a direction.
    """
    spread = 2 * method.still_piece_error_g  # of |a|^2, near 1 g
    data = sums.moments / sums.moments[6, 6] * n_directions / spread**2
    prior = np.diag(1 / np.repeat([method.offset_sd_g, method.gain_sd], 3) ** 2)
    error = np.zeros(6)  # offsets, and gains less 1
    for _ in range(_MAX_ITERATIONS):
        offset_g, gain = error[:3], 1 + error[3:]
        slope = np.zeros((7, 6))
        slope[[0, 1, 2], [3, 4, 5]] = 2 * gain
        slope[[3, 4, 5], [0, 1, 2]] = -2 * gain**2
        slope[[3, 4, 5], [3, 4, 5]] = -4 * gain * offset_g
        slope[6] = np.concatenate([2 * gain**2 * offset_g, 2 * gain * offset_g**2])
        downhill = slope.T @ data @ _terms(offset_g, gain) + prior @ error
        step = np.linalg.solve(slope.T @ data @ slope + prior, -downhill)
        error = error + step
        if np.abs(step).max() < _CONVERGED:
            break
    return error[:3], 1 + error[3:]


def _terms(offset_g: FloatArray, gain: FloatArray) -> FloatArray:
    """Return what x^2 y^2 z^2 x y z 1 are to be multiplied with to give |a|^2 - 1, corrected."""
    square = gain**2
    rest = (square * offset_g**2).sum() - 1
    return np.concatenate([square, -2 * square * offset_g, [rest]])


def correct(acc_g: FloatArray, error: SensorError) -> FloatArray:
    """Return what a perfect sensor would have shown; same shape, (n, 3). [g]"""
    return np.asarray((acc_g - np.array(error.offset_g)) * np.array(error.gain))


def _residual_g(sums: StillSums, offset_g: FloatArray, gain: FloatArray) -> float:
    """Return the RMS of (|a|^2 - 1) / 2 once corrected, which near 1 g is that of |a| - 1. [g]"""
    terms = _terms(offset_g, gain)
    total = float(terms @ sums.moments @ terms)
    return float(np.sqrt(max(total, 0) / max(sums.moments[6, 6], 1)) / 2)
