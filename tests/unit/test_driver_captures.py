"""Packets of real devices, which are not part of this repository (SITSTREAK_DEVICEFILES)."""

import numpy as np
import pytest

from ingest.drivers import polar, witmotion
from ingest.drivers.base import Refusal
from ingest.drivers.movesense import LSB_PER_G, NOTIFY_UUID, MovesenseParser
from ingest.drivers.polar import DATA_UUID, PolarParser
from ingest.drivers.witmotion import WitMotionParser
from tests.support.devicefiles import device_file, device_json

STANDARD_G = 9.80665


def test_a_captured_movesense_packet_decodes_to_what_the_vendors_decoder_says():
    channel = device_json("movesense/movesense_py_validation_fixture.json")["channels"][
        "/Meas/Acc/52"
    ]
    (batch,) = MovesenseParser().parse(
        NOTIFY_UUID, b"\x02\x63" + bytes.fromhex(channel["packet_hex"])
    )
    entry = channel["json_entry"]
    assert batch.device_ns == entry["Timestamp"] * 1_000_000
    expected = [[sample[axis] for axis in "xyz"] for sample in entry["ArrayAcc"]]
    in_ms2 = batch.samples / LSB_PER_G * STANDARD_G
    assert np.abs(in_ms2 - expected).max() <= 0.5 / LSB_PER_G * STANDARD_G + 1e-6


def test_other_movesense_packets_are_refused_and_counted():
    captures = device_json("movesense/gsp_captures.json")["captures"]
    parser = MovesenseParser()
    for name, text in captures.items():
        if not name.endswith("imu9"):  # as long as whole samples; its rotation is out of range
            assert parser.parse(NOTIFY_UUID, b"\x02\x01" + bytes.fromhex(text)) == []
    assert parser.refusals[Refusal.UNKNOWN_KIND] == len(captures) - 1


def polar_frame(name):
    test = device_json("polar/acc_pmd_vectors.json")["tests"][name]
    parts = {part["name"]: bytes.fromhex(part["hex"]) for part in test["arrays"]}
    frame = parts["accDataFrameHeader"] + parts["accDataFrameContent"]
    return frame, parts, test["expected_values"]


def test_the_vendors_plain_frame_decodes_to_the_values_of_its_test():
    frame, _, expected = polar_frame("process acc raw data frame type 1")
    (batch,) = PolarParser().parse(DATA_UUID, frame)
    assert batch.device_ns == 2_000_000_000
    assert batch.samples[0].tolist() == [int(expected[f"{axis}Value1"]) for axis in "xyz"]
    assert batch.samples[1].tolist() == [int(expected[f"{axis}Value2"]) for axis in "xyz"]
    assert np.linalg.norm(batch.samples / batch.lsb_per_g, axis=1) == pytest.approx(1, abs=0.01)


def test_the_vendors_scaled_delta_frame_needs_the_factor_of_the_start_answer():
    frame, _, expected = polar_frame("process acc compressed data type 0")
    parser = PolarParser()
    assert parser.parse(DATA_UUID, frame) == []
    assert parser.refusals == {Refusal.NO_FACTOR: 1}
    factor = np.float32(int(expected["range"]) / 32768)
    parser.parse(polar.CONTROL_UUID, b"\xf0\x02\x02\x00\x00\x05\x01" + np.float32(factor).tobytes())
    (batch,) = parser.parse(DATA_UUID, frame)
    first = [int(expected[f"sample0Channel{i}"]) for i in range(3)]
    assert batch.samples[0].tolist() == first  # 8 g over 32768 counts are 4096 counts to 1 g
    steps = np.abs(np.diff(batch.samples.astype(int), axis=0))
    assert len(batch.samples) > 20
    assert steps.max() < 4096, "a misread bit width shows as jumps of many g"


def test_the_vendors_delta_frame_in_mg_begins_with_its_first_sample():
    frame, _, expected = polar_frame("process acc compressed data type 1")
    (batch,) = PolarParser().parse(DATA_UUID, frame)
    assert batch.device_ns == 0x65
    first = [int(expected[f"sample0channel{i}"]) for i in range(3)]
    assert batch.samples[0].tolist() == first


def test_captured_witmotion_notifications_hold_two_and_four_frames_at_rest():
    frames = device_json("witmotion/wt901ble_frames.json")
    for name, n_frames in (("notify_80B", 4), ("notify_40B", 2)):
        parser = WitMotionParser()
        (batch,) = parser.parse(witmotion.NOTIFY_UUID, bytes.fromhex(frames[name]))
        assert len(batch.samples) == n_frames
        in_g = batch.samples / batch.lsb_per_g
        assert in_g[0, 2] == pytest.approx(frames["expect_first"]["az_g"], abs=0.005)
        assert not parser.refusals


@pytest.mark.parametrize("n_bytes", [1, 7, 20, 33, 509])
def test_a_recorded_walk_is_the_same_however_its_bytes_are_cut(n_bytes):
    log = np.frombuffer(device_file("witmotion/WIT18.TXT").read_bytes(), np.uint8)
    records = log[: len(log) // 28 * 28].reshape(-1, 28)  # the log adds eight bytes of time
    stream = records[:, :20].tobytes()
    parser, counts = WitMotionParser(), []
    for at in range(0, len(stream), n_bytes):
        batches = parser.parse(witmotion.NOTIFY_UUID, stream[at : at + n_bytes])
        counts += [batch.samples for batch in batches]
    samples = np.concatenate(counts)
    assert np.array_equal(samples, records[:, 2:8].copy().view("<i2"))
    assert not parser.refusals
    assert np.median(np.linalg.norm(samples / 2048, axis=1)) == pytest.approx(1, abs=0.02)
