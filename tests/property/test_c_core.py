"""The C reference core against the Python codec, byte by byte and both ways."""

import ctypes
import json
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ingest.errors import MalformedPacketError
from ingest.hip_sensor import packing
from ingest.hip_sensor.control import Acknowledge, Replay, StartLive, control_from_bytes
from ingest.hip_sensor.packets import DataPacket, UnreadableBlockError
from ingest.simulation.source import LogBlock
from tests.property.test_hip_sensor_properties import data_packets, likely, signals
from tests.support.c_core import CFirmware, RamFlash, c_core, compiled
from tests.support.ingest_doubles import CountingSource

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "hip_sensor_v1.json").read_text())


@pytest.fixture(autouse=True, scope="module")
def compiled_core():
    """Compile before the first example, which has a time limit."""
    return c_core()


class Header(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint8),
        ("n", ctypes.c_uint8),
        ("boot_id", ctypes.c_uint32),
        ("seq", ctypes.c_uint32),
        ("fs_mhz", ctypes.c_uint32),
        ("lsb_per_g", ctypes.c_uint16),
        ("ticks", ctypes.c_uint64),
    )


def c_decoded(payload):
    """Return header and samples as the C core reads them, or None when it refuses."""
    header, samples = Header(), np.zeros((255, 3), np.int16)
    n_bytes = ctypes.c_size_t(len(payload))
    if c_core().hip_decode_block(
        ctypes.byref(header), samples.ctypes.data_as(ctypes.c_void_p), payload, n_bytes
    ):
        return None
    return header, samples[: header.n]


def c_encoded(packet):
    header = Header(
        int(packet.from_log),
        len(packet.samples),
        packet.boot_id,
        packet.seq,
        packet.fs_mhz,
        packet.lsb_per_g,
        packet.ticks,
    )
    samples = np.ascontiguousarray(packet.samples)
    out = ctypes.create_string_buffer(240)
    pointer = samples.ctypes.data_as(ctypes.c_void_p)
    c_core().hip_encode_block.restype = ctypes.c_size_t
    n_bytes = c_core().hip_encode_block(out, ctypes.byref(header), pointer)
    return out.raw[:n_bytes]


def python_decoded(payload):
    try:
        return DataPacket.from_bytes(payload)
    except UnreadableBlockError as lost:
        return lost
    except MalformedPacketError:
        return None


@given(likely)
def test_c_and_python_read_the_same_from_any_bytes(payload):
    ours, theirs = python_decoded(payload), c_decoded(payload)
    assert (ours is None) == (theirs is None)
    if isinstance(ours, DataPacket):
        header, samples = theirs
        assert samples.tolist() == ours.samples.tolist()
        assert (header.boot_id, header.seq, header.ticks) == (ours.boot_id, ours.seq, ours.ticks)


@given(data_packets())
def test_c_and_python_write_the_same_bytes(packet):
    body, is_packed = packing.body(packet.samples)
    expected = b""
    if len(body) <= packing.MAX_BODY_BYTES:
        again = DataPacket(
            packet.boot_id,
            packet.seq,
            packet.ticks,
            packet.fs_mhz,
            packet.lsb_per_g,
            packet.samples,
            packet.from_log,
            is_packed,
        )
        expected = again.to_bytes()
    assert c_encoded(packet).hex() == expected.hex()


@given(hnp.arrays(np.int16, st.tuples(st.integers(1, 255), st.just(3))))
def test_c_unpacks_what_python_packs(samples):
    packed, out = packing.pack(samples), np.zeros_like(samples)
    pointer = out.ctypes.data_as(ctypes.c_void_p)
    n, n_bytes = ctypes.c_size_t(len(samples)), ctypes.c_size_t(len(packed))
    assert c_core().hip_unpack(pointer, n, packed, n_bytes) == 0
    assert out.tolist() == samples.tolist()


def test_c_reads_every_vector():
    for vector in VECTORS["data"]:
        header, samples = c_decoded(bytes.fromhex(vector["hex"]))
        assert samples.tolist() == vector["fields"]["samples"]
        assert header.ticks == vector["fields"]["ticks"]
    for vector in VECTORS["refused"]:
        payload = bytes.fromhex(vector["hex"])
        if vector["kind"] == "data":
            assert c_decoded(payload) is None or "its log has lost" in vector["name"]
        if vector["kind"] == "control":
            assert c_control(payload) != 0


