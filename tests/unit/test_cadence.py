"""Cadence bands, worked by hand."""

import numpy as np

from processing.figures.cadence import cadence_bands, minute_cadence
from processing.method import Method
from processing.model import CODE, Posture, PostureSeconds

METHOD = Method()


def seconds(start_s, *runs):
    """Runs of (posture, seconds, steps in each)."""
    n = sum(length for _, length, _ in runs)
    code = np.concatenate([np.full(length, CODE[posture]) for posture, length, _ in runs])
    steps = np.concatenate([np.full(length, count) for _, length, count in runs])
    return PostureSeconds(
        start_s, code.astype(np.uint8), np.full((n, 5), 0.2), np.full(n, 0.9), steps
    )


def test_a_minute_is_one_of_the_clock_and_holds_the_steps_that_fell_into_it():
    day = seconds(
        30,
        (Posture.WALK, 40, 2),
        (Posture.STAND, 50, 0),
        (Posture.WALK, 60, 1),
        (Posture.SIT, 60, 0),
    )
    # the first minute is known for 30 s, the others for all of it
    assert minute_cadence(day, METHOD).tolist() == [60, 20, 60, 0]


def test_a_minute_that_is_not_known_is_left_out():
    day = seconds(0, (Posture.UNKNOWN, 31, 0), (Posture.WALK, 89, 2), (Posture.NOT_WORN, 60, 0))
    assert minute_cadence(day, METHOD).tolist() == [120]


def test_bands_begin_where_tudor_locke_has_them():
    edges = np.array([0, 1, 19, 20, 39, 40, 59, 60, 79, 80, 99, 100, 119, 120, 250])
    bands = cadence_bands(edges, METHOD)
    assert bands.n_minutes == (1, 2, 2, 2, 2, 2, 2, 2)
    assert bands.n_brisk_minutes == 4


def test_the_peak_is_the_mean_of_the_thirty_fastest_minutes():
    cadence = np.array([100] * 20 + [70] * 20 + [0] * 500)
    assert cadence_bands(cadence, METHOD).peak_30_spm == (20 * 100 + 10 * 70) / 30


def test_no_minutes_are_no_minutes():
    bands = cadence_bands(np.zeros(0, np.int64), METHOD)
    assert sum(bands.n_minutes) == bands.n_brisk_minutes == bands.peak_30_spm == 0
