"""Filters as a matrix product are the filters they are made of."""

import numpy as np
import pytest

from processing.signal.filters import band_pass_kernel, quarter_period_kernel, smoothing_kernel
from processing.signal.fir_bank import apply, fir_bank, product

FS_HZ = 25
KERNELS = [
    smoothing_kernel(2, FS_HZ),
    band_pass_kernel(0.5, 3, FS_HZ, half_length_s=1),
    quarter_period_kernel(FS_HZ, half_length_s=0.6),  # odd, and shorter than the others
]


def _signal(n_s: int) -> np.ndarray:
    return np.random.default_rng(n_s).normal(size=(2, n_s * FS_HZ)).astype(np.float32)


@pytest.mark.parametrize("n_s", [1, 7, 300])
@pytest.mark.parametrize("start_s", [0, 100])
def test_each_filter_is_a_convolution(n_s: int, start_s: int) -> None:
    x, bank = _signal(n_s), fir_bank(KERNELS, FS_HZ)
    y = apply(x, bank, start_s)
    assert y.shape == (2, n_s, 3 * FS_HZ)
    for row, found in zip(x, y, strict=True):
        for k, kernel in enumerate(KERNELS):
            half = len(kernel) // 2
            expected = np.convolve(np.pad(row.astype(float), half, mode="edge"), kernel, "valid")
            one = found[:, k * FS_HZ : (k + 1) * FS_HZ].reshape(-1)
            np.testing.assert_allclose(one, expected, atol=2e-6)


def test_fewer_samples_a_second_are_some_of_all() -> None:
    x = _signal(20)
    every = apply(x, fir_bank(KERNELS[:1], FS_HZ), 0)
    some = apply(x, fir_bank(KERNELS[:1], FS_HZ, every=5), 0)
    np.testing.assert_allclose(some, every[..., ::5], atol=1e-6)


@pytest.mark.parametrize("skipped_s", [1, 60, 127, 128, 129, 200])
def test_a_second_is_the_same_to_the_last_bit_wherever_the_stretch_begins(skipped_s: int) -> None:
    x, bank = _signal(400), fir_bank(KERNELS, FS_HZ)
    whole = apply(x, bank, 1_704_067_200)
    later = apply(x[:, skipped_s * FS_HZ :], bank, 1_704_067_200 + skipped_s)
    edge_s = 1 + bank.reach // FS_HZ
    np.testing.assert_array_equal(later[:, edge_s:], whole[:, skipped_s + edge_s :])


@pytest.mark.parametrize("n_s", [0, 1, 127, 128, 129, 300])
def test_a_product_is_that_of_its_rows(n_s: int) -> None:
    rng = np.random.default_rng(0)
    rows, matrix = rng.normal(size=(n_s, 40)), rng.normal(size=(40, 9))
    found = product(rows.astype(np.float32), matrix.astype(np.float32), 77)
    np.testing.assert_allclose(found, rows @ matrix, atol=1e-4)
