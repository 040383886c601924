"""Any bytes parse or are refused; whatever is written reads back."""

import contextlib
from dataclasses import astuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ingest.errors import MalformedPacketError
from ingest.hip_sensor import packing
from ingest.hip_sensor.control import (
    Acknowledge,
    AskTime,
    Identify,
    Replay,
    SetTime,
    StartLive,
    StopLive,
    control_from_bytes,
    control_to_bytes,
)
from ingest.hip_sensor.packets import (
    MAX_TICKS,
    MAX_UTC_NS,
    DataPacket,
    LogRange,
    Status,
    StatusFlag,
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
        packed=draw(st.booleans()),
    )


@st.composite
def log_ranges(draw):
    tail, head = sorted((draw(u32), draw(u32)))
    return LogRange(draw(st.integers(1, 2**32 - 1)), tail, head, draw(st.integers(0, MAX_UTC_NS)))


@st.composite
def statuses(draw):
    tail, head = sorted((draw(u32), draw(u32)))
    tells_time = draw(st.booleans())
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
        ticks_now=draw(st.integers(0, MAX_TICKS)) if tells_time else None,
        time_token=draw(u8) if tells_time else None,
        older=draw(st.none() | log_ranges()) if tells_time else None,
    )


controls = st.one_of(
    st.builds(StartLive, u32),
    st.builds(StopLive),
    st.builds(Replay, st.integers(1, 255), u32, u16, u32),
    st.builds(AskTime, st.integers(1, 255)),
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


@st.composite
def signals(draw):
    """Draw stretches of samples from still to full scale, as a sensor may hand them over."""
    parts = draw(
        st.lists(
            st.tuples(st.integers(1, 300), st.sampled_from([0, 1, 30, 2_000, 32_767])),
            min_size=1,
            max_size=4,
        )
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    spread = np.concatenate([np.full((n, 3), height) for n, height in parts])
    return rng.integers(-spread, spread, endpoint=True).astype(np.int16)


@given(hnp.arrays(np.int16, st.tuples(st.integers(1, 255), st.just(3))))
def test_any_samples_survive_packing(samples):
    packed = packing.pack(samples)
    assert len(packed) == packing.packed_size(samples)
    assert packing.unpack(packed, len(samples)).tolist() == samples.tolist()


@given(signals())
def test_a_signal_is_cut_into_blocks_that_fit_and_lose_nothing(samples):
    bodies, counts, raw = [], [], []
    for start, stop in packing.cut(samples):
        body, is_packed = packing.body(samples[start:stop])
        assert len(body) <= packing.MAX_BODY_BYTES
        assert stop - start <= packing.MAX_BLOCK_SAMPLES
        assert stop - start >= 36 or stop == len(samples)
        if is_packed:
            bodies.append(body)
            counts.append(stop - start)
            raw.append(samples[start:stop].tolist())
    assert [block.tolist() for block in packing.unpack_many(bodies, counts)] == raw
    assert sum(b - a for a, b in packing.cut(samples)) == len(samples)


@given(st.binary(max_size=250), st.integers(0, 255))
def test_any_bytes_unpack_or_are_refused(body, n):
    with contextlib.suppress(MalformedPacketError):
        assert packing.unpack(body, n).shape == (n, 3)
