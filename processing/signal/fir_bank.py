"""Several FIR filters over whole seconds as one matrix product, the same however a stream is cut.

A row is one second with its neighbourhood, a column one output sample of one filter: only the
outputs that are wanted are worked out, in single precision. BLAS may round a row differently in a
product of another shape or in another place of it, so every product has `_BATCH_S` rows and a
second has the same row in it for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from processing.model import Float32Array, FloatArray

#: Seconds in one matrix product.
_BATCH_S: Final = 128


@dataclass(frozen=True, slots=True, eq=False)
class FirBank:
    """Filters that are applied together."""

    matrix: Float32Array  #: shape (fs_hz + 2 * reach, n_out)
    reach: int  #: samples that a second's outputs need before it and after it
    fs_hz: int


def fir_bank(kernels: Sequence[FloatArray], fs_hz: int, *, every: int = 1) -> FirBank:
    """Put filters together.

    Parameters
    ----------
    kernels
        Each of odd length; applied as a convolution, without shifting in time.
    fs_hz
        Samples a second. [Hz]
    every
        Only the samples 0, `every`, 2 `every`, ... of a second are worked out.

    Returns
    -------
    bank
        Its outputs come kernel by kernel.
    """
    reach = max(len(kernel) // 2 for kernel in kernels)
    columns = []
    for kernel in kernels:
        half = len(kernel) // 2
        for phase in range(0, fs_hz, every):
            column = np.zeros(fs_hz + 2 * reach)
            column[reach + phase - half : reach + phase + half + 1] = kernel[::-1]
            columns.append(column)
    matrix = np.ascontiguousarray(np.array(columns).T, dtype=np.float32)
    matrix.setflags(write=False)
    return FirBank(matrix, reach, fs_hz)


def apply(x: Float32Array, bank: FirBank, start_s: int) -> Float32Array:
    """Filter whole seconds; beyond its ends the signal counts as constant.

    Parameters
    ----------
    x : shape (k, n_s * fs_hz)
        k signals, finite. [any unit]
    bank
        The filters.
    start_s
        Which second the first one is.

    Returns
    -------
    y : shape (k, n_s, n_out)
        In the unit of `x`.
    """
    padded = np.pad(x, [(0, 0), (bank.reach, bank.reach)], mode="edge")
    windows = sliding_window_view(padded, len(bank.matrix), axis=1)[:, :: bank.fs_hz]
    return np.stack([product(rows, bank.matrix, start_s) for rows in windows])


def product(rows: Float32Array, matrix: Float32Array, start_s: int) -> Float32Array:
    """Return `rows @ matrix`, one row a second, rounded alike wherever the rows begin.

    Parameters
    ----------
    rows : shape (n_s, k)
    matrix : shape (k, m)
    start_s
        Which second the first row is.
    """
    n_s = len(rows)
    out = np.empty((n_s, matrix.shape[1]), np.float32)
    batch = np.zeros((_BATCH_S, matrix.shape[0]), np.float32)
    a = 0
    while a < n_s:
        place = (start_s + a) % _BATCH_S
        b = min(a + _BATCH_S - place, n_s)
        batch[place : place + b - a] = rows[a:b]
        if b - a == _BATCH_S:
            np.matmul(batch, matrix, out=out[a:b])
        else:
            out[a:b] = np.matmul(batch, matrix)[place : place + b - a]
        a = b
    return out
