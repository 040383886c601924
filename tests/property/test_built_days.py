"""Built days: as long as they should be, without a jump, and the same each time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sitstreak.validation.day_builder import FS_HZ, build_day
from sitstreak.validation.day_plan import EDGE_S, SHORTEST_INSIDE_S, lengthened, plan_day
from tests.support.labelled_people import acted

PERSON = acted(
    "a", ("w", 30), ("s", 45), ("u", 40), ("w", 20), ("l", 50), ("w", 10), ("s", 9), ("w", 9)
)
TRUTH = PERSON.truth

kinds = st.sampled_from(["sit", "stand", "walk", "lie", "move"])
recordings = st.lists(st.tuples(kinds, st.integers(1, 60)), min_size=1, max_size=12).map(
    lambda runs: np.array([kind for kind, n in runs for _ in range(n)])
)


@given(truth=recordings, n=st.integers(1, 5_000), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_plan_is_as_long_as_asked_for_and_plays_only_what_was_recorded(truth, n, seed) -> None:
    plan = plan_day(truth, n, np.random.default_rng(seed))
    assert len(plan.second) == len(plan.is_backwards) == n
    assert plan.second.min() >= 0
    assert plan.second.max() < len(truth)


@given(truth=recordings, seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_inside_a_posture_the_next_second_is_the_next_one_or_the_turn(truth, seed) -> None:
    plan = plan_day(truth, 4_000, np.random.default_rng(seed))
    step = np.diff(plan.second)
    turned = plan.is_backwards[1:] != plan.is_backwards[:-1]
    expected = np.where(turned, 0, np.where(plan.is_backwards[1:], -1, 1))
    joins = step != expected
    # what is left are the ends of a pass, which begins and ends in walking if there is any
    if (truth == "walk").any():
        assert (truth[plan.second[:-1][joins]] == "walk").all()
        assert (truth[plan.second[1:][joins]] == "walk").all()
    assert not (plan.is_backwards & (truth[plan.second] == "walk")).any()


@given(length=st.integers(2 * EDGE_S + SHORTEST_INSIDE_S, 300), extra=st.integers(0, 5_000))
def test_a_lengthened_stretch_has_the_extra_time_and_its_own_ends(length, extra) -> None:
    plan = lengthened(100, 100 + length, extra)
    assert len(plan.second) == length + extra - extra % 2
    assert plan.second[:EDGE_S].tolist() == list(range(100, 100 + EDGE_S))
    assert plan.second[-EDGE_S:].tolist() == list(range(100 + length - EDGE_S, 100 + length))
    assert not plan.is_backwards[:EDGE_S].any()
    assert not plan.is_backwards[-EDGE_S:].any()
    inside = (plan.second >= 100 + EDGE_S) & (plan.second < 100 + length - EDGE_S)
    assert inside[EDGE_S:-EDGE_S].all()


def test_where_the_direction_turns_both_samples_are_the_same() -> None:
    day = build_day(PERSON, n_seconds=3_600, with_troubles=False)
    plan = plan_day(TRUTH, 3_600, np.random.default_rng([0, 3904355907]))
    turns = np.flatnonzero(plan.is_backwards[1:] != plan.is_backwards[:-1]) + 1
    assert len(turns) > 10
    assert np.array_equal(day.acc_g[turns * FS_HZ - 1], day.acc_g[turns * FS_HZ])


@given(seed=st.integers(0, 1_000), with_troubles=st.booleans())
@settings(max_examples=8, deadline=None)
def test_a_day_has_a_truth_for_every_second_and_no_hole_but_the_lost_samples(
    seed, with_troubles
) -> None:
    day = build_day(PERSON, seed=seed, with_troubles=with_troubles, n_seconds=4_000)
    assert len(day.truth) == 4_000
    assert day.acc_g.shape == (4_000 * FS_HZ, 3)
    assert np.isfinite(day.acc_g).all()
    assert len(day.true_seconds()) == 4_000
    assert with_troubles or day.is_there.all()
    assert sum(len(block.acc_g) for block in day.blocks()) == day.is_there.sum()


@given(seed=st.integers(0, 1_000))
@settings(max_examples=5, deadline=None)
def test_the_same_seed_gives_the_same_day(seed) -> None:
    once, twice = (build_day(PERSON, seed=seed, n_seconds=2_000) for _ in range(2))
    assert np.array_equal(once.acc_g, twice.acc_g)
    assert np.array_equal(once.is_there, twice.is_there)
    assert np.array_equal(once.truth, twice.truth)
