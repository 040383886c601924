"""From samples to the features of each second.

A second's features depend on samples at most `LOOK_AROUND_S` before its start or after its end, so
it does not matter where a stream was cut. Filters run along time, one axis after the other, over
whole seconds at once; a gap is filled with the sample nearest in time and counts as nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from processing.features.columns import COLUMNS, Features
from processing.features.rhythm import rhythm
from processing.features.steps import steps_per_second
from processing.features.vertical_velocity import around_each_second, velocity_kernel
from processing.method import Method
from processing.model import Float32Array, FloatArray, SampleBlock
from processing.signal.filters import band_pass_kernel, quarter_period_kernel, smoothing_kernel
from processing.signal.fir_bank import FirBank, apply, fir_bank
from processing.signal.grid import BlocksByTime, Grid, to_grid

#: Reach of a second's features into its past and future: twice the longest kernel (3.1 s, as a
#: sample that is there may lie so far from the one that fills a gap), a bridged hole and what is
#: beside it (1.4 s), half a second, and 0.4 of the grid. [s]
LOOK_AROUND_S: Final = 9
#: Seconds worked on at a time: bounds the memory of a long day. [s]
_CHUNK_S: Final = 1920
_BAND_HALF_LENGTH_S: Final = 1.0
_PHASE_HALF_LENGTH_S: Final = 1.0
_SWAY_HALF_LENGTH_S: Final = 3.0
#: Sway is so slow that every fifth sample of it says all. [samples]
_SWAY_EVERY: Final = 5
#: Least product of two RMS values that may divide. [g^2]
_NOISE_G2: Final = 1e-6


def measure(blocks: Sequence[SampleBlock], start_s: int, end_s: int, method: Method) -> Features:
    """Measure the features of each second of `[start_s, end_s)`.

    Parameters
    ----------
    blocks
        Blocks of one device in time order; those of `LOOK_AROUND_S` + 1 s around the span count.
    start_s, end_s
        Whole Unix seconds.
    method
        Grid, filters and what a step is.

    Returns
    -------
    features
        Zero in every column where a second has no data; never NaN.
    """
    by_time = BlocksByTime(blocks)
    parts = [np.zeros((0, len(COLUMNS)), np.float32)]
    for a in range(start_s, end_s, _CHUNK_S):
        b = min(a + _CHUNK_S, end_s)
        grid = to_grid(
            by_time.near(a - LOOK_AROUND_S, b + LOOK_AROUND_S),
            a - LOOK_AROUND_S,
            b + LOOK_AROUND_S,
            rate_hz=method.grid_hz,
            cutoff_hz=method.anti_alias_hz,
            max_gap_s=method.max_gap_s,
        )
        table = _table(grid, method) if grid.runs else np.zeros((grid.n_seconds, len(COLUMNS)))
        parts.append(table[LOOK_AROUND_S:-LOOK_AROUND_S].astype(np.float32))
    return Features(start_s, np.concatenate(parts).astype(np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class _Banks:
    posture: FirBank  #: gravity, stepping band
    velocity: FirBank  #: quick and slow
    phase: FirBank
    sway: FirBank


@lru_cache(maxsize=4)
def _banks(method: Method) -> _Banks:
    fs = method.grid_hz
    gravity = smoothing_kernel(method.gravity_s, fs)
    step_band = band_pass_kernel(*method.step_band_hz, fs, half_length_s=_BAND_HALF_LENGTH_S)
    sway = band_pass_kernel(*method.sway_band_hz, fs, half_length_s=_SWAY_HALF_LENGTH_S)
    velocities = [velocity_kernel(*lengths, fs) for lengths in _rises(method)]
    return _Banks(
        fir_bank([gravity, step_band], fs),
        fir_bank(velocities, fs),
        fir_bank([quarter_period_kernel(fs, half_length_s=_PHASE_HALF_LENGTH_S)], fs),
        fir_bank([sway], fs, every=_SWAY_EVERY),
    )


def _rises(method: Method) -> tuple[tuple[float, float], tuple[float, float]]:
    return method.quick_rise_s, method.slow_rise_s


def _table(grid: Grid, method: Method) -> FloatArray:
    """Return the table of all seconds of `grid`; correct `LOOK_AROUND_S` away from its ends."""
    fs, banks, at = grid.rate_hz, _banks(method), grid.start_s
    acc_g = _filled(grid)
    valid = grid.valid.reshape(-1, fs)
    n_valid = valid.sum(axis=1).astype(np.float64)
    filtered = apply(acc_g, banks.posture, at)
    gravity, band = filtered[..., :fs], filtered[..., fs:]
    length = np.maximum(_length(gravity), np.float32(1e-9))
    up = (gravity / length).astype(np.float32, copy=False)
    vertical = up[0] * band[0] + up[1] * band[1] + up[2] * band[2]
    samples = acc_g.reshape(3, -1, fs)
    dynamic = _square(samples - gravity) * valid
    beat = rhythm(vertical, band, valid, at, method.rhythm_top_hz)
    velocity = apply((_length(samples) - 1).reshape(1, -1), banks.velocity, at)[0]
    rise, fall = around_each_second(velocity[:, :fs])
    slow_rise, slow_fall = around_each_second(velocity[:, fs:])
    active = _square(band) * valid
    steps = steps_per_second(
        (vertical * valid).reshape(-1).astype(np.float64), grid.valid, fs, method
    )
    columns = [
        *_direction(gravity[..., : fs // 2]),
        *_direction(gravity[..., fs // 2 :]),
        beat.vertical_g,
        beat.horizontal_g,
        beat.step,
        beat.stride,
        beat.step_hz,
        *_phase(vertical, band, up, banks.phase, at),
        np.sqrt(dynamic.sum(axis=1) / np.maximum(n_valid, 1)),
        np.sqrt(active.sum(axis=1) / np.maximum(n_valid, 1)),
        np.sqrt(_square(apply(acc_g, banks.sway, at)).mean(axis=1)),
        rise,
        -fall,
        slow_rise,
        -slow_fall,
        steps,
        grid.clipped_share,
        n_valid / fs,
    ]
    return np.where(n_valid[:, None] > 0, np.column_stack(columns), 0.0)


def _filled(grid: Grid) -> Float32Array:
    """Return the samples, shape (3, n), with each gap filled by the sample nearest in time."""
    acc_g = np.ascontiguousarray(grid.acc_g.T, np.float32)
    if grid.valid.all():
        return acc_g
    edges = [0]
    for (_, before), (after, _) in zip(grid.runs[:-1], grid.runs[1:], strict=True):
        edges.append((before + after + 1) // 2)
    edges.append(len(grid.valid))
    source = np.empty(len(grid.valid), np.int64)
    for (a, b), first, end in zip(grid.runs, edges[:-1], edges[1:], strict=True):
        source[first:end] = np.clip(np.arange(first, end), a, b - 1)
    return np.asarray(acc_g[:, source])


def _phase(
    vertical: Float32Array, band: Float32Array, up: Float32Array, bank: FirBank, start_s: int
) -> Float32Array:
    """Return the level movement a quarter of a period before the vertical: forward, in walking."""
    turned = apply(vertical.reshape(1, -1), bank, start_s)[0]
    level = band - vertical * up
    together = (turned * level).mean(axis=-1)
    scale = np.sqrt((turned**2).mean(axis=-1) * _square(level).mean(axis=-1))
    return np.asarray(-together / (scale + _NOISE_G2))


def _direction(gravity: Float32Array) -> Float32Array:
    """Return the mean direction over the last axis, shape (3, n_s)."""
    total = gravity.sum(axis=-1)
    return np.asarray(total / np.maximum(_length(total), 1e-9))


def _square(x: Float32Array) -> Float32Array:
    return np.asarray(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])


def _length(x: Float32Array) -> Float32Array:
    return np.asarray(np.sqrt(_square(x)))
