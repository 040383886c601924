"""Any bytes parse or are refused; whatever is written reads back."""

import contextlib
from dataclasses import astuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ingest.errors import MalformedPacketError
from ingest.hip_sensor import MAX_TICKS, MAX_UTC_NS, DataPacket, Status, StatusFlag
from ingest.hip_sensor_control import (
    Acknowledge,
    Identify,
    Replay,
    SetTime,
    StartLive,
    StopLive,
    control_from_bytes,
    control_to_bytes,
)

u8, u16, u32 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32))


@st.composite
def data_packets(draw):
    n = draw(st.integers(1, 255))
    return DataPacket(
        boot_id=draw(u32),
        seq=draw(u32),
        ticks=draw(st.integers(0, MAX_TICKS)),
        fs_mhz=draw(st.integers(5_000, 2**32 - 1)),
        lsb_per_g=draw(st.integers(1, 2**16 - 1)),
        samples=draw(hnp.arrays(np.int16, (n, 3))),
        from_log=draw(st.booleans()),
    )


@st.composite
def statuses(draw):
    tail, head = sorted((draw(u32), draw(u32)))
    return Status(
        flags=StatusFlag(draw(st.integers(0, 7))),
        battery_pct=draw(st.none() | st.integers(0, 100)),
        block_samples=draw(st.integers(1, 255)),
        boot_id=draw(u32),
        tail_seq=tail,
        head_seq=head,
        fs_mhz=draw(st.integers(1, 2**32 - 1)),
        lsb_per_g=draw(st.integers(1, 2**16 - 1)),
        replay_done=draw(u8),
        utc_at_tick_zero_ns=draw(st.integers(0, MAX_UTC_NS)),
    )


controls = st.one_of(
    st.builds(StartLive, u32),
    st.builds(StopLive),
    st.builds(Replay, st.integers(1, 255), u32, u16),
    st.builds(Acknowledge, u32, u32),
    st.builds(SetTime, st.integers(0, 2**64 - 1)),
    st.builds(Identify, u8),
)

#: Bytes that get past the first checks more often than chance would let them.
likely = st.binary(max_size=300) | st.builds(
    lambda packet, at, byte: packet[:at] + bytes([byte]) + packet[at + 1 :],
    st.one_of(data_packets(), statuses()).map(lambda packet: packet.to_bytes())
    | controls.map(control_to_bytes),
    st.integers(0, 40),
    u8,
)


@given(likely)
def test_any_bytes_parse_or_are_refused(payload):
    for decode in (DataPacket.from_bytes, Status.from_bytes, control_from_bytes):
        with contextlib.suppress(MalformedPacketError):
            decode(payload)


@given(likely, st.integers(0, MAX_UTC_NS))
def test_every_packet_that_parses_can_be_stored(payload, utc_ns):
    with contextlib.suppress(MalformedPacketError):
        block = DataPacket.from_bytes(payload).to_block("hip", utc_ns)
        assert 0 <= block.t0_ns < block.end_ns < 2**63
        assert block.end_ns - block.t0_ns <= 60 * 10**9


@given(data_packets())
def test_a_data_packet_survives_the_link(packet):
    again = DataPacket.from_bytes(packet.to_bytes())
    assert again.samples.tolist() == packet.samples.tolist()
    assert again.to_bytes() == packet.to_bytes()
    assert (again.seq, again.ticks, again.from_log) == (packet.seq, packet.ticks, packet.from_log)


@given(statuses())
def test_a_status_survives_the_link(status):
    assert Status.from_bytes(status.to_bytes()) == status


@given(controls)
def test_a_control_message_survives_the_link(message):
    again = control_from_bytes(control_to_bytes(message))
    assert type(again) is type(message)
    assert astuple(again) == astuple(message)
