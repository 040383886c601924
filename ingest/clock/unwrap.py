"""Counters that wrap, told apart over hours by this computer's time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from processing.model import NS_PER_S


@dataclass(slots=True)
class Unwrapper:
    """Makes a wrapping counter one that only goes up (packets may be a little out of order).

    The reading nearest to what the host's clock expects is taken: right as long as the host's
    clock is, since the last reading, by half a period (25 days for milliseconds of 32 bits,
    18 hours for ticks of 1/32768 s).

    Parameters
    ----------
    bits
        Width of the counter.
    ticks_per_s
        Its nominal rate.
    """

    bits: int
    ticks_per_s: int
    _ticks: int | None = None
    _at_ns: int = 0

    def unwrap(self, raw: int, host_ns: int) -> int:
        """Return the count since the first reading's period began.

        Parameters
        ----------
        raw
            The counter, 0 to 2^bits - 1.
        host_ns
            `HostTime.utc_ns` of the arrival: a line that neither sleep nor a restart tears. [ns]

        Raises
        ------
        ValueError
            If the counter is wider than it can be.
        """
        period = 1 << self.bits
        if not 0 <= raw < period:
            raise ValueError(f"a counter of {self.bits} bits says {raw}")
        if self._ticks is None:
            ticks = raw
        else:
            passed = (host_ns - self._at_ns) * self.ticks_per_s // NS_PER_S
            expected = self._ticks + passed
            ticks = expected + (raw - expected + period // 2) % period - period // 2
        if self._ticks is None or ticks > self._ticks:
            self._ticks, self._at_ns = ticks, host_ns
        return ticks

    def state(self) -> dict[str, Any]:
        """Return what a new process needs."""
        return {"ticks": self._ticks, "at_ns": self._at_ns}

    def restore(self, state: dict[str, Any]) -> Self:
        """Go on from a state."""
        self._ticks, self._at_ns = state["ticks"], state["at_ns"]
        return self
