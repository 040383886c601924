"""Errors that tell the user what to do. The command line prints one line and exits with 2."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import JournalUnavailableError
from processing.gap_reasons import GapReason


class SitstreakError(Exception):
    """Something the user can put right. `str()` is the one line that is printed."""


class SettingError(SitstreakError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, cause: str) -> None:
        self.name = name
        super().__init__(f"setting {name}: {cause}")


class DataDirError(SitstreakError):
    """The data directory cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"{path}: {why}")


class AlreadyRunningError(SitstreakError):
    """Another collector holds the lock of this data directory."""

    def __init__(self, path: Path, owner: str) -> None:
        self.path, self.owner = path, owner
        super().__init__(
            f"{path}: another sitstreak collector ({owner}) is using this data; "
            "stop it first, or give another --data-dir"
        )


class DiskFullError(SitstreakError, JournalUnavailableError):
    """Nothing more fits on the disk; what was being stored is not there, everything else is."""

    def __init__(self, path: Path, why: str = "") -> None:
        self.path = path
        self.gap_reason = GapReason.DISK_FULL
        why = why or "the disk is full; make room, nothing stored so far is lost"
        super().__init__(f"{path}: {why}")


class JournalFullError(DiskFullError):
    """So little room is left that it is kept for results and the diary: no samples are stored."""

    def __init__(self, path: Path, free_bytes: int, needed_bytes: int) -> None:
        self.free_bytes, self.needed_bytes = free_bytes, needed_bytes
        super().__init__(
            path,
            f"the disk is full ({free_bytes / 1e6:.1f} MB left); samples wait, and "
            f"are stored again by themselves once {needed_bytes / 1e6:.1f} MB are free",
        )


class JournalBusyError(DataDirError, JournalUnavailableError):
    """Another program keeps the database locked."""


class JournalGoneError(DataDirError):
    """The database was deleted or replaced while it was in use: what is written goes nowhere."""


class PortInUseError(SitstreakError):
    """The local page's port is taken."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} is in use on 127.0.0.1; choose another with --port")
