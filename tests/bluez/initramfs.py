"""The guest's first file system: busybox, kernel modules and one script, in a `newc` archive."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from tests.bluez.kernel import Kernel

#: Files of the host, this controller's serial line, its line discipline, and the cryptography that
#: the kernel would otherwise fetch by name for Bluetooth pairing and for bluetoothd's hashes.
MODULES: Final = [
    "virtio_pci",
    "virtio_console",
    "9pnet_virtio",
    "9p",
    "overlay",
    "hci_uart",
    "cmac",
    "ecb",
    "algif_hash",
    "algif_skcipher",
    "jitterentropy_rng",
    "sha512_generic",
    "drbg",
]
_SCRIPT: Final = """#!/busybox sh
export PATH=/
/busybox mkdir -p /proc /sys /dev /host /own /all
/busybox mount -t proc proc /proc
{insert}
/busybox mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host
/busybox mount -t tmpfs own /own
/busybox mkdir /own/upper /own/work
/busybox mount -t overlay -o lowerdir=/host,upperdir=/own/upper,workdir=/own/work all /all
for kind in proc sysfs devtmpfs; do
    case $kind in proc) on=proc ;; sysfs) on=sys ;; *) on=dev ;; esac
    /busybox mount -t $kind $kind /all/$on
done
# Not the host's own pairing keys.
for on in run var/lib/bluetooth; do
    /busybox mkdir -p /all/$on
    /busybox mount -t tmpfs tmpfs /all/$on
done
exec /busybox chroot /all {command}
"""


def build(kernel: Kernel, busybox: Path, command: list[str]) -> bytes:
    """Return an archive whose `/init` mounts the host's files and hands over to `command`.

    The host's files are read-only; what the guest writes stays in its memory.
    """
    modules = kernel.with_dependencies(MODULES)
    insert = "\n".join(f"/busybox insmod /{name}.ko" for name, _ in modules)
    quoted = " ".join(f"'{word}'" for word in command)
    files = {f"{name}.ko": content for name, content in modules}
    files["busybox"] = busybox.read_bytes()
    files["init"] = _SCRIPT.format(insert=insert, command=quoted).encode()
    entries = [_entry(i, name, content) for i, (name, content) in enumerate(files.items(), 1)]
    # A console that is missing would leave the script without an output.
    entries.append(_entry(len(files) + 1, "dev", b"", mode=stat.S_IFDIR | 0o755))
    console = _entry(len(files) + 2, "dev/console", b"", mode=stat.S_IFCHR | 0o600, device=(5, 1))
    return b"".join([*entries, console, _entry(0, "TRAILER!!!", b"", mode=0)])


def _entry(
    inode: int,
    name: str,
    content: bytes,
    *,
    mode: int = stat.S_IFREG | 0o755,
    device: tuple[int, int] = (0, 0),
) -> bytes:
    """Write one file as the kernel's Documentation/driver-api/early-userspace/buffer-format says.

    Thirteen fields of eight hexadecimal digits, the name, the content, each padded to 4 bytes.
    """
    path = name.encode() + b"\0"
    links, time_s, checksum = 1, 0, 0
    fields = [inode, mode, 0, 0, links, time_s, len(content), 0, 0, *device, len(path), checksum]
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(header + path) + _padded(content)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
