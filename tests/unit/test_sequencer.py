"""What the sequencer says to do, step by step."""

from dataclasses import replace

import numpy as np
import pytest

from ingest.hip_sensor.control import Acknowledge, Replay, SetTime, StartLive
from ingest.hip_sensor.packets import DataPacket, Status, StatusFlag, ns_to_ticks
from ingest.sequencing.actions import LinkRules, Phase, Reconnect, Send, Store
from ingest.sequencing.sequencer import Sequencer
from ingest.simulation.firmware import Firmware
from processing.model import Gap
from tests.support.ingest_doubles import (
    UTC_ZERO_NS,
    CountingSource,
    MemoryJournal,
    numbered_block,
)
from tests.support.lossy_link import LossyLink

BLOCK_NS = 720_000_000  # 36 samples at 50 Hz
TICK_NS = 30_518


def status(head=0, **fields):
    return replace(
        Status(
            flags=StatusFlag(0),
            battery_pct=50,
            block_samples=36,
            boot_id=7,
            tail_seq=0,
            head_seq=head,
            fs_mhz=50_000,
            lsb_per_g=4096,
            replay_done=0,
            utc_at_tick_zero_ns=UTC_ZERO_NS,
        ),
        **fields,
    )


def packet(seq, boot_id=7, *, from_log=False):
    block = numbered_block(seq)
    return DataPacket(boot_id, seq, ns_to_ticks(block.t_ns), 50_000, 4096, block.samples, from_log)


RULES = LinkRules(window_blocks=256, store_every_s=0.2)


@pytest.fixture
def journal():
    return MemoryJournal()


@pytest.fixture
def sequencer(journal):
    return Sequencer("hip", lambda boot_id: journal.next_seq("hip", boot_id), RULES)


def do(sequencer, journal, now_s=0.0):
    """Do what the sequencer says; return what it sent."""
    sent = []
    while actions := sequencer.poll(now_s=now_s, utc_ns=UTC_ZERO_NS):
        for action in actions:
            if isinstance(action, Store):
                journal.append(action.blocks, action.gaps)
                sequencer.stored(action)
            else:
                sent.append(action.message if isinstance(action, Send) else action)
    return sent


def assert_gap(journal, expected):
    """Compare, with the sensor's clock read in ticks of 30.5 us."""
    [gap] = journal.gaps
    assert (gap.n_lost, gap.reason) == (expected.n_lost, expected.reason)
    assert gap.start_ns == pytest.approx(expected.start_ns, abs=TICK_NS)
    assert gap.end_ns == pytest.approx(expected.end_ns, abs=TICK_NS)


def test_an_empty_log_means_live_at_once(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    assert do(sequencer, journal) == [StartLive(0)]
    assert sequencer.phase is Phase.LIVE


def test_what_was_recorded_while_nobody_listened_is_asked_for_first(sequencer, journal):
    sequencer.link_up(status(head=1000), now_s=0)
    assert do(sequencer, journal) == [Replay(1, 0, 256)]
    assert sequencer.phase is Phase.BACKFILL
    assert sequencer.lag_s == pytest.approx(720.0)


def test_nothing_is_acknowledged_before_it_is_stored(sequencer, journal):
    sequencer.link_up(status(head=2), now_s=0)
    do(sequencer, journal)
    for seq in (0, 1):
        sequencer.receive(packet(seq, from_log=True), now_s=0.1)
    [store] = sequencer.poll(now_s=0.1, utc_ns=0)
    assert [block.seq for block in store.blocks] == [0, 1]
    assert sequencer.poll(now_s=0.1, utc_ns=0) == []
    sequencer.stored(store)
    assert do(sequencer, journal, 0.1) == [Acknowledge(7, 2), StartLive(2)]
    assert sequencer.counters.n_backfilled == 72


def test_only_what_is_missing_of_a_window_is_asked_for_again(sequencer, journal):
    sequencer.link_up(status(head=10), now_s=0)
    do(sequencer, journal)
    for seq in (0, 1, 2, 5, 6, 8, 9):
        sequencer.receive(packet(seq), now_s=0.1)
    sequencer.receive_status(status(head=10, replay_done=1), now_s=0.2)
    assert do(sequencer, journal, 0.2) == [Acknowledge(7, 3), Replay(2, 3, 5)]
    assert journal.seqs() == [0, 1, 2]
    for seq in (3, 4, 7):
        sequencer.receive(packet(seq), now_s=0.3)
    assert do(sequencer, journal, 0.3) == [Acknowledge(7, 10), StartLive(10)]
    assert journal.seqs() == list(range(10))


def test_a_replay_whose_end_got_lost_is_asked_for_again_after_a_while(sequencer, journal):
    sequencer.link_up(status(head=3), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0), now_s=1.0)
    assert do(sequencer, journal, 2.9) == []
    assert do(sequencer, journal, 3.1) == [Acknowledge(7, 1), Replay(2, 1, 2)]


