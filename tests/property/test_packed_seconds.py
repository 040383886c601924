"""What is stored of a second is what was said of it, to 1/65535."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from processing.model import PostureSeconds
from sitstreak.storage.packing import from_rows, join, pack, to_rows, unknown, unpack


@st.composite
def some_seconds(draw):
    n = draw(st.integers(1, 150))
    raw = draw(hnp.arrays(np.float64, (n, 5), elements=st.floats(0.001, 1)))
    return PostureSeconds(
        draw(st.integers(0, 10**9)),
        draw(hnp.arrays(np.uint8, n, elements=st.integers(0, 6))),
        raw / raw.sum(axis=1, keepdims=True),
        draw(hnp.arrays(np.float64, n, elements=st.floats(0, 1))),
        draw(hnp.arrays(np.int64, n, elements=st.integers(0, 5))),
    )


@given(some_seconds())
def test_seconds_survive_storing(seconds):
    start_s = seconds.start_s - seconds.start_s % 60
    end_s = seconds.end_s + -seconds.end_s % 60
    whole = join([unknown(start_s, seconds.start_s), pack(seconds), unknown(seconds.end_s, end_s)])
    back = unpack(from_rows(list(to_rows(whole)), seconds.start_s, seconds.end_s))
    assert back.start_s == seconds.start_s
    assert np.array_equal(back.code, seconds.code)
    assert np.array_equal(back.n_steps, seconds.n_steps)
    assert np.abs(back.p - seconds.p).max() < 1e-4
    assert np.abs(back.p.sum(axis=1) - 1).max() < 1e-12
    assert np.abs(back.confidence - seconds.confidence).max() <= 0.5 / 65_535 + 1e-12


@given(some_seconds(), st.integers(-200, 200), st.integers(0, 300))
def test_seconds_without_a_row_are_unknown(seconds, shift, length):
    start_s = seconds.start_s + shift
    back = unpack(from_rows([], start_s, start_s + length))
    expected = PostureSeconds.unknown(start_s, start_s + length)
    assert len(back) == length
    assert np.array_equal(back.code, expected.code)
    assert np.allclose(back.p, expected.p, atol=1e-12, rtol=0)
    assert not back.confidence.any()
