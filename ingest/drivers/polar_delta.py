"""Polar's delta frames: a first sample in full, then groups of differences of some bits each."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.drivers.base import Refusal
from processing.model import IntArray

_CHANNELS: Final = 3
_FIRST_BYTES: Final = 2 * _CHANNELS
_MOST_BITS: Final = 17  #: the widest difference of two int16
#: A group of zero bits takes two bytes for up to 255 samples: without a limit a packet could ask
#: for a hundred thousand. Real ones hold some dozens.
_MOST_SAMPLES: Final = 1000


def samples_of_deltas(content: bytes) -> IntArray | Refusal:
    """Decode the content of a delta frame with three channels of 16 bits.

    Parameters
    ----------
    content
        What follows the frame type byte.

    Returns
    -------
    samples
        Shape (n, 3), or why there are none. [counts]
    """
    if len(content) < _FIRST_BYTES:
        return Refusal.CUT_SHORT
    first = np.frombuffer(content[:_FIRST_BYTES], "<i2").astype(np.int64)
    groups = [first[np.newaxis]]
    n_samples, at = 1, _FIRST_BYTES
    while at < len(content):
        if at + 2 > len(content):
            return Refusal.CUT_SHORT
        n_bits, n_deltas = content[at], content[at + 1]
        n_bytes = (n_bits * n_deltas * _CHANNELS + 7) // 8
        at += 2
        n_samples += n_deltas
        if n_bits > _MOST_BITS:
            return Refusal.OUT_OF_RANGE
        if n_samples > _MOST_SAMPLES:
            return Refusal.TOO_LONG
        if at + n_bytes > len(content):
            return Refusal.CUT_SHORT
        groups.append(_differences(content[at : at + n_bytes], n_bits, n_deltas))
        at += n_bytes
    samples = np.cumsum(np.concatenate(groups), axis=0)
    if np.abs(samples).max() > 1 << 15:
        return Refusal.OUT_OF_RANGE
    return samples


def _differences(packed: bytes, n_bits: int, n_deltas: int) -> IntArray:
    """Return signed numbers of `n_bits`, lowest bit first; shape (n_deltas, 3)."""
    if not n_bits:
        return np.zeros((n_deltas, _CHANNELS), np.int64)
    bits = np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little")
    numbers = bits[: n_bits * n_deltas * _CHANNELS].reshape(-1, n_bits).astype(np.int64)
    weights = 1 << np.arange(n_bits, dtype=np.int64)
    weights[-1] = -weights[-1]
    return np.asarray(numbers @ weights, np.int64).reshape(-1, _CHANNELS)
