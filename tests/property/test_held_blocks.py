"""Samples that wait for the disk: each is stored once, or is in a gap that says why."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.collecting.held_blocks import HeldBlocks
from ingest.model import RawBlock
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap

FS_HZ = 50.0


def pieces(lengths: list[int]) -> list[RawBlock | Gap]:
    """Return blocks of so many samples behind each other; 0: a gap of a second."""
    made: list[RawBlock | Gap] = []
    at_ns = 1_000 * NS_PER_S
    for seq, n in enumerate(lengths):
        if n:
            block = RawBlock("t", 1, seq, at_ns, FS_HZ, 1024, np.full((n, 3), seq, np.int16))
            made.append(block)
            at_ns = block.end_ns
        else:
            made.append(Gap("t", at_ns, at_ns + NS_PER_S, 50, GapReason.PACKETS_LOST))
            at_ns += NS_PER_S
    return made


@given(
    lengths=st.lists(st.integers(0, 60), max_size=40),
    cuts=st.sets(st.integers(0, 40)),
    stores=st.sets(st.integers(0, 40)),
    most_samples=st.integers(60, 400),
    most_pieces=st.integers(1, 12),
)
def test_what_is_held_is_bounded_and_every_moment_is_stored_or_told(
    lengths, cuts, stores, most_samples, most_pieces
):
    held = HeldBlocks("t", most_samples, most_pieces)
    blocks: list[RawBlock] = []
    gaps: list[Gap] = []

    def store():
        blocks.extend(held.blocks())
        gaps.extend(held.gaps())
        held.stored()

    given_all = pieces(lengths)
    waiting: list[RawBlock | Gap] = []
    for i, one in enumerate(given_all):
        waiting.append(one)
        if i in cuts:
            held.add(waiting, now_s=float(i), reason=GapReason.DISK_FULL)
            waiting = []
            assert held.n_samples <= most_samples
            assert len(held.blocks()) + len(held.gaps()) <= most_pieces + 1
            assert held.n_samples == sum(len(block.samples) for block in held.blocks())
        if i in stores:
            store()
    held.add(waiting, now_s=99.0, reason=GapReason.DISK_FULL)
    store()
    assert not held
    assert [block.seq for block in blocks] == sorted({block.seq for block in blocks})
    spans = sorted(
        [(one.t0_ns, one.end_ns) for one in blocks] + [(one.start_ns, one.end_ns) for one in gaps]
    )
    for before, after in itertools.pairwise(spans):
        assert after[0] == before[1], "no moment is left out, and none is there twice"
    n_given = sum(one.n_lost if isinstance(one, Gap) else len(one.samples) for one in given_all)
    n_kept = sum(len(one.samples) for one in blocks) + sum(one.n_lost for one in gaps)
    assert n_kept == n_given
    full = [one for one in gaps if one.reason == GapReason.DISK_FULL]
    assert bool(full) or held.n_dropped == 0
