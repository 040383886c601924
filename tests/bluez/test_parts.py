"""The parts of the chain that can be checked without a virtual machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bluez import initramfs
from tests.bluez.kernel import Kernel
from tests.bluez.missing import program, static_busybox


def module(folder: Path, name: str, depends: str) -> Path:
    path = folder / f"{name}.ko"
    path.write_bytes(b"\x7fELF\0license=GPL\0depends=" + depends.encode() + b"\0retpoline=Y\0")
    return path


def test_modules_come_after_those_they_are_built_upon(tmp_path):
    depends = {"hci_uart": "bluetooth,btbcm", "bluetooth": "rfkill", "btbcm": "bluetooth"}
    depends["rfkill"] = ""
    modules = {name: module(tmp_path, name, needed) for name, needed in depends.items()}
    loaded = Kernel(tmp_path, modules).with_dependencies(["hci_uart", "rfkill"])
    assert [name for name, _ in loaded] == ["rfkill", "bluetooth", "btbcm", "hci_uart"]


def test_busybox_reads_what_the_archive_holds(tmp_path):
    busybox = static_busybox()
    modules = {name: module(tmp_path, name, "") for name in initramfs.MODULES}
    archive = initramfs.build(Kernel(tmp_path, modules), busybox, ["/bin/true", "two words"])
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(
        [busybox, "cpio", "-i", "init", "busybox", "overlay.ko"],
        input=archive,
        cwd=unpacked,
        check=True,
        stderr=subprocess.DEVNULL,
    )
    assert (unpacked / "busybox").read_bytes() == busybox.read_bytes()
    assert (unpacked / "overlay.ko").read_bytes() == (tmp_path / "overlay.ko").read_bytes()
    script = (unpacked / "init").read_text()
    assert "'/bin/true' 'two words'" in script
    subprocess.run([busybox, "sh", "-n", unpacked / "init"], check=True)


def test_a_busybox_that_needs_libraries_is_not_taken(monkeypatch, tmp_path):
    dynamic = tmp_path / "busybox"
    dynamic.write_bytes(b"\x7fELF" + bytes(300) + b"/lib64/ld-linux-x86-64.so.2\0")
    dynamic.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="busybox-static"):
        static_busybox()


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [
        pytest.param("true", pytest.fail.Exception, id="fails-in-ci"),
        pytest.param("", pytest.skip.Exception, id="skips-elsewhere"),
    ],
)
def test_a_missing_program_is_named_with_its_package(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"no-such-emulator is not installed .*qemu-system-x86"):
        program("no-such-emulator")
