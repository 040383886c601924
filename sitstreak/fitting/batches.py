"""Pieces of the sessions that run through the chain side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from processing.model import BoolArray, FloatArray, IntArray
from sitstreak.fitting.choices import Choices
from sitstreak.fitting.rows import NOT_JUDGED, Rows

#: Pieces of about the same length go together; with fewer pieces than that nothing is won.
_N_BATCHES: Final = 3
_LEAST_PIECES: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Pieces side by side: L seconds of B pieces; time is the first axis."""

    index: IntArray  #: shape (L, B): row of each second, or n for none
    state: IntArray  #: shape (L, B): the true state; 0 where nothing is judged
    weight: FloatArray  #: shape (L, B): 0 where nothing is judged
    is_empty: BoolArray  #: shape (L, B): there is no second


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int  #: first row of its context
    start: int  #: first row that is judged
    end: int  #: one past the last such
    last: int  #: one past the last row of its context

    @property
    def length(self) -> int:
        return self.last - self.first


def batches(rows: Rows, choices: Choices) -> list[Batch]:
    """Cut the sessions into pieces; each second is judged in exactly one."""
    ends = np.cumsum([0, *rows.lengths]).tolist()
    pieces = [one for a, b in pairwise(ends) for one in _pieces(a, b, choices)]
    pieces.sort(key=lambda one: one.length)
    n_batches = _N_BATCHES if len(pieces) >= _LEAST_PIECES else 1
    edges = [len(pieces) * k // n_batches for k in range(n_batches + 1)]
    return [_batch(pieces[a:b], rows) for a, b in pairwise(edges) if b > a]


def _pieces(first: int, last: int, choices: Choices) -> Iterator[_Piece]:
    """Cut one session, rows `first` to `last`, into pieces of about the same length."""
    n_pieces = max(round((last - first) / choices.piece_s), 1)
    cuts = [first + (last - first) * k // n_pieces for k in range(n_pieces + 1)]
    for a, b in pairwise(cuts):
        if b > a:
            reach = choices.context_s
            yield _Piece(max(a - reach, first), a, b, min(b + reach, last))


def _batch(pieces: list[_Piece], rows: Rows) -> Batch:
    length = max(one.length for one in pieces)
    first = np.array([one.first for one in pieces])
    row = first + np.arange(length)[:, None]
    is_empty = row >= np.array([one.last for one in pieces])
    index = np.where(is_empty, rows.n, row)
    inside = (row >= np.array([one.start for one in pieces])) & (
        row < np.array([one.end for one in pieces])
    )
    state = np.append(rows.state, NOT_JUDGED)[index]
    judged = inside & (state != NOT_JUDGED)
    weight = np.where(judged, np.append(rows.weight, 0.0)[index], 0.0)
    return Batch(index, np.maximum(state, 0), weight, is_empty)
