"""Zero-phase FIR filters: finite, so every result has a stated look-around in time."""

from __future__ import annotations

import numpy as np
from scipy import signal

from processing.model import FloatArray


def low_pass_kernel(cutoff_hz: float, fs_hz: float, *, half_length_s: float) -> FloatArray:
    """Design a symmetric low-pass with a gain of exactly 1 at 0 Hz.

    A Hamming-windowed sinc. Used on both sides of a sample it shifts nothing in time.

    Parameters
    ----------
    cutoff_hz
        Where the gain is one half (-6 dB). [Hz]
    fs_hz
        Sampling rate. [Hz]
    half_length_s
        Reach to each side of a sample; the transition is about `1.7 / half_length_s` Hz wide. [s]

    Returns
    -------
    kernel : shape (2 m + 1,)

    Raises
    ------
    ValueError
        If `cutoff_hz` is outside (0, fs_hz / 2).
    """
    _check_cutoff("cutoff_hz", cutoff_hz, fs_hz)
    taps = signal.firwin(2 * round(half_length_s * fs_hz) + 1, cutoff_hz, fs=fs_hz)
    return np.asarray(taps / taps.sum(), np.float64)


def smoothing_kernel(length_s: float, fs_hz: float) -> FloatArray:
    """Return a Hann-shaped moving average: a low-pass that never overshoots.

    The gain is one half at `1 / length_s` Hz and at most 0.03 above `2 / length_s` Hz. It is never
    negative in time, so gravity does not ring after a posture changes.

    Parameters
    ----------
    length_s
        Full length; the reach to each side is half of it. [s]
    fs_hz
        Sampling rate. [Hz]

    Returns
    -------
    kernel : shape (2 m + 1,), sums to 1
    """
    half = max(round(length_s * fs_hz / 2), 1)
    taps = signal.windows.hann(2 * half + 1, sym=True)
    return np.asarray(taps / taps.sum(), np.float64)


def band_pass_kernel(
    low_hz: float, high_hz: float, fs_hz: float, *, half_length_s: float
) -> FloatArray:
    """Design a symmetric band-pass with a gain of exactly 0 at 0 Hz.

    A short windowed-sinc band-pass lets about 8 % of a constant through, and that of gravity would
    be 0.08 g of "movement"; the window, scaled to the sum of the taps, is taken off them.

    Parameters
    ----------
    low_hz, high_hz
        Where the gain is about one half. [Hz]
    fs_hz
        Sampling rate. [Hz]
    half_length_s
        Reach to each side of a sample. [s]

    Returns
    -------
    kernel : shape (2 m + 1,), sums to 0

    Raises
    ------
    ValueError
        If the band is not inside (0, fs_hz / 2) or is upside down.
    """
    _check_cutoff("low_hz", low_hz, fs_hz)
    _check_cutoff("high_hz", high_hz, fs_hz)
    if low_hz >= high_hz:
        raise ValueError(f"low_hz must be below high_hz, got {low_hz} and {high_hz}")
    n = 2 * round(half_length_s * fs_hz) + 1
    taps = signal.firwin(n, [low_hz, high_hz], fs=fs_hz, pass_zero=False)
    window = signal.windows.hamming(n, sym=True)
    return np.asarray(taps - window * (taps.sum() / window.sum()), np.float64)


def quarter_period_kernel(fs_hz: float, *, half_length_s: float) -> FloatArray:
    """Design a filter that delays every frequency of a band by a quarter of its period.

    A Hamming-windowed Hilbert transformer (Oppenheim & Schafer, Discrete-Time Signal Processing,
    type III): `2 / (pi k)` at odd k. Its gain is 0 at 0 Hz.

    Parameters
    ----------
    fs_hz
        Sampling rate. [Hz]
    half_length_s
        Reach to each side; the gain is about 1 from `1 / half_length_s` Hz on. [s]

    Returns
    -------
    kernel : shape (2 m + 1,), odd
    """
    half = round(half_length_s * fs_hz)
    k = np.arange(-half, half + 1)
    taps = np.where(k % 2 != 0, 2 / (np.pi * np.where(k == 0, 1, k)), 0.0)
    return np.asarray(taps * signal.windows.hamming(2 * half + 1, sym=True), np.float64)


def fir(x: FloatArray, kernel: FloatArray, *, start: int = 0, every: int = 1) -> FloatArray:
    """Filter without shifting in time; beyond its ends the signal counts as constant.

    Parameters
    ----------
    x : shape (n,) or (n, k), n > 0
        Evenly sampled, time along axis 0, without NaN. [any unit]
    kernel : shape (2 m + 1,)
        Symmetric, from one of the designs above.
    start, every
        Which samples to work out: `start`, `start + every` and so on.

    Returns
    -------
    y : as `x[start::every]`
        In the unit of `x`.
    """
    half = len(kernel) // 2
    # upfirdn gives every `every`-th value from its first on: push `start` onto one of them.
    skipped, early = divmod(-(2 * half + start), every)
    before = half + early
    padded = np.pad(x, [(before, half)] + [(0, 0)] * (x.ndim - 1), mode="edge")
    # upfirdn sums tap by tap: a sample's result does not depend on where the array was cut
    y = signal.upfirdn(kernel, padded, down=every, axis=0)
    n = len(range(start, len(x), every))
    return np.asarray(y[-skipped : -skipped + n], np.float64)


def _check_cutoff(name: str, value_hz: float, fs_hz: float) -> None:
    if not 0 < value_hz < fs_hz / 2:
        raise ValueError(f"{name} must be in (0, {fs_hz / 2}), got {value_hz}")
