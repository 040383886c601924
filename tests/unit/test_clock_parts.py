"""The parts of the clock that can be checked by hand."""

import pytest

from ingest.clock.anchors import MOST_ANCHORS, Anchor, Anchors, on_line
from ingest.clock.corridor import Corridor, CorridorLimits, Verdict
from ingest.clock.exchange import TimeAsker
from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import SampleRate, TimeLine
from ingest.clock.polygon import rectangle
from ingest.clock.unwrap import Unwrapper
from processing.model import NS_PER_S

S = NS_PER_S
MS = 1_000_000
START_UTC = 1_795_417_200 * S  # 2026-11-23


def at(seconds: float, *, wrong_s: float = 0.0) -> Stamp:
    """What both clocks of a computer say, whose wall clock may be wrong."""
    return Stamp(round(seconds * S), START_UTC + round((seconds + wrong_s) * S))


# A polygon ------------------------------------------------------------------------------------


def test_half_a_square_has_its_centroid_at_a_third():
    half = rectangle(0, 3, 0, 3).below(1, 1, 3)  # x + y <= 3: the triangle at the origin
    assert half is not None
    centre, x_range, y_range = half.summary()
    assert centre == pytest.approx((1, 1))
    assert x_range == pytest.approx((0, 3))
    assert y_range == pytest.approx((0, 3))


def test_nothing_is_left_beyond_the_polygon():
    assert rectangle(0, 1, 0, 1).below(1, 0, -0.5) is None
    assert rectangle(0, 1, 0, 1).below(1, 0, 5) == rectangle(0, 1, 0, 1)


def test_a_stroke_has_its_middle_for_a_centroid():
    assert rectangle(2, 2, 0, 4).summary()[0] == pytest.approx((2, 2))


# The corridor ---------------------------------------------------------------------------------


def test_one_question_puts_the_clock_in_the_middle_of_its_round_trip():
    corridor = Corridor(CorridorLimits())
    corridor.add(0.0, 10 * MS, 50 * MS)
    line = corridor.line()
    assert line.offset_ns == pytest.approx(30 * MS)
    assert line.half_ns == pytest.approx(20 * MS)


def test_late_packets_change_nothing():
    corridor = Corridor(CorridorLimits())
    corridor.add(0.0, 10 * MS, 14 * MS)
    before = corridor.line()
    for late_ms in (20, 100, 340, 860):
        corridor.add(1.0, None, late_ms * MS)
    assert corridor.line() == before


def test_the_narrowest_places_of_both_sides_meet():
    corridor = Corridor(CorridorLimits())
    corridor.add(0.0, 0, 60 * MS)  # a quick way there: up to 60 ms for the way back
    corridor.add(0.1, -40 * MS, 8 * MS)  # asked early, answered at once
    assert corridor.line().offset_ns == pytest.approx(4 * MS, abs=0.2 * MS)


def test_drift_is_found_from_both_edges():
    corridor = Corridor(CorridorLimits())
    for second in range(0, 600, 10):
        offset_ns = second * 40_000  # 40 ppm
        corridor.add(float(second), offset_ns - 2 * MS, offset_ns + 2 * MS)
    assert corridor.line().drift_ppm == pytest.approx(40, abs=2)


def test_what_cannot_be_is_told_from_what_is_only_late():
    corridor = Corridor(CorridorLimits())
    corridor.add(0.0, -5 * MS, 5 * MS)
    assert corridor.judge(1.0, None, 300 * MS) is Verdict.FITS
    assert corridor.judge(1.0, None, 2000 * MS) is Verdict.LATE
    assert corridor.judge(1.0, None, -20 * MS) is Verdict.BEHIND
    assert corridor.judge(1.0, 20 * MS, 60 * MS) is Verdict.AHEAD


def test_the_corridor_takes_no_more_room_after_a_day_than_after_an_hour():
    limits = CorridorLimits()
    corridor = Corridor(limits)
    for second in range(0, 86_400, 5):
        corridor.add(float(second), -MS, MS)
    assert len(corridor.as_lists()) == limits.n_windows


# Anchors --------------------------------------------------------------------------------------


def test_the_line_between_two_anchors_is_straight():
    assert on_line(Anchor(0, 0, 1), Anchor(100, 50, 1), 40) == 20


def test_months_of_anchors_take_little_room_and_keep_the_bend():
    anchors = Anchors()
    for minute in range(50_000):
        slope = 2.0 if minute < 20_000 else -1.0
        offset = slope * (minute - 20_000)
        anchors.push(Anchor(minute * 60.0, offset, 1.0))
    assert len(anchors.all) == MOST_ANCHORS
    newest = Anchor(50_000 * 60.0, -30_000.0, 1.0)
    for minute in (0, 10_000, 20_000, 30_000, 49_000):
        before, after = anchors.between(minute * 60.0, newest)
        expected = (2.0 if minute < 20_000 else -1.0) * (minute - 20_000)
        assert on_line(before, after, minute * 60.0) == pytest.approx(expected, abs=1e-6)


