"""Bare streams become numbered blocks with times, and what is missing becomes a gap."""

from itertools import pairwise

import pytest

from ingest.clock.host import Stamp
from ingest.clock.layout import TimeLine
from ingest.drivers.base import Stamps
from ingest.model import RawBlock
from processing.model import NS_PER_S, Gap
from tests.support.ingest_doubles import UTC_ZERO_NS
from tests.support.stream_kit import (
    all_numbers,
    blocks_of,
    gaps_of,
    late_s,
    numbering,
    packets,
)

CLOCKED, COUNTED = "movesense", "witmotion"


def test_a_stream_with_a_clock_is_blocks_of_a_second_end_to_end():
    stream, events = numbering(CLOCKED), []
    for packet in packets(60):
        events += stream.receive(packet.by_clock(off_s=1000), packet.arrived)
    events += stream.end()
    assert all_numbers(events) == list(range(3000))
    assert not gaps_of(events)
    blocks = blocks_of(events)
    assert [block.seq for block in blocks] == list(range(60))
    assert {len(block.samples) for block in blocks} == {50}
    assert all(abs(b.t0_ns - a.end_ns) < 60_000_000 for a, b in pairwise(blocks))
    assert all(-0.001 < late_s(block) < 0.06 for block in blocks)
    assert blocks[0].ticks == 1000 * 32768


def test_packets_that_are_lost_are_a_gap_of_as_many_samples():
    stream, events = numbering(CLOCKED), []
    for packet in packets(20):
        if not 500 <= packet.number < 560:
            events += stream.receive(packet.by_clock(), packet.arrived)
    (gap,) = gaps_of(events)
    assert (gap.reason, gap.n_lost) == ("packets_lost", 60)
    assert (gap.end_ns - gap.start_ns) / NS_PER_S == pytest.approx(60 / 50, abs=0.06)


def test_a_clock_that_is_set_is_no_gap():
    stream, events = numbering("polar_h10"), []
    for packet in packets(60):
        off_s = 599_616_000 if packet.number < 1500 else 845_000_000  # 2019, then the present
        events += stream.receive(packet.by_clock(off_s), packet.arrived)
    events += stream.end()
    assert all_numbers(events) == list(range(3000))
    assert not gaps_of(events)
    assert all(late_s(block) < 0.3 for block in blocks_of(events))


def test_packets_that_a_program_standing_still_read_late_are_neither_a_gap_nor_another_clock():
    stream, events = numbering(CLOCKED), []
    for packet in packets(60):
        if 1000 <= packet.number < 1750:
            packet.arrived_s = 35.2
        events += stream.receive(packet.by_clock(), packet.arrived)
    events += stream.end()
    assert all_numbers(events) == list(range(3000))
    assert not gaps_of(events)
    assert all(-0.01 < late_s(block) < 0.1 for block in blocks_of(events))


def test_a_lost_link_is_out_of_range_and_a_new_start():
    stream, events = numbering(CLOCKED), []
    for packet in packets(60):
        if packet.number == 1000:
            events += stream.end()
            stream.begin()
        if not 1000 <= packet.number < 2000:
            events += stream.receive(packet.by_clock(), packet.arrived)
    events += stream.end()
    (gap,) = gaps_of(events)
    assert (gap.reason, gap.n_lost) == ("out_of_range", 1000)
    assert [(block.boot_id, block.seq) for block in blocks_of(events)] == [
        (boot_id, seq) for boot_id in (1, 2) for seq in range(20)
    ]


def test_a_number_decides_what_is_lost_and_what_is_a_restart():
    stream, events = numbering("espruino"), []
    for packet in packets(30):
        number = packet.number if packet.number < 1000 else packet.number - 1000
        if not 500 <= packet.number < 530:
            batch = packet.samples(round(packet.taken_s * NS_PER_S), Stamps.LAST, sequence=number)
            events += stream.receive(batch, packet.arrived)
    events += stream.end()
    assert [(gap.reason, gap.n_lost) for gap in gaps_of(events)][:1] == [("packets_lost", 30)]
    assert {block.boot_id for block in blocks_of(events)} == {1, 2}
    assert len(all_numbers(events)) == 1500 - 30


def test_a_stream_without_a_clock_is_placed_by_counting():
    stream, events = numbering(COUNTED), []
    for packet in packets(120):
        events += stream.receive(packet.samples(), packet.arrived)
    events += stream.end()
    assert all_numbers(events) == list(range(6000))
    assert not gaps_of(events)
    assert all(-0.02 < late_s(block) < 0.12 for block in blocks_of(events))
    assert all(block.ticks is None for block in blocks_of(events))


