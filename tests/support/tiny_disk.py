"""A real file system of a few megabytes, for tests of what happens when it is full."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def tiny_disk(place: Path, n_bytes: int) -> Iterator[Path]:
    """Mount a memory file system of a size of its own; skips, and says why, where that is refused.

    The same promises are also tested through SQLite's own page limit, which needs no mount.
    """
    place.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", f"size={n_bytes},mode=700", "tmpfs", os.fspath(place)]
    try:
        done = subprocess.run(call, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no tiny disk: mount cannot be started ({error.strerror})")
    if done.returncode:
        pytest.skip(f"no tiny disk: {done.stderr.strip() or 'mount was refused'}")
    try:
        yield place
    finally:
        subprocess.run(["umount", os.fspath(place)], check=True)


def fill(place: Path, n_bytes_left: int) -> Path:
    """Fill a disk but for so much; return the file that does it."""
    filler = place / "filler"
    with filler.open("ab", buffering=0) as file:
        free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        file.write(b"\0" * max(free - n_bytes_left, 0))
    return filler