# Counters that wrap ---------------------------------------------------------------------------


def test_milliseconds_of_32_bits_go_on_after_seven_weeks():
    counter = Unwrapper(32, 1000)
    assert counter.unwrap(2**32 - 100, 0) == 2**32 - 100
    assert counter.unwrap(50, 150 * MS) == 2**32 + 50
    assert counter.unwrap(2**32 - 10, 160 * MS) == 2**32 - 10, "a packet that came late"
    assert counter.unwrap(150, 250 * MS) == 2**32 + 150


@pytest.mark.parametrize("hours", [1, 12, 36, 37, 100, 1000])
def test_a_crystal_counter_of_32_bits_is_right_after_an_absence(hours):
    counter = Unwrapper(32, 32_768)  # wraps after 36.4 h
    start = 4_000_000_000
    counter.unwrap(start, 0)
    true_ticks = start + round(hours * 3600 * 32_768 * (1 + 50e-6))
    assert counter.unwrap(true_ticks % 2**32, hours * 3600 * S) == true_ticks


def test_a_counter_goes_on_over_a_restart():
    counter = Unwrapper(32, 1000)
    counter.unwrap(2**32 - 1, 0)
    after = Unwrapper(32, 1000).restore(counter.state())
    assert after.unwrap(999, S) == 2**32 + 999


def test_a_counter_wider_than_it_can_be_is_refused():
    with pytest.raises(ValueError, match="32 bits"):
        Unwrapper(32, 1000).unwrap(2**32, 0)


# Questions ------------------------------------------------------------------------------------


def test_eight_questions_come_at_once_and_then_four_a_minute():
    asker = TimeAsker()
    asker.link_up(0)
    asked_s = []
    while asker.due_ns is not None and asker.due_ns < 120 * S:
        stamp = Stamp(asker.due_ns, START_UTC + asker.due_ns)
        token = asker.ask(stamp)
        assert token is not None
        assert asker.answer(token, 0, stamp) is not None
        asked_s.append(stamp.monotonic_ns / S)
    assert sum(t < 1.5 for t in asked_s) == 8
    assert len(asked_s) == 8 + 7  # the next one is due after two minutes


