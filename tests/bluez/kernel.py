"""Debian's stock kernel, downloaded and unpacked but never installed."""

from __future__ import annotations

import lzma
import os
import platform
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock
from platformdirs import user_cache_path

from tests.bluez.missing import give_up, program

_META_PACKAGE: Final = "linux-image-amd64"
#: Where the modules lie that the guest needs, and those that they need; 15 MB of 400.
_KEPT: Final = re.compile(
    r"\./boot/vmlinuz-|\./(?:usr/)?lib/modules/[^/]+/kernel/"
    r"(?:drivers/(?:virtio|bluetooth|char)|fs/(?:9p|fscache|netfs|overlayfs)"
    r"|net/(?:9p|bluetooth|rfkill)|crypto|lib)/.*\.ko"
)
#: Each module ends in a list of `name=value` texts; `depends` names the modules it is built upon.
_DEPENDS: Final = re.compile(rb"\0depends=([^\0]*)\0")


@dataclass(frozen=True)
class Kernel:
    """An unpacked kernel."""

    image: Path
    modules: dict[str, Path]  #: by name, `-` written as `_`

    def with_dependencies(self, wanted: list[str]) -> list[tuple[str, bytes]]:
        """Return modules and all that they depend on, uncompressed, in the order of loading.

        Debian's `depmod` runs when a kernel is installed, so there is no list to look it up in.
        """
        loaded: dict[str, bytes] = {}

        def load(name: str) -> None:
            if name in loaded:
                return
            content = _uncompressed(self.modules[name])
            found = _DEPENDS.search(content)
            assert found is not None, f"{name} does not say what it depends on"
            for needed in found[1].decode().split(","):
                if needed:
                    load(needed.replace("-", "_"))
            loaded[name] = content

        for name in wanted:
            load(name)
        return list(loaded.items())


def fetch() -> Kernel:
    """Return the kernel that this machine's package lists name; download it if it is a new one."""
    if platform.machine() != "x86_64":
        give_up(f"the guest runs this machine's Python, and its kernel not on {platform.machine()}")
    package = _kernel_package()
    cache = user_cache_path("sitstreak-tests") / "kernel"
    cache.mkdir(parents=True, exist_ok=True)
    place = cache / package
    with FileLock(cache / "lock"):
        if not place.exists():
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                _download_and_unpack(package, Path(folder))
                (Path(folder) / "unpacked").rename(place)
    modules = {
        path.name.split(".")[0].replace("-", "_"): path for path in place.rglob("modules/**/*.ko*")
    }
    return Kernel(next(place.rglob("vmlinuz-*")), modules)


def _kernel_package() -> str:
    shown = _run(str(program("apt-cache")), "depends", "--important", _META_PACKAGE)
    depends = re.findall(r"Depends: (linux-image-\S+)", shown.stdout)
    if not depends:
        give_up(f"apt-cache knows no {_META_PACKAGE} (Debian: apt update)")
    version = re.search(
        r"^Version: (\S+)", _run("apt-cache", "show", depends[0]).stdout, re.MULTILINE
    )
    return f"{depends[0]}={version[1]}" if version else str(depends[0])


def _download_and_unpack(package: str, folder: Path) -> None:
    got = _run("apt-get", "download", package, cwd=folder)
    if got.returncode:
        give_up(f"cannot download the kernel {package}: {got.stderr.strip().splitlines()[-1:]}")
    (archive,) = folder.glob("*.deb")
    with subprocess.Popen(
        [program("dpkg-deb"), "--fsys-tarfile", archive], stdout=subprocess.PIPE
    ) as unpacking:
        assert unpacking.stdout is not None
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as tar:
            kept = (member for member in tar if member.isfile() and _KEPT.match(member.name))
            tar.extractall(folder / "unpacked", kept, filter="data")
        unpacking.stdout.read()
    assert unpacking.returncode == 0


def _uncompressed(module: Path) -> bytes:
    content = module.read_bytes()
    return lzma.decompress(content) if module.suffix == ".xz" else content


def _run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
