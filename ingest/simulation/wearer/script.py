"""A script: what the wearer does, stretch after stretch, known to the second."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from processing.model import CODE, BoolArray, CodeArray, IntArray, Posture

#: A change of posture takes up to 3 s, half of it on either side of the boundary.
MOVE_HALF_S: Final = 1.5
MIN_STRETCH_S: Final = 4  #: so that two moves never overlap

_PLAYABLE: Final = frozenset(
    {Posture.SIT, Posture.STAND, Posture.WALK, Posture.LIE, Posture.NOT_WORN}
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One posture for a while."""

    posture: Posture
    duration_s: int
    tilt_deg: float = 0.0  #: pelvis further back (+) or forward (-) than this person's usual
    roll_deg: float = 0.0  #: leaning or lying to the right (+)
    pace: float = 1.0  #: of walking; 1 = usual
    restless: float = 1.0  #: factor on sway and fidgets

    def __post_init__(self) -> None:
        if self.posture not in _PLAYABLE:
            raise ValueError(f"a wearer cannot act {self.posture}")
        if self.duration_s < MIN_STRETCH_S:
            raise ValueError(f"a stretch lasts at least {MIN_STRETCH_S} s, got {self.duration_s}")


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """Stretches that follow each other from `start_s` on, each a whole number of seconds.

    The moves between postures have no class of their own. A boundary is the middle of its move,
    when the seat is left or reached, as a thigh sensor would have it; so every second has exactly
    one true posture, and `moving` tells the few around each boundary that a fair score leaves out.
    """

    start_s: int  #: Unix time
    stretches: tuple[Stretch, ...]
    bounds_s: IntArray = field(init=False)  #: shape (n + 1,): where each begins, and the end

    def __post_init__(self) -> None:
        if not self.stretches:
            raise ValueError("a script needs at least one stretch")
        lengths = [stretch.duration_s for stretch in self.stretches]
        bounds_s = self.start_s + np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        bounds_s.setflags(write=False)
        object.__setattr__(self, "bounds_s", bounds_s)

    @property
    def end_s(self) -> int:
        """One past the last second."""
        return int(self.bounds_s[-1])

    def truth(self, start_s: int, end_s: int) -> CodeArray:
        """Return the posture of each second of `[start_s, end_s)`; `unknown` outside the script."""
        second = np.arange(start_s, end_s)
        codes = np.array([CODE[s.posture] for s in self.stretches], np.uint8)
        place = np.searchsorted(self.bounds_s, second, side="right") - 1
        inside = (place >= 0) & (place < len(codes))
        unknown = np.uint8(CODE[Posture.UNKNOWN])
        return np.where(inside, codes[place.clip(0, len(codes) - 1)], unknown).astype(np.uint8)

    def moving(self, start_s: int, end_s: int) -> BoolArray:
        """Return which seconds of `[start_s, end_s)` a move between stretches touches."""
        touched = np.zeros(max(end_s - start_s, 0), np.bool_)
        reach = int(np.ceil(MOVE_HALF_S))
        for shift in range(-reach, reach):
            place = self.bounds_s[1:-1] + shift - start_s
            touched[place[(place >= 0) & (place < len(touched))]] = True
        return touched

    def cut(self, start_s: int, end_s: int) -> Script:
        """Return the part in `[start_s, end_s)`.

        A piece too short to act is taken over by its neighbour, so that the length stays exact.

        Raises
        ------
        ValueError
            If less than one shortest stretch is left.
        """
        begin, end = max(start_s, self.start_s), min(end_s, self.end_s)
        if end - begin < MIN_STRETCH_S:
            raise ValueError(f"nothing to act between {start_s} and {end_s}")
        kept: list[Stretch] = []
        owed_s = 0
        for stretch, a, b in zip(self.stretches, self.bounds_s, self.bounds_s[1:], strict=False):
            length = min(int(b), end) - max(int(a), begin)
            if length <= 0:
                continue
            if length + owed_s >= MIN_STRETCH_S:
                kept.append(replace(stretch, duration_s=length + owed_s))
                owed_s = 0
            elif kept:
                kept[-1] = replace(kept[-1], duration_s=kept[-1].duration_s + length)
            else:
                owed_s += length
        return Script(begin, tuple(kept))

    def then(self, more: tuple[Stretch, ...]) -> Script:
        """Return this script going on with `more`.

        A first stretch of the same posture is joined on: somebody who goes on sitting does not
        shift in the chair at that moment.
        """
        last = self.stretches[-1]
        if more and more[0].posture is last.posture:
            longer = replace(last, duration_s=last.duration_s + more[0].duration_s)
            return Script(self.start_s, (*self.stretches[:-1], longer, *more[1:]))
        return Script(self.start_s, (*self.stretches, *more))
