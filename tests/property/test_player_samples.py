"""A played recording is the recording: every sample once, in order, at its time."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.recordings.player import BASE_S, RecordingSource, lay_out, to_blocks
from ingest.simulation.source import MAX_BLOCK_SAMPLES
from processing.model import NS_PER_S
from tests.support.recording_files import recorded

_FS_HZ = st.sampled_from([12.5, 20.0, 25.0, 50.0, 100.0])


@st.composite
def jittered(draw, session="s"):
    """Return a session with jitter up to a whole interval, pauses and now and then a bunch."""
    fs_hz = draw(_FS_HZ)
    n = draw(st.integers(1, 120))
    kinds = st.sampled_from([1.0, 1.0, 1.0, 1.0, 0.7, 1.3, 0.4, 1.6, 0.02, 40.5])
    steps = np.array(draw(st.lists(kinds, min_size=n, max_size=n)))
    t_s = np.cumsum(steps) / fs_hz
    peak_g = draw(st.sampled_from([1.0, 7.9, 8.0, 15.0, 63.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    acc_g = rng.uniform(-peak_g, peak_g, (n, 3))
    acc_g[0] = peak_g
    dated = draw(st.one_of(st.none(), st.integers(0, 10**6)))
    start_ns = None if dated is None else (BASE_S + dated) * NS_PER_S + 123_456_789
    return recorded(acc_g, t_s=t_s - t_s[0], fs_hz=fs_hz, session=session, start_ns=start_ns)


def times_s(blocks, fs_hz, base_ns):
    return np.concatenate(
        [(t_ns - base_ns) / NS_PER_S + np.arange(n) / fs_hz for t_ns, n in blocks]
    )


@settings(deadline=None)
@given(session=jittered())
def test_blocks_for_classification_are_the_samples_at_their_times(session):
    blocks = to_blocks(session, "d")
    np.testing.assert_array_equal(np.concatenate([b.acc_g for b in blocks]), session.acc_g)
    spans = [(b.t0_ns, len(b.acc_g)) for b in blocks]
    t_s = times_s(spans, session.fs_hz, BASE_S * NS_PER_S)
    assert np.abs(t_s - session.t_s).max() < 0.5 / session.fs_hz
    assert (np.diff(t_s) > 0).all()


@settings(deadline=None)
@given(sessions=st.lists(jittered(), min_size=1, max_size=3))
def test_the_played_log_is_every_sample_once_in_order_and_at_its_time(sessions):
    source = RecordingSource(sessions)
    blocks = source.recorded_until(math.inf)
    assert source.exhausted
    assert all(len(b.samples) <= MAX_BLOCK_SAMPLES for b in blocks)
    placed = lay_out(sessions)
    acc_g = np.concatenate([session.acc_g for _, session in placed])
    played = np.concatenate([b.samples for b in blocks])
    np.testing.assert_array_equal(played, np.rint(acc_g * source.lsb_per_g))
    assert np.abs(played / source.lsb_per_g - acc_g).max() <= 0.5 / source.lsb_per_g + 1e-12
    t_s = times_s([(b.t_ns, len(b.samples)) for b in blocks], source.fs_hz, 0)
    zero_ns = source.utc_at_tick_zero_ns
    expected_s = np.concatenate([(start - zero_ns) / NS_PER_S + s.t_s for start, s in placed])
    assert np.abs(t_s - expected_s).max() < 0.5 / source.fs_hz
    assert (np.diff(t_s) > 0).all()
    assert source.n_samples == len(played)


@settings(deadline=None)
@given(session=jittered(), cuts=st.lists(st.floats(0, 200), max_size=20))
def test_blocks_do_not_depend_on_when_they_are_asked_for(session, cuts):
    at_once = RecordingSource([session]).recorded_until(math.inf)
    source = RecordingSource([session])
    bit_by_bit = []
    for elapsed_s in [*sorted(cuts), math.inf]:
        for block in source.recorded_until(elapsed_s):
            last_s = block.t_ns / NS_PER_S + (len(block.samples) - 1) / source.fs_hz
            assert last_s < elapsed_s
            bit_by_bit.append(block)
    assert [b.t_ns for b in bit_by_bit] == [b.t_ns for b in at_once]
    assert [b.samples.tolist() for b in bit_by_bit] == [b.samples.tolist() for b in at_once]


@settings(deadline=None)
@given(sessions=st.lists(jittered(), min_size=1, max_size=4))
def test_sessions_of_one_wearer_never_overlap(sessions):
    placed = lay_out(sessions)
    ends = [start + session.t_s[-1] * NS_PER_S for start, session in placed]
    assert all(start > end for (start, _), end in zip(placed[1:], ends[:-1], strict=True))
