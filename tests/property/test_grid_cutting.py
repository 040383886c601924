"""The grid does not depend, in any bit, on how samples were cut into blocks or time into spans."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.model import NS_PER_S, SampleBlock
from processing.signal.grid import Grid, to_grid
from tests.support.plain_signals import START_S

_N_S = 60
#: Rates whose sample interval is a whole number of nanoseconds: stamps of pieces are exact.
_EVEN_HZ = st.sampled_from([12.5, 20.0, 25.0, 31.25, 50.0, 62.5, 100.0])
_ODD_HZ = st.floats(11.0, 110.0)


def _grid(parts: list[SampleBlock], a_s: int, b_s: int) -> Grid:
    return to_grid(parts, START_S + a_s, START_S + b_s, rate_hz=25, cutoff_hz=10.0, max_gap_s=0.5)


def _pieces(fs_hz: float, cuts: list[int], lost: set[int], offset_ns: int) -> list[SampleBlock]:
    n = round(_N_S * fs_hz)
    acc_g = np.random.default_rng(5).normal(0, 1, (n, 3))
    edges = [0, *sorted({cut % n for cut in cuts} - {0}), n]
    return [
        SampleBlock(
            "clip",
            START_S * NS_PER_S + offset_ns + round(a * NS_PER_S / fs_hz),
            fs_hz,
            acc_g[a:b].copy(),
        )
        for index, (a, b) in enumerate(pairwise(edges))
        if index not in lost
    ]


_CUTS = st.lists(st.integers(1, 10_000), max_size=60)
_OFFSETS = st.integers(-500, 500).map(lambda ms: ms * 1_000_000)


@settings(max_examples=60, deadline=None)
@given(fs_hz=_EVEN_HZ, cuts=_CUTS, offset_ns=_OFFSETS)
def test_cutting_into_other_blocks_changes_no_bit(
    fs_hz: float, cuts: list[int], offset_ns: int
) -> None:
    whole = _grid(_pieces(fs_hz, [], set(), offset_ns), 0, _N_S)
    cut = _grid(_pieces(fs_hz, cuts, set(), offset_ns), 0, _N_S)
    np.testing.assert_array_equal(cut.acc_g, whole.acc_g)
    assert cut.runs == whole.runs


@settings(max_examples=60, deadline=None)
@given(
    fs_hz=_EVEN_HZ,
    cuts=_CUTS,
    offset_ns=_OFFSETS,
    lost=st.sets(st.integers(0, 60), max_size=8),
    span=st.tuples(st.integers(0, _N_S - 1), st.integers(1, _N_S)).map(
        lambda span: (span[0], max(span[0] + 1, span[1]))
    ),
)
def test_a_shorter_span_is_a_piece_of_the_longer_one(
    fs_hz: float, cuts: list[int], offset_ns: int, lost: set[int], span: tuple[int, int]
) -> None:
    parts = _pieces(fs_hz, cuts, lost, offset_ns)
    whole, piece = _grid(parts, 0, _N_S), _grid(parts, *span)
    inside = slice(span[0] * 25, span[1] * 25)
    np.testing.assert_array_equal(piece.valid, whole.valid[inside])
    np.testing.assert_array_equal(piece.acc_g, whole.acc_g[inside])


@settings(max_examples=60, deadline=None)
@given(fs_hz=_ODD_HZ, cuts=_CUTS)
def test_at_any_rate_a_nanosecond_of_rounding_is_all_that_cutting_costs(
    fs_hz: float, cuts: list[int]
) -> None:
    whole = _grid(_pieces(fs_hz, [], set(), 0), 0, _N_S)
    cut = _grid(_pieces(fs_hz, cuts, set(), 0), 0, _N_S)
    # white noise of 1 g changes by up to 3 g within the 1/1024 of a sample that may flip
    np.testing.assert_allclose(cut.acc_g, whole.acc_g, atol=0.01)
    assert (cut.acc_g != whole.acc_g).any(axis=1).mean() < 0.02


@settings(max_examples=60, deadline=None)
@given(
    stamps=st.lists(st.floats(0, 20), min_size=1, max_size=60),
    fs_hz=_ODD_HZ,
    n=st.integers(1, 40),
)
def test_any_stamps_give_finite_values_no_larger_than_the_samples_allow(
    stamps: list[float], fs_hz: float, n: int
) -> None:
    parts = [
        SampleBlock("clip", START_S * NS_PER_S + round(t * NS_PER_S), fs_hz, np.ones((n, 3)))
        for t in sorted(stamps)
    ]
    grid = _grid(parts, -1, 25)
    np.testing.assert_allclose(grid.acc_g[grid.valid], 1, atol=1e-12)
    assert not grid.acc_g[~grid.valid].any()
    for a, b in grid.runs:
        assert grid.valid[a:b].all()
