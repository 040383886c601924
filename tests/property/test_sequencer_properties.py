"""Whatever the link does, each block is journaled once, in order, before the sensor forgets it."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sequencing.actions import LinkRules
from ingest.simulation.firmware import Firmware
from ingest.simulation.source import MAX_BLOCK_SAMPLES
from tests.support.ingest_doubles import CountingSource, MemoryJournal, numbered_samples
from tests.support.lossy_link import Faults, LossyLink

TICK_NS = 30_518  # the sensor's clock counts so

faults = st.builds(
    Faults,
    loss=st.sampled_from([0.0, 0.1, 0.5, 0.9]),
    repeat=st.sampled_from([0.0, 0.5]),
    shuffle=st.sampled_from([0.0, 0.5, 1.0]),
    link_loss=st.sampled_from([0.0, 0.05, 0.3]),
    crash=st.sampled_from([0.0, 0.05, 0.2]),
)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    faults,
    st.integers(1, 120),
    st.integers(1, 32),
    st.sampled_from([1.0, 20.0, 1e9]),
)
def test_any_loss_repeat_and_reordering_ends_in_a_complete_journal(
    seed, bad, n_blocks, window, speed
):
    journal = MemoryJournal()
    firmware = Firmware(CountingSource(n_blocks))
    link = LossyLink(
        firmware,
        journal,
        rng=random.Random(seed),
        faults=bad,
        rules=LinkRules(window_blocks=window),
        speed=speed,
    )
    for _ in range(300):
        link.step()
        assert firmware.tail_seq <= journal.next_seq("hip", 7), "freed before it was journaled"
    link.faults = Faults()
    assert link.run(3_000)
    assert journal.seqs() == list(range(n_blocks))
    assert journal.n_repeats == 0
    assert journal.gaps == []
    np.testing.assert_array_equal(journal.samples(), numbered_samples(range(n_blocks)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), faults, st.integers(5, 60))
def test_what_a_full_log_overwrites_is_a_gap_and_the_rest_arrives_once(seed, bad, capacity):
    n_blocks = 150
    journal = MemoryJournal()
    link = LossyLink(
        Firmware(CountingSource(n_blocks), capacity_blocks=capacity),
        journal,
        rng=random.Random(seed),
        faults=bad,
        rules=LinkRules(window_blocks=16),
        speed=10.0,
    )
    link.run(300)
    link.faults = Faults()
    assert link.run(3_000)
    seqs = journal.seqs()
    assert seqs == sorted(set(seqs))
    assert journal.n_repeats == 0
    lost = set(range(seqs[-1] + 1)) - set(seqs)
    assert sum(gap.n_lost for gap in journal.gaps) == len(lost) * MAX_BLOCK_SAMPLES
    for gap in journal.gaps:
        assert gap.reason == "log_overrun"
        assert gap.end_ns - gap.start_ns == pytest.approx(gap.n_lost / 50 * 1e9, abs=TICK_NS)
        assert not any(
            gap.start_ns + TICK_NS < block.end_ns and block.t0_ns < gap.end_ns - TICK_NS
            for block in journal.blocks
        )
