"""Whether another program waits for what the collector is about to store.

A collector that nobody looks at stores rarely, to spare the disk. A guided measurement in another
terminal needs each second at once, so it leaves a mark beside the data.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Final

_NAME: Final = "looking"
_LASTS_S: Final = 10.0


def look(data_dir: Path) -> None:
    """Say that somebody waits; it holds for ten seconds."""
    with contextlib.suppress(OSError):  # a full disk: then it only takes longer
        (data_dir / _NAME).touch(mode=0o600)


def is_looked_at(data_dir: Path) -> bool:
    """Return whether somebody has waited within the last ten seconds."""
    try:
        ago_s = time.time() - (data_dir / _NAME).stat().st_mtime
    except OSError:
        return False
    return abs(ago_s) < _LASTS_S
