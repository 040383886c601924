"""One collector at a time on a data directory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from sitstreak.errors import AlreadyRunningError, DataDirError


@contextlib.contextmanager
def collector_lock(data_dir: Path) -> Iterator[None]:
    """Hold the data directory; the operating system lets go of it however the process ends.

    Raises
    ------
    AlreadyRunningError
        If another process (or this one) holds it; says which.
    DataDirError
        If the directory cannot be used.
    """
    owner = data_dir / "collector.pid"
    lock = FileLock(data_dir / "collector.lock", timeout=0, mode=0o600, thread_local=False)
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise AlreadyRunningError(data_dir, _owner(owner)) from None
    except OSError as error:
        raise DataDirError(data_dir, f"cannot be locked: {error.strerror}") from error
    try:
        with contextlib.suppress(OSError):  # a full disk: the note is for people, the lock holds
            owner.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def collector_runs(data_dir: Path) -> bool:
    """Return whether a collector, of this process or another, uses a data directory now."""
    if not (data_dir / "collector.lock").exists():
        return False
    try:
        with collector_lock(data_dir):
            return False
    except AlreadyRunningError:
        return True


def _owner(path: Path) -> str:
    try:
        return f"process {int(path.read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "process unknown"
