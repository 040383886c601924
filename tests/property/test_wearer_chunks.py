"""However time is cut into chunks, the same samples come out."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.simulation.wearer import LSB_PER_G, Script, Stretch, WearerSource, Wearing, quantise
from processing.model import NS_PER_S, Posture

SCRIPT = Script(
    1_760_000_000,
    tuple(
        Stretch(posture, n_s)
        for posture, n_s in [
            (Posture.STAND, 40),
            (Posture.WALK, 60),
            (Posture.SIT, 408),  # the move that follows lies across the end of the first page
            (Posture.WALK, 30),
            (Posture.SIT, 600),
            (Posture.LIE, 62),
        ]
    ),
)


def wearing(fs_hz=25.0):
    return Wearing(SCRIPT, seed=7, clip_on=3, fs_hz=fs_hz)


WHOLE = {fs_hz: wearing(fs_hz).acc_g(0, wearing(fs_hz).n_samples) for fs_hz in (12.5, 25.0)}


@settings(deadline=None, max_examples=30)
@given(fs_hz=st.sampled_from([12.5, 25.0]), data=st.data())
def test_a_sample_depends_on_its_number_alone(fs_hz, data):
    one, n = wearing(fs_hz), len(WHOLE[fs_hz])
    cuts = data.draw(st.lists(st.integers(0, n), min_size=2, max_size=6))
    for first, stop in pairwise(cuts):
        if first <= stop:
            assert np.array_equal(one.acc_g(first, stop), WHOLE[fs_hz][first:stop])


@settings(deadline=None, max_examples=15)
@given(
    asked=st.lists(st.floats(0, 1300), max_size=20).map(sorted),
    n_block=st.integers(1, 36),
    skipped_s=st.integers(0, 1100),
)
def test_blocks_are_the_same_whenever_they_are_asked_for(asked, n_block, skipped_s):
    source = WearerSource(
        wearing(), name="demo", from_s=SCRIPT.start_s + skipped_s, n_block=n_block
    )
    blocks = []
    for elapsed_s in asked:
        new = source.recorded_until(elapsed_s)
        for block in new:  # a block is there when its last sample was taken, not earlier
            assert (block.t_ns / NS_PER_S + (len(block.samples) - 1) / 25) < elapsed_s
        blocks += new
    blocks += source.recorded_until(math.inf)
    assert source.exhausted
    assert [len(b.samples) for b in blocks[:-1]] == [n_block] * (len(blocks) - 1)
    n_before = np.cumsum([0, *(len(b.samples) for b in blocks[:-1])])
    assert [b.t_ns for b in blocks] == (n_before * NS_PER_S // 25).tolist()
    samples = np.concatenate([b.samples for b in blocks])
    assert np.array_equal(samples, quantise(WHOLE[25.0][skipped_s * 25 :]))


@given(
    lengths=st.lists(st.integers(4, 30), min_size=1, max_size=12),
    ends=st.tuples(st.integers(-5, 200), st.integers(-5, 200)).map(sorted),
)
def test_a_cut_has_exactly_the_length_asked_for(lengths, ends):
    order = (Posture.SIT, Posture.STAND, Posture.WALK)
    script = Script(0, tuple(Stretch(order[i % 3], n) for i, n in enumerate(lengths)))
    begin, end = max(ends[0], 0), min(ends[1], script.end_s)
    if end - begin < 4:
        with pytest.raises(ValueError, match="nothing to act"):
            script.cut(*ends)
    else:
        cut = script.cut(*ends)
        assert (cut.start_s, cut.end_s) == (begin, end)
        changed = cut.truth(begin, end) != script.truth(begin, end)
        assert changed.sum() <= 6  # at most a piece under 4 s at either end


def test_a_source_says_when_and_what_its_sensor_is():
    source = WearerSource(wearing(), name="demo-hip", from_s=SCRIPT.start_s + 100)
    assert (source.name, source.fs_hz, source.lsb_per_g) == ("demo-hip", 25.0, LSB_PER_G)
    assert source.utc_at_tick_zero_ns == (SCRIPT.start_s + 100) * NS_PER_S
    assert 0 < source.boot_id < 2**32
    assert source.recorded_until(0.0) == []
    assert not source.exhausted


@pytest.mark.parametrize("wrong", [{"n_block": 0}, {"n_block": 37}, {"from_s": 5}])
def test_a_source_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"n_block|from_s"):
        WearerSource(wearing(), name="demo", **wrong)


def test_a_sensor_shaken_beyond_its_range_reads_its_end():
    assert quantise(np.array([[9.0, -9.0, 0.5]])).tolist() == [[32767, -32768, 2048]]
