"""The C reference core, compiled on this machine, as the firmware of a simulated sensor."""

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from ingest.hip_sensor.control import control_to_bytes
from ingest.hip_sensor.packets import DataPacket, Status, ns_to_ticks
from ingest.simulation.firmware import Outgoing
from processing.model import NS_PER_S

REFERENCE = Path(__file__).parents[2] / "firmware_notes" / "reference"
CORE = ("hip_codec.c", "hip_log.c", "hip_sensor.c")
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-g")
PAGE_BYTES, SECTOR_BYTES = 256, 4096


def compiler() -> str:
    """Return this machine's C compiler; without one a test is skipped, but never in CI."""
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no C compiler, so the reference core cannot be tested")
        pytest.skip("no C compiler (cc): the reference core is not tested here")
    return found


def compiled(target: Path, *arguments: str) -> Path:
    """Compile in the folder of the core, every warning an error."""
    command = [compiler(), *STRICT, *arguments, "-o", str(target)]
    done = subprocess.run(command, cwd=REFERENCE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return target


@cache
def c_core() -> ctypes.CDLL:
    """Return the core as a shared library, compiled once in a run."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "hip_core.so"
        return ctypes.CDLL(str(compiled(target, "-shared", "-fPIC", *CORE)))


_Read = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint8), ctypes.c_size_t
)
_Erase = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32)


class _CFlash(ctypes.Structure):
    _fields_ = (
        ("context", ctypes.c_void_p),
        ("read", _Read),
        ("program", _Read),
        ("erase", _Erase),
        ("n_sectors", ctypes.c_uint32),
    )


class Xyz(ctypes.Structure):
    """One sample, `hip_xyz`."""

    _fields_ = (("axis", ctypes.c_int16 * 3),)


class RamFlash:
    """NOR flash in memory: programming only clears bits, erasing sets a sector."""

    def __init__(self, n_sectors: int = 32) -> None:
        self.data = bytearray(b"\xff" * (n_sectors * SECTOR_BYTES))
        self.n_erased = [0] * n_sectors
        self.interface = _CFlash(
            None, _Read(self._read), _Read(self._program), _Erase(self._erase), n_sectors
        )

    def _read(self, _context, address, to, n):
        ctypes.memmove(to, bytes(self.data[address : address + n]), n)
        return 0

    def _program(self, _context, address, source, n):
        new = bytes(source[:n])
        old = self.data[address : address + n]
        self.data[address : address + n] = bytes(a & b for a, b in zip(old, new, strict=True))
        return 0

    def _erase(self, _context, address):
        self.data[address : address + SECTOR_BYTES] = b"\xff" * SECTOR_BYTES
        self.n_erased[address // SECTOR_BYTES] += 1
        return 0


class CFirmware:
    """The C core behind the interface of `ingest.simulation.firmware.Firmware`."""

    def __init__(self, source, flash: RamFlash | None = None) -> None:
        self.flash = flash or RamFlash()
        self._core = c_core()
        self._sensor = ctypes.create_string_buffer(8192)  # sizeof(hip_sensor) is below 3 kB
        self.n_identified = 0
        self.reboot(source)

    def reboot(self, source) -> None:
        """Start anew on the same flash."""
        self._source = source
        self._now_ns = 0
        ok = self._core.hip_sensor_start(
            self._sensor,
            ctypes.byref(self.flash.interface),
            ctypes.c_uint32(source.boot_id),
            ctypes.c_uint32(round(source.fs_hz * 1000)),
            ctypes.c_uint16(source.lsb_per_g),
        )
        assert ok == 0
        if source.utc_at_tick_zero_ns:
            self._control(b"\x05" + source.utc_at_tick_zero_ns.to_bytes(8, "little"))
            self.link_down()

    @property
    def head_seq(self) -> int:
        return self.status().head_seq

    @property
    def tail_seq(self) -> int:
        return self.status().tail_seq

    def advance(self, elapsed_s: float) -> None:
        was_exhausted = self._source.exhausted
        for block in self._source.recorded_until(elapsed_s):
            for i, sample in enumerate(block.samples.tolist()):
                t_ns = block.t_ns + round(i * NS_PER_S / self._source.fs_hz)
                ticks = ctypes.c_uint64(ns_to_ticks(t_ns))
                self._core.hip_sensor_add(self._sensor, ticks, Xyz((ctypes.c_int16 * 3)(*sample)))
                self._now_ns = t_ns
        if self._source.exhausted and not was_exhausted:
            self._core.hip_sensor_end(self._sensor)

    def link_down(self) -> None:
        self._core.hip_sensor_link_down(self._sensor)

    def control(self, message) -> None:
        assert self._control(control_to_bytes(message)) == 0

    def _control(self, payload: bytes) -> int:
        ticks = ctypes.c_uint64(ns_to_ticks(self._now_ns))
        self._core.hip_sensor_control.restype = ctypes.c_uint8
        n = ctypes.c_size_t(len(payload))
        return int(self._core.hip_sensor_control(self._sensor, payload, n, ticks))

    def status(self) -> Status:
        out = (ctypes.c_uint8 * 60)()
        ticks = ctypes.c_uint64(ns_to_ticks(self._now_ns))
        self._core.hip_sensor_status(self._sensor, ticks, out)
        return Status.from_bytes(bytes(out))

    def outgoing(self, limit: int) -> list[Outgoing]:
        out, n_bytes = (ctypes.c_uint8 * 240)(), ctypes.c_size_t()
        ticks = ctypes.c_uint64(ns_to_ticks(self._now_ns))
        packets: list[Outgoing] = []
        while len(packets) < limit:
            kind = self._core.hip_sensor_next(self._sensor, ticks, out, ctypes.byref(n_bytes))
            if kind == 0:
                break
            payload = bytes(out[: n_bytes.value])
            packets.append((DataPacket if kind == 1 else Status).from_bytes(payload))
        return packets

    @property
    def is_sent(self) -> bool:
        return bool(self._core.hip_sensor_is_sent(self._sensor))
