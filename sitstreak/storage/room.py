"""How much room the disk has, and the rest of it that raw samples may not fill."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sitstreak.errors import JournalFullError

#: Kept free for results, the diary and SQLite's log. Results of a day take about 2 MB, and the log
#: about 4 MB until it is written back; but of a small disk not more than a twentieth is held back.
RESERVE_BYTES: Final = 64 * 2**20
_LARGEST_SHARE: Final = 20
#: Once full, so much more than the reserve has to be free before samples are stored again: else
#: every second try would fill the disk up to the brim.
_ENOUGH: Final = 1.25


@dataclass(slots=True)
class Room:
    """Watches the disk under a database, and remembers whether it was full the last time."""

    path: Path
    reserve_bytes: int = RESERVE_BYTES
    _is_full: bool = False

    def take(self, n_bytes: int) -> None:
        """Say that so many bytes are about to be written.

        Raises
        ------
        JournalFullError
            If the reserve would be touched, or was touched and not enough is free again.
        """
        disk = shutil.disk_usage(self.path.parent)
        reserve = min(self.reserve_bytes, disk.total // _LARGEST_SHARE)
        needed = n_bytes + round(reserve * _ENOUGH if self._is_full else reserve)
        self._is_full = disk.free < needed
        if self._is_full:
            raise JournalFullError(self.path, disk.free, n_bytes + round(reserve * _ENOUGH))
