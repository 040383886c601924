"""The codec against the test vectors of the profile, and its clock."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import MalformedPacketError
from ingest.hip_sensor import control as hip_sensor_control
from ingest.hip_sensor.control import control_from_bytes, control_to_bytes
from ingest.hip_sensor.packets import (
    TICKS_PER_S,
    DataPacket,
    LogRange,
    Status,
    StatusFlag,
    UnreadableBlockError,
    ns_to_ticks,
    ticks_to_ns,
)
from ingest.simulation.source import MAX_BLOCK_SAMPLES, LogBlock

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "hip_sensor_v1.json").read_text())
DECODE = {"data": DataPacket.from_bytes, "status": Status.from_bytes, "control": control_from_bytes}


def vectors(kind):
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS[kind]]


@pytest.mark.parametrize("vector", vectors("data"))
def test_a_data_packet_reads_and_writes_as_the_vectors_say(vector):
    packet = DataPacket.from_bytes(bytes.fromhex(vector["hex"]))
    fields = asdict(packet)
    assert fields.pop("samples").tolist() == vector["fields"].pop("samples")
    assert fields == vector["fields"]
    assert packet.to_bytes().hex() == vector["hex"]


@pytest.mark.parametrize("vector", vectors("status"))
def test_a_status_reads_and_writes_as_the_vectors_say(vector):
    status = Status.from_bytes(bytes.fromhex(vector["hex"]))
    assert asdict(status) == vector["fields"]
    assert status.to_bytes().hex() == vector["hex"]


def test_a_status_of_40_bytes_tells_the_time_and_nothing_of_earlier_boots():
    payload = bytes.fromhex(VECTORS["status"][-1]["hex"])
    status = Status.from_bytes(payload[:40])
    assert (status.ticks_now, status.time_token, status.older) == (32768, 0, None)


def test_a_block_that_its_log_has_lost_is_told_by_its_number():
    with pytest.raises(UnreadableBlockError) as lost:
        DataPacket.from_bytes(UnreadableBlockError(7, 9).to_bytes())
    assert (lost.value.boot_id, lost.value.seq) == (7, 9)


@pytest.mark.parametrize("vector", vectors("control"))
def test_a_control_message_reads_and_writes_as_the_vectors_say(vector):
    message = getattr(hip_sensor_control, vector["kind"])(**vector["fields"])
    assert control_to_bytes(message).hex() == vector["hex"]
    assert control_from_bytes(bytes.fromhex(vector["hex"])) == message


@pytest.mark.parametrize(
    "vector", [pytest.param(v, id=f"{v['kind']}: {v['name']}") for v in VECTORS["refused"]]
)
def test_what_is_no_packet_is_refused(vector):
    with pytest.raises(MalformedPacketError):
        DECODE[vector["kind"]](bytes.fromhex(vector["hex"]))


def test_a_status_of_a_later_revision_with_more_bytes_is_understood():
    payload = max((bytes.fromhex(one["hex"]) for one in VECTORS["status"]), key=len)
    assert len(payload) == 60
    assert Status.from_bytes(payload + b"later") == Status.from_bytes(payload)


def test_flags_of_a_later_revision_are_not_looked_at():
    payload = bytearray.fromhex(VECTORS["status"][1]["hex"])
    payload[1] |= 0xF8
    assert Status.from_bytes(bytes(payload)).flags is StatusFlag.LIVE


@pytest.mark.parametrize("n_bytes", [0, 31, 33, 39, 41, 59])
def test_a_status_that_was_cut_off_is_not_taken_for_an_earlier_revision(n_bytes):
    older = LogRange(6, 3, 9, 0)
    whole = Status(
        StatusFlag(0), 50, 36, 7, 0, 0, 50_000, 4096, 0, 0, ticks_now=5, time_token=0, older=older
    ).to_bytes()
    assert Status.from_bytes(whole).older == older
    with pytest.raises(MalformedPacketError, match="no whole status"):
        Status.from_bytes(whole[:n_bytes])


def test_a_full_block_fits_a_notification_of_240_bytes():
    samples = np.zeros((MAX_BLOCK_SAMPLES, 3), np.int16)
    assert len(DataPacket(1, 0, 0, 50_000, 4096, samples).to_bytes()) == 240


def test_a_block_is_put_on_the_time_line_by_the_sensors_clock():
    packet = DataPacket(7, 3, 2 * TICKS_PER_S, 12_500, 2048, np.full((5, 3), 1024, np.int16))
    block = packet.to_block("hip", 1_000)
    assert (block.t0_ns, block.fs_hz, block.seq, block.boot_id) == (2_000_001_000, 12.5, 3, 7)
    assert block.in_g().acc_g.tolist() == [[0.5, 0.5, 0.5]] * 5


def test_ticks_tell_time_to_better_than_a_tenth_of_a_millisecond():
    rng = np.random.default_rng(1)
    for ns in rng.integers(0, 60 * 365 * 86_400 * 10**9, 1000).tolist():
        assert abs(ticks_to_ns(ns_to_ticks(ns)) - ns) <= 15_259


def test_every_second_of_a_year_is_a_whole_number_of_ticks():
    for second in (0, 1, 86_399, 31_536_000):
        assert ticks_to_ns(second * TICKS_PER_S) == second * 10**9


@pytest.mark.parametrize(
    ("t_ns", "samples"),
    [
        pytest.param(0, np.zeros((0, 3), np.int16), id="empty"),
        pytest.param(0, np.zeros((37, 3), np.int16), id="too-long"),
        pytest.param(0, np.zeros((4, 2), np.int16), id="two-axes"),
        pytest.param(0, np.zeros((4, 3), np.int32), id="int32"),
        pytest.param(-1, np.zeros((4, 3), np.int16), id="before-tick-zero"),
    ],
)
def test_a_source_cannot_make_a_block_that_no_packet_can_carry(t_ns, samples):
    with pytest.raises(ValueError, match=r"must|counts"):
        LogBlock(t_ns, samples)
