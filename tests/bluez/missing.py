"""What to do on a machine where the chain cannot run: say why, and in CI fail."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

_PACKAGES = "qemu-system-x86 busybox-static bluez dbus"


def give_up(why: str) -> NoReturn:
    """Skip with the reason; fail where CI=true, so that a runner cannot lose these tests."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def program(name: str, *elsewhere: str) -> Path:
    """Return where a program is; `elsewhere` are places that are not on the search path.

    Packages are Debian's, which is also where the kernel comes from.
    """
    for candidate in (name, *elsewhere):
        if (found := shutil.which(candidate)) is not None:
            return Path(found)
    give_up(f"{name} is not installed (Debian: apt install {_PACKAGES})")


def static_busybox() -> Path:
    """Return a busybox that needs no libraries: the guest's first file system has none."""
    path = program("busybox")
    if b"/ld-linux" in path.read_bytes()[:4096]:  # where an ELF file names its loader
        give_up(f"{path} needs libraries; the guest needs Debian's package busybox-static")
    return path
