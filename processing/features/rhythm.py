"""How much there is in the stepping band of each second, and how well it repeats.

The autocorrelation comes from the power spectrum (Wiener-Khinchin); of that only the part up to
`Method.rhythm_top_hz` is worked out, since the stepping band holds next to nothing above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from processing.model import BoolArray, Float32Array, FloatArray
from processing.signal.fir_bank import product

#: Length of the window around each second, and its reach before the second's start. [s]
_WINDOW_S: Final = 4
_REACH_S: Final = 1.5
#: Step and stride periods that are looked at. [s]
_STEP_S: Final = (0.35, 1.3)
_STRIDE_S: Final = (0.8, 2.4)
#: Added to an energy before dividing by it: about the noise of a resting sensor. [g^2]
_NOISE_G2: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """One value a second, from the 4 s around it; shape (n_s,) each."""

    vertical_g: FloatArray  #: RMS along gravity [g]
    horizontal_g: FloatArray  #: RMS across gravity [g]
    step: Float32Array  #: autocorrelation of the vertical at the best step period; 1 is perfect
    stride: Float32Array  #: autocorrelation of all three axes at the best stride period
    step_hz: FloatArray  #: one over the best step period [Hz]


@dataclass(frozen=True, slots=True, eq=False)
class _Matrices:
    spectrum: Float32Array  #: window -> cosine and sine parts
    step: Float32Array  #: power -> energy, then autocorrelation at the step lags
    stride: Float32Array
    first_step: int  #: the first step lag [samples]


def rhythm(
    vertical_g: Float32Array, band_g: Float32Array, valid: BoolArray, start_s: int, top_hz: float
) -> Rhythm:
    """Measure the rhythm of each second.

    Parameters
    ----------
    vertical_g : shape (n_s, fs_hz)
        Stepping-band acceleration along gravity. [g]
    band_g : shape (3, n_s, fs_hz)
        Stepping-band acceleration, device axes. [g]
    valid : shape (n_s, fs_hz)
        Where there are samples; the rest counts as nothing.
    start_s
        Which second the first one is.
    top_hz
        Highest frequency that counts. [Hz]
    """
    fs = vertical_g.shape[1]
    matrices = _matrices(fs, top_hz)
    up, *axes = [
        _power(np.where(valid, x, np.float32(0)), matrices, start_s) for x in (vertical_g, *band_g)
    ]
    step = product(up, matrices.step, start_s)
    stride = product(axes[0] + axes[1] + axes[2], matrices.stride, start_s)
    best = step[:, 1:].argmax(axis=1)
    height = np.take_along_axis(step[:, 1:], best[:, None], axis=1)[:, 0]
    n_valid = _windowed_count(valid)
    noise = _NOISE_G2 * _WINDOW_S * fs
    return Rhythm(
        vertical_g=np.sqrt(np.maximum(step[:, 0], 0) / n_valid),
        horizontal_g=np.sqrt(np.maximum(stride[:, 0] - step[:, 0], 0) / n_valid),
        step=height / (step[:, 0] + noise),
        stride=stride[:, 1:].max(axis=1) / (stride[:, 0] + noise),
        step_hz=fs / (best + matrices.first_step),
    )


def _power(x: Float32Array, matrices: _Matrices, start_s: int) -> Float32Array:
    """Return the power spectrum of the window around each second."""
    n_s, fs = x.shape
    length, before = _WINDOW_S * fs, int(_REACH_S * fs)
    padded = np.pad(x.reshape(-1), (before, length - before))
    windows = sliding_window_view(padded, length)[: n_s * fs : fs]
    parts = product(windows, matrices.spectrum, start_s)
    n_bins = parts.shape[1] // 2
    return np.asarray(parts[:, :n_bins] ** 2 + parts[:, n_bins:] ** 2)


def _windowed_count(valid: BoolArray) -> FloatArray:
    """Return how many samples there are in the window around each second, at least 1."""
    n_s, fs = valid.shape
    length, before = _WINDOW_S * fs, int(_REACH_S * fs)
    total = np.concatenate([[0], np.cumsum(np.pad(valid.reshape(-1), (before, length - before)))])
    starts = np.arange(n_s) * fs
    count: FloatArray = (total[starts + length] - total[starts]).astype(np.float64)
    return np.maximum(count, 1)


@lru_cache(maxsize=4)
def _matrices(fs: int, top_hz: float) -> _Matrices:
    length = _WINDOW_S * fs
    longest = round(_STRIDE_S[1] * fs)
    n_fft = length + longest  # long enough that nothing wraps around
    n_bins = int(top_hz * n_fft / fs) + 1
    bins = np.arange(n_bins)
    angle = 2 * np.pi * np.arange(length)[:, None] * bins / n_fft
    lags = np.arange(longest + 1)
    back = np.cos(2 * np.pi * bins[:, None] * lags / n_fft) * np.where(bins > 0, 2, 1)[:, None]
    # fewer products enter at a longer lag: without this a perfect rhythm would fade with its period
    back *= length / (length - lags) / n_fft
    first, last = (round(edge * fs) for edge in _STEP_S)
    step = np.concatenate([back[:, :1], back[:, first : last + 1]], axis=1)
    stride = np.concatenate([back[:, :1], back[:, round(_STRIDE_S[0] * fs) :]], axis=1)
    spectrum = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
    return _Matrices(_fixed(spectrum), _fixed(step), _fixed(stride), first)


def _fixed(matrix: FloatArray) -> Float32Array:
    single = np.ascontiguousarray(matrix, np.float32)
    single.setflags(write=False)
    return single
