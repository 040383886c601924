"""Files that are there whole or as they were before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sitstreak.report.files import OutputError


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write files: each takes its name only when all are complete.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    drafts: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, content in contents.items():
            target = path.resolve()
            draft = target.with_name(f".{target.name}.{os.getpid()}.part")
            drafts.append((draft, target))
            draft.write_bytes(content)
        for draft, path in drafts:
            draft.replace(path)
    except OSError as error:
        raise OutputError(path, f"cannot be written: {error.strerror or error}") from error
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
