"""Reading PDFs by poppler's programs, which share no code with what made them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAMS = ("pdfinfo", "pdffonts", "pdftotext")


class Poppler:
    """A PDF in a file, and what poppler says of it."""

    def __init__(self, pdf: bytes, folder: Path) -> None:
        self._file = folder / "report.pdf"
        self._file.write_bytes(pdf)

    def info(self, *options: str) -> str:
        return self._run("pdfinfo", *options, str(self._file))

    def fonts(self) -> list[list[str]]:
        """Return the columns of each font: name, type, encoding, embedded, subset, ..."""
        return [line.split() for line in self._run("pdffonts", str(self._file)).splitlines()[2:]]

    def pages(self, *options: str) -> list[str]:
        """Return the text of each page."""
        text = self._run("pdftotext", *options, str(self._file), "-")
        return text.rstrip("\f").split("\f")

    @staticmethod
    def _run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout.decode("utf-8")


def need_poppler() -> None:
    """Skip, or fail where CI promises poppler."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if not missing:
        return
    why = f"{', '.join(missing)} not installed (Debian and Ubuntu: apt install poppler-utils)"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
