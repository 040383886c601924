"""The corridor between what was sent before and what arrived after: where a sensor's clock can be.

A message cannot arrive before it was sent. So each question that the sensor answered with its clock
bounds the clock from below (when the question was written) and from above (when the answer was
there), and each live packet bounds it from above. Delays only ever widen the corridor, so its
narrowest places tell the time and everything late is harmless; nothing is averaged, and a bunch of
late packets cannot pull the result.

The corridor is kept as one pair of bounds for each half minute. A straight line (offset, drift)
has to pass between all of them. The lines that do form a convex polygon in the plane of offset and
drift [1]_; the estimate is its centroid, and its extent is how sure that is. Bounds are loosened
with age as fast as a crystal may change its rate, so old ones fade by themselves.

References
----------
.. [1] S. B. Moon, P. Skelly, D. Towsley, "Estimation and removal of clock skew from network delay
   measurements", IEEE INFOCOM 1999, for the lower envelope as a linear programme. Here it has both
   sides, and all of the feasible lines are kept instead of one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from ingest.clock.polygon import Polygon, rectangle

_PPM: Final = 1_000.0  #: one part per million, in nanoseconds per second
_ENOUGH_HEARD: Final = 30  #: packets, of which the fastest was a fast one
_ANY_DELAY_NS: Final = 100e6  #: what a packet may have taken when there are too few to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorLimits:
    """What is known of a clock and of its way here before anything was measured."""

    window_s: float = 30.0  #: one pair of bounds is kept for so long
    n_windows: int = 40
    max_drift_ppm: float = 150.0  #: no line is steeper
    #: A 32 768 Hz tuning fork is off by 0.034 ppm/K² times its distance from 25 °C squared: from
    #: the waist (33 °C) into the cold (10 °C) in a quarter of an hour is 0.006 ppm/s.
    wander_ppm_per_s: float = 0.01
    wander_ppm: float = 10.0  #: the drift has not changed by more, however long ago it was measured
    tolerance_ms: float = 3.0  #: a bound outside the corridor by less moves it, by more is doubted
    late_ms: float = 1_500.0  #: the worst measured wait of a live packet is 860 ms
    #: Without questions the fastest packets alone tell the time: this is how long they took.
    least_delay_ms: float = 8.0
    least_delay_spread_ms: float = 15.0


class Verdict(Enum):
    """How a new observation lies to the corridor."""

    FITS = "fits"
    AHEAD = "ahead"  #: sent after the corridor's upper edge: the host's clock went forward
    BEHIND = "behind"  #: arrived before the corridor's lower edge: the host's clock went back
    LATE = "late"  #: later than any packet has ever been


@dataclass(slots=True)
class _Window:
    """The tightest bounds of one stretch; times [s], bounds [ns]."""

    start_s: float
    upper: tuple[float, float]  #: time, bound
    lower: tuple[float, float] | None

    def as_list(self) -> list[float | None]:
        lower = self.lower or (None, None)
        return [self.start_s, *self.upper, *lower]


@dataclass(frozen=True, slots=True)
class Line:
    """An estimate: offset = `at_s`'s value plus drift times what has passed since."""

    at_s: float
    offset_ns: float
    drift_ppm: float
    half_ns: float  #: the true offset lies within this of `offset_ns`, at `at_s`
    drift_half_ppm: float

    def value_ns(self, t_s: float) -> float:
        """Return the offset at a time. [ns]"""
        return self.offset_ns + self.drift_ppm * _PPM * (t_s - self.at_s)


