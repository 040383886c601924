"""How far the results reach that can be of the present, whatever clock stamped them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sitstreak.views import words
from sitstreak.views.source import LinkStatus, ResultsReader

#: Live data are about a second old (a block fills, then one processing step). When they are later
#: than this, the present is not known.
STALE_AFTER_S: Final = 15
#: What a sensor stamped farther ahead than this is of no present: its clock was set wrong.
FAR_AHEAD_S: Final = 3_600
_CLOCK_AHEAD_S: Final = 60


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest data that can be of the present."""

    clock_s: int  #: this computer's
    end_s: int | None  #: one past the last second with data, at most `FAR_AHEAD_S` ahead
    left_out_s: int = 0  #: how far ahead of the clock data reach that are left out; 0: none are

    @classmethod
    def of(cls, results: ResultsReader, wearer: str, clock_s: int) -> Newest:
        """Find it."""
        end_s = results.latest_second(wearer)
        if end_s is None or end_s <= clock_s + FAR_AHEAD_S:
            return cls(clock_s, end_s)
        bounded_s = results.latest_second(wearer, clock_s + FAR_AHEAD_S)
        return cls(clock_s, bounded_s, end_s - clock_s)

    @property
    def live(self) -> bool:
        """Whether the present is known."""
        return self.end_s is not None and self.clock_s - self.end_s <= STALE_AFTER_S

    def state(self, link: LinkStatus | None) -> str | None:
        """Say in plain words where the data stand; None without any."""
        ahead = words.duration(self.left_out_s)
        if self.end_s is None:
            return (
                f"the sensor's clock is {ahead} ahead of this computer's"
                if self.left_out_s
                else None
            )
        state = _state(self.clock_s - self.end_s, link)
        if not self.left_out_s:
            return state
        return f"{state}; left out: data of a sensor's clock {ahead} ahead of this computer's"


def _state(late_s: int, link: LinkStatus | None) -> str:
    if late_s > STALE_AFTER_S:
        if link is not None and link.catching_up:
            return f"catching up, {words.duration(late_s)} behind"
        return f"sensor silent for {words.duration(late_s)}"
    if late_s < -_CLOCK_AHEAD_S:
        return f"live; the sensor's clock is {words.duration(-late_s)} ahead of this computer's"
    return "live"