def test_a_rate_that_is_off_by_two_per_cent_is_measured():
    stream, events = numbering(COUNTED), []
    for packet in packets(600, true_hz=51.0):
        events += stream.receive(packet.samples(), packet.arrived)
    late = [late_s(block, 51.0) for block in blocks_of(events)]
    assert all(abs(s) < 0.3 for s in late)
    assert all(abs(s) < 0.15 for s in late[60:])
    assert blocks_of(events)[-1].fs_hz == pytest.approx(51.0, rel=0.01)


def test_a_silence_with_nothing_behind_it_is_a_gap():
    stream, events = numbering(COUNTED), []
    for packet in packets(60):
        if not 1000 <= packet.number < 1250:
            events += stream.receive(packet.samples(), packet.arrived)
    events += stream.end()
    (gap,) = gaps_of(events)
    assert gap.reason == "packets_lost"
    assert gap.n_lost == pytest.approx(250, abs=15)
    assert all(-0.1 < late_s(block) < 0.3 for block in blocks_of(events))


@pytest.mark.parametrize(
    ("driver", "make"),
    [(CLOCKED, lambda one: one.by_clock()), (COUNTED, lambda one: one.samples())],
    ids=["clocked", "counted"],
)
def test_what_this_computer_dropped_itself_is_a_gap_that_says_so(driver, make):
    stream, events = numbering(driver), []
    for packet in packets(60):
        if packet.number == 1250:
            stream.overflowed()
        if not 1000 <= packet.number < 1250 and not 2000 <= packet.number < 2250:
            events += stream.receive(make(packet), packet.arrived)
    events += stream.end()
    dropped, lost = gaps_of(events)
    assert (dropped.reason, lost.reason) == ("queue_full", "packets_lost")
    assert dropped.n_lost == pytest.approx(250, abs=15)


def test_packets_that_were_held_up_are_no_gap():
    stream, events = numbering(COUNTED), []
    for packet in packets(60):
        held_up = 1000 <= packet.number < 1150  # all of three seconds come at once
        packet.arrived_s = 23.05 if held_up else packet.arrived_s
        events += stream.receive(packet.samples(), packet.arrived)
    events += stream.end()
    assert not gaps_of(events)
    assert all_numbers(events) == list(range(3000))
    assert all(-0.02 < late_s(block) < 0.15 for block in blocks_of(events))


def test_hours_away_do_not_add_up_by_a_rate_that_is_off():
    stream = numbering(COUNTED)
    events: list[RawBlock | Gap] = []
    for packet in packets(600 + 10_800 + 60, true_hz=50.4):
        away = 600 < packet.taken_s < 11_400
        if away and events:
            events += stream.end()
            stream.begin()
        if not away:
            events += stream.receive(packet.samples(), packet.arrived)
    events += stream.end()
    (gap,) = gaps_of(events)
    assert gap.reason == "out_of_range"
    assert (gap.end_ns - gap.start_ns) / NS_PER_S == pytest.approx(10_800, abs=0.5)
    assert all(abs(late_s(block, 50.4)) < 0.3 for block in blocks_of(events)[-50:])


@pytest.mark.parametrize("driver", [CLOCKED, COUNTED])
def test_the_time_since_the_collector_ran_last_is_a_gap(driver):
    stream = numbering(driver, line=TimeLine(UTC_ZERO_NS - 60 * NS_PER_S))
    events = []
    for packet in packets(10):
        batch = packet.by_clock() if driver == CLOCKED else packet.samples()
        events += stream.receive(batch, packet.arrived)
    (gap,) = gaps_of(events)
    assert (gap.reason, gap.start_ns) == ("out_of_range", UTC_ZERO_NS - 60 * NS_PER_S)
    assert gap.n_lost == pytest.approx(3000, rel=0.05)


@pytest.mark.parametrize("driver", [CLOCKED, COUNTED])
def test_nothing_is_stored_before_the_computers_clock_is_set(driver):
    stream, events = numbering(driver), []
    for packet in packets(10):
        batch = packet.by_clock() if driver == CLOCKED else packet.samples()
        events += stream.receive(batch, Stamp(packet.arrived.monotonic_ns, 0))
    assert events == []
    assert stream.blocks.n_untimed >= 400
    assert stream.blocks.n_held < 100