def test_a_hole_in_the_live_stream_is_filled_before_it_goes_on(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0), now_s=1)
    sequencer.receive(packet(3), now_s=3)
    assert do(sequencer, journal, 3) == [Acknowledge(7, 1), Replay(1, 1, 2)]
    sequencer.receive(packet(4), now_s=3.1)
    sequencer.receive(packet(1, from_log=True), now_s=3.2)
    assert do(sequencer, journal, 3.2) == []
    sequencer.receive(packet(2, from_log=True), now_s=3.3)
    do(sequencer, journal, 3.6)
    assert journal.seqs() == [0, 1, 2, 3, 4]


def test_the_last_live_packet_is_missed_when_a_status_tells_of_it(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    sequencer.receive_status(status(head=1), now_s=2)
    assert do(sequencer, journal, 2) == [Replay(1, 0, 1)]


def test_live_blocks_of_one_moment_share_a_commit(sequencer):
    sequencer.link_up(status(), now_s=0)
    assert sequencer.poll(now_s=0, utc_ns=0) == [Send(StartLive(0))]
    sequencer.receive(packet(0), now_s=1.0)
    assert sequencer.poll(now_s=1.0, utc_ns=0) == []
    sequencer.receive(packet(1), now_s=1.1)
    [store] = sequencer.poll(now_s=1.25, utc_ns=0)
    assert [block.seq for block in store.blocks] == [0, 1]


def test_repeats_are_dropped_and_counted(sequencer, journal):
    sequencer.link_up(status(head=1), now_s=0)
    do(sequencer, journal)
    for _ in range(3):
        sequencer.receive(packet(0), now_s=0.1)
    do(sequencer, journal, 0.1)
    sequencer.receive(packet(0), now_s=0.2)
    do(sequencer, journal, 0.2)
    assert journal.seqs() == [0]
    assert sequencer.counters.n_duplicates == 3


def test_packets_of_another_boot_are_not_mixed_in(sequencer, journal):
    sequencer.link_up(status(head=1), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0, boot_id=8), now_s=0.1)
    do(sequencer, journal, 0.1)
    assert journal.blocks == []
    assert sequencer.counters.n_strangers == 1


def test_what_arrived_in_order_is_stored_when_the_link_breaks(sequencer, journal):
    sequencer.link_up(status(head=5), now_s=0)
    do(sequencer, journal)
    for seq in (0, 1, 3):
        sequencer.receive(packet(seq), now_s=0.1)
    sequencer.link_down()
    assert do(sequencer, journal, 0.1) == []
    assert journal.seqs() == [0, 1]
    sequencer.link_up(status(head=5), now_s=1)
    assert do(sequencer, journal, 1) == [Acknowledge(7, 2), Replay(1, 2, 3)]


def test_a_lost_acknowledgement_is_made_up_for_at_the_next_link(journal):
    journal.append([packet(0).to_block("hip", UTC_ZERO_NS)], [])
    again = Sequencer("hip", lambda boot_id: journal.next_seq("hip", boot_id), RULES)
    again.link_up(status(head=1), now_s=0)
    assert do(again, journal) == [Acknowledge(7, 1), StartLive(1)]


def test_a_sensor_without_time_is_told_it_and_nothing_is_stored_before(sequencer, journal):
    unset = status(head=1, utc_at_tick_zero_ns=0)
    sequencer.link_up(unset, now_s=0)
    assert do(sequencer, journal) == [SetTime(UTC_ZERO_NS)]
    sequencer.receive(packet(0), now_s=0.1)
    assert do(sequencer, journal, 0.1) == []
    sequencer.link_down()
    assert do(sequencer, journal, 0.2) == []
    assert journal.blocks == []
    sequencer.link_up(unset, now_s=1)
    assert do(sequencer, journal, 1) == [SetTime(UTC_ZERO_NS)]
    sequencer.receive_status(status(head=1), now_s=1.1)
    assert do(sequencer, journal, 1.1) == [Acknowledge(7, 1), StartLive(1)]
    assert journal.seqs() == [0], "what came before the time was known is kept for when it is"


