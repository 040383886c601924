"""Whether the disk has room for the samples of the next days."""

from __future__ import annotations

from typing import Final

from sitstreak.doctor.finding import Finding, ok, wrong
from sitstreak.storage.room import RESERVE_BYTES

NAME: Final = "disk"
#: One sensor at 50 Hz: 39 MB of samples and 2 MB of results (docs/journal.md).
BYTES_A_DAY: Final = 41_000_000
FEWEST_DAYS: Final = 7


def check_disk(free_bytes: int, place: str) -> Finding:
    """Count the days for which there is room; some of the disk is never filled with samples."""
    n_days = max(free_bytes - RESERVE_BYTES, 0) // BYTES_A_DAY
    if n_days >= FEWEST_DAYS:
        return ok(NAME, f"{free_bytes / 1e9:.1f} GB free, room for {n_days} days of samples")
    return wrong(
        NAME,
        f"{free_bytes / 1e6:.0f} MB free, room for {n_days} more days of samples",
        f"make room on the disk of {place}",
    )
