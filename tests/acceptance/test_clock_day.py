"""Sixteen hours with a sensor: times are right to 20 ms, whatever the computer's clock does."""

import numpy as np
import pytest

from ingest.clock.host import HostTime
from ingest.clock.layout import TimeLine
from ingest.clock.stream import CountClock
from tests.support.clock_collector import ClockCollector
from tests.support.clock_day import DAY_NS, HOUR_S, Day, Nap, Radio, Step


def _check(collector: ClockCollector) -> np.ndarray:
    """Nothing overlaps, each block is there once; return the absolute errors. [ms]"""
    numbers = [stored.number for stored in collector.stored]
    assert numbers == sorted(set(numbers))
    begins = [stored.placed.t0_ns for stored in collector.stored]
    assert begins == sorted(begins)
    assert all(stored.placed.hole_ns >= 0 for stored in collector.stored)
    errors_ms: np.ndarray = np.abs(collector.errors_ms())
    return errors_ms


def _most_are_covered(collector: ClockCollector) -> bool:
    """Whether nearly all errors are within the uncertainty that was stated for them."""
    covered = [abs(s.error_ms) <= s.uncertainty_ms + 0.1 for s in collector.stored]
    return bool(np.mean(covered) >= 0.999)


@pytest.mark.parametrize(("drift_ppm", "seed"), [(50.0, 1), (-50.0, 2)])
def test_a_day_with_drift_cold_three_clock_steps_sleep_and_a_reboot(drift_ppm, seed):
    day = Day(seed=seed, drift_ppm=drift_ppm)
    assert len(day.steps) == 3
    assert np.ptp(day.crystal.ppm) > 8, "the cold is felt"
    collector = ClockCollector(day).run()
    errors_ms = _check(collector)
    assert {stored.boot for stored in collector.stored} == {0, 1}
    assert len(collector.stored) > day.n_blocks - 20
    assert np.percentile(errors_ms, 99) <= 20
    assert errors_ms.max() <= 50
    assert _most_are_covered(collector)
    assert collector.sentences == [], "all three steps were undone: nobody need hear of them"
    assert len(collector.notices) == 3
    assert collector.clock is not None
    worn_ppm = float(day.crystal.ppm[50_000])
    assert collector.clock.drift_ppm == pytest.approx(-worn_ppm, abs=3)


def test_a_day_of_restarts_on_a_computer_whose_monotonic_clock_stops_in_sleep():
    day = Day(seed=4, drift_ppm=-50.0, counts_sleep=False)
    collector = ClockCollector(day, restart_every_s=1800.0).run()
    errors_ms = _check(collector)
    assert np.percentile(errors_ms, 99) <= 20
    assert errors_ms.max() <= 50


def test_a_sensor_with_a_clock_that_cannot_be_asked():
    collector = ClockCollector(Day(seed=5, asks=False)).run()
    errors_ms = _check(collector)
    assert np.percentile(errors_ms, 99) <= 20
    assert errors_ms.max() <= 50
    assert _most_are_covered(collector)


def test_a_clock_that_was_40_s_slow_and_is_set_right_after_an_hour():
    set_right_s = HOUR_S
    day = Day(
        seed=8,
        steps=(Step(0.0, set_right_s, -40.0),),
        naps=(),
        reboot_s=None,
        n_absences=3,
        day_s=3 * HOUR_S,
    )
    collector = ClockCollector(day).run()
    _check(collector)
    assert collector.sentences == ["clock corrected by +40.0 s"]
    after = [s for s in collector.stored if s.number * day.block_s > set_right_s + 700]
    assert max(abs(s.error_ms) for s in after) <= 20
    (hole,) = [s for s in collector.stored if s.placed.hole_ns > 10e9]
    assert hole.placed.hole_ns == pytest.approx(40e9, abs=0.1e9)


def test_a_clock_that_was_20_s_fast_is_caught_up_with_in_half_an_hour():
    set_right_s = HOUR_S
    day = Day(
        seed=8,
        steps=(Step(0.0, set_right_s, 20.0),),
        naps=(),
        reboot_s=None,
        n_absences=0,
        day_s=3 * HOUR_S,
    )
    collector = ClockCollector(day).run()
    _check(collector)
    assert collector.sentences == ["clock corrected by -20.0 s"]
    after = [s for s in collector.stored if s.number * day.block_s > set_right_s + 600 + 2100]
    assert max(abs(s.error_ms) for s in after) <= 20
    assert max(s.placed.hole_ns for s in collector.stored) < 50e6


def test_an_absence_of_three_hours_half_of_it_in_the_cold():
    day = Day(
        seed=6,
        naps=(Nap(4 * HOUR_S, 7 * HOUR_S),),
        steps=(),
        cold=((5 * HOUR_S, 6.5 * HOUR_S),),
        n_absences=0,
        reboot_s=None,
        day_s=8 * HOUR_S,
    )
    collector = ClockCollector(day).run()
    errors_ms = _check(collector)
    assert errors_ms.max() <= 50
    assert _most_are_covered(collector)


def test_a_sensor_without_a_clock_on_a_link_that_loses_nothing():
    day = Day(seed=9, samples=10, reboot_s=None, asks=False, n_absences=3, day_s=3 * HOUR_S)
    clock, line, n_samples = CountClock(HostTime(), 50.0), TimeLine(), 0
    errors_ms = []
    for event in day.events():
        if event.kind == "up":
            clock, n_samples = clock.next_link(), 0
        if event.kind != "block":
            continue
        stamp = day.host.stamp(event.at_s)
        first_ns, end_ns = (clock.device_ns(n_samples + n) for n in (0, day.samples))
        n_samples += day.samples
        clock.observe(end_ns, stamp.utc_ns, stamp.monotonic_ns)
        placed = line.place(clock.utc_ns(first_ns), clock.utc_ns(end_ns), day.samples)
        true_ns = DAY_NS + (event.made_s - day.block_s) * 1e9
        errors_ms.append(abs(placed.t0_ns - true_ns) / 1e6)
    assert np.percentile(errors_ms, 95) <= 20
    assert np.percentile(errors_ms, 99) <= 60
    assert max(errors_ms) <= 120
    assert clock.fs_hz == pytest.approx(day.fs_hz, rel=1e-3)


def test_the_simulated_radio_waits_as_long_as_measured_ones():
    """The longest wait of a trial: median 0.11 s, 95th percentile 0.34 s, at most 0.86 s."""
    day = Day(seed=1)
    longest = []
    for _ in range(400):
        radio = Radio(day.rng, 0.0, 60.0)
        made_s = [0.4 * k for k in range(1, 149)]
        longest.append(max(radio.arrives(t) - t for t in made_s))
    assert np.median(longest) == pytest.approx(0.11, abs=0.03)
    assert np.percentile(longest, 95) == pytest.approx(0.34, abs=0.12)
    assert max(longest) < 1.1
