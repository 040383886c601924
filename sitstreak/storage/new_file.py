"""A file that takes its name only once it is whole; and files that step aside for it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sitstreak.errors import DataDirError

#: What SQLite keeps beside a database; the file itself comes last.
_BESIDE = ("-wal", "-shm", "-journal")


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Give an empty private file to fill; it takes the place of `target` when all went well.

    Raises
    ------
    DataDirError
        If the folder cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        _remove(part)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise DataDirError(part, f"cannot be written: {error.strerror}") from error
    try:
        yield part
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise DataDirError(target, f"cannot be written: {error.strerror}") from error
    finally:
        _remove(part)


def set_aside(path: Path, why: str) -> Path:
    """Rename a database and what SQLite keeps beside it; return the new name, which was free."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")).exists():
        number += 1
    # The log first: beside a new file an old log would be taken for a part of it.
    for ending in (*_BESIDE, ""):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def _remove(path: Path) -> None:
    for ending in (*_BESIDE, ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
