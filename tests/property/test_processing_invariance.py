"""What must not matter does not, and what must add up does."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from ingest.recordings.player import to_blocks
from ingest.recordings.recording import Unit, read_recording
from processing.chain import classify
from processing.figures.bouts import find_bouts
from processing.figures.days import summarise_day
from processing.figures.kinds import Kind, kinds, without_flicker
from processing.figures.streaks import breaks, current_streak, debt_s, streaks
from processing.method import Method
from processing.model import CODE, Posture, PostureSeconds
from tests.support.plain_signals import (
    FS_HZ,
    START_S,
    chop,
    rise,
    seconds,
    stand,
    still,
    walk,
)

METHOD = Method()
_SIGNAL = np.concatenate(
    [
        still(60, 30),
        rise(30, 0, n_s=2),
        walk(40),
        stand(38),
        walk(20),
        still(80, 90, seed=2),
        stand(40),
        walk(20),
        still(70, -30, seed=3),
    ]
)
_RUNS = st.lists(
    st.tuples(st.sampled_from("suwlm?x"), st.one_of(st.integers(1, 90), st.integers(200, 400))),
    max_size=30,
)


def _same(result: PostureSeconds, plain: PostureSeconds, p_atol: float) -> None:
    np.testing.assert_array_equal(result.code, plain.code)
    np.testing.assert_array_equal(result.n_steps, plain.n_steps)
    np.testing.assert_allclose(result.p, plain.p, atol=p_atol)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_clip_may_sit_in_any_orientation(seed: int) -> None:
    turned = Rotation.random(rng=np.random.default_rng(seed)).apply(_SIGNAL)
    _same(classify(chop(turned, []), METHOD), classify(chop(_SIGNAL, []), METHOD), 1e-3)


@settings(max_examples=8, deadline=None)
@given(shift_min=st.integers(-10_000_000, 10_000_000))
def test_neither_the_date_nor_the_hour_matters(shift_min: int) -> None:
    plain = classify(chop(_SIGNAL, []), METHOD)
    moved = classify(chop(_SIGNAL, [], start_s=START_S + 60 * shift_min), METHOD)
    assert moved.start_s == plain.start_s + 60 * shift_min
    _same(moved, plain, 0)


@settings(max_examples=8, deadline=None)
@given(shift_s=st.integers(1, 59))
def test_where_in_a_minute_it_began_hardly_matters(shift_s: int) -> None:
    """How far ahead is looked for a second depends on where in its minute it lies."""
    plain = classify(chop(_SIGNAL, []), METHOD)
    moved = classify(chop(_SIGNAL, [], start_s=START_S + shift_s), METHOD)
    assert moved.start_s == plain.start_s + shift_s
    np.testing.assert_allclose(moved.p, plain.p, atol=0.05)


@pytest.mark.parametrize(("unit", "per_g"), [("ms2", 9.80665), ("mg", 1000.0)])
def test_the_unit_of_a_file_does_not_matter(tmp_path: Path, unit: Unit, per_g: float) -> None:
    results = []
    units: list[tuple[str, float, Unit]] = [("g", 1.0, "g"), ("other", per_g, unit)]
    for name, scale, of in units:
        path = tmp_path / f"{name}.csv"
        t_s = np.arange(len(_SIGNAL)) / FS_HZ
        table = np.column_stack([t_s, scale * _SIGNAL])
        np.savetxt(path, table, "%.9g", delimiter=",", header="t,x,y,z", comments="")
        (session,) = read_recording(path, unit=of)
        results.append(classify(to_blocks(session, "clip"), METHOD))
    _same(results[1], results[0], 1e-3)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 40), st.floats(-3, 3)), min_size=1, max_size=6),
    st.integers(0, 100),
)
def test_any_samples_give_sound_seconds(parts: list[tuple[float, float]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    acc_g = np.concatenate(
        [rng.normal(level, abs(level) + 0.01, (int(n * 50) + 1, 3)) for n, level in parts]
    )
    result = classify(chop(acc_g, []), METHOD)
    assert np.isfinite(result.p).all()
    assert (result.p >= 0).all()
    np.testing.assert_allclose(result.p.sum(axis=1), 1, atol=1e-12)
    assert ((result.confidence >= 0) & (result.confidence <= 1)).all()
    assert (result.n_steps[result.code != CODE[Posture.WALK]] == 0).all()


@given(_RUNS)
def test_bouts_cover_each_second_once(runs: list[tuple[str, int]]) -> None:
    data = seconds(*runs)
    found = find_bouts(data)
    assert sum(bout.duration_s for bout in found) == len(data)
    assert sum(bout.n_steps for bout in found) == data.n_steps.sum()
    for bout, following in pairwise(found):
        assert bout.end_s == following.start_s
        assert bout.posture != following.posture


@given(_RUNS)
def test_streaks_hold_all_sedentary_time_and_the_last_is_the_current_one(
    runs: list[tuple[str, int]],
) -> None:
    data = seconds(*runs)
    found = streaks(data, METHOD)
    kind = without_flicker(kinds(data, []), METHOD)
    assert sum(one.duration_s for one in found) == (kind == Kind.SEDENTARY).sum()
    assert len(breaks(data, METHOD)) <= len(found)
    now = current_streak(data, METHOD)
    if now is not None:
        assert (now.start_s, now.end_s, now.duration_s) == (
            found[-1].start_s,
            found[-1].end_s,
            found[-1].duration_s,
        )


@given(_RUNS)
def test_debt_is_what_a_plain_loop_says(runs: list[tuple[str, int]]) -> None:
    data = seconds(*runs)
    owed, expected = 0.0, []
    for letter in "".join(letter * n for letter, n in runs):
        owed += METHOD.debt_ratio * (letter in "sl") - (letter in "wm")
        owed = max(owed, 0.0)
        expected.append(owed)
    np.testing.assert_allclose(debt_s(data, METHOD), expected, atol=1e-6)


@given(_RUNS, st.sampled_from([23, 24, 25]), st.integers(-4000, 4000))
def test_the_postures_of_a_day_sum_to_the_day(
    runs: list[tuple[str, int]], hours: int, offset_s: int
) -> None:
    start_s = START_S + offset_s
    day = summarise_day(seconds(*runs), start_s, start_s + hours * 3600, METHOD)
    total = day.wear_s + day.unknown_s + day.not_worn_s
    assert total == hours * 3600
    assert day.wear_s == day.sit_s + day.stand_s + day.walk_s + day.lie_s + day.move_s
