"""A sensor's ticks become UTC, whatever happens to the computer's clock."""

import json

import pytest

from ingest.clock.corridor import Verdict
from ingest.clock.device import DeviceClock
from ingest.clock.host import HostTime, Stamp
from ingest.clock.rules import DriftPrior
from ingest.clock.stream import CountClock, StreamClock
from processing.model import NS_PER_S

S = NS_PER_S
MS = 1_000_000
START_UTC = 1_795_417_200 * S  # 2026-11-23


class Scene:
    """A sensor whose clock is slow by some ppm, asked by a computer every 10 s; 20 ms each way."""

    def __init__(self, *, slow_ppm: float = 0.0, prior: DriftPrior | None = None) -> None:
        self.host = HostTime()
        self.slow_ppm = slow_ppm
        self.booted_s = 0.0
        self.clock = DeviceClock(self.host, drift_prior=prior)
        self.wrong_s = 0.0
        self.asleep_s = 0.0  # how much of sleep the monotonic clock has not counted

    def stamp(self, t_s: float) -> Stamp:
        return Stamp(round((t_s - self.asleep_s) * S), START_UTC + round((t_s + self.wrong_s) * S))

    def ticks(self, t_s: float) -> int:
        return round((t_s - self.booted_s) * S * (1 - self.slow_ppm * 1e-6))

    def ask(self, t_s: float) -> Verdict | None:
        sent, arrived = self.stamp(t_s - 0.02), self.stamp(t_s + 0.02)
        return self.clock.observe_exchange(sent, self.ticks(t_s), arrived)

    def run(self, start_s: float, stop_s: float) -> None:
        for tenth in range(round(start_s / 10), round(stop_s / 10)):
            self.ask(tenth * 10.0)

    def error_ms(self, t_s: float) -> float:
        return (self.clock.utc_ns(self.ticks(t_s)) - START_UTC - t_s * S) / MS


def test_one_question_tells_the_time():
    scene = Scene()
    was_anchored = scene.clock.is_anchored
    scene.ask(5.0)
    assert (was_anchored, scene.clock.is_anchored) == (False, True)
    assert scene.error_ms(5.0) == pytest.approx(0, abs=1e-3)
    assert scene.clock.uncertainty_ms(scene.ticks(5.0)) == pytest.approx(20)


def test_before_the_first_question_no_time_is_told():
    with pytest.raises(ValueError, match="not been compared"):
        Scene().clock.utc_ns(0)


def test_a_computer_whose_clock_is_not_set_gives_no_anchor():
    clock = DeviceClock(HostTime())
    for second in range(100):
        stamp = Stamp(second * S, second * S)  # 1970
        assert clock.observe_exchange(stamp, second * S, stamp) is None
    assert not clock.is_anchored


def test_drift_is_reported_in_ppm():
    scene = Scene(slow_ppm=42.0)
    scene.run(0, 3600)
    assert scene.clock.drift_ppm == pytest.approx(42, abs=2)
    assert scene.clock.drift_uncertainty_ppm < 15


def test_an_absence_of_three_hours_lies_between_what_was_known_before_and_after():
    scene = Scene(slow_ppm=50.0)
    scene.run(0, 1800)
    scene.run(1800 + 10_800, 1800 + 10_800 + 60)
    for t_s in (1900.0, 5000.0, 9000.0, 12_000.0):
        assert abs(scene.error_ms(t_s)) < 5
        assert scene.clock.uncertainty_ms(scene.ticks(t_s)) < 80


def test_before_the_first_link_ever_only_the_limits_of_crystals_are_known_and_it_says_so():
    scene = Scene(slow_ppm=50.0)
    scene.run(10_800, 10_840)
    assert 400 < abs(scene.error_ms(0.0)) <= 545  # 50 ppm of three hours are 540 ms
    assert scene.clock.uncertainty_ms(scene.ticks(0.0)) >= 540
    assert scene.clock.uncertainty_ms(scene.ticks(10_800.0)) < 30


def test_a_new_boot_knows_the_crystal_of_the_one_before():
    before = Scene(slow_ppm=50.0)
    before.run(0, 7200)
    after = Scene(slow_ppm=50.0, prior=before.clock.drift_prior)
    after.run(10_800, 10_840)
    assert abs(after.error_ms(0.0)) < 60


