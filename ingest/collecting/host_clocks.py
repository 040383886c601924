"""Reads this computer's clocks; the only module of `ingest` that does."""

from __future__ import annotations

import ctypes
import sys
import time
from typing import Final

from ingest.clock.host import Stamp

#: Larger than `struct timex` on any system (208 bytes on 64-bit Linux, sys/timex.h).
_TIMEX_BYTES: Final = 512
_TIME_ERROR: Final = 5

if sys.platform == "linux":

    def monotonic_ns() -> int:
        """Return a clock that never steps back and counts sleep (clock_gettime(2)). [ns]"""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

else:

    def monotonic_ns() -> int:
        """Return a clock that never steps back. [ns]"""
        return time.monotonic_ns()


def is_clock_synchronised() -> bool | None:
    """Return whether a time service keeps the wall clock right; None where nobody can tell.

    The kernel knows: adjtimex(2) returns TIME_ERROR as long as no service has set the clock, and
    after somebody else has.
    """
    if sys.platform != "linux":
        return None
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: only ask
    try:
        state = ctypes.CDLL(None).adjtimex(timex)
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def stamp_now() -> Stamp:
    """Read both clocks, one right after the other."""
    return Stamp(monotonic_ns(), time.time_ns())
