"""Which way is up and which is forward, with the clip as it sits now: learnt from walking.

At each second the upright reference is a mean of gravity over walking seconds, weighted by
`exp(-|dt| / reference_decay_s)`: past ones without limit, future ones up to `look_ahead_s`. It is
local in time because clips slip. Forward is the same mean, over a longer time, of the level
movement that runs a quarter of a period before the vertical one (prototype A: right in all 78 sits
of HAPT). After a long stretch without wear the clip may sit differently, so a new stretch of wear
starts without a past; its seconds before the first walk take the reference of that walk ("cold
start"), if it comes within `cold_start_s`, else the last one known.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import signal

from processing.method import Method
from processing.model import BoolArray, FloatArray

Vector = tuple[float, float, float]
_NOWHERE: Vector = (0.0, 0.0, 0.0)
#: A decayed sum so small counts for nothing beside any walking to come. [s]
_LEAST_SUM = 1e-9


@dataclass(frozen=True, slots=True)
class Reference:
    """What is remembered of upright: enough to go on as if the past were still at hand."""

    #: decayed sum of weighted gravity directions of this stretch of wear, and of the weights
    past: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    #: direction against gravity, device axes, of the last stretch of wear; zeros: none
    last_up: Vector = _NOWHERE
    past_forward: Vector = _NOWHERE  #: decayed sum of forward movement of this stretch of wear
    last_forward: Vector = _NOWHERE  #: the way the wearer faced in the last stretch of wear
    #: decayed sum of how pauses between steps differ from usual, and of their seconds
    pauses: tuple[float, float] = (0.0, 0.0)

    @staticmethod
    def remembered(up: FloatArray, forward: FloatArray | None = None) -> Reference:
        """Return a reference to fall back on until walking is seen; shape (3,) each."""
        return Reference(
            last_up=_vector(up), last_forward=_NOWHERE if forward is None else _vector(forward)
        )

    def after_break(self) -> Reference:
        """Return what is left of it once the clip may have been moved."""
        up = _vector(np.array(self.past[:3])) if self.past[3] > 0 else self.last_up
        has_forward = any(self.past_forward)
        forward = _vector(np.array(self.past_forward)) if has_forward else self.last_forward
        return Reference(last_up=up, last_forward=forward)


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """The reference of consecutive seconds, and how it came about."""

    up: FloatArray  #: shape (n, 3), unit length; zeros where none is known
    forward: FloatArray  #: shape (n, 3), unit length, about level; zeros where not known
    past: FloatArray  #: shape (n, 7): `past` and `past_forward` of Reference after each second
    last: FloatArray  #: shape (n, 6): `last_up` and `last_forward` of each second's stretch
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
        p = self.past[index - 1].tolist()
        last = self.last[index - 1].tolist()
        return Reference(
            (p[0], p[1], p[2], p[3]),
            (last[0], last[1], last[2]),
            (p[4], p[5], p[6]),
            (last[3], last[4], last[5]),
        )


def follow(
    up: FloatArray,
    phase: FloatArray,
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
    phase : shape (n, 3)
        Level movement a quarter of a period before the vertical, device axes.
    weight : shape (n,)
        How much each second's direction counts: 0 unless it is sure walking.
    broken : shape (n,)
        Not worn, or without data for so long that the clip may have been taken off.
    method
        Decays, look-ahead and cold-start horizon.
    reference
        What is remembered of the time before.
    was_broken
        `broken` of the second before the first one.
    """
    n = len(weight)
    out, past, last = np.zeros((n, 6)), np.zeros((n, 7)), np.zeros((n, 6))
    upward = np.column_stack([up * weight[:, None], weight])
    onward = phase * weight[:, None]
    cold_from = first_walk = n
    for a, b in stretches(broken, was_broken=was_broken):
        if a > 0 or was_broken:
            reference = reference.after_break()
        is_cold = reference.past[3] <= 0
        walking = np.flatnonzero(weight[a:b])
        cold_from = a if is_cold else n
        first_walk = a + int(walking[0]) if len(walking) else n
        past[a:b, :4] = decayed_past(upward[a:b], reference.past, method.reference_decay_s)
        past[a:b, 4:] = decayed_past(onward[a:b], reference.past_forward, method.forward_decay_s)
        n_worn = b - a - int(broken[a:b].sum())
        _hold(past[a:b, :4], np.array(reference.past), n_worn)
        _hold(past[a:b, 4:], np.array(reference.past_forward), n_worn)
        last[a:b] = [*reference.last_up, *reference.last_forward]
        for columns, of_past, weighted, decay_s in (
            (slice(0, 3), slice(0, 3), upward[a:b, :3], method.reference_decay_s),
            (slice(3, 6), slice(4, 7), onward[a:b], method.forward_decay_s),
        ):
            total = past[a:b, of_past] + decayed_future(weighted, method.look_ahead_s, decay_s)
            if is_cold:
                _wait_for_walk(total, min(first_walk, b) - a, method.cold_start_s)
            is_known = (total != 0).any(axis=1, keepdims=True)
            out[a:b, columns] = np.where(is_known, _unit(total), last[a:b, columns])
        reference = Upright(out, out, past, last, n, n).reference_before(b, reference)
    return Upright(out[:, :3], out[:, 3:], past, last, cold_from, first_walk)


def _wait_for_walk(total: FloatArray, first_walk: int, cold_start_s: int) -> None:
    """Give the seconds before the first walk its reference, but not those too long before it."""
    total[:first_walk] = 0
    if first_walk < len(total):
        total[max(first_walk - cold_start_s, 0) : first_walk] = total[first_walk]


def _hold(past: FloatArray, before: FloatArray, n_worn: int) -> None:
    """Keep a fading sum from vanishing: whoever does not walk for days has faced some way before.

    A sum stops fading once it is smaller than `_LEAST_SUM`, and after the first `n_worn` seconds.

    Parameters
    ----------
    past : shape (n, k)
        Changed in place.
    before : shape (k,)
        What it was before the first second.
    """
    n = len(past)
    is_large = np.abs(past).max(axis=1) >= _LEAST_SUM
    is_large[n_worn:] = False
    latest = np.maximum.accumulate(np.where(is_large, np.arange(n), -1))
    faint = latest < np.arange(n)
    source = np.where((latest >= 0)[:, None], past[np.maximum(latest, 0)], before)
    past[faint] = source[faint]


def decayed_past(weighted: FloatArray, before: tuple[float, ...], decay_s: float) -> FloatArray:
    """Return the decayed sum up to and including each second."""
    keep = np.exp(-1 / decay_s)
    zi = keep * np.array([before])
    return np.asarray(signal.lfilter([1.0], [1.0, -keep], weighted, axis=0, zi=zi)[0])


def decayed_future(weighted: FloatArray, look_ahead_s: int, decay_s: float) -> FloatArray:
    """Return the decayed sum over the next `look_ahead_s` seconds, without the second itself."""
    kernel = np.exp(-np.arange(look_ahead_s + 1) / decay_s)
    kernel[0] = 0
    backwards = signal.upfirdn(kernel, weighted[::-1], axis=0)[: len(weighted)]
    return np.asarray(backwards[::-1])


def _vector(direction: FloatArray) -> Vector:
    x, y, z = (direction / np.linalg.norm(direction)).tolist()
    return x, y, z


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
