"""Files that are there whole, or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from sitstreak.errors import SitstreakError

#: Rows of a CSV file, its header first.
Table = Iterable[Sequence[object]]
#: What goes into a file: a table as CSV, or bytes as they are.
Content = Table | bytes
_PRIVATE, _USUAL = 0o600, 0o666  #: less what the user's umask takes away


class OutputError(SitstreakError):
    """An output file cannot be written."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"{path}: {why}")


def check_targets(targets: Sequence[Path], *, inputs: Sequence[Path] = ()) -> None:
    """Refuse targets that cannot work, before any work is done.

    Raises
    ------
    OutputError
        If a target is a directory, lies in no writable directory, is named twice, or is an input.
    """
    seen: set[Path] = set()
    for path in targets:
        with _plainly(path):
            real = path.resolve()
            if path.is_dir():
                raise OutputError(path, "is a directory; name a file")
            if not real.parent.is_dir():
                raise OutputError(path, f"there is no directory {real.parent}")
            if not _is_special(path) and not os.access(real.parent, os.W_OK | os.X_OK):
                raise OutputError(path, f"the directory {real.parent} cannot be written to")
            if path.exists() and not os.access(path, os.W_OK):
                raise OutputError(path, "is write-protected; name another file")
            if real in {source.resolve() for source in inputs}:
                raise OutputError(path, "is the input file; name another")
        if real in seen and not _is_special(path):
            raise OutputError(path, "is named for two outputs; give each its own")
        seen.add(real)


def write_files(contents: Mapping[Path, Content], *, private: bool = False) -> None:
    """Write all contents, each to its file, or change none of the files.

    Each is written and flushed to disk under a temporary name beside its target; when all
    are complete, they take their names.

    Parameters
    ----------
    private
        Let nobody but the user read files that are new; files that are replaced keep their mode.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    with contextlib.ExitStack() as clean_up:
        complete: list[tuple[Path, Path]] = []
        for path, content in contents.items():
            with _plainly(path):
                if _is_special(path):
                    with path.open("wb") as file:
                        _write(file, content)
                    continue
                target = path.resolve()
                draft = target.with_name(f".{target.name[:200]}.{os.getpid()}.part")
                clean_up.callback(draft.unlink, missing_ok=True)
                _write_draft(draft, target, content, _PRIVATE if private else _USUAL)
                complete.append((draft, target))
        for draft, target in complete:
            with _plainly(target):
                draft.replace(target)


def write_tables(tables: Mapping[Path, Table], *, private: bool = False) -> None:
    """Write all tables, each to its file, or change none of the files: see `write_files`."""
    write_files(tables, private=private)


def write_rows(file: IO[str], table: Table) -> None:
    """Write a table as CSV: UTF-8, commas, line feeds, quotes only where needed."""
    csv.writer(file, lineterminator="\n").writerows(table)


def _write_draft(draft: Path, target: Path, content: Content, mode: int) -> None:
    draft.unlink(missing_ok=True)
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(opened, "wb") as file:
        if target.exists():
            shutil.copymode(target, draft)
        _write(file, content)
        file.flush()
        os.fsync(file.fileno())


def _write(file: IO[bytes], content: Content) -> None:
    if isinstance(content, bytes):
        file.write(content)
        return
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        write_rows(text, content)
    finally:
        text.detach()  # flushes, and leaves the file open


def _is_special(path: Path) -> bool:
    """Return whether it is something like /dev/null or a pipe, which must not be replaced."""
    return path.exists() and not path.is_file()


@contextlib.contextmanager
def _plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        why = getattr(error, "strerror", None) or error
        raise OutputError(path, f"cannot be written: {why}") from error