def test_a_reboot_starts_a_new_count_and_leaves_a_gap(sequencer, journal):
    sequencer.link_up(status(head=2), now_s=0)
    do(sequencer, journal)
    for seq in (0, 1):
        sequencer.receive(packet(seq), now_s=0.1)
    do(sequencer, journal, 0.1)
    sequencer.receive_status(status(head=5), now_s=0.2)  # three more that are never read
    sequencer.link_down()
    new_zero_ns = UTC_ZERO_NS + 60 * 10**9
    reborn = status(head=1, boot_id=8, utc_at_tick_zero_ns=new_zero_ns)
    sequencer.link_up(reborn, now_s=60)
    assert do(sequencer, journal, 60) == [Replay(1, 0, 1)]
    sequencer.receive(packet(0, boot_id=8), now_s=60.1)
    do(sequencer, journal, 60.1)
    assert journal.seqs(8) == [0]
    assert_gap(journal, Gap("hip", UTC_ZERO_NS + 2 * BLOCK_NS, new_zero_ns, 3 * 36, "reboot"))


def test_a_log_that_overran_leaves_a_gap_of_known_size(sequencer, journal):
    sequencer.link_up(status(head=1), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0), now_s=0.1)
    do(sequencer, journal, 0.1)
    sequencer.link_down()
    sequencer.link_up(status(head=12, tail_seq=10), now_s=100)
    assert do(sequencer, journal, 100) == [Replay(1, 10, 2)]
    for seq in (10, 11):
        sequencer.receive(packet(seq), now_s=100.1)
    do(sequencer, journal, 100.1)
    assert journal.seqs() == [0, 10, 11]
    start_ns, end_ns = UTC_ZERO_NS + BLOCK_NS, UTC_ZERO_NS + 10 * BLOCK_NS
    assert_gap(journal, Gap("hip", start_ns, end_ns, 9 * 36, "log_overrun"))


def test_silence_means_the_link_is_dead(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    sequencer.receive_status(status(), now_s=5)
    assert sequencer.poll(now_s=12, utc_ns=0) == []
    [action] = sequencer.poll(now_s=13.1, utc_ns=0)
    assert action == Reconnect("heard nothing for 8 s")


def test_a_sensor_is_drained_when_its_last_block_is_stored(sequencer, journal):
    done = status(head=1, flags=StatusFlag.EXHAUSTED)
    sequencer.link_up(done, now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0), now_s=0.1)
    assert not sequencer.is_drained
    do(sequencer, journal, 0.1)
    assert sequencer.is_drained


def test_a_packet_far_ahead_is_not_hoarded(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(2_000_000), now_s=0.1)
    assert do(sequencer, journal, 0.1) == []
    assert sequencer.counters.n_strangers == 1


def test_a_sensor_that_goes_on_recording_is_live_after_one_backfill(sequencer, journal):
    sequencer.link_up(status(head=2), now_s=0)
    do(sequencer, journal)
    for seq in (0, 1):
        sequencer.receive(packet(seq, from_log=True), now_s=0.1)
    sequencer.receive_status(status(head=4, replay_done=1), now_s=0.1)
    assert do(sequencer, journal, 0.1) == [Acknowledge(7, 2), StartLive(2)]
    assert sequencer.lag_s == pytest.approx(1.44)
    for seq in (2, 3):
        sequencer.receive(packet(seq), now_s=0.2)
    do(sequencer, journal, 0.5)
    assert journal.seqs() == [0, 1, 2, 3]
    assert sequencer.counters.n_replays == 1


def test_a_backfill_so_long_that_another_window_was_recorded_goes_on(sequencer, journal):
    sequencer.link_up(status(head=1), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0, from_log=True), now_s=50)
    sequencer.receive_status(status(head=300, replay_done=1), now_s=50)
    assert do(sequencer, journal, 50) == [Acknowledge(7, 1), Replay(2, 1, 256)]


def test_a_night_of_log_comes_in_while_new_blocks_are_recorded():
    journal = MemoryJournal()
    n_blocks = 2_000
    firmware = Firmware(CountingSource(n_blocks))
    firmware.advance(1_000.0)
    link = LossyLink(firmware, journal, speed=1.0, now_s=1_000.0)
    assert link.run(8_000)
    assert journal.seqs() == list(range(n_blocks))
    assert np.all(np.diff([block.t0_ns for block in journal.blocks]) > 0)


def test_rules_say_how_much_is_asked_for_at_once(journal):
    cautious = Sequencer("hip", lambda _boot_id: 0, LinkRules(window_blocks=8))
    cautious.link_up(status(head=100), now_s=0)
    assert do(cautious, journal) == [Replay(1, 0, 8)]
