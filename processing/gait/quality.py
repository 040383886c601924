"""How regular and symmetric a stretch of walking was: numbers for trends, never for a diagnosis.

Regularity and symmetry: R. Moe-Nilssen and J. L. Helbostad, "Estimation of gait cycle
characteristics by trunk accelerometry", J. Biomech. 37 (2004) 121-126. Harmonic ratio: H. B. Menz,
S. R. Lord and R. C. Fitzpatrick, Gait Posture 18 (2003) 35-46; improved harmonic ratio: J. L.
Bellanca et al., "Harmonic ratios: a quantification of step to step symmetry", J. Biomech. 46 (2013)
828-831.

Where we leave the papers: they look at a walkway's worth of steady strides; here each window of
`Method.gait_window_s` is looked at and medians are given, so that a turn spoils a window and not
the result. Strides are cut at every second vertical peak, not at heel strikes of a foot switch. Ten
harmonics are used and not twenty: no more lie below the end of a 25 Hz recording, and a ratio of
others could not be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy import fft, signal
from scipy.interpolate import CubicSpline

from processing.features.steps import step_peaks
from processing.method import Method
from processing.model import FloatArray
from processing.signal.filters import band_pass_kernel, fir, low_pass_kernel, smoothing_kernel

#: A peak of the autocorrelation belongs to the step that was counted when it lies within this share
#: of the step's period; the next such peak of a regular gait is one whole period away.
_NEAR: Final = 0.25
_BAND_HALF_LENGTH_S: Final = 1.0
_SMOOTH_HALF_LENGTH_S: Final = 0.2
_STRIDE_POINTS: Final = 128


@dataclass(frozen=True, slots=True)
class AxisQuality:
    """Gait along one direction of the body. 1 is perfect, except for the harmonic ratio."""

    step_regularity: float  #: autocorrelation after one step; sideways of one step and its mirror
    stride_regularity: float  #: autocorrelation after one stride (two steps)
    symmetry: float  #: the smaller of the two by the larger: 1 when left and right are alike
    harmonic_ratio: float  #: Menz: amplitudes in phase with steps over those out of phase
    improved_harmonic_ratio: float  #: Bellanca: share of the power in phase with steps, 0 to 1


@dataclass(frozen=True, slots=True)
class GaitQuality:
    """A stretch of walking: medians over its windows."""

    cadence_spm: float
    n_strides: int  #: strides in all windows that could be judged
    n_windows: int
    vertical: AxisQuality
    forward: AxisQuality | None  #: None: no forward axis was given
    sideways: AxisQuality | None


def gait_quality(
    acc_g: FloatArray,
    fs_hz: float,
    up: FloatArray,
    method: Method,
    *,
    forward: FloatArray | None = None,
) -> GaitQuality | None:
    """Measure the gait in a stretch of walking.

    The vertical needs no more than `up`, and comes out the same however the sensor is turned.
    Forward and sideways need a forward axis: without one they are left out.

    Parameters
    ----------
    acc_g : shape (n, 3)
        Evenly sampled, without gaps or NaN. [g]
    fs_hz
        Sampling rate, 20 or more; faster than `Method.grid_hz` is low-passed as the grid is. [Hz]
    up : shape (3,)
        Direction against gravity while walking, any length.
    method
        Window, least number of strides, harmonics.
    forward : shape (3,)
        Direction of walking; what of it is not horizontal is taken off.

    Returns
    -------
    quality
        None when no window holds `Method.gait_min_strides` of a steady gait.
    """
    axes = _axes(up, forward)
    along = _as_on_grid(acc_g @ axes.T, fs_hz, method)
    n_window = round(method.gait_window_s * fs_hz)
    found = [
        window
        for a in range(0, max(len(along) - n_window // 2, 1), n_window)
        if (window := _window(along[a : a + n_window], fs_hz, method)) is not None
    ]
    if not found:
        return None
    step_s = float(np.median([period_s for period_s, _, _ in found]))
    middle = np.median([values for _, _, values in found], axis=0).tolist()
    qualities = [AxisQuality(*values) for values in middle]
    return GaitQuality(
        60 / step_s,
        sum(n_strides for _, n_strides, _ in found),
        len(found),
        qualities[0],
        qualities[1] if len(qualities) > 1 else None,
        qualities[2] if len(qualities) > 1 else None,
    )


def autocorrelation(x: FloatArray, n_lags: int) -> FloatArray:
    """Return the unbiased autocorrelation of `x` at lags 0 to `n_lags`, 1 at lag 0.

    The sum at each lag is divided by how many products it has, so that a perfectly regular gait
    has 1 after every step (Moe-Nilssen and Helbostad 2004, "unbiased").

    Parameters
    ----------
    x : shape (n,), n > n_lags
        Its mean is taken off. [any unit]
    n_lags
        Longest lag, in samples.
    """
    n = len(x)
    n_fft = fft.next_fast_len(n + n_lags, real=True)
    power = np.abs(fft.rfft(x - x.mean(), n_fft)) ** 2
    products = fft.irfft(power, n_fft)[: n_lags + 1] / (n - np.arange(n_lags + 1))
    return np.asarray(products / products[0] if products[0] > 0 else np.zeros(n_lags + 1))


def _as_on_grid(along: FloatArray, fs_hz: float, method: Method) -> FloatArray:
    """Take off what the grid of `Method.grid_hz` does not hold, so that rates can be compared."""
    if fs_hz <= method.grid_hz or not len(along):
        return along
    half_length_s = _SMOOTH_HALF_LENGTH_S
    return fir(along, low_pass_kernel(method.anti_alias_hz, fs_hz, half_length_s=half_length_s))


def _axes(up: FloatArray, forward: FloatArray | None) -> FloatArray:
    """Return unit vectors as rows: up alone, or up, forward and left."""
    up = up / np.linalg.norm(up)
    if forward is None:
        return np.asarray(up[None])
    level = forward - (forward @ up) * up
    level = level / np.linalg.norm(level)
    return np.stack([up, level, np.cross(up, level)])


def _window(
    along: FloatArray, fs_hz: float, method: Method
) -> tuple[float, int, list[list[float]]] | None:
    """Return step period [s], strides and each axis' five numbers; None without a steady gait."""
    if len(along) < 2 * method.gait_min_strides / 3 * fs_hz:
        return None
    along = signal.detrend(along, axis=0)
    peaks = _peaks(along[:, 0], fs_hz, method)
    if len(peaks) <= 2 * method.gait_min_strides:
        return None
    vertical = autocorrelation(along[:, 0], len(along) // 2)
    step = _peak_near(vertical, float(np.median(np.diff(peaks))))
    stride = None if step is None else _peak_near(vertical, 2 * step[0])
    if step is None or stride is None:
        return None
    strides = [
        (a, b) for a, b in pairwise(peaks[::2].tolist()) if abs((b - a) / stride[0] - 1) < _NEAR
    ]
    if len(strides) < method.gait_min_strides:
        return None
    values = [
        [
            *_regularity(along[:, k], step[0], stride[0], mirrored=k == 2),
            *_harmonic_ratios(along[:, k], strides, method, mirrored=k == 2),
        ]
        for k in range(along.shape[1])
    ]
    return stride[0] / 2 / fs_hz, len(strides), values


def _peaks(vertical_g: FloatArray, fs_hz: float, method: Method) -> FloatArray:
    """Return where the steps are, between samples. [samples]"""
    kernel = band_pass_kernel(*method.step_band_hz, fs_hz, half_length_s=_BAND_HALF_LENGTH_S)
    band = fir(vertical_g, kernel)
    least_g = max(method.step_share * float(np.sqrt(np.mean(band**2))), method.step_floor_g)
    at = step_peaks(band, fs_hz, np.full(len(band), least_g), method)
    at = at[(at > 0) & (at < len(band) - 1)]
    smooth = fir(band, smoothing_kernel(method.step_smoothing_s, fs_hz))
    before, here, after = smooth[at - 1], smooth[at], smooth[at + 1]
    return np.asarray(at + (after - before) / (2 * (2 * here - before - after)))


def _peak_near(correlation: FloatArray, lag: float) -> tuple[float, float] | None:
    """Return lag and height of the highest value near a lag; None if that is no peak."""
    a, b = round(lag * (1 - _NEAR)), round(lag * (1 + _NEAR))
    if a < 1 or b + 1 >= len(correlation):
        return None
    best = a + int(correlation[a : b + 1].argmax())
    before, at, after = correlation[best - 1 : best + 2].tolist()
    if not before <= at >= after or 2 * at - before - after <= 0:
        return None
    shift = (after - before) / (2 * (2 * at - before - after))
    return best + shift, at + (after - before) * shift / 4


def _regularity(
    x: FloatArray, step: float, stride: float, *, mirrored: bool
) -> tuple[float, float, float]:
    """Return step regularity, stride regularity and symmetry.

    Sideways a step is the mirror image of the one before: there the trough counts.
    """
    correlation = autocorrelation(x, len(x) // 2)
    sign = -1.0 if mirrored else 1.0
    at_step = _peak_near(sign * correlation, step)
    at_stride = _peak_near(correlation, stride)
    by_step = max(at_step[1] if at_step else sign * _at(correlation, step), 0.0)
    by_stride = max(at_stride[1] if at_stride else _at(correlation, stride), 0.0)
    largest = max(by_step, by_stride)
    return by_step, by_stride, min(by_step, by_stride) / largest if largest > 0 else 0.0


def _at(correlation: FloatArray, lag: float) -> float:
    return float(np.interp(lag, np.arange(len(correlation)), correlation))


def _harmonic_ratios(
    x: FloatArray, strides: list[tuple[float, float]], method: Method, *, mirrored: bool
) -> tuple[float, float]:
    """Return the harmonic ratio and the improved one, means over strides.

    A movement that is the same with each step has only even harmonics of the stride; one that is
    its mirror image (sideways) only odd ones.
    """
    spline = CubicSpline(np.arange(len(x)), x)
    ratios = []
    for a, b in strides:
        phase = np.arange(_STRIDE_POINTS) / _STRIDE_POINTS
        amplitude = np.abs(fft.rfft(spline(a + phase * (b - a))))
        highest = int(method.gait_highest_share * (b - a))
        amplitude = amplitude[1 : min(method.gait_n_harmonics, highest) + 1]
        odd, even = amplitude[::2], amplitude[1::2]
        within, against = (odd, even) if mirrored else (even, odd)
        power = float((amplitude**2).sum())
        if power > 0:
            ratio = float(within.sum() / max(float(against.sum()), 1e-3 * float(within.sum())))
            ratios.append((ratio, float((within**2).sum()) / power))
    if not ratios:
        return 0.0, 0.0
    menz, bellanca = np.mean(ratios, axis=0).tolist()
    return menz, bellanca
