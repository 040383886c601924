"""What a sensor still has of the starts before this one is read first, placed and told."""

from processing.model import NS_PER_S
from tests.support.ingest_history import BOOT_ID, History

SECOND = BOOT_ID + 1


def read_all(story):
    story.drain()
    story.check_journal()
    story.check_complete()
    story.check_gaps()
    return [(block.boot_id, block.seq) for block in story.journal.blocks]


def never_heard(n_blocks=4):
    """Return a sensor that was started twice before anybody listened; nobody set its clock."""
    story = History(clock_is_set=False)
    story.record(n_blocks)
    story.reboot()
    return story


def test_a_start_that_was_never_heard_ends_where_the_present_one_begins():
    story = never_heard()
    assert read_all(story)[:4] == [(BOOT_ID, seq) for seq in range(4)]
    began_ns = story.made[BOOT_ID, 3][1]
    assert abs(story.journal.blocks[3].t0_ns - began_ns - 1 * NS_PER_S) < 0.2 * NS_PER_S


def test_when_its_last_block_cannot_be_read_the_one_before_says_when_it_ended():
    story = never_heard()
    story.corrupt(3)
    assert read_all(story)[:3] == [(BOOT_ID, seq) for seq in range(3)]


def test_when_none_of_its_blocks_can_be_read_the_present_start_is_read_all_the_same():
    story = never_heard()
    for which in range(4):
        story.corrupt(which)
    story.record(2)
    assert read_all(story)[:2] == [(SECOND, 0), (SECOND, 1)]
    assert [gap.reason for gap in story.journal.gaps] == ["unreadable"]


def test_the_last_block_of_a_start_whose_clock_was_set_does_not_move_it():
    story = History(hosted=False)
    story.record(3)
    story.reboot(off_s=30.0)
    read_all(story)
    ends_ns = [block.end_ns for block in story.journal.blocks[:2]]
    begins_ns = [block.t0_ns for block in story.journal.blocks[1:3]]
    assert all(abs(b - e) < 100_000 for e, b in zip(ends_ns, begins_ns, strict=True))


def test_a_hole_that_a_clock_leaves_is_told_by_the_next_process_too():
    story = History()
    story.carry(30)
    story.wall_off_s = 40.0
    story.start_collector()
    story.carry(30)
    story.drain()
    [gap] = story.journal.gaps
    assert gap.reason == "clock_corrected"
    assert abs(gap.end_ns - gap.start_ns - 40 * NS_PER_S) < NS_PER_S


def test_an_unreadable_block_is_not_given_up_before_it_is_told_of():
    story = History(capacity=20)
    story.record(1)
    story.corrupt(0)
    story.carry(5)  # the sensor says that it cannot read it
    story.lose_link()
    story.carry(1)
    assert story.firmware.tail_seq == 0
    story.start_collector()
    story.record(2)
    assert read_all(story)[:2] == [(BOOT_ID, 1), (BOOT_ID, 2)]
    assert [gap.reason for gap in story.journal.gaps] == ["unreadable"]


def test_a_hundred_starts_take_no_more_memory_than_a_few():
    story = History()
    for _ in range(100):
        story.record(1)
        story.drain()
        story.lose_link()
        story.reboot()
        story.check_bounds()
    assert len(read_all(story)) >= 100