def c_control(payload):
    out = ctypes.create_string_buffer(64)
    return c_core().hip_decode_control(out, payload, ctypes.c_size_t(len(payload)))


@given(likely)
def test_c_and_python_take_the_same_control_messages(payload):
    try:
        control_from_bytes(payload)
        is_taken = True
    except MalformedPacketError:
        is_taken = False
    assert (c_control(payload) == 0) == is_taken


def test_the_crc_is_the_one_of_zlib():
    core = c_core()
    core.hip_crc32.restype = ctypes.c_uint32
    for text in (b"", b"123456789", bytes(range(256))):
        assert core.hip_crc32(0, text, ctypes.c_size_t(len(text))) == zlib.crc32(text)
    assert zlib.crc32(b"123456789") == 0xCBF43926


def test_pages_are_laid_out_as_the_vectors_say():
    for vector in VECTORS["pages"]:
        page, block = bytes.fromhex(vector["hex"]), bytes.fromhex(vector["block"])
        assert len(page) == 256
        assert int.from_bytes(page[12:16], "little") == zlib.crc32(page[16:], zlib.crc32(page[:12]))
        assert page[16 : 16 + len(block)][4:] == block[4:]
        assert page[19] == len(block) - 24
        flash = RamFlash()
        slot = vector["number"] % (len(flash.data) // 256) * 256
        flash.data[slot : slot + 256] = page
        status = CFirmware(CountingSource(1, boot_id=99), flash).status()
        ours = DataPacket.from_bytes(block)
        assert status.older is not None
        assert (status.older.boot_id, status.older.head_seq) == (ours.boot_id, ours.seq + 1)
        assert status.older.utc_at_tick_zero_ns == vector["utc_ms"] * 10**6


class Stretch(CountingSource):
    """Any samples, a few at a time."""

    def __init__(self, samples, boot_id):
        super().__init__(1, boot_id=boot_id)
        self.samples = samples

    def recorded_until(self, _elapsed_s):
        self._next = 1
        parts = range(0, len(self.samples), 36)
        return [LogBlock(i * 20_000_000, self.samples[i : i + 36]) for i in parts]


@given(signals())
@settings(max_examples=40)
def test_the_c_core_cuts_a_signal_into_the_same_blocks(samples):
    firmware = CFirmware(Stretch(samples, 5))
    firmware.advance(0)
    firmware.control(StartLive(0))
    blocks = [p for p in firmware.outgoing(999) if isinstance(p, DataPacket)]
    starts = [start for start, _stop in packing.cut(samples)]
    assert [len(b.samples) for b in blocks] == [b - a for a, b in packing.cut(samples)]
    assert np.concatenate([b.samples for b in blocks]).tolist() == samples.tolist()
    for block, start in zip(blocks, starts, strict=True):
        assert abs(block.ticks - start * 655.36) <= 1
        assert block.packed == packing.body(block.samples)[1]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=4), st.integers(0, 40))
@settings(max_examples=30)
def test_every_boot_of_the_c_core_is_drained_oldest_first(n_blocks, n_kept_back):
    flash, sources = RamFlash(16), []
    for boot_id, n in enumerate(n_blocks, start=1):
        firmware = CFirmware(CountingSource(n, boot_id=boot_id), flash)
        sources.append(n * 36)
        firmware.advance(1e6)
    drained = []
    while (older := firmware.status().older) is not None:
        firmware.control(Replay(3, older.tail_seq, older.head_seq - older.tail_seq, older.boot_id))
        got = [p for p in firmware.outgoing(999) if isinstance(p, DataPacket)]
        assert [p.seq for p in got] == list(range(older.tail_seq, older.head_seq))
        drained.append(sum(len(p.samples) for p in got))
        up_to = max(older.head_seq - n_kept_back, older.tail_seq + 1)
        firmware.control(Acknowledge(older.boot_id, up_to))
        firmware.control(Acknowledge(older.boot_id, older.head_seq))
    assert drained == sources[:-1]


def test_the_c_core_survives_random_power_cuts_under_the_sanitizers(tmp_path):
    sanitize = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    sources = ("hip_codec.c", "hip_log.c", "hip_sensor.c", "hip_driver.c")
    driver = compiled(tmp_path / "driver", *sanitize, *sources)
    done = subprocess.run([driver, "1", "200"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    n_blocks, _, _, n_replayed, *_ = done.stdout.replace(",", " ,").split()
    assert int(n_blocks) > 10_000
    assert int(n_replayed) > 10_000
