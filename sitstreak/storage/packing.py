"""Posture seconds as the small integers that are stored, a row a UTC minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from processing.model import CLASSES, PostureSeconds

SECONDS_PER_ROW: Final = 60
FULL_SCALE: Final = 65_535  #: a probability of 1 as it is stored
_N: Final = len(CLASSES)


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """One stored minute: a blob a column, 60 seconds each."""

    minute_s: int
    code: bytes
    p: bytes
    confidence: bytes
    n_steps: bytes


@dataclass(frozen=True, slots=True, eq=False)
class PackedSeconds:
    """Consecutive seconds in stored form (columns of equal length n)."""

    start_s: int
    code: NDArray[np.uint8]
    p: NDArray[np.uint16]  #: shape (n, 5) [1/65535]
    confidence: NDArray[np.uint16]  #: [1/65535]
    n_steps: NDArray[np.uint8]

    @property
    def end_s(self) -> int:
        """One past the last second."""
        return self.start_s + len(self.code)

    def between(self, start_s: int, end_s: int) -> PackedSeconds:
        """Return the seconds of `[start_s, end_s)` that are in here."""
        part = slice(max(start_s - self.start_s, 0), max(end_s - self.start_s, 0))
        return PackedSeconds(
            max(start_s, self.start_s),
            self.code[part],
            self.p[part],
            self.confidence[part],
            self.n_steps[part],
        )


def pack(seconds: PostureSeconds) -> PackedSeconds:
    """Round to what is stored: probabilities to 1/65535, steps to at most 255 a second."""
    return PackedSeconds(
        seconds.start_s,
        seconds.code.copy(),
        np.rint(seconds.p * FULL_SCALE).astype("<u2"),
        np.rint(seconds.confidence * FULL_SCALE).astype("<u2"),
        np.minimum(seconds.n_steps, 255).astype(np.uint8),
    )


def unpack(packed: PackedSeconds) -> PostureSeconds:
    """Return the stored seconds; each row of `p` sums to 1 again."""
    p = packed.p.astype(np.float64)
    return PostureSeconds(
        packed.start_s,
        packed.code.copy(),
        p / p.sum(axis=1, keepdims=True),
        packed.confidence / FULL_SCALE,
        packed.n_steps.astype(np.int64),
    )


def unknown(start_s: int, end_s: int) -> PackedSeconds:
    """Return seconds about which nothing is known."""
    return pack(PostureSeconds.unknown(start_s, end_s))


def join(parts: Sequence[PackedSeconds]) -> PackedSeconds:
    """Join parts that follow each other without a hole."""
    return PackedSeconds(
        parts[0].start_s,
        np.concatenate([part.code for part in parts]),
        np.concatenate([part.p for part in parts]),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.n_steps for part in parts]),
    )


def to_rows(packed: PackedSeconds) -> Iterator[MinuteRow]:
    """Cut whole minutes into rows; `packed` begins and ends at a minute."""
    for minute_s in range(packed.start_s, packed.end_s, SECONDS_PER_ROW):
        part = packed.between(minute_s, minute_s + SECONDS_PER_ROW)
        yield MinuteRow(
            minute_s,
            part.code.tobytes(),
            part.p.tobytes(),
            part.confidence.tobytes(),
            part.n_steps.tobytes(),
        )


def from_rows(rows: Sequence[MinuteRow], start_s: int, end_s: int) -> PackedSeconds:
    """Return every second of the span; `unknown` where there is no row."""
    packed = unknown(start_s, end_s)
    if not rows or end_s <= start_s:
        return packed
    minutes = np.array([row.minute_s for row in rows])
    at = (minutes[:, None] + np.arange(SECONDS_PER_ROW)).ravel() - start_s
    inside = (at >= 0) & (at < end_s - start_s)
    at = at[inside]
    packed.code[at] = np.frombuffer(b"".join(row.code for row in rows), "u1")[inside]
    packed.p[at] = np.frombuffer(b"".join(row.p for row in rows), "<u2").reshape(-1, _N)[inside]
    packed.confidence[at] = np.frombuffer(b"".join(r.confidence for r in rows), "<u2")[inside]
    packed.n_steps[at] = np.frombuffer(b"".join(row.n_steps for row in rows), "u1")[inside]
    return packed
