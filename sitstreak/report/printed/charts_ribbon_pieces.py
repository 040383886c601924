"""Where a day's stretches stand on the ribbon: minutes of the wearer's clock, in two lanes at most.

On the day of 25 hours an hour happens twice. The first time is drawn in the upper half of the row,
the second in the lower. On the day of 23 hours the hour that does not exist stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from processing.model import Posture
from sitstreak.report.content.model import ClockChange, DayStrip

SLEEP: Final = "sleep"
#: Everything that can be on the ribbon.
KINDS: Final = (*(posture.value for posture in Posture), SLEEP)
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch on the clock, `[start_h, end_h)`."""

    start_h: float
    end_h: float
    lane: int  #: 0 the whole row, 1 its upper half, 2 its lower half


def on_clock(
    start_s: float, end_s: float, strip: DayStrip, change: ClockChange | None
) -> list[Piece]:
    """Return where a stretch of a day is drawn. [s, Unix time]"""
    cuts = _cuts(strip, change)
    pieces = []
    for (first_s, lane, shift_s), last_s in cuts:
        a, b = max(start_s, first_s), min(end_s, last_s)
        if a < b:
            offset_s = shift_s - strip.start_s
            pieces.append(Piece((a + offset_s) / 3600, (b + offset_s) / 3600, lane))
    return pieces


def moment_h(at_s: float, strip: DayStrip, change: ClockChange | None) -> float:
    """Return the time of day of a moment. [h]"""
    shift_s = change.shift_s if change and _is_within(strip, change) and at_s >= change.at_s else 0
    return (at_s - strip.start_s + shift_s) / 3600


def _is_within(strip: DayStrip, change: ClockChange) -> bool:
    return strip.start_s < change.at_s < strip.end_s


def _cuts(
    strip: DayStrip, change: ClockChange | None
) -> list[tuple[tuple[float, int, int], float]]:
    """Return (start, lane, shift of the clock) and end of each part of a day."""
    if change is None or not _is_within(strip, change):
        return [((strip.start_s, 0, 0), strip.end_s)]
    at_s, shift_s = change.at_s, change.shift_s
    twice_s = max(-shift_s, 0)
    starts: list[tuple[float, int, int]] = [(strip.start_s, 0, 0)]
    if twice_s:
        starts += [(at_s - twice_s, 1, 0), (at_s, 2, shift_s)]
    starts.append((at_s + twice_s, 0, shift_s))
    ends = [start for start, _, _ in starts[1:]]
    return list(zip(starts, [*ends, strip.end_s], strict=True))


def by_minute(strip: DayStrip) -> Iterator[tuple[str, int, int]]:
    """Yield what, start and end of stretches [s]: each minute as what most of it was.

    Paper shows no more (a minute is a third of a point), and a day of a thousand stretches would
    make a large file.
    """
    n = -(-(strip.end_s - strip.start_s) // _MINUTE_S)
    seconds = np.full(n * _MINUTE_S, KINDS.index(Posture.UNKNOWN), np.int64)
    for run in strip.runs:
        seconds[run.start_s - strip.start_s : run.end_s - strip.start_s] = KINDS.index(run.what)
    minute = np.repeat(np.arange(n), _MINUTE_S)
    counts = np.bincount(minute * len(KINDS) + seconds, minlength=n * len(KINDS))
    most = counts.reshape(n, len(KINDS)).argmax(axis=1)
    edges = [0, *(np.flatnonzero(np.diff(most)) + 1).tolist(), n]
    for a, b in pairwise(edges):
        end_s = min(strip.start_s + b * _MINUTE_S, strip.end_s)
        yield KINDS[most[a]], strip.start_s + a * _MINUTE_S, end_s
