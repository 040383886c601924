"""A convex polygon in a plane, cut by straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

_Point = tuple[float, float]


def rectangle(left: float, right: float, bottom: float, top: float) -> Polygon:
    """Return the rectangle between two abscissas and two ordinates."""
    return Polygon(((left, bottom), (right, bottom), (right, top), (left, top)))


@dataclass(frozen=True, slots=True)
class Polygon:
    """Corners in order, counter-clockwise."""

    corners: tuple[_Point, ...]

    def below(self, a: float, b: float, most: float) -> Polygon | None:
        """Return the part where `a x + b y <= most`, or None if nothing is left."""
        heights = [a * x + b * y - most for x, y in self.corners]
        if max(heights) <= 0:
            return self
        if min(heights) > 0:
            return None
        kept: list[_Point] = []
        around = [*zip(self.corners, heights, strict=True), (self.corners[0], heights[0])]
        for ((x0, y0), h0), ((x1, y1), h1) in pairwise(around):
            if h0 <= 0:
                kept.append((x0, y0))
            if (h0 < 0 < h1) or (h1 < 0 < h0):
                share = h0 / (h0 - h1)
                kept.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
        return Polygon(tuple(kept)) if kept else None

    def summary(self) -> tuple[_Point, _Point, _Point]:
        """Return the centroid, the range of x and the range of y.

        A polygon without an area (a point, a stroke) has the mean of its corners for a centroid.
        """
        xs, ys = zip(*self.corners, strict=True)
        left, bottom = min(xs), min(ys)
        wide, high = max(xs) - left or 1.0, max(ys) - bottom or 1.0
        # scaled to the unit square: offsets of hours beside drifts of 0.1 ppm cost digits otherwise
        unit = [((x - left) / wide, (y - bottom) / high) for x, y in self.corners]
        area = cx = cy = 0.0
        for (x0, y0), (x1, y1) in pairwise([*unit, unit[0]]):
            cross = x0 * y1 - x1 * y0
            area += cross
            cx += (x0 + x1) * cross
            cy += (y0 + y1) * cross
        if abs(area) < 1e-9:
            centre = (sum(x for x, _ in unit) / len(unit), sum(y for _, y in unit) / len(unit))
        else:
            centre = (cx / (3 * area), cy / (3 * area))
        middle = (left + wide * centre[0], bottom + high * centre[1])
        return middle, (left, max(xs)), (bottom, max(ys))
