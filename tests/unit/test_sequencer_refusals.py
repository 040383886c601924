"""What the sequencer leaves undone, so that nothing is lost or dated wrong."""

from dataclasses import replace

import numpy as np
import pytest

from ingest.errors import JournalUnavailableError
from ingest.hip_sensor.control import Acknowledge, Replay, SetTime, StartLive
from ingest.hip_sensor.packets import DataPacket, Status, StatusFlag, ns_to_ticks
from ingest.sequencing.actions import LinkRules, Reconnect, Send, Store
from ingest.sequencing.refusals import EARLIEST_UTC_NS
from ingest.sequencing.sequencer import Sequencer
from processing.model import NS_PER_S
from tests.support.ingest_doubles import UTC_ZERO_NS, MemoryJournal, numbered_block

BOOT_2000_NS = 946_684_800 * NS_PER_S


def status(head=0, **fields):
    return replace(
        Status(StatusFlag(0), 50, 36, 7, 0, head, 50_000, 4096, 0, UTC_ZERO_NS), **fields
    )


def packet(seq, boot_id=7):
    block = numbered_block(seq)
    return DataPacket(boot_id, seq, ns_to_ticks(block.t_ns), 50_000, 4096, block.samples, False)


RULES = LinkRules(window_blocks=256, store_every_s=0.2)


@pytest.fixture
def journal():
    return MemoryJournal()


@pytest.fixture
def sequencer(journal):
    return Sequencer("hip", lambda boot_id: journal.next_seq("hip", boot_id), RULES)


def do(sequencer, journal, now_s=0.0, utc_ns=UTC_ZERO_NS):
    """Do what the sequencer says, until it gives the link up; return what it sent."""
    sent = []
    while actions := sequencer.poll(now_s=now_s, utc_ns=utc_ns):
        for action in actions:
            match action:
                case Store():
                    journal.append(action.blocks, action.gaps)
                    sequencer.stored(action)
                case Send(message):
                    sent.append(message)
                case Reconnect():
                    return [*sent, action]
    return sent


def read_before(journal, n_blocks):
    journal.append([packet(seq).to_block("hip", UTC_ZERO_NS) for seq in range(n_blocks)], [])


@pytest.mark.parametrize("utc_ns", [0, BOOT_2000_NS, EARLIEST_UTC_NS - 1])
def test_a_computer_without_the_right_time_does_not_set_a_sensors_clock(sequencer, journal, utc_ns):
    sequencer.link_up(status(head=1, utc_at_tick_zero_ns=0), now_s=0)
    assert do(sequencer, journal, 0, utc_ns) == []
    assert "clock is not set" in sequencer.waits_for


def test_the_sensor_is_told_the_time_as_soon_as_the_computer_knows_it(sequencer, journal):
    sequencer.link_up(status(head=1, utc_at_tick_zero_ns=0), now_s=0)
    do(sequencer, journal, 0, BOOT_2000_NS)
    assert do(sequencer, journal, 0.2) == [SetTime(UTC_ZERO_NS)]
    assert sequencer.waits_for == ""


def test_a_sensor_with_its_own_time_is_read_whatever_the_computer_believes(sequencer, journal):
    sequencer.link_up(status(head=1), now_s=0)
    assert do(sequencer, journal, 0, BOOT_2000_NS) == [Replay(1, 0, 1)]
    assert sequencer.waits_for == ""


def test_a_log_that_began_again_under_its_boot_id_is_not_freed_unread(sequencer, journal):
    read_before(journal, 50)
    sequencer.link_up(status(head=10), now_s=0)
    [given_up] = do(sequencer, journal)
    assert isinstance(given_up, Reconnect)
    assert "sensor hip has started its numbering again under the same boot id" in given_up.why
    assert not sequencer.is_drained


def test_a_recording_played_again_goes_on_where_the_journal_ends(journal):
    read_before(journal, 50)
    player = Sequencer(
        "hip", lambda boot_id: journal.next_seq("hip", boot_id), RULES, plays_again=True
    )
    player.link_up(status(head=10), now_s=0)
    assert do(player, journal)[-1] == StartLive(50)
    player.receive(packet(50), now_s=1)
    do(player, journal, 1.5)
    assert journal.seqs() == list(range(51))


