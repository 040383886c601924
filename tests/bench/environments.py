"""A virtual environment for each peer, made when it is first asked for; or why there is none."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MADE = ".made-by-bench"
_INSTALL_TIMEOUT_S = 900


@dataclass(frozen=True, slots=True)
class Missing:
    """A peer that could not be installed."""

    why: str  #: one line


def interpreter_for(package: str) -> Path | Missing:
    """Return the interpreter of `.venv-bench-<package>`, which has that package and what it needs.

    Each has its own: a peer that pins an old NumPy cannot slow down the others. The newest release
    that pip finds for this Python is taken; a version already there is kept.
    """
    place = ROOT / f".venv-bench-{package}"
    python = place / "bin" / "python"
    if (place / _MADE).is_file():
        return python
    print(f"installing {package} into {place.name} (once) ...", flush=True)
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
              "--only-binary", ":all:", package])  # fmt: skip
    except subprocess.CalledProcessError as error:
        return Missing(_last_line(error.stderr))
    except subprocess.TimeoutExpired:
        return Missing(f"the installation took more than {_INSTALL_TIMEOUT_S} s")
    (place / _MADE).touch()
    return python


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    return (errors or lines or ["pip gave no reason"])[-1]
