"""Bouts of one device with what the wearer says was not worn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from processing.figures.sleep import Span
from processing.figures.told_bouts import told_bouts
from processing.model import Bout, PostureSeconds

ReadBouts = Callable[[int, int], list[Bout]]
ReadSeconds = Callable[[int, int], PostureSeconds]


def bouts_as_told(
    read: ReadBouts,
    seconds: ReadSeconds,
    not_worn: Sequence[Span],
    start_s: int,
    end_s: int,
) -> list[Bout]:
    """Return the bouts that overlap `[start_s, end_s)`, uncut but by what was told. [s]

    Parameters
    ----------
    read, seconds
        Return stored bouts, uncut, and stored seconds of a span.
    not_worn
        In order and apart. [s]
    """
    bouts = read(start_s, end_s)
    if not not_worn or not bouts:
        return bouts
    from_s, until_s = bouts[0].start_s, bouts[-1].end_s
    if not any(a <= until_s and b >= from_s for a, b in not_worn):
        return bouts
    # What is told not worn joins what the sensor knew not worn, however many bouts it covers; and
    # the bout beside tells whether one is cut short by that.
    while True:
        wide_s = reach(from_s, until_s, not_worn)
        bouts = read(wide_s[0] - 1, wide_s[1] + 1)
        told = told_bouts(bouts, not_worn, seconds)
        whole = [one for one in told if one.end_s > start_s and one.start_s < end_s]
        grown_s = (min(from_s, whole[0].start_s), max(until_s, whole[-1].end_s))
        if grown_s == (from_s, until_s):
            return whole
        from_s, until_s = grown_s


def reach(start_s: int, end_s: int, spans: Sequence[Span]) -> Span:
    """Return the span together with those that touch it; they are in order and apart. [s]"""
    near = [span for span in spans if span[0] <= end_s and span[1] >= start_s]
    if not near:
        return start_s, end_s
    return min(start_s, near[0][0]), max(end_s, near[-1][1])
