"""What one second looked like, in a handful of numbers that do not depend on how the clip sits.

A second's features depend on samples at most `LOOK_AROUND_S` before its start or after its end, so
it does not matter where a stream was cut. They are kept in single precision: what the live path
stores and reads back is exactly what the offline path uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft

from processing.filters import band_pass_kernel, fir, smoothing_kernel
from processing.grid import MARGIN_S, Grid, to_grid
from processing.method import Method
from processing.model import BoolArray, FloatArray, SampleBlock

#: Reach of a second's features into its past and future:
#: rhythm window 1.5, band-pass 1, gravity 1, grid 0.2 + rounding. [s]
LOOK_AROUND_S: Final = 4
#: Seconds worked on at a time: bounds the memory of a long day. [s]
_CHUNK_S: Final = 1800
_BAND_HALF_LENGTH_S: Final = 1.0
#: A peak is a step when nothing within this reach is higher; allows for 3 steps a second. [s]
_PEAK_REACH_S: Final = 0.16
#: Added to an energy before dividing by it: about the noise of a resting sensor. [g^2]
_NOISE_G2: Final = 1e-6

COLUMNS: Final = (
    "up_x",
    "up_y",
    "up_z",
    "vertical_g",
    "horizontal_g",
    "step_rhythm",
    "stride_rhythm",
    "step_hz",
    "dynamic_g",
    "n_peaks",
    "valid",
)


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Features of consecutive whole seconds: one row a second, one column each of `COLUMNS`."""

    start_s: int
    table: FloatArray  #: shape (n, len(COLUMNS)); values representable in float32

    def __len__(self) -> int:
        return len(self.table)

    @property
    def end_s(self) -> int:
        """One past the last second."""
        return self.start_s + len(self.table)

    @property
    def up(self) -> FloatArray:
        """Direction against gravity in device axes, shape (n, 3); zero where there is no data."""
        return self.table[:, :3]

    @property
    def vertical_g(self) -> FloatArray:
        """RMS of stepping-band acceleration along gravity, over 4 s. [g]"""
        return self.table[:, 3]

    @property
    def horizontal_g(self) -> FloatArray:
        """The same across gravity. [g]"""
        return self.table[:, 4]

    @property
    def step_rhythm(self) -> FloatArray:
        """Autocorrelation of the vertical at the best step period, 0.35 to 1.3 s; 1 is perfect."""
        return self.table[:, 5]

    @property
    def stride_rhythm(self) -> FloatArray:
        """Autocorrelation of all three axes at the best stride period, 0.8 to 2.4 s."""
        return self.table[:, 6]

    @property
    def step_hz(self) -> FloatArray:
        """One over the best step period. [Hz]"""
        return self.table[:, 7]

    @property
    def dynamic_g(self) -> FloatArray:
        """RMS of everything but gravity within the second. [g]"""
        return self.table[:, 8]

    @property
    def n_peaks(self) -> FloatArray:
        """Vertical peaks that would be steps if the second is walking."""
        return self.table[:, 9]

    @property
    def valid(self) -> FloatArray:
        """Share of the second that has data, 0 to 1."""
        return self.table[:, 10]

    @property
    def has_data(self) -> BoolArray:
        """Whether at least half of the second has data."""
        return self.valid >= 0.5

    def between(self, start_s: int, end_s: int) -> Features:
        """Return the seconds of `[start_s, end_s)` that are in here."""
        a = min(max(start_s - self.start_s, 0), len(self))
        b = max(min(end_s - self.start_s, len(self)), a)
        return Features(self.start_s + a, self.table[a:b])


def measure(blocks: Sequence[SampleBlock], start_s: int, end_s: int, method: Method) -> Features:
    """Measure the features of each second of `[start_s, end_s)`.

    Parameters
    ----------
    blocks
        Blocks of one device in time order; those of `LOOK_AROUND_S` + 1 s around the span count.
    start_s, end_s
        Whole Unix seconds.
    method
        Grid, filters and peak height.

    Returns
    -------
    features
        Zero in every column where a second has no data; never NaN.
    """
    parts = [np.zeros((0, len(COLUMNS)))]
    for a in range(start_s, end_s, _CHUNK_S):
        b = min(a + _CHUNK_S, end_s)
        grid = to_grid(
            _near(blocks, a, b),
            a - LOOK_AROUND_S,
            b + LOOK_AROUND_S,
            rate_hz=method.grid_hz,
            cutoff_hz=method.anti_alias_hz,
            max_gap_s=method.max_gap_s,
        )
        parts.append(_table(grid, method)[LOOK_AROUND_S:-LOOK_AROUND_S])
    return Features(start_s, np.concatenate(parts).astype(np.float32).astype(np.float64))


