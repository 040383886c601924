"""Packets that can be checked by hand: firmware_notes say what each byte means."""

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.drivers.base import StreamDriver
from ingest.drivers.known import DRIVERS

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "drivers.json").read_text())
STREAMS = {driver.name: driver for driver in DRIVERS if isinstance(driver, StreamDriver)}
NAMES = [packet["name"] for packet in VECTORS["packets"]]


@pytest.mark.parametrize("vector", VECTORS["packets"], ids=NAMES)
def test_a_packet_means_what_the_layout_says(vector):
    parser = STREAMS[vector["driver"]].parser()
    for uuid, before in vector.get("before", []):
        assert parser.parse(uuid, bytes.fromhex(before)) == []
    (batch,) = parser.parse(vector["uuid"], bytes.fromhex(vector["hex"]))
    assert batch.samples.tolist() == vector["samples"]
    assert batch.samples.dtype == np.int16
    assert batch.lsb_per_g == vector["lsb_per_g"]
    assert batch.device_ns == vector["device_ns"]
    assert batch.stamps == vector["stamps"]
    assert batch.sequence == vector.get("sequence")
    assert batch.n_clipped == vector.get("n_clipped", 0)
    assert not parser.refusals


@pytest.mark.parametrize("vector", VECTORS["starts"], ids=lambda vector: vector["driver"])
def test_a_device_is_started_with_the_documented_bytes(vector):
    writes = STREAMS[vector["driver"]].start(vector["fs_hz"])
    expected = [(uuid, bytes.fromhex(text)) for uuid, text in vector["writes"]]
    assert [(write.uuid, write.payload) for write in writes] == expected


def test_every_driver_has_a_packet_and_a_start():
    for kind in ("packets", "starts"):
        assert {vector["driver"] for vector in VECTORS[kind]} == set(STREAMS)


@pytest.mark.parametrize("driver", STREAMS.values(), ids=STREAMS)
def test_every_rate_can_be_started(driver):
    assert list(driver.rates_hz) == sorted(driver.rates_hz)
    for rate_hz in driver.rates_hz:
        assert driver.rate_hz(rate_hz) == rate_hz
        assert driver.start(rate_hz)
    assert driver.rate_hz(1e9) == driver.rates_hz[-1]
    assert all(write.payload for write in driver.stop())
