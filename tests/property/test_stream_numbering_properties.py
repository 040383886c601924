"""Whatever is lost of a stream: no sample twice, none out of order, no block over another."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.stream_kit import all_numbers, blocks_of, gaps_of, numbering, packets

#: Parts of a stream, each so many packets long: kept, lost on the way, or lost with the link.
parts = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["kept", "lost", "away"])), min_size=1, max_size=8
)


def played(driver, story, seed):
    stream, events = numbering(driver), []
    kept: list[int] = []
    coming = packets(sum(n for n, _ in story) / 10 + 1, seed=seed)
    for n, what in story:
        if what == "away":
            events += stream.end()
            stream.begin()
        for _ in range(n):
            packet = next(coming)
            if what == "kept":
                batch = packet.samples() if driver == "witmotion" else packet.by_clock()
                events += stream.receive(batch, packet.arrived)
                kept += range(packet.number, packet.number + packet.n)
    events += stream.end()
    return events, kept


def check(events, kept):
    assert (all_numbers(events) if kept else []) == kept
    blocks = blocks_of(events)
    assert all(b.t0_ns >= a.end_ns for a, b in pairwise(blocks))
    keys = [(block.boot_id, block.seq) for block in blocks]
    assert sorted(set(keys)) == keys
    for gap, block in pairwise(events):
        if gap in gaps_of(events):
            assert gap.end_ns == block.t0_ns
            assert gap.start_ns < gap.end_ns
            assert gap.reason


@settings(deadline=None)
@given(parts, st.integers(0, 5))
def test_a_stream_with_a_clock_accounts_for_every_sample(story, seed):
    events, kept = played("movesense", story, seed)
    check(events, kept)
    if kept:
        n_between = kept[-1] + 1 - kept[0] - len(kept)
        assert sum(gap.n_lost for gap in gaps_of(events)) == n_between


@settings(deadline=None)
@given(parts, st.integers(0, 5))
def test_a_stream_without_a_clock_keeps_every_sample_that_came(story, seed):
    check(*played("witmotion", story, seed))