def test_a_wall_clock_that_is_set_and_set_back_does_not_move_anything():
    scene = Scene()
    scene.run(0, 1200)
    scene.wrong_s = 3600.0
    scene.run(1200, 1560)
    assert abs(scene.error_ms(1550.0)) < 1
    assert scene.host.is_doubtful
    scene.wrong_s = 0.0
    scene.run(1560, 3000)
    assert abs(scene.error_ms(2990.0)) < 1
    assert scene.clock.take_corrections() == []


@pytest.mark.parametrize("by_s", [40.0, -40.0, 0.3, -0.3])
def test_a_wall_clock_that_stays_where_it_was_set_is_believed_after_ten_minutes(by_s):
    scene = Scene()
    scene.run(0, 1200)
    scene.wrong_s = by_s
    scene.run(1200, 1790)
    assert abs(scene.error_ms(1780.0)) < 1
    scene.run(1790, 1850)
    assert scene.error_ms(1840.0) == pytest.approx(by_s * 1000, abs=1)
    (correction,) = scene.clock.take_corrections()
    assert correction.sentence == f"clock corrected by {by_s:+.1f} s"
    assert scene.clock.take_corrections() == []


def test_sleep_that_the_monotonic_clock_does_not_count_is_told_by_the_sensor():
    scene = Scene()
    scene.run(0, 1200)
    scene.asleep_s = 3600.0
    assert scene.ask(4800.0) is Verdict.FITS
    assert abs(scene.error_ms(4800.0)) < 20
    assert not scene.host.is_doubtful
    assert scene.clock.take_corrections() == []


def test_a_question_asked_before_sleep_and_answered_after_it_says_nothing():
    scene = Scene()
    scene.run(0, 1200)
    sent = scene.stamp(1199.98)
    scene.asleep_s = 3600.0
    assert scene.clock.observe_exchange(sent, scene.ticks(1200.0), scene.stamp(4800.0)) is None


def test_a_wrong_wall_clock_after_sleep_is_kept_out_though_both_clocks_agree():
    scene = Scene()
    scene.run(0, 1200)
    wrong = HostTime()  # the clock of the computer came back from sleep 0.7 s ahead, both clocks
    scene.host._offset_ns = (scene.host._offset_ns or 0) + round(0.7 * S)
    scene.wrong_s = 0.7
    assert scene.ask(1260.0) is Verdict.AHEAD
    scene.run(1270, 1400)
    assert abs(scene.error_ms(1390.0)) < 5
    scene.wrong_s = 0.0  # a time service sets it right
    scene.run(1400, 1500)
    assert not scene.host.is_doubtful, "the sensor spoke for it"
    assert abs(scene.error_ms(1490.0)) < 5
    assert scene.clock.take_corrections() == []
    assert not wrong.is_doubtful


def test_a_restart_while_the_wall_clock_is_wrong_goes_on_with_the_sensor_s_time():
    scene = Scene(slow_ppm=-30.0)
    scene.run(0, 3600)
    state = json.loads(json.dumps(scene.clock.state()))
    scene.host = HostTime()
    scene.clock = DeviceClock.from_state(scene.host, state)
    scene.wrong_s = 5.0
    scene.run(3600, 3900)
    assert abs(scene.error_ms(3890.0)) < 10
    scene.wrong_s = 0.0
    scene.run(3900, 4000)
    assert abs(scene.error_ms(3990.0)) < 5


def test_a_boot_while_the_wall_clock_is_wrong_begins_on_the_old_time():
    scene = Scene()
    scene.run(0, 1200)
    scene.wrong_s = 3600.0
    scene.run(1200, 1300)
    scene.clock, scene.booted_s = DeviceClock(scene.host), 1300.0
    scene.ask(1310.0)
    assert abs(scene.error_ms(1310.0)) < 1


