"""Any bytes at all into any driver: parsed, or refused with a counted reason."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.drivers.base import Refusal, StreamDriver
from ingest.drivers.espruino import NOTIFY_UUID as LINES_UUID
from ingest.drivers.espruino import EspruinoParser
from ingest.drivers.known import DRIVERS
from ingest.drivers.polar_delta import samples_of_deltas
from ingest.drivers.witmotion import NOTIFY_UUID as FRAMES_UUID
from ingest.drivers.witmotion import WitMotionParser
from ingest.simulation.peripherals.espruino import line
from ingest.simulation.peripherals.polar import delta_content

STREAMS = [driver for driver in DRIVERS if isinstance(driver, StreamDriver)]
CORPUS = json.loads((Path(__file__).parents[1] / "vectors" / "drivers_corpus.json").read_text())
KEPT_BYTES = 600  #: a parser keeps no more than a line of 512 bytes, or a frame

counts = st.integers(-32768, 32767)
rows = st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=30)

#: Bytes, and bytes that look right at first.
heads = st.sampled_from(
    [b"", b"\x02\x63", b"\x02" + struct.pack("<QB", 5, 0x81), b"\x55\x61", b"$S,", b"\xf0\x02\x02"]
)
payloads = st.builds(bytes.__add__, heads, st.binary(max_size=300))


def feed(driver, packets):
    """Give packets to one parser; return samples out, and check what every parser promises."""
    parser = driver.parser()
    for uuid in (*driver.notify_uuids, "another"):
        for packet in packets:
            refused = parser.refusals.total()
            batches = parser.parse(uuid, packet)
            for batch in batches:
                assert batch.samples.dtype == np.int16
                assert 0 < len(batch.samples) <= 1000
                assert batch.lsb_per_g > 0
                assert (batch.device_ns is None) is not driver.has_clock
                assert batch.device_ns is None or 0 <= batch.device_ns < 1 << 64
            assert parser.refusals.total() - refused <= len(packet) + KEPT_BYTES
            assert len(getattr(parser, "_rest", b"")) <= KEPT_BYTES
    assert set(parser.refusals) <= set(Refusal)
    assert all(n > 0 for n in parser.refusals.values())


@pytest.mark.parametrize("driver", STREAMS, ids=lambda driver: driver.name)
@given(packets=st.lists(payloads, max_size=8))
def test_any_bytes_parse_or_are_refused(driver, packets):
    feed(driver, packets)


@pytest.mark.parametrize("driver", STREAMS, ids=lambda driver: driver.name)
@pytest.mark.parametrize("case", CORPUS["corpus"], ids=lambda case: case["name"])
def test_the_corpus_parses_or_is_refused(driver, case):
    feed(driver, [bytes.fromhex(text) for text in case["packets"]])


@pytest.mark.parametrize("driver", STREAMS, ids=lambda driver: driver.name)
def test_a_packet_far_too_long_is_not_kept(driver):
    feed(driver, [b"\x55" * 100_000, b"$S," * 50_000, b"\x02\x63" + bytes(120_004)[:60_000]])


@given(rows)
def test_deltas_come_back_as_they_were(sent):
    decoded = samples_of_deltas(delta_content(np.array(sent, np.int64)))
    assert not isinstance(decoded, Refusal)
    assert decoded.tolist() == [list(row) for row in sent]


@given(rows, st.lists(st.integers(1, 40), min_size=1))
def test_lines_come_back_however_they_are_cut(sent, cuts):
    text = b"".join(line(i, 40 * i, 8192, np.array([row])) for i, row in enumerate(sent))
    parser, batches = EspruinoParser(), []
    while text:
        n_bytes = cuts[len(text) % len(cuts)]
        batches += parser.parse(LINES_UUID, text[:n_bytes])
        text = text[n_bytes:]
    assert [batch.samples[0].tolist() for batch in batches] == [list(row) for row in sent]
    assert [batch.sequence for batch in batches] == list(range(len(sent)))


@given(rows, st.integers(0, 200))
def test_a_changed_line_is_not_taken(sent, at):
    text = bytearray(line(0, 40, 8192, np.array(sent)))
    at %= len(text) - 2
    text[at] ^= 1
    parser = EspruinoParser()
    assert parser.parse(LINES_UUID, bytes(text)) == []
    assert parser.refusals.total() >= 1


@given(rows, st.binary(max_size=40), st.integers(1, 45))
def test_frames_are_found_again_behind_bytes_that_are_none(sent, noise, n_bytes):
    frames = [b"\x55\x61" + np.array(row, "<i2").tobytes() + bytes(12) for row in sent]
    stream = noise.replace(b"\x55", b"\x54") + b"".join(frames)
    parser, found = WitMotionParser(), []
    for at in range(0, len(stream), n_bytes):
        for batch in parser.parse(FRAMES_UUID, stream[at : at + n_bytes]):
            found += batch.samples.tolist()
    assert found == [list(row) for row in sent]
    assert parser.refusals[Refusal.NO_FRAME] == len(noise)
