"""A sensor at the end of its range is noticed, and its second not trusted."""

import numpy as np
import pytest

from processing.method import Method
from processing.model import CODE, Posture
from processing.signal.grid import to_grid
from processing.signal.saturation import clipped, distrust
from tests.support.plain_signals import START_S, blocks

METHOD = Method()


def _bump(peak_g: float, end_g: float) -> np.ndarray:
    """Half a second of a swing on z that is cut off at the end of the range; 50 Hz, (n, 3)."""
    t_s = np.arange(25) / 50
    acc_g = np.zeros((25, 3))
    acc_g[:, 2] = np.clip(peak_g * np.sin(2 * np.pi * t_s), -end_g, end_g)
    return acc_g


@pytest.mark.parametrize("end_g", [2.0, 2.0097, 4.0, 7.98, 16.0])
def test_a_flat_top_at_a_usual_range_is_found(end_g: float) -> None:
    acc_g = _bump(1.5 * end_g, end_g)
    for sign in (1, -1):
        np.testing.assert_array_equal(clipped(sign * acc_g.T), acc_g[:, 2] >= end_g)


@pytest.mark.parametrize("peak_g", [1.0, 1.95, 2.5, 3.9, 6.0, 7.5])
def test_a_round_top_is_no_flat_one(peak_g: float) -> None:
    assert not clipped(_bump(peak_g, 16.0).T).any()


def test_a_flat_top_elsewhere_is_found_once_the_range_is_told() -> None:
    acc_g = _bump(5.0, 3.0)
    assert not clipped(acc_g.T).any()
    np.testing.assert_array_equal(clipped(acc_g.T, full_scale_g=3.0), acc_g[:, 2] >= 2.982)


def test_the_share_of_each_second_is_told() -> None:
    acc_g = np.tile([0.0, 0.0, 1.0], (250, 1))
    acc_g[110:115, 1] = -4.0
    grid = to_grid(blocks(acc_g), START_S, START_S + 5, rate_hz=25, cutoff_hz=10.0, max_gap_s=0.5)
    np.testing.assert_allclose(grid.clipped_share, [0, 0, 0.1, 0, 0])


def test_a_clipped_second_is_trusted_less_and_a_mostly_clipped_sit_not_at_all() -> None:
    posture = [Posture.SIT, Posture.SIT, Posture.SIT, Posture.WALK, Posture.NOT_WORN]
    code = np.array([CODE[one] for one in posture], np.uint8)
    share = np.array([0.0, 0.08, 0.3, 0.3, 0.3])
    after, confidence = distrust(code, np.full(5, 0.9), share, METHOD)
    assert after.tolist() == [code[0], code[1], CODE[Posture.UNKNOWN], code[3], code[4]]
    np.testing.assert_allclose(confidence, [0.9, 0.9 * 0.92, 0, 0.63, 0.63])
