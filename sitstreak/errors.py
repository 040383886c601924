"""Errors that tell the user what to do. The command line prints one line and exits with 2."""

from __future__ import annotations

from pathlib import Path


class SitstreakError(Exception):
    """Something the user can put right. `str()` is the one line that is printed."""


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


class DiskFullError(SitstreakError):
    """Nothing more fits on the disk; what was being stored is not there, everything else is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path}: the disk is full; make room, nothing stored so far is lost")


class PortInUseError(SitstreakError):
    """The local page's port is taken."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} is in use on 127.0.0.1; choose another with --port")
