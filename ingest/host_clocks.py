"""Reads this computer's clocks; the only module of `ingest` that does."""

from __future__ import annotations

import sys
import time

from ingest.clock_host import Stamp

if sys.platform == "linux":

    def monotonic_ns() -> int:
        """Return a clock that never steps back and counts sleep (clock_gettime(2)). [ns]"""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

else:

    def monotonic_ns() -> int:
        """Return a clock that never steps back. [ns]"""
        return time.monotonic_ns()


def stamp_now() -> Stamp:
    """Read both clocks, one right after the other."""
    return Stamp(monotonic_ns(), time.time_ns())
