"""The simulated sensor's log over its reboots, and its answers to what a collector asks."""

import pytest

from ingest.hip_sensor.control import Acknowledge, AskTime, Replay, StartLive
from ingest.hip_sensor.packets import DataPacket, LogRange, Status, UnreadableBlockError
from ingest.simulation.firmware import Firmware
from tests.support.ingest_doubles import UTC_ZERO_NS, CountingSource


def after_reboots(*n_blocks, capacity=None):
    """Return a firmware that recorded so many blocks in each of its boots, 1, 2, 3 and on."""
    firmware = Firmware(CountingSource(n_blocks[0], boot_id=1), capacity_blocks=capacity)
    firmware.advance(1e6)
    for boot_id, n in enumerate(n_blocks[1:], start=2):
        firmware.reboot(CountingSource(n, boot_id=boot_id))
        firmware.advance(1e6)
    return firmware


def sent(firmware):
    return [(p.boot_id, p.seq) for p in firmware.outgoing(999) if isinstance(p, DataPacket)]


def test_a_reboot_loses_nothing_that_was_in_the_log():
    firmware = after_reboots(3, 2, 4)
    assert firmware.status().older == LogRange(1, 0, 3, UTC_ZERO_NS)
    firmware.control(Replay(1, 0, 10, 1))
    assert sent(firmware) == [(1, 0), (1, 1), (1, 2)]
    firmware.control(Acknowledge(1, 3))
    assert firmware.outgoing(9)[0].older == LogRange(2, 0, 2, UTC_ZERO_NS), "told at once"
    firmware.control(Acknowledge(2, 2))
    assert firmware.status().older is None
    firmware.control(Replay(2, 0, 10))
    assert sent(firmware) == [(3, seq) for seq in range(4)]


def test_an_acknowledgement_of_this_boot_frees_nothing_of_an_earlier_one():
    firmware = after_reboots(3, 2)
    firmware.control(Acknowledge(2, 2))
    assert firmware.status().tail_seq == 2
    assert firmware.status().older == LogRange(1, 0, 3, UTC_ZERO_NS)


def test_only_the_oldest_earlier_boot_can_be_asked_for():
    firmware = after_reboots(3, 2, 4)
    firmware.control(Acknowledge(2, 2))
    firmware.control(Replay(5, 0, 10, 2))
    (answer,) = firmware.outgoing(99)
    assert (answer.replay_done, answer.older.boot_id) == (5, 1)
    assert [boot.boot_id for boot in firmware.older] == [1, 2]


def test_a_full_log_overwrites_the_oldest_boot_first():
    firmware = after_reboots(3, 2, 4, capacity=5)
    assert firmware.older == [LogRange(2, 1, 2, UTC_ZERO_NS)]
    assert (firmware.tail_seq, firmware.head_seq) == (0, 4)


def test_a_damaged_page_is_told_and_does_not_stop_the_replay():
    firmware = after_reboots(3)
    firmware.corrupt(1, 1)
    firmware.control(Replay(1, 0, 3))
    first, lost, last, _status = firmware.outgoing(99)
    assert isinstance(lost, UnreadableBlockError)
    assert (first.seq, lost.seq, last.seq) == (0, 1, 2)


def test_the_time_is_told_before_a_replay_that_is_under_way():
    firmware = Firmware(CountingSource(100))
    firmware.advance(10.0)
    firmware.control(Replay(1, 0, 10))
    firmware.control(AskTime(77))
    answer, block = firmware.outgoing(1)
    assert isinstance(answer, Status)
    assert isinstance(block, DataPacket)
    assert (answer.time_token, answer.ticks_now) == (77, 10 * 32_768)
    assert block.seq == 0


def test_a_reboot_ends_live_and_replay():
    firmware = after_reboots(3)
    firmware.control(StartLive(0))
    firmware.control(Replay(1, 0, 3))
    firmware.reboot(CountingSource(2, boot_id=9))
    firmware.advance(1e6)
    assert sent(firmware) == []


def test_a_boot_id_that_is_in_the_log_is_refused():
    firmware = after_reboots(3)
    with pytest.raises(ValueError, match="in the log already"):
        firmware.reboot(CountingSource(3, boot_id=1))