@dataclass(slots=True)
class Corridor:
    """Bounds of one clock's offset (host minus device), and the line between them.

    Times are device seconds, offsets nanoseconds, both from any fixed origin.

    Parameters
    ----------
    limits
        What is known before anything was measured.
    drift_ppm, drift_half_ppm
        What is known of the drift from elsewhere; at first nothing but the limits.
    """

    limits: CorridorLimits
    drift_ppm: float = 0.0
    drift_half_ppm: float = 1e9
    first_s: float | None = None  #: of the first observation
    last_s: float = 0.0  #: of the newest observation
    n_seen: int = 0  #: observations taken
    _windows: deque[_Window] = field(default_factory=deque)
    _line: Line | None = None

    def add(self, t_s: float, lower_ns: float | None, upper_ns: float) -> None:
        """Take bounds of the offset at a time; without a question there is no lower one."""
        if self.first_s is None:
            self.first_s = self.last_s = t_s
        self.last_s = max(self.last_s, t_s)
        self.n_seen += 1
        window = self._windows[-1] if self._windows else None
        if window is None or t_s >= window.start_s + self.limits.window_s:
            lower = None if lower_ns is None else (t_s, lower_ns)
            self._windows.append(_Window(t_s, (t_s, upper_ns), lower))
            if len(self._windows) > self.limits.n_windows:
                self._windows.popleft()
            self._line = None
        elif self._tighten(window, t_s, lower_ns, upper_ns):
            self._line = None

    def judge(self, t_s: float, lower_ns: float | None, upper_ns: float) -> Verdict:
        """Say how bounds at a time lie to the corridor, without taking them."""
        line = self.line()
        half_ns = self.half_ns(t_s) + self.limits.tolerance_ms * 1e6
        value_ns = line.value_ns(t_s)
        if upper_ns < value_ns - half_ns:
            return Verdict.BEHIND
        if lower_ns is not None and lower_ns > value_ns + half_ns:
            return Verdict.AHEAD
        if upper_ns > value_ns + half_ns + self.limits.late_ms * 1e6:
            return Verdict.LATE
        return Verdict.FITS

    def half_ns(self, t_s: float) -> float:
        """Return how far the true offset may be from the line at a time. [ns]"""
        line = self.line()
        away_s = abs(t_s - line.at_s)
        return line.half_ns + line.drift_half_ppm * _PPM * away_s + self._wander_ns(away_s)

    @property
    def is_settled(self) -> bool:
        """Whether it can be relied on: questions were answered, or enough packets were heard."""
        return self.n_seen >= _ENOUGH_HEARD or any(window.lower for window in self._windows)

    def shift(self, by_ns: float) -> None:
        """Move the whole corridor."""
        for window in self._windows:
            window.upper = (window.upper[0], window.upper[1] + by_ns)
            if window.lower is not None:
                window.lower = (window.lower[0], window.lower[1] + by_ns)
        self._line = None

    def know_drift(self, ppm: float, half_ppm: float) -> None:
        """Take over what is known of the drift from elsewhere."""
        self.drift_ppm, self.drift_half_ppm = ppm, half_ppm
        self._line = None

    def line(self) -> Line:
        """Return the line through the middle of the corridor; there must be an observation."""
        if self._line is None:
            self._line = self._fit()
        return self._line

    def as_lists(self) -> list[list[float | None]]:
        """Return the bounds, to be kept somewhere."""
        return [window.as_list() for window in self._windows]

    def take_lists(self, rows: list[list[float | None]]) -> None:
        """Take over what `as_lists` gave, before anything is added."""
        for start_s, upper_s, upper_ns, lower_s, lower_ns in rows:
            assert start_s is not None
            assert upper_s is not None
            assert upper_ns is not None
            lower = None if lower_s is None or lower_ns is None else (lower_s, lower_ns)
            self._windows.append(_Window(start_s, (upper_s, upper_ns), lower))
            self.first_s = start_s if self.first_s is None else self.first_s
            self.last_s = max(upper_s, upper_s if lower_s is None else lower_s)

    # The fit -----------------------------------------------------------------------------------

    def _tighten(
        self, window: _Window, t_s: float, lower_ns: float | None, upper_ns: float
    ) -> bool:
        """Take bounds into a window; return whether one of them is tighter than what it had."""
        slope = self.drift_ppm * _PPM
        is_tighter = False
        if upper_ns - slope * t_s < window.upper[1] - slope * window.upper[0]:
            window.upper = (t_s, upper_ns)
            is_tighter = True
        if lower_ns is not None and (
            window.lower is None
            or lower_ns - slope * t_s > window.lower[1] - slope * window.lower[0]
        ):
            window.lower = (t_s, lower_ns)
            is_tighter = True
        return is_tighter

    def _wander_ns(self, age_s: float) -> float:
        """Return how far the offset may have left a straight line after a time. [ns]"""
        ppm = min(self.limits.wander_ppm_per_s * age_s / 2, self.limits.wander_ppm)
        return ppm * _PPM * age_s

    def _drift_range(self) -> tuple[float, float]:
        """Return the least and the greatest drift. [ns/s]"""
        limit = self.limits.max_drift_ppm
        low = max(self.drift_ppm - self.drift_half_ppm, -limit)
        high = min(self.drift_ppm + self.drift_half_ppm, limit)
        return min(low, limit - 1) * _PPM, max(high, 1 - limit) * _PPM

    def _fit(self) -> Line:
        low_drift, high_drift = self._drift_range()
        at_s = self.last_s
        uppers = [(w.upper[0] - at_s, w.upper[1]) for w in reversed(self._windows)]
        lowers = [(w.lower[0] - at_s, w.lower[1]) for w in reversed(self._windows) if w.lower]
        if not lowers:
            return self._one_sided(at_s, uppers, low_drift, high_drift)
        highest = self._highest(uppers, high_drift)
        lowest = max(bound - self._wander_ns(-dt) + low_drift * -dt for dt, bound in lowers)
        if lowest >= highest:
            lowest, highest = self._newest(highest)
        polygon = self._cut(rectangle(lowest, highest, low_drift, high_drift), uppers, lowers)
        centre, (least, most), (slowest, fastest) = polygon.summary()
        half = max(most - centre[0], centre[0] - least)
        drift_half = max(fastest - centre[1], centre[1] - slowest)
        return Line(at_s, centre[0], centre[1] / _PPM, half, drift_half / _PPM)

    def _cut(
        self,
        polygon: Polygon,
        uppers: list[tuple[float, float]],
        lowers: list[tuple[float, float]],
    ) -> Polygon:
        """Keep the lines below all upper and above all lower bounds, as far back as one does."""
        bounds = [(dt, bound, 1.0) for dt, bound in uppers]
        bounds += [(dt, bound, -1.0) for dt, bound in lowers]
        for dt, bound, side in sorted(bounds, reverse=True):
            loose = bound + side * self._wander_ns(-dt)
            kept = polygon.below(1.0 * side, dt * side, loose * side)
            if kept is None:
                break  # the drift has changed faster than it can: what is older tells nothing
            polygon = kept
        return polygon

    def _newest(self, highest: float) -> tuple[float, float]:
        """Return the range of the offset when bounds contradict each other: by the newest ones."""
        newest = next((w for w in reversed(self._windows) if w.lower is not None), None)
        assert newest is not None
        assert newest.lower is not None
        middle = (newest.lower[1] + min(newest.upper[1], max(highest, newest.lower[1]))) / 2
        half = max(abs(newest.upper[1] - newest.lower[1]) / 2, 1.0)
        return middle - half, middle + half

    def _highest(self, uppers: list[tuple[float, float]], drift: float) -> float:
        """Return the highest offset now that all upper bounds allow at a drift. [ns]"""
        return min(bound + self._wander_ns(-dt) - drift * dt for dt, bound in uppers)

    def _one_sided(
        self, at_s: float, uppers: list[tuple[float, float]], low: float, high: float
    ) -> Line:
        """Make a line of arrivals alone: below the fastest packets by what those usually take.

        For the drift, and for it only, the fastest packet of each window counts as about as fast as
        that of any other.
        """
        spread_ns = self.limits.least_delay_spread_ms * 1e6
        least_ns = self.limits.least_delay_ms * 1e6
        lowers = [(dt, bound - 2 * spread_ns) for dt, bound in uppers]
        highest = self._highest(uppers, high)
        whole = rectangle(lowers[0][1] - 1e9, highest, low, high)
        centre, _, (slowest, fastest) = self._cut(whole, uppers, lowers).summary()
        drift_half = max(fastest - centre[1], centre[1] - slowest) / _PPM
        offset = self._highest(uppers, fastest) - least_ns
        late_ns = 0.0 if self.is_settled else _ANY_DELAY_NS
        return Line(at_s, offset, centre[1] / _PPM, spread_ns + late_ns, drift_half)