def test_it_stays_unread_when_it_has_outgrown_the_old_one(sequencer, journal):
    read_before(journal, 50)
    sequencer.link_up(status(head=10), now_s=0)
    do(sequencer, journal)
    sequencer.link_down()
    sequencer.link_up(status(head=60), now_s=1)
    sequencer.receive(packet(50), now_s=1)
    assert [type(action) for action in do(sequencer, journal, 1)] == [Reconnect]
    assert len(journal.blocks) == 50


def test_a_log_that_begins_again_while_the_collector_runs_is_noticed(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    for seq in range(3):
        sequencer.receive(packet(seq), now_s=0.1)
    do(sequencer, journal, 0.5)
    sequencer.link_down()
    sequencer.link_up(status(head=1), now_s=1)
    assert [type(action) for action in do(sequencer, journal, 1)] == [Reconnect]


def test_a_new_boot_id_makes_it_readable_and_what_was_unread_is_a_gap(sequencer, journal):
    read_before(journal, 50)
    sequencer.link_up(status(head=10), now_s=0)
    do(sequencer, journal)
    sequencer.link_down()
    sequencer.link_up(status(head=1, boot_id=8), now_s=60)
    assert do(sequencer, journal, 60) == [Replay(1, 0, 1)]
    sequencer.receive(packet(0, boot_id=8), now_s=60.1)
    assert do(sequencer, journal, 60.1) == [Acknowledge(8, 1), StartLive(1)]
    assert [(gap.n_lost, gap.reason) for gap in journal.gaps] == [(10 * 36, "reboot")]


def test_what_has_arrived_is_stored_when_a_reboot_is_seen_within_a_link(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    for seq in (0, 1):
        sequencer.receive(packet(seq), now_s=0.1)
    sequencer.receive_status(status(boot_id=8), now_s=0.15)
    assert do(sequencer, journal, 0.15) == [StartLive(0)], "the old boot is not acknowledged"
    assert journal.seqs(7) == [0, 1]
    np.testing.assert_array_equal(journal.blocks[1].samples, numbered_block(1).samples)


def test_what_a_reboot_took_is_counted_wherever_the_hole_is(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    for seq in (0, 3, 4):
        sequencer.receive(packet(seq), now_s=0.1)
    sequencer.receive_status(status(head=6), now_s=0.12)
    reborn = status(head=1, boot_id=8, utc_at_tick_zero_ns=UTC_ZERO_NS + 60 * NS_PER_S)
    sequencer.receive_status(reborn, now_s=0.15)
    do(sequencer, journal, 0.15)
    sequencer.receive(packet(0, boot_id=8), now_s=0.2)
    do(sequencer, journal, 0.2)
    assert (journal.seqs(7), journal.seqs(8)) == ([0, 3, 4], [0])
    assert [(gap.n_lost, gap.reason) for gap in journal.gaps] == [
        (2 * 36, "reboot"),
        (36, "reboot"),
    ]


def test_it_is_stored_even_if_the_link_breaks_at_once(sequencer, journal):
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    for seq in (0, 2):
        sequencer.receive(packet(seq), now_s=0.1)
    sequencer.receive_status(status(boot_id=8), now_s=0.15)
    sequencer.link_down()
    do(sequencer, journal, 0.2)
    assert journal.seqs(7) == [0, 2]


def test_a_reboot_that_the_journal_could_not_be_asked_about_is_counted_once(journal):
    is_locked = [False]

    def next_seq(boot_id):
        if is_locked[0]:
            raise JournalUnavailableError("another program keeps the database locked")
        return journal.next_seq("hip", boot_id)

    sequencer = Sequencer("hip", next_seq, RULES)
    sequencer.link_up(status(), now_s=0)
    do(sequencer, journal)
    sequencer.receive(packet(0), now_s=0.1)
    sequencer.receive_status(status(head=6), now_s=0.12)
    reborn = status(head=1, boot_id=8, utc_at_tick_zero_ns=UTC_ZERO_NS + 60 * NS_PER_S)
    is_locked[0] = True
    with pytest.raises(JournalUnavailableError):
        sequencer.receive_status(reborn, now_s=0.15)
    sequencer.link_down()
    is_locked[0] = False
    sequencer.link_up(reborn, now_s=1)
    do(sequencer, journal, 1)
    sequencer.receive(packet(0, boot_id=8), now_s=1.1)
    do(sequencer, journal, 1.1)
    assert (journal.seqs(7), journal.seqs(8)) == ([0], [0])
    assert [(gap.n_lost, gap.reason) for gap in journal.gaps] == [(5 * 36, "reboot")]
