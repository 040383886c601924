"""Getting up and sitting down as vertical velocity, from the length of the acceleration alone.

The length of the acceleration less 1 g is, to first order, the vertical acceleration, whatever way
the sensor hangs. Its integral drifts, so it is integrated against an odd kernel: velocity now is
half of what was gained before less half of what is gained after. An odd kernel gives nothing for an
offset, and half the gain error of the sensor.

Standing up shows as about +0.45 m/s, sitting down as -0.30, keeping still as 0.03 (prototype A).
"""

from __future__ import annotations

import numpy as np

from processing.model import Float32Array, FloatArray
from processing.signal.filters import smoothing_kernel

#: Standard gravity, CGPM 1901. [m/s^2 per g]
_M_S2_PER_G = 9.80665


def velocity_kernel(half_length_s: float, smoothing_s: float, fs_hz: int) -> FloatArray:
    """Return the kernel that makes vertical velocity [m/s] out of |a| - 1 [g] by convolution.

    `v(t) = 9.81 / 2 * sum over tau of sign(tau) cos^2(pi tau / (2 T)) (|a(t - tau)| - 1) / fs`,
    then a Hann average (prototype A).

    Parameters
    ----------
    half_length_s
        T: reach to each side before the average. A movement of getting up should fit into it. [s]
    smoothing_s
        Length of the average. [s]
    fs_hz
        Sampling rate. [Hz]
    """
    half = round(half_length_s * fs_hz)
    tau_s = np.arange(-half, half + 1) / fs_hz
    window = np.cos(np.pi * tau_s / (2 * half_length_s)) ** 2
    kernel = _M_S2_PER_G / 2 * np.sign(tau_s) * window / fs_hz
    return np.convolve(kernel, smoothing_kernel(smoothing_s, fs_hz))


def around_each_second(x: Float32Array) -> tuple[Float32Array, Float32Array]:
    """Return the greatest and the least value from half a second before to half a second after.

    Parameters
    ----------
    x : shape (n_s, fs_hz)
        Whole seconds.

    Returns
    -------
    greatest, least : shape (n_s,)
    """
    middle = x.shape[1] // 2
    halves = x[:, :middle], x[:, middle:]
    found = []
    for take, fill in ((np.max, -np.inf), (np.min, np.inf)):
        first, second = (take(half, axis=1) for half in halves)
        before = np.concatenate([[fill], second[:-1]])
        after = np.concatenate([first[1:], [fill]])
        found.append(take([before, first, second, after], axis=0))
    return np.asarray(found[0]), np.asarray(found[1])
