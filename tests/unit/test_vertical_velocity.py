"""Getting up and sitting down, as the length of the acceleration shows them."""

import numpy as np
import pytest

from processing.features.measuring import measure
from processing.features.vertical_velocity import around_each_second, velocity_kernel
from processing.method import Method
from tests.support.plain_signals import FS_HZ, START_S, blocks, rise, still

METHOD = Method()
QUICK = velocity_kernel(*METHOD.quick_rise_s, 25)
SLOW = velocity_kernel(*METHOD.slow_rise_s, 25)
BOTH = pytest.mark.parametrize("kernel", [QUICK, SLOW], ids=["quick", "slow"])


def _movement(height_m: float, n_s: float) -> np.ndarray:
    """|a| - 1 g of 20 s of rest with one movement in the middle, 25 Hz."""
    length = np.linalg.norm(rise(0, 0, height_m=height_m, n_s=n_s), axis=1)[:: round(FS_HZ / 25)]
    out = np.zeros(500)
    out[250 - len(length) // 2 :][: len(length)] = length - 1
    return out


@BOTH
def test_standing_up_gives_most_of_its_peak_velocity_half_way(kernel: np.ndarray) -> None:
    velocity = np.convolve(_movement(0.4, 1.5), kernel, "same")
    peak_m_s = 2 * 0.4 / 1.5  # of a raised cosine
    assert 0.7 * peak_m_s < velocity.max() < peak_m_s
    assert abs(velocity.argmax() - 250) <= 1


@BOTH
def test_sitting_down_is_standing_up_upside_down_or_backwards_in_time(kernel: np.ndarray) -> None:
    up = _movement(0.4, 1.5)
    velocity = np.convolve(up, kernel, "same")
    np.testing.assert_allclose(np.convolve(-up, kernel, "same"), -velocity, atol=1e-12)
    backwards = np.convolve(up[::-1], kernel, "same")
    np.testing.assert_allclose(backwards, -velocity[::-1], atol=1e-12)
    np.testing.assert_allclose(kernel, -kernel[::-1], atol=1e-12)


@BOTH
def test_an_offset_is_no_movement_and_a_gain_only_scales_one(kernel: np.ndarray) -> None:
    up = _movement(0.4, 1.5)
    velocity = np.convolve(up, kernel, "valid")
    assert np.abs(np.convolve(np.full(500, 0.1), kernel, "valid")).max() < 1e-9
    with_gain = np.convolve(1.06 * (1 + up) - 1, kernel, "valid")
    np.testing.assert_allclose(with_gain, 1.06 * velocity, atol=1e-9)


def test_a_drifting_offset_is_next_to_no_movement() -> None:
    drift = 0.001 * np.arange(500) / 25  # 1 mg a second
    assert np.abs(np.convolve(drift, QUICK, "valid")).max() < 0.02


def test_higher_or_quicker_is_faster() -> None:
    found = [
        np.convolve(_movement(height_m, n_s), QUICK, "same").max()
        for height_m, n_s in ((0.2, 1.5), (0.4, 1.5), (0.4, 1.0))
    ]
    assert found[1] == pytest.approx(2 * found[0])
    assert found[2] > found[1]


def test_a_second_knows_the_fastest_within_half_a_second_of_it() -> None:
    x = np.zeros((4, 4), np.float32)
    x[1, 3] = 5  # its last quarter: half a second from the third second
    x[2, 1] = -2
    greatest, least = around_each_second(x)
    assert greatest.tolist() == [0, 5, 5, 0]
    assert least.tolist() == [0, -2, -2, 0]


@pytest.mark.parametrize("gain", [1.0, 1.05])
def test_rise_and_fall_are_felt_when_they_happen(gain: float) -> None:
    up, down = rise(20, 0), rise(0, 20, height_m=-0.4)
    parts = [still(20, 20, noise_g=0.002), up, still(20, 0, noise_g=0.002), down]
    acc_g = gain * np.concatenate([*parts, still(20, 20, noise_g=0.002)])
    features = measure(blocks(acc_g), START_S, START_S + 60, METHOD)
    assert features.rise_m_s.argmax() in (19, 20, 21)
    assert features.fall_m_s.argmax() in (41, 42, 43)
    assert features.rise_m_s.max() == pytest.approx(0.4, abs=0.05)
    assert features.fall_m_s.max() == pytest.approx(0.4, abs=0.05)
    quiet = np.r_[5:15, 27:36, 49:55]
    assert features.rise_m_s[quiet].max() < 0.03
    assert features.slow_fall_m_s[quiet].max() < 0.03