def test_a_state_goes_round_as_json_and_says_the_same():
    scene = Scene(slow_ppm=20.0)
    scene.run(0, 2000)
    scene.run(5000, 6000)
    text = json.dumps(scene.clock.state())
    assert len(text) < 16_000
    again = DeviceClock.from_state(scene.host, json.loads(text))
    for t_s in (-100.0, 500.0, 3000.0, 5500.0, 6000.0, 7000.0):
        ticks = scene.ticks(t_s)
        assert abs(again.utc_ns(ticks) - scene.clock.utc_ns(ticks)) <= 1
    assert again.state() == scene.clock.state()


def test_two_months_of_one_boot_take_no_more_room_than_a_day():
    sizes = []
    for n_days in (1, 60):
        scene = Scene(slow_ppm=30.0)
        for hour in range(24 * n_days):
            for minute in (0, 1):
                scene.ask(hour * 3600.0 + minute * 10.0)
        sizes.append(len(json.dumps(scene.clock.state())))
        assert abs(scene.error_ms(24 * n_days * 3600.0 - 1800.0)) < 60
    assert sizes[1] < 12_000


def test_a_state_of_another_version_is_refused():
    with pytest.raises(ValueError, match="version 2"):
        DeviceClock.from_state(HostTime(), {"version": 2})


# Streams --------------------------------------------------------------------------------------


def test_a_sensor_that_cannot_be_asked_is_late_by_the_fastest_packet_only():
    host = HostTime()
    clock = StreamClock(host)
    for i in range(600):
        delay_s = 0.012 + 0.05 * (i * 0.618 % 1)
        arrived_s = i * 0.7 + delay_s
        clock.observe(i * 700 * MS, START_UTC + round(arrived_s * S), round(arrived_s * S))
    error_ms = (clock.utc_ns(600 * 700 * MS) - START_UTC - 600 * 700 * MS) / MS
    assert 0 < error_ms < 8  # 12 ms at the least, of which 8 are taken off
    assert 15 <= clock.uncertainty_ms(600 * 700 * MS) < 20


def test_a_single_packet_is_not_taken_for_a_fast_one():
    clock = StreamClock(HostTime())
    clock.observe(0, START_UTC + 90 * MS, 90 * MS)
    error_ms = (clock.utc_ns(0) - START_UTC) / MS
    assert error_ms == pytest.approx(82)
    assert clock.uncertainty_ms(0) >= error_ms


def test_a_clock_that_is_set_on_the_way_begins_a_new_estimate():
    clock = StreamClock(HostTime())
    for i in range(100):
        clock.observe(i * S, START_UTC + i * S + 10 * MS, i * S + 10 * MS)
    year_ns = 31_536_000 * S
    for i in range(100, 110):
        clock.observe(year_ns + i * S, START_UTC + i * S + 10 * MS, i * S + 10 * MS)
    assert clock.n_resets == 1
    assert clock.utc_ns(year_ns + 109 * S) == pytest.approx(START_UTC + 109 * S, abs=10 * MS)


def test_the_rate_of_a_sensor_without_a_clock_is_found_from_counts():
    clock = CountClock(HostTime(), 50.0)
    assert clock.is_estimate
    for n in range(10, 6000, 10):
        arrived_s = n / 51.2 + 0.01 + 0.04 * (n * 0.618 % 1)
        clock.observe(clock.device_ns(n), START_UTC + round(arrived_s * S), round(arrived_s * S))
    assert clock.fs_hz == pytest.approx(51.2, rel=1e-3)
    error_ms = (clock.utc_ns(clock.device_ns(6000)) - START_UTC) / MS - 6000 / 51.2 * 1000
    assert abs(error_ms) < 25
    assert clock.next_link().fs_hz == pytest.approx(51.2, rel=1e-3)


def test_samples_lost_without_a_sequence_move_the_line_after_five_seconds():
    clock = CountClock(HostTime(), 50.0)
    for n in range(10, 6000, 10):
        arrived_s = n / 50.0 + 0.01 + (1.0 if n > 3000 else 0.0)  # 50 samples never came
        clock.observe(clock.device_ns(n), START_UTC + round(arrived_s * S), round(arrived_s * S))
    error_ms = (clock.utc_ns(clock.device_ns(5990)) - START_UTC) / MS - 120_800
    assert abs(error_ms) < 50
    assert clock.n_jumps == 1
