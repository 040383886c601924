"""Whatever is seen of a clock, in any order: time never runs backwards, and is nearly right."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.clock.device import DeviceClock
from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import TimeLine
from ingest.clock.unwrap import Unwrapper
from processing.model import NS_PER_S

S = NS_PER_S
MS = 1_000_000
START_UTC = 1_795_417_200 * S

#: The rate of a block that lies where two links meet. There the time is a straight line from the
#: last anchor of one link to the first moment of the next, at least `_STRETCH_S` = 60 s apart
#: (anchors within a link are `_ANCHOR_EVERY_S` = 60 s apart, and none is later than 120 s ago).
#: The line of now cannot turn by more than the corridor is wide: what lies outside it, as a clock
#: that jumped by more, is not taken (`Corridor.judge`) but starts a rival, and when that is
#: believed all anchors move with it. The corridor is no wider than the widest exchange made here,
#: 3 s there and 3 s back; 0.1 s is for drift (150 ppm) and tolerance (3 ms). So 60 s of ticks
#: become 53.9 to 66.1 s, whether a clock jumps or only the delays change; `TimeLine` then makes a
#: block that catches up shorter by a hundredth. Searching at random finds 48.0 to 52.8 Hz: half
#: that width, for the line runs in the middle of its corridor.
MOST_MOVED_S = 3.0 + 3.0 + 0.1
SLOWEST_HZ = 50 * 60 / (60 + MOST_MOVED_S)
FASTEST_HZ = 50 * 60 / (60 - MOST_MOVED_S) * 100 / 99

seconds = st.floats(0.01, 4000.0, allow_nan=False)
anything = st.lists(
    st.tuples(
        seconds,  # since the observation before
        st.booleans(),  # asked, or only heard
        st.floats(0, 3.0),  # way there [s]
        st.floats(0, 3.0),  # way back [s]
        st.sampled_from([0.0, 0.0, 0.0, 0.05, -0.05, 0.7, -2.5, 3600.0, -3600.0]),  # wall clock off
        st.sampled_from([0.0, 0.0, 0.0, -1.0, 5.0]),  # sensor's clock jumps
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(anything, st.floats(-100, 100))
@example([(1.0, True, 3.0, 0.0, 0.0, 0.0), (61.0, True, 0.0, 0.0, 0.0, 0.0)], 0.0)  # 48.8 Hz
@example([(1.0, True, 3.0, 3.0, 0.0, 0.0), (58.0, True, 0.0, 2.1, 0.0, 5.0)], 0.0)  # 52.5 Hz
def test_later_ticks_never_have_earlier_times_and_nothing_stored_is_run_over(events, ppm):
    host, line = HostTime(), TimeLine()
    clock = DeviceClock(host)
    now_s = jumped_s = 0.0
    last_end_ns = None
    for passed_s, is_asked, there_s, back_s, wrong_s, jump_s in events:
        now_s += passed_s
        jumped_s += jump_s
        device_ns = round((now_s * (1 + ppm * 1e-6) + jumped_s) * S)
        sent = _stamp(now_s - there_s, wrong_s)
        arrived = _stamp(now_s + back_s, wrong_s)
        if is_asked:
            clock.observe_exchange(sent, device_ns, arrived)
        else:
            clock.observe_arrival(device_ns, arrived)
        if not clock.is_anchored:
            continue
        ticks = [device_ns + round(k * 0.37 * now_s * S) - round(now_s * S) for k in range(12)]
        times = [clock.utc_ns(tick) for tick in ticks]
        assert times == sorted(times)
        assert all(clock.uncertainty_ms(tick) >= 0 for tick in ticks)
        placed = line.place(clock.utc_ns(device_ns - S), clock.utc_ns(device_ns), 50)
        assert last_end_ns is None or placed.t0_ns >= last_end_ns
        assert SLOWEST_HZ < placed.fs_hz < FASTEST_HZ
        last_end_ns = line.last_end_ns


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.05, 60.0), st.floats(0, 0.05), st.floats(0, 0.05)),
        min_size=1,
        max_size=200,
    ),
    st.floats(-100, 100),
)
def test_with_bounded_delays_the_error_is_bounded_by_the_round_trip(events, ppm):
    """Delays of up to 50 ms each way: the time is never off by more, however they fall."""
    clock = DeviceClock(HostTime())
    now_s = 0.0
    for passed_s, there_s, back_s in events:
        now_s += passed_s
        device_ns = round(now_s * (1 + ppm * 1e-6) * S)
        clock.observe_exchange(_stamp(now_s - there_s), device_ns, _stamp(now_s + back_s))
        error_ms = (clock.utc_ns(device_ns) - START_UTC - now_s * S) / MS
        assert abs(error_ms) <= clock.uncertainty_ms(device_ns) + 0.01
        assert abs(error_ms) <= 50 + 0.01


@settings(max_examples=100, deadline=None)
@given(anything, st.integers(0, 59))
def test_a_state_kept_anywhere_says_the_same_afterwards(events, kept_at):
    host = HostTime()
    clock = DeviceClock(host)
    now_s = 0.0
    for i, (passed_s, is_asked, there_s, back_s, _, _) in enumerate(events):
        now_s += passed_s
        device_ns = round(now_s * S)
        if is_asked:
            clock.observe_exchange(_stamp(now_s - there_s), device_ns, _stamp(now_s + back_s))
        else:
            clock.observe_arrival(device_ns, _stamp(now_s + back_s))
        if i != kept_at or not clock.is_anchored:
            continue
        text = json.dumps(clock.state())
        again = DeviceClock.from_state(host, json.loads(text))
        assert json.dumps(again.state()) == text
        assert abs(again.utc_ns(device_ns) - clock.utc_ns(device_ns)) <= 1
        clock = again


@given(
    st.lists(st.floats(0.001, 60_000.0), min_size=1, max_size=50),
    st.integers(0, 2**32 - 1),
    st.floats(-100, 100),
)
def test_a_wrapping_counter_is_right_over_any_gap_of_hours(gaps_s, start, ppm):
    counter = Unwrapper(32, 32_768)
    now_s = 0.0
    assert counter.unwrap(start, 0) == start
    for gap_s in gaps_s:
        now_s += gap_s
        ticks = start + round(now_s * 32_768 * (1 + ppm * 1e-6))
        assert counter.unwrap(ticks % 2**32, round(now_s * S)) == ticks


@given(
    st.lists(st.tuples(st.integers(-10 * S, 10 * S), st.integers(1, 255)), min_size=1, max_size=80)
)
def test_blocks_never_overlap_however_the_clock_moves(blocks):
    line = TimeLine()
    now_ns, last_end_ns = START_UTC, None
    for moved_ns, n in blocks:
        now_ns += n * 20 * MS + moved_ns
        placed = line.place(now_ns, now_ns + n * 20 * MS, n)
        if last_end_ns is not None:
            assert placed.t0_ns >= last_end_ns
            assert placed.hole_ns == placed.t0_ns - last_end_ns
        assert placed.t0_ns - placed.behind_ns == now_ns
        assert 50 <= placed.fs_hz <= 50.51
        last_end_ns = placed.t0_ns + round(n * S / placed.fs_hz)


def _stamp(t_s: float, wrong_s: float = 0.0) -> Stamp:
    return Stamp(round((t_s + 10_000) * S), START_UTC + round((t_s + wrong_s) * S))