def test_questions_fall_all_over_a_connection_interval():
    asker = TimeAsker()
    asker.link_up(0)
    phases = []
    for _ in range(40):
        assert asker.due_ns is not None
        stamp = Stamp(asker.due_ns, START_UTC)
        token = asker.ask(stamp)
        assert token is not None
        asker.answer(token, 0, stamp)
        phases.append(stamp.monotonic_ns % (50 * MS) // (10 * MS))
    assert set(phases) == {0, 1, 2, 3, 4}


def test_an_answer_belongs_to_one_question():
    asker = TimeAsker()
    asker.link_up(0)
    token = asker.ask(at(0))
    assert token is not None
    assert asker.ask(at(0.5)) is None, "one question at a time"
    assert asker.answer(token % 255 + 1, 0, at(0.5)) is None
    exchange = asker.answer(token, 7, at(0.6))
    assert exchange is not None
    assert (exchange.sent, exchange.device_ns, exchange.arrived) == (at(0), 7, at(0.6))
    assert asker.answer(token, 7, at(0.7)) is None, "the same answer twice"


def test_a_question_that_was_lost_is_asked_again():
    asker = TimeAsker()
    asker.link_up(0)
    first = asker.ask(at(0))
    second = asker.ask(at(2.0))
    assert second is not None
    assert second != first
    assert asker.answer(first or 0, 0, at(2.1)) is None


def test_storing_waits_for_four_answers_or_two_seconds():
    asker = TimeAsker()
    asker.link_up(0)
    assert not asker.is_ready(3 * S), "no answer at all"
    token = asker.ask(at(0))
    asker.answer(token or 0, 0, at(0.1))
    assert not asker.is_ready(S)
    assert asker.is_ready(3 * S)


# Where blocks lie -----------------------------------------------------------------------------


def test_blocks_follow_each_other_at_their_true_rate():
    line = TimeLine()
    first = line.place(0, 720 * MS, 36)
    second = line.place(720 * MS, 1440 * MS, 36)
    assert (first.t0_ns, first.fs_hz) == (0, 50.0)
    assert (second.t0_ns, second.fs_hz, second.hole_ns) == (720 * MS, 50.0, 0)


def test_a_slow_crystal_shows_in_the_rate():
    placed = TimeLine().place(0, 1000 * MS + 40_000, 50)  # 40 ppm longer
    assert placed.fs_hz == 49.9981  # rounded up, so that no block runs into the next one


def test_a_correction_forward_leaves_a_hole():
    line = TimeLine(last_end_ns=S)
    placed = line.place(3 * S, 4 * S, 50)
    assert (placed.t0_ns, placed.hole_ns, placed.behind_ns) == (3 * S, 2 * S, 0)


def test_after_a_correction_back_blocks_catch_up_by_one_per_cent():
    line = TimeLine(last_end_ns=S)
    begins = 0
    behind = []
    for _ in range(120):
        placed = line.place(begins, begins + S, 50)
        behind.append(placed.behind_ns)
        assert placed.hole_ns == 0 or placed.behind_ns == 0
        begins += S
    assert behind[0] == S
    assert behind[50] == pytest.approx(S / 2, rel=0.01)
    assert behind[-1] == 0


def test_a_hole_in_the_data_is_taken_up_by_a_correction_back():
    placed = TimeLine(last_end_ns=10 * S).place(12 * S, 13 * S, 50)
    assert (placed.t0_ns, placed.behind_ns) == (12 * S, 0)


def test_a_block_of_no_length_is_refused():
    with pytest.raises(ValueError, match="36 samples in 0 ns"):
        TimeLine().place(5, 5, 36)


def test_the_rate_of_an_oscillator_that_is_two_per_cent_off_is_measured():
    rate = SampleRate()
    assert rate.sample_ns(50.0) == 20 * MS
    for seq in range(10):
        rate.observe(seq, seq * 36 * 20_400_000, 36)
    assert rate.sample_ns(50.0) == 20_400_000
    rate.observe(12, 0, 36)  # blocks between are missing: nothing is known of how long they were
    assert rate.sample_ns(50.0) == 20 * MS


# The computer's own time ----------------------------------------------------------------------


def test_a_step_that_is_undone_after_minutes_leaves_no_trace():
    host = HostTime()
    for second in range(1800):
        stamp = at(second, wrong_s=3600.0 if 300 <= second < 840 else 0.0)
        host.observe(stamp)
        assert host.utc_ns(stamp) == at(second).utc_ns
        assert host.is_doubtful == (300 <= second < 840)
    assert host.n_corrections == 0


def test_a_step_that_stands_for_ten_minutes_is_believed():
    host = HostTime()
    believed = []
    for second in range(1800):
        host.observe(at(second, wrong_s=40.0 if second >= 300 else 0.0))
        if host.utc_ns(at(second)) != at(second).utc_ns:
            believed.append(second)
    assert believed[0] == 900
    assert host.n_corrections == 1
    assert host.last_correction_ns == 40 * S


def test_a_step_of_a_synchronised_system_is_believed_at_once():
    host = HostTime()
    host.observe(at(0))
    host.observe(at(1, wrong_s=-2.5), is_synchronised=True)
    assert host.utc_ns(at(1)) == at(1, wrong_s=-2.5).utc_ns


def test_two_steps_in_a_row_begin_to_wait_anew():
    host = HostTime()
    for second in range(1000):
        host.observe(
            at(second, wrong_s=10.0 if second < 500 and second > 0 else 20.0 * (second > 0))
        )
    assert host.n_corrections == 0
    assert "+20.0 s" in host.notice


def test_a_clock_that_was_never_set_is_not_taken():
    host = HostTime()
    host.observe(Stamp(5 * S, 1_000 * S))
    with pytest.raises(ValueError, match="never been set"):
        host.utc_ns(Stamp(5 * S, 1_000 * S))


def test_a_time_service_that_slews_is_followed():
    host = HostTime()
    for second in range(1000):
        stamp = at(second, wrong_s=second * 500e-6)
        host.observe(stamp)
        assert host.utc_ns(stamp) == stamp.utc_ns


def test_a_clock_that_no_time_service_has_set_yet_is_not_believed_at_once():
    host = HostTime()
    host.observe(at(0, wrong_s=3600), is_synchronised=False)  # an hour fast at boot
    assert not host.is_known
    host.observe(at(20), is_synchronised=True)
    assert host.utc_ns(at(30)) == at(30).utc_ns
    assert host.n_corrections == 0


def test_without_any_time_service_the_clock_is_believed_after_two_minutes():
    host = HostTime()
    for seconds in (0, 119):
        host.observe(at(seconds), is_synchronised=False)
        assert not host.is_known
    host.observe(at(120))
    assert host.is_known