def _near(blocks: Sequence[SampleBlock], start_s: int, end_s: int) -> list[SampleBlock]:
    a_ns = int((start_s - LOOK_AROUND_S - MARGIN_S) * 1_000_000_000)
    b_ns = int((end_s + LOOK_AROUND_S + MARGIN_S) * 1_000_000_000)
    return [block for block in blocks if block.t0_ns < b_ns and block.end_ns > a_ns]


def _table(grid: Grid, method: Method) -> FloatArray:
    """Return the table of all seconds of `grid`; correct `LOOK_AROUND_S` away from its ends."""
    fs = grid.rate_hz
    gravity, band, vertical = (np.zeros_like(grid.acc_g) for _ in range(3))
    peaks = np.zeros(len(grid.valid))
    smooth = smoothing_kernel(method.gravity_s, fs)
    step_band = band_pass_kernel(*method.step_band_hz, fs, half_length_s=_BAND_HALF_LENGTH_S)
    for a, b in grid.runs:
        gravity[a:b] = fir(grid.acc_g[a:b], smooth)
        band[a:b] = fir(grid.acc_g[a:b], step_band)
    up = _unit(gravity)
    vertical = (band * up).sum(axis=1)
    for a, b in grid.runs:
        peaks[a:b] = _is_peak(vertical[a:b], method.step_peak_g, round(_PEAK_REACH_S * fs))
    dynamic = ((grid.acc_g - gravity) ** 2).sum(axis=1)
    n_valid = _per_second(grid.valid.astype(np.float64), fs)
    energy_v, energy_h, step_rhythm, stride_rhythm, step_hz = _rhythm(grid, vertical, band, up)
    table = np.column_stack(
        [
            _unit(np.column_stack([_per_second(gravity[:, k], fs) for k in range(3)])),
            np.sqrt(energy_v),
            np.sqrt(energy_h),
            step_rhythm,
            stride_rhythm,
            step_hz,
            np.sqrt(_per_second(dynamic, fs) / np.maximum(n_valid, 1)),
            _per_second(peaks, fs),
            n_valid / fs,
        ]
    )
    table[n_valid == 0] = 0
    return table


def _rhythm(
    grid: Grid, vertical: FloatArray, band: FloatArray, up: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return, for each second's 4 s window, both energies, both rhythms and the step rate."""
    fs, length = grid.rate_hz, 4 * grid.rate_hz
    horizontal = band - vertical[:, None] * up
    signals = np.column_stack([vertical, horizontal, grid.valid])
    reach = 3 * fs // 2
    padded = np.pad(signals, [(reach, length - reach), (0, 0)])
    windows = sliding_window_view(padded, length, axis=0)[: len(vertical) : fs]
    n_valid = np.maximum(windows[:, 4].sum(axis=-1), 1)
    lags = np.arange(round(2.4 * fs) + 1)
    n_fft = fft.next_fast_len(length + len(lags), real=True)
    spectrum = fft.rfft(windows[:, :4], n_fft, axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    correlation = fft.irfft(np.stack([power[:, 0], power.sum(axis=1)], axis=1), n_fft, axis=-1)[
        ..., : len(lags)
    ]
    energy = correlation[..., 0]
    # fewer products enter at a longer lag: without this a perfect rhythm would fade with its period
    correlation = correlation * (length / (length - lags))
    correlation = correlation / (energy + _NOISE_G2 * length)[..., None]
    step_lags = slice(round(0.35 * fs), round(1.3 * fs) + 1)
    stride_lags = slice(round(0.8 * fs), round(2.4 * fs) + 1)
    best = correlation[:, 0, step_lags].argmax(axis=-1) + step_lags.start
    return (
        energy[:, 0] / n_valid,
        np.maximum(energy[:, 1] - energy[:, 0], 0) / n_valid,
        correlation[:, 0, step_lags].max(axis=-1),
        correlation[:, 1, stride_lags].max(axis=-1),
        fs / best,
    )


def _is_peak(x: FloatArray, height: float, reach: int) -> BoolArray:
    """Return where `x` is above `height` and no sample within `reach` is higher."""
    padded = np.pad(x, reach, constant_values=-np.inf)
    shifted = [padded[k : k + len(x)] for k in range(2 * reach + 1)]
    before = reduce(np.maximum, shifted[:reach])
    after = reduce(np.maximum, shifted[reach + 1 :])
    return np.asarray((x > height) & (x > before) & (x >= after))


def _per_second(x: FloatArray, fs_hz: int) -> FloatArray:
    return np.asarray(x.reshape(-1, fs_hz).sum(axis=1))


def _unit(x: FloatArray) -> FloatArray:
    """Return rows of length 1; rows of length 0 stay 0."""
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    return np.asarray(x / np.where(length > 0, length, 1))
