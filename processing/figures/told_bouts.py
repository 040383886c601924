"""Raw bouts around what a diary says was not worn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from processing.figures.sleep import Span
from processing.model import Bout, Posture, PostureSeconds

_ABSENT = frozenset({Posture.UNKNOWN, Posture.NOT_WORN})
_Seconds = Callable[[int, int], PostureSeconds]


def told_bouts(bouts: Sequence[Bout], not_worn: Sequence[Span], seconds: _Seconds) -> list[Bout]:
    """Cut bouts where the sensor was not worn after all.

    Parameters
    ----------
    bouts
        In order, apart from each other.
    not_worn
        `[start_s, end_s)` each, in order and apart. [s]
    seconds
        Returns the seconds of a span; asked only for what is left of a bout that is cut.

    Returns
    -------
    bouts
        In order. They cover what they covered before; those beside time not worn are censored.
        Bouts that were cut before stay as they are.
    """
    cut = list(_joined(_pieces(bouts, not_worn, seconds)))
    if cut == list(bouts):
        return cut
    return [
        _judged(one, before, after)
        for before, one, after in zip([None, *cut[:-1]], cut, [*cut[1:], None], strict=True)
    ]


def _judged(one: Bout, before: Bout | None, after: Bout | None) -> Bout:
    """Say whether a bout may have been longer; where nothing is beside it, it says so itself."""
    beside = [
        other
        for other in (before, after)
        if other is not None and (other.end_s == one.start_s or other.start_s == one.end_s)
    ]
    is_beside_absent = any(other.posture in _ABSENT for other in beside)
    is_edge = len(beside) < 2 and one.censored
    return replace(one, censored=is_edge or is_beside_absent)


def _pieces(bouts: Iterable[Bout], not_worn: Sequence[Span], seconds: _Seconds) -> Iterator[Bout]:
    for bout in bouts:
        if bout.posture is Posture.NOT_WORN:
            yield bout
            continue
        at_s = bout.start_s
        for start_s, end_s in not_worn:
            a, b = max(start_s, bout.start_s), min(end_s, bout.end_s)
            if a >= b:
                continue
            if at_s < a:
                yield _part(bout, at_s, a, seconds)
            yield Bout(a, b, Posture.NOT_WORN, 0, 1.0, censored=bout.censored)
            at_s = b
        if at_s == bout.start_s:
            yield bout
        elif at_s < bout.end_s:
            yield _part(bout, at_s, bout.end_s, seconds)


def _part(bout: Bout, start_s: int, end_s: int, seconds: _Seconds) -> Bout:
    if bout.posture in _ABSENT:
        return replace(bout, start_s=start_s, end_s=end_s)
    part = seconds(start_s, end_s)
    return replace(
        bout,
        start_s=start_s,
        end_s=end_s,
        n_steps=int(part.n_steps.sum()),
        confidence=float(part.confidence.mean()),
    )


def _joined(bouts: Iterable[Bout]) -> Iterator[Bout]:
    """Yield the bouts with touching ones that were not worn as one."""
    held: Bout | None = None
    for bout in bouts:
        if held is None:
            held = bout
        elif bout.posture is held.posture is Posture.NOT_WORN and held.end_s == bout.start_s:
            length_s, more_s = held.duration_s, bout.duration_s
            mean = (held.confidence * length_s + bout.confidence * more_s) / (length_s + more_s)
            held = replace(held, end_s=bout.end_s, confidence=mean)
        else:
            yield held
            held = bout
    if held is not None:
        yield held
