"""Steps: rises of the vertical acceleration that stand out from their surroundings.

A step is counted once per rise above zero of the smoothed stepping-band vertical, at its highest
sample. How high it must be follows from the walking around it, because slow gait with a walking aid
is ten times weaker than running, and no fixed height fits both.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from processing.method import Method
from processing.model import BoolArray, FloatArray, IntArray
from processing.signal.filters import fir, smoothing_kernel

#: Reach of a second's steps into its past and future, with the usual `Method`. [s]
LOOK_AROUND_S: Final = 1


def steps_per_second(
    vertical_g: FloatArray, valid: BoolArray, rate_hz: int, method: Method
) -> IntArray:
    """Count the steps that fall into each second, if that second is walking.

    A second's count depends on samples at most `LOOK_AROUND_S` away from it: however a stream was
    cut, the seconds that far from the cut come out the same.

    Parameters
    ----------
    vertical_g : shape (n_seconds * rate_hz,)
        Acceleration along gravity in the stepping band (`Method.step_band_hz`); zero where there
        are no samples. [g]
    valid : shape as `vertical_g`
        Where there are samples.
    rate_hz
        Samples a second.
    method
        Smoothing, height and longest rise of a step.

    Returns
    -------
    n_steps : shape (n_seconds,)

    Raises
    ------
    ValueError
        If these are not whole seconds.
    """
    n_seconds, rest = divmod(len(vertical_g), rate_hz)
    if rest or len(valid) != len(vertical_g):
        raise ValueError(
            f"need whole seconds of {rate_hz} samples, got {len(vertical_g)} and {len(valid)}"
        )
    if not n_seconds:
        return np.zeros(0, np.int64)
    energy = _three(np.square(vertical_g).reshape(-1, rate_hz).sum(axis=1))
    count = _three(valid.reshape(-1, rate_hz).sum(axis=1).astype(np.float64))
    rms_g = np.sqrt(energy / np.maximum(count, 1))
    least_g = np.repeat(np.maximum(method.step_share * rms_g, method.step_floor_g), rate_hz)
    peaks = step_peaks(vertical_g, rate_hz, least_g, method)
    return np.bincount(peaks // rate_hz, minlength=n_seconds).astype(np.int64)


def step_peaks(
    vertical_g: FloatArray, rate_hz: float, least_g: FloatArray, method: Method
) -> IntArray:
    """Return where the steps are.

    Parameters
    ----------
    vertical_g : shape (n,)
        Acceleration along gravity in the stepping band. [g]
    rate_hz
        Sampling rate. [Hz]
    least_g : shape (n,)
        Height that a step must exceed. [g]
    method
        Smoothing and longest rise.

    Returns
    -------
    index : increasing
    """
    if not len(vertical_g):
        return np.zeros(0, np.int64)
    smooth = fir(vertical_g, smoothing_kernel(method.step_smoothing_s, rate_hz))
    is_up = smooth > 0
    edges = np.flatnonzero(np.diff(is_up, prepend=False, append=False))
    start, stop = edges[::2], edges[1::2]
    if not len(start):
        return np.zeros(0, np.int64)
    height = np.maximum.reduceat(smooth, start)
    rise = np.cumsum(np.bincount(start, minlength=len(smooth))) - 1
    at = np.flatnonzero(is_up & (smooth == height[rise]))
    at = at[np.diff(rise[at], prepend=-1) > 0]  # two samples may be equally high
    is_step = (stop - start <= method.step_longest_rise_s * rate_hz) & (height > least_g[at])
    return np.asarray(at[is_step], np.int64)


def _three(x: FloatArray) -> FloatArray:
    """Return the sum over each value and its two neighbours."""
    padded = np.pad(x, 1)
    return np.asarray(padded[:-2] + padded[1:-1] + padded[2:])
