"""Which way is up for this wearer, with the clip as it sits now: learnt from their own walking.

At each second the reference is a mean of gravity over walking seconds, weighted by
`exp(-|dt| / reference_decay_s)`: past ones without limit, future ones up to `look_ahead_s`. It is
local in time because clips slip. After a long stretch without wear the clip may sit differently, so
a new stretch of wear starts without a past; its seconds before the first walk take the reference of
that walk ("cold start"), if it comes within `cold_start_s`, else the last one known.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import signal

from processing.method import Method
from processing.model import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Reference:
    """What is remembered of upright: enough to go on as if the past were still at hand."""

    #: decayed sum of weighted gravity directions of this stretch of wear, and of the weights
    past: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    #: direction against gravity, device axes, of the last stretch of wear; zeros: none
    last_up: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @staticmethod
    def remembered(up: FloatArray) -> Reference:
        """Return a reference to fall back on until walking is seen; `up` has shape (3,)."""
        x, y, z = (up / np.linalg.norm(up)).tolist()
        return Reference(last_up=(x, y, z))

    def after_break(self) -> Reference:
        """Return what is left of it once the clip may have been moved."""
        if self.past[3] <= 0:
            return self
        x, y, z = _unit(np.array([self.past[:3]]))[0].tolist()
        return Reference(last_up=(x, y, z))


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """The reference of consecutive seconds, and how it came about."""

    up: FloatArray  #: shape (n, 3), unit length; zeros where none is known
    past: FloatArray  #: shape (n, 4): `Reference.past` after each second
    last_up: FloatArray  #: shape (n, 3): `Reference.last_up` of each second's stretch
    cold_from: int  #: first index of the last stretch if that began cold, else n
    first_walk: int  #: index of the first reference walking of the last stretch; n: none so far

    @property
    def known(self) -> BoolArray:
        """Return where there is a reference, shape (n,)."""
        return np.asarray((self.up != 0).any(axis=1))

    def reference_before(self, index: int, reference: Reference) -> Reference:
        """Return what to remember when going on at `index`; `reference` is that of index 0."""
        if index == 0:
            return reference
        p0, p1, p2, p3 = self.past[index - 1].tolist()
        x, y, z = self.last_up[index - 1].tolist()
        return Reference((p0, p1, p2, p3), (x, y, z))


def follow(
    up: FloatArray,
    weight: FloatArray,
    broken: BoolArray,
    method: Method,
    reference: Reference,
    *,
    was_broken: bool,
) -> Upright:
    """Follow the reference through consecutive seconds.

    Parameters
    ----------
    up : shape (n, 3)
        Direction against gravity in device axes.
    weight : shape (n,)
        How much each second's direction counts: 0 unless it is sure walking.
    broken : shape (n,)
        Not worn, or without data for so long that the clip may have been taken off.
    method
        Decay, look-ahead and cold-start horizon.
    reference
        What is remembered of the time before.
    was_broken
        `broken` of the second before the first one.
    """
    n = len(weight)
    out, past, last_up = np.zeros((n, 3)), np.zeros((n, 4)), np.zeros((n, 3))
    weighted = np.column_stack([up * weight[:, None], weight])
    cold_from = first_walk = n
    for a, b in stretches(broken, was_broken=was_broken):
        if a > 0 or was_broken:
            reference = reference.after_break()
        is_cold = reference.past[3] <= 0
        walking = np.flatnonzero(weight[a:b])
        cold_from = a if is_cold else n
        first_walk = a + int(walking[0]) if len(walking) else n
        past[a:b] = _past(weighted[a:b], reference.past, method.reference_decay_s)
        total = past[a:b, :3] + _future(weighted[a:b, :3], method)
        if is_cold:
            _wait_for_walk(total, min(first_walk, b) - a, method.cold_start_s)
        last_up[a:b] = reference.last_up
        is_known = (total != 0).any(axis=1, keepdims=True)
        out[a:b] = np.where(is_known, _unit(total), last_up[a:b])
        p0, p1, p2, p3 = past[b - 1].tolist()
        reference = Reference((p0, p1, p2, p3), reference.last_up)
    return Upright(out, past, last_up, cold_from, first_walk)


def _wait_for_walk(total: FloatArray, first_walk: int, cold_start_s: int) -> None:
    """Give the seconds before the first walk its reference, but not those too long before it."""
    total[:first_walk] = 0
    if first_walk < len(total):
        total[max(first_walk - cold_start_s, 0) : first_walk] = total[first_walk]


def _past(weighted: FloatArray, before: tuple[float, ...], decay_s: float) -> FloatArray:
    """Return the decayed sum up to and including each second."""
    keep = np.exp(-1 / decay_s)
    zi = keep * np.array([before])
    return np.asarray(signal.lfilter([1.0], [1.0, -keep], weighted, axis=0, zi=zi)[0])


def _future(weighted: FloatArray, method: Method) -> FloatArray:
    """Return the decayed sum over the next `look_ahead_s` seconds, without the second itself."""
    ages = np.arange(method.look_ahead_s + 1)
    kernel = np.exp(-ages / method.reference_decay_s)
    kernel[0] = 0
    backwards = signal.upfirdn(kernel, weighted[::-1], axis=0)[: len(weighted)]
    return np.asarray(backwards[::-1])


def _unit(x: FloatArray) -> FloatArray:
    length = np.sqrt((x**2).sum(axis=1, keepdims=True))
    return np.asarray(np.where(length > 1e-100, x / np.where(length > 1e-100, length, 1), 0.0))


def stretches(broken: BoolArray, *, was_broken: bool) -> list[tuple[int, int]]:
    """Return index ranges `[a, b)`, each a stretch of wear with the break that follows it.

    Parameters
    ----------
    broken : shape (n,)
        Not worn, or without data for so long that the clip may have been taken off.
    was_broken
        The same for the second before the first one.
    """
    if not len(broken):
        return []
    before = np.r_[was_broken, broken[:-1]]
    edges = np.flatnonzero(~broken & before).tolist()
    edges = [0, *[edge for edge in edges if edge > 0], len(broken)]
    return list(pairwise(edges))
