"""Live ends with what offline says, however the samples came in."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.recordings.player import to_blocks
from ingest.recordings.recording import read_recording
from processing.chain import classify
from processing.features.measuring import LOOK_AROUND_S
from processing.figures.bouts import find_bouts
from processing.live import LiveState, advance, reach_s
from processing.method import Method
from processing.model import NS_PER_S, PostureSeconds, SampleBlock
from processing.posture.hidden_markov import MINUTE_S
from processing.posture.upright import Reference
from tests.support.plain_signals import START_S, chop, rise, stand, still, walk

#: Horizons so short that a few minutes hold every case: not worn, cold start, look-ahead.
BRISK = Method(
    look_ahead_s=20,
    look_ahead_minutes=1,
    static_future_s=20,
    cold_start_s=90,
    not_worn_min_s=60,
)


@cache
def _day() -> np.ndarray:
    """Sit before the first walk, stand, walk, a sensor put down, sit, slip, walk, lie."""
    return np.concatenate(
        [
            still(40, 30, seed=1),
            stand(10, 3),
            walk(25),
            still(50, 25, seed=3),
            still(45, 25, noise_g=0.001, seed=4),  # very still, but not for long enough
            walk(15, angle_deg=15),
            still(30, 18, seed=5),
            still(100, 60, noise_g=0.001, seed=6),  # nobody wears it
            still(40, 40, seed=7),
            rise(40, 20),
            walk(20, angle_deg=20),
            rise(20, 60, height_m=-0.4),
            still(60, 110, seed=8),
            still(20, 22, seed=9),
            still(120, 50, seed=10),
        ]
    )


def _live(
    blocks: list[SampleBlock], batches: list[int], method: Method
) -> tuple[PostureSeconds, list[PostureSeconds]]:
    """Feed blocks in batches, through serialised states; return the end and what was settled."""
    state, done = LiveState(), 0
    parts: list[PostureSeconds] = []
    while done < len(blocks):
        done = min(done + batches[len(parts) % len(batches)], len(blocks))
        needed = [block for block in blocks[:done] if block.end_ns > state.resume_ns]
        final = done == len(blocks)
        step = advance(state, needed, method, final=final)
        parts.append(step.seconds.between(0, step.settled_until_s))
        state = LiveState.from_bytes(step.state.to_bytes())
        assert state.resume_ns == step.resume_ns
        assert state.emit_from_s == step.settled_until_s
    return PostureSeconds.concatenate(parts), parts


def _assert_same(live: PostureSeconds, offline: PostureSeconds) -> None:
    assert (live.start_s, live.end_s) == (offline.start_s, offline.end_s)
    np.testing.assert_array_equal(live.code, offline.code)
    np.testing.assert_array_equal(live.n_steps, offline.n_steps)
    np.testing.assert_allclose(live.p, offline.p, atol=1.5e-4)
    for one, other in zip(find_bouts(live), find_bouts(offline), strict=True):
        assert (one.start_s, one.end_s, one.posture) == (other.start_s, other.end_s, other.posture)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_live_equals_offline_however_the_samples_are_chopped(data: st.DataObject) -> None:
    acc_g = _day()
    cuts = data.draw(st.lists(st.integers(1, len(acc_g)), min_size=1, max_size=120))
    batches = data.draw(st.lists(st.integers(1, 8), min_size=1, max_size=6))
    lost = data.draw(st.sets(st.integers(0, len(cuts)), max_size=3))
    start_s = START_S + data.draw(st.sampled_from([0.0, 0.3, 0.99]))
    every = chop(acc_g, cuts, start_s=start_s)
    blocks = [block for index, block in enumerate(every) if index not in lost] or every
    live, _ = _live(blocks, batches, BRISK)
    _assert_same(live, classify(blocks, BRISK))


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.lists(st.integers(1, 38_000), min_size=1, max_size=60))
def test_cutting_into_other_blocks_changes_nothing_offline(cuts: list[int]) -> None:
    whole = classify(chop(_day(), []), BRISK)
    _assert_same(classify(chop(_day(), cuts), BRISK), whole)


@pytest.mark.parametrize("hole_s", [40, 58, 61, 75, 100, 200])
def test_live_equals_offline_across_a_hole_after_which_the_clip_sits_otherwise(hole_s: int) -> None:
    before = chop(np.concatenate([walk(40), still(30, 20)]), range(100, 10**4, 100))
    moved = np.concatenate([still(50, 40), walk(30, angle_deg=30), still(80, 30)])
    after = chop(moved, range(250, 10**5, 250), start_s=START_S + 70 + hole_s)
    live, _ = _live(before + after, [1], BRISK)
    offline = classify(before + after, BRISK)
    _assert_same(live, offline)
    in_hand = offline.between(START_S + 80 + hole_s, START_S + 110 + hole_s)
    assert set(in_hand.code.tolist()) == {0 if hole_s < 60 else 1}


def test_a_settled_second_never_changes_and_provisional_ones_reach_up_to_now() -> None:
    blocks = chop(_day(), range(150, 40_000, 150))
    offline = classify(blocks, BRISK)
    state = LiveState()
    for done in range(1, len(blocks) + 1):
        needed = [block for block in blocks[:done] if block.end_ns > state.resume_ns]
        step = advance(state, needed, BRISK)
        assert step.seconds.end_s == blocks[done - 1].end_ns // NS_PER_S
        assert step.settled_until_s >= (state.emit_from_s or 0)
        settled = step.seconds.between(0, step.settled_until_s)
        expected = offline.between(settled.start_s, settled.end_s)
        np.testing.assert_array_equal(settled.code, expected.code)
        state = step.state


def test_a_second_settles_once_its_look_ahead_has_passed() -> None:
    method = Method()
    acc_g = np.concatenate([walk(60), still(1200, 30)])
    step = advance(LiveState(), chop(acc_g, []), method)
    # beside what counts: whole minutes settle, a bump may follow, and features look around
    delay_s = reach_s(method) + MINUTE_S + method.bump_max_s + LOOK_AROUND_S + 1
    assert START_S + 1260 - step.settled_until_s <= delay_s


def test_a_very_still_stretch_waits_until_it_is_known_whether_the_sensor_is_worn() -> None:
    acc_g = np.concatenate([walk(900), still(1700, 30, noise_g=0.001)])
    step = advance(LiveState(), chop(acc_g, []), Method())
    assert START_S + 200 <= step.settled_until_s <= START_S + 900 - reach_s(Method())


def test_seconds_before_the_first_walk_wait_for_it_only_so_long() -> None:
    blocks = chop(still(400, 30), [])
    # the last 9 s may still change, 90 s are waited for a walk, 160 s of what follows count
    assert reach_s(BRISK) == 160
    waited_s = 400 - (LOOK_AROUND_S + 1) - BRISK.cold_start_s - 160
    settled_s = advance(LiveState(), blocks, BRISK).settled_until_s - START_S
    assert settled_s == waited_s // MINUTE_S * MINUTE_S == 120
    patient = replace(BRISK, cold_start_s=1000)
    assert advance(LiveState(), blocks, patient).settled_until_s == START_S


def test_a_remembered_reference_tells_the_posture_before_any_walk() -> None:
    first = advance(LiveState(), chop(walk(60), []), BRISK, final=True)
    reference = first.state.carried.reference.after_break()
    sitting = chop(still(30, 30), [], start_s=START_S + 9000)
    known = advance(LiveState.remembering(reference), sitting, BRISK).seconds
    assert set(known.code.tolist()) == {0}
    assert set(advance(LiveState(), sitting, BRISK).seconds.code.tolist()) == {5}


def test_a_drawer_month_is_leapt_over() -> None:
    before, after = chop(walk(60), []), chop(walk(60), [], start_s=START_S + 30 * 86_400)
    step = advance(LiveState(), before + after, BRISK)
    assert step.more
    assert (step.seconds.start_s, step.seconds.end_s) == (START_S, START_S + 60)
    needed = [block for block in before + after if block.end_ns > step.resume_ns]
    last = advance(step.state, needed, BRISK, final=True)
    assert not last.more
    assert (last.seconds.start_s, len(last.seconds)) == (after[0].t0_ns // NS_PER_S, 60)


def test_live_equals_offline_after_days_in_a_drawer() -> None:
    """The walk of the last minute before still tells what upright was."""
    before = chop(np.concatenate([still(20, 30), walk(30), still(10, 0)]), [1000, 2300])
    after = chop(still(100, 30), [2000], start_s=START_S + 90_060)
    first = advance(LiveState(), before + after, BRISK)
    assert first.more
    last = advance(first.state, after, BRISK, final=True)
    offline = classify(before + after, BRISK)
    assert set(offline.code[60:90_060].tolist()) == {5}
    for live in (first.seconds, last.seconds):
        expected = offline.between(live.start_s, live.end_s)
        np.testing.assert_array_equal(live.code, expected.code)
        np.testing.assert_allclose(live.p, expected.p, atol=0.01)  # of days ago nothing is known
    assert set(last.seconds.code[10:].tolist()) == {0}


def test_a_state_comes_back_from_bytes_as_it_was() -> None:
    blocks = chop(_day(), range(500, 40_000, 500))
    states = [LiveState(), LiveState.remembering(Reference.remembered(np.array([1.0, 2, 3])))]
    for done in (1, 9, 30, 50):
        needed = [block for block in blocks[:done] if block.end_ns > states[-1].resume_ns]
        states.append(advance(states[-1], needed, BRISK).state)
    assert states[-1].carried.static_s > 0
    assert any(states[-1].carried.reference.past_forward)
    for state in states:
        data = state.to_bytes()
        again = LiveState.from_bytes(data)
        assert again.to_bytes() == data
        assert (again.carried, again.carried_at_s) == (state.carried, state.carried_at_s)
        assert (again.emit_from_s, again.resume_ns) == (state.emit_from_s, state.resume_ns)
        np.testing.assert_array_equal(again.features.table, state.features.table)
        assert again.features.start_s == state.features.start_s


def test_a_state_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        LiveState.from_bytes(b'{"columns":["up_x"]}\n')
    with pytest.raises(ValueError, match="another version"):
        LiveState.from_bytes(b"")


@pytest.mark.recordings
@pytest.mark.parametrize("name", ["hapt", "harth_back"])
def test_live_equals_offline_on_a_real_recording(recordings_dir: Path, name: str) -> None:
    session = read_recording(recordings_dir / f"{name}.parquet")[1]
    blocks = to_blocks(session, "clip")
    rng = np.random.default_rng(7)
    pieces = [
        SampleBlock(
            block.device_id, round(block.t0_ns + a * NS_PER_S / block.fs_hz), block.fs_hz, part
        )
        for block in blocks
        for a, part in _pieces(block.acc_g, rng)
    ]
    pieces = [piece for piece in pieces if piece.end_ns < blocks[0].t0_ns + 1800 * NS_PER_S]
    method = Method()
    live, _ = _live(pieces, rng.integers(1, 60, 50).tolist(), method)
    _assert_same(live, classify(pieces, method))


def _pieces(acc_g: np.ndarray, rng: np.random.Generator) -> list[tuple[int, np.ndarray]]:
    cuts = np.unique(rng.integers(0, len(acc_g), len(acc_g) // 150 + 1))
    edges = [0, *cuts[cuts > 0].tolist(), len(acc_g)]
    return [(a, acc_g[a:b].copy()) for a, b in pairwise(edges)]
