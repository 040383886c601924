"""One wearer, several devices: which of them is believed, second by second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from processing.figures.bouts import find_bouts
from processing.model import CODE, Bout, FloatArray, Posture, PostureSeconds

#: In these a sensor is not on a body.
ABSENT: Final = (Posture.UNKNOWN, Posture.NOT_WORN)
#: Seconds are merged so many at once: bounds the memory. [s]
_PIECE_S: Final = 86_400


def merge_devices(parts: Sequence[PostureSeconds]) -> PostureSeconds:
    """Merge seconds of the same span.

    A device that is worn beats one that lies in a drawer, which beats one that knows nothing; then
    the surer one wins, and at a tie the earlier in `parts`.
    """
    if len(parts) == 1:
        return parts[0]
    best = np.argmax(np.stack([_credit(part) for part in parts]), axis=0)
    at = np.arange(len(parts[0]))
    return PostureSeconds(
        parts[0].start_s,
        np.stack([part.code for part in parts])[best, at],
        np.stack([part.p for part in parts])[best, at],
        np.stack([part.confidence for part in parts])[best, at],
        np.stack([part.n_steps for part in parts])[best, at],
    )


def merge_bouts(
    found: Sequence[Sequence[Bout]],
    span_s: tuple[int, int],
    merged_seconds: Callable[[int, int], PostureSeconds],
) -> list[Bout]:
    """Merge the bouts of several devices, as if found in the merged seconds.

    Seconds are not looked at where nobody wore any for more than a day: months in a drawer are a
    bout.

    Parameters
    ----------
    found
        Of each device all bouts that overlap the span.
    merged_seconds
        Returns the merged seconds of `[start_s, end_s)`.

    Returns
    -------
    bouts
        In order, without a hole: together they cover the span; cut at its ends and censored there.
    """
    merged: list[Bout] = []
    for start_s, end_s, absent in _stretches(found, *span_s):
        parts = [absent] if absent else find_bouts(merged_seconds(start_s, end_s))
        for bout in parts:
            if merged and merged[-1].posture is bout.posture:
                merged[-1] = _joined(merged[-1], bout)
            else:
                merged.append(bout)
    codes = [None, *(bout.posture for bout in merged), None]
    return [
        replace(bout, censored=any(code is None or code in ABSENT for code in beside))
        for bout, beside in zip(merged, zip(codes, codes[2:], strict=False), strict=True)
    ]


def _stretches(
    found: Sequence[Sequence[Bout]], start_s: int, end_s: int
) -> Iterator[tuple[int, int, Bout | None]]:
    """Cut a span into stretches of at most a day, and long bouts in which no device is worn."""
    bouts = [bout for part in found for bout in part]
    inner = {at for bout in bouts for at in (bout.start_s, bout.end_s) if start_s < at < end_s}
    edges = np.array(sorted({start_s, end_s} | inner), np.int64)
    is_worn = np.zeros(len(edges) - 1, np.bool_)
    off_confidence = np.full(len(is_worn), -1.0)
    for bout in bouts:
        a, b = np.searchsorted(edges, (bout.start_s, bout.end_s))
        is_worn[a:b] |= bout.posture not in ABSENT
        if bout.posture is Posture.NOT_WORN:
            off_confidence[a:b] = np.maximum(off_confidence[a:b], bout.confidence)
    is_long = ~is_worn & (np.diff(edges) > _PIECE_S)
    done_s = start_s
    for index in [*np.flatnonzero(is_long).tolist(), None]:
        a_s = end_s if index is None else int(edges[index])
        for piece_s in range(done_s, a_s, _PIECE_S):
            yield piece_s, min(piece_s + _PIECE_S, a_s), None
        if index is not None:
            done_s, confidence = int(edges[index + 1]), float(off_confidence[index])
            posture = Posture.UNKNOWN if confidence < 0 else Posture.NOT_WORN
            absent = Bout(a_s, done_s, posture, 0, max(confidence, 0.0), censored=True)
            yield a_s, done_s, absent


def _joined(before: Bout, after: Bout) -> Bout:
    total = before.confidence * before.duration_s + after.confidence * after.duration_s
    return replace(
        before,
        end_s=after.end_s,
        n_steps=before.n_steps + after.n_steps,
        confidence=total / (before.duration_s + after.duration_s),
    )


def _credit(part: PostureSeconds) -> FloatArray:
    """Return how much each second is to be believed: the class first, then the confidence."""
    known = part.code != CODE[Posture.UNKNOWN]
    worn = known & (part.code != CODE[Posture.NOT_WORN])
    return np.asarray(2.0 * known + 2.0 * worn + part.confidence, np.float64)
