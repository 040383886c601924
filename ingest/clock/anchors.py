"""Where a sensor's clock was known to stand, over months and in little room."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

MOST_ANCHORS: Final = 96
_KEPT_RECENT: Final = 4  #: the newest are never thinned out
_DRIFT_OVER_S: Final = 7_200.0  #: the drift of now is that of the last two hours
_LEAST_SPAN_S: Final = 600.0  #: over less it is mostly noise
_PPM: Final = 1_000.0  #: one part per million, in nanoseconds per second


@dataclass(frozen=True, slots=True)
class Anchor:
    """One place of the time line."""

    t_s: float  #: device time
    offset_ns: float  #: host minus device
    half_ns: float  #: the true offset lies within this


@dataclass(slots=True)
class Anchors:
    """Anchors in order of time, with straight lines between them.

    When there are too many, the one goes whose neighbours say nearly the same without it. So a
    month takes no more room than an hour, and the bends stay.
    """

    all: list[Anchor] = field(default_factory=list)

    def push(self, anchor: Anchor) -> None:
        """Add one behind the others; one that is not behind them is left out."""
        if self.all and anchor.t_s <= self.all[-1].t_s:
            return
        self.all.append(anchor)
        if len(self.all) > MOST_ANCHORS:
            inner = range(1, len(self.all) - _KEPT_RECENT)
            del self.all[min(inner, key=self._cost)]

    def shift(self, by_ns: float) -> None:
        """Move all of them."""
        self.all = [Anchor(a.t_s, a.offset_ns + by_ns, a.half_ns) for a in self.all]

    def between(self, t_s: float, newest: Anchor) -> tuple[Anchor, Anchor]:
        """Return the two anchors around a time before `newest`; the first one is no later."""
        i = bisect_right(self.all, t_s, key=lambda anchor: anchor.t_s)
        after = self.all[i] if i < len(self.all) else newest
        return self.all[i - 1], after

    def drift(self, newest: Anchor) -> tuple[float, float] | None:
        """Return drift and half its uncertainty, or None when too little is known yet. [ppm]"""
        recent = (a for a in self.all if newest.t_s - a.t_s <= _DRIFT_OVER_S)
        oldest = next(recent, self.all[-1] if self.all else newest)
        span_s = newest.t_s - oldest.t_s
        if span_s < _LEAST_SPAN_S:
            return None
        drift_ppm = (newest.offset_ns - oldest.offset_ns) / span_s / _PPM
        return drift_ppm, (newest.half_ns + oldest.half_ns) / span_s / _PPM

    def _cost(self, i: int) -> float:
        """Return how far the line moves at anchor `i` when it goes. [ns]"""
        before, anchor, after = self.all[i - 1 : i + 2]
        return abs(on_line(before, after, anchor.t_s) - anchor.offset_ns)


def on_line(before: Anchor, after: Anchor, t_s: float) -> float:
    """Return the offset at a time on the straight line through two anchors. [ns]"""
    span_s = after.t_s - before.t_s
    if span_s <= 0:
        return after.offset_ns
    share = (t_s - before.t_s) / span_s
    return before.offset_ns + share * (after.offset_ns - before.offset_ns)
