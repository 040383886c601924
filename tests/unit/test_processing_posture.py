"""From tilt and stepping to postures."""

import numpy as np
import pytest

from processing.chain import classify
from processing.features import COLUMNS, Features
from processing.method import Method
from processing.model import PostureSeconds
from processing.posture import probabilities, tilt_deg
from processing.upright import Reference, follow, stretches
from processing.wear import long_runs, run_ages
from tests.support.plain_signals import START_S, blocks, spelled, still, walk

METHOD = Method()


def _classify(*parts: np.ndarray, method: Method = METHOD) -> PostureSeconds:
    return classify(blocks(np.concatenate(parts)), method)


@pytest.mark.parametrize(
    ("angle_deg", "letter"), [(0, "u"), (6, "u"), (18, "s"), (50, "s"), (75, "l"), (120, "l")]
)
def test_tilt_from_the_walking_posture_decides(angle_deg: float, letter: str) -> None:
    result = _classify(walk(30), still(60, angle_deg))
    assert set(spelled(result)[40:]) == {letter}
    assert spelled(result)[5:25] == "w" * 20


@pytest.mark.parametrize(("angle_deg", "pair"), [(11.6, (0, 1)), (64.9, (0, 3))])
def test_at_the_published_angles_it_is_even(angle_deg: float, pair: tuple[int, int]) -> None:
    table = np.zeros((30, len(COLUMNS)))
    table[:, 0], table[:, 2] = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    table[:, -1] = 1
    upright = np.tile([1.0, 0.0, 0.0], (30, 1))
    still_log_odds = np.full(30, -9.0)
    known = np.ones(30, np.bool_)
    p = probabilities(Features(0, table), still_log_odds, upright, known, METHOD)
    np.testing.assert_allclose(p[:, pair[0]], p[:, pair[1]], rtol=0.01)
    np.testing.assert_allclose(p.sum(axis=1), 1)


def test_the_angle_between_directions_is_in_degrees() -> None:
    x, y = np.array([[1.0, 0, 0]]), np.array([[0, 1.0, 0]])
    assert tilt_deg(x, x) == pytest.approx(0)
    assert tilt_deg(x, y) == pytest.approx(90)
    assert tilt_deg(x, -x) == pytest.approx(180)


def test_leaning_far_over_while_active_is_moving_and_not_walking() -> None:
    result = _classify(walk(60), still(5, 0), walk(90, angle_deg=25, vertical_g=0.05))
    letters = spelled(result)
    assert set(letters[70:100]) == {"m"}
    assert result.n_steps[70:100].sum() == 0


def test_steps_are_counted_while_walking() -> None:
    result = _classify(still(20, 30), walk(50, step_hz=2.0), still(20, 30))
    assert result.n_steps.sum() == pytest.approx(100, abs=4)


def test_without_any_walk_stillness_is_unknown() -> None:
    result = _classify(still(60, 30))
    assert set(spelled(result)) == {"?"}
    assert not result.confidence.any()


def test_a_remembered_reference_serves_until_the_first_walk() -> None:
    reference = Reference.remembered(np.array([2.0, 0.0, 0.0]))
    result = classify(blocks(still(60, 30)), METHOD, reference=reference)
    assert set(spelled(result)) == {"s"}


def test_sitting_before_the_first_walk_is_found_afterwards() -> None:
    assert set(spelled(_classify(still(300, 30), walk(30)))[:295]) == {"s"}


def test_a_first_walk_that_comes_too_late_explains_nothing() -> None:
    impatient = Method(cold_start_s=100)
    letters = spelled(_classify(still(300, 30), walk(30), method=impatient))
    assert set(letters[:190]) == {"?"}
    assert set(letters[215:295]) == {"s"}


def test_a_clip_that_slipped_is_followed() -> None:
    upright_then = [walk(60), still(300, 0)]
    slipped = [walk(60, angle_deg=30), still(600, 30)]
    assert set(spelled(_classify(*upright_then, *slipped))[450:]) == {"u"}


def test_running_and_pedalling_do_not_tell_what_upright_is() -> None:
    run = walk(60, step_hz=2.7, vertical_g=1.2, angle_deg=20)
    pedal = walk(60, step_hz=1.5, vertical_g=0.03, angle_deg=20)
    for moving in (run, pedal):
        assert set(spelled(_classify(moving, still(60, 20)))[70:]) == {"?"}


def test_half_an_hour_without_the_least_movement_is_not_worn() -> None:
    desk = still(1900, 90, noise_g=0.001)
    result = _classify(walk(60), still(60, 30), desk, still(60, 30), walk(60))
    letters = spelled(result)
    assert 1890 <= letters.count("x") <= 1905
    assert set(letters[130:2010]) == {"x"}
    np.testing.assert_allclose(result.p.sum(axis=1), 1)


def test_sitting_very_still_for_less_than_that_is_sitting() -> None:
    letters = spelled(_classify(walk(60), still(1700, 30, noise_g=0.001), walk(60)))
    assert set(letters[70:1750]) == {"s"}


def test_after_the_sensor_was_put_down_its_new_orientation_is_learnt() -> None:
    desk = still(1900, 90, noise_g=0.001)
    again = [still(200, 120), walk(60, angle_deg=90), still(100, 90)]
    letters = spelled(_classify(walk(60), desk, *again))
    assert set(letters[1970:2150]) == {"s"}  # 30 degrees from the walk that follows
    assert set(letters[2230:]) == {"u"}


def test_short_dropouts_are_unknown_and_the_rest_is_told() -> None:
    parts = blocks(np.concatenate([walk(60), still(60, 30)])) + blocks(
        still(60, 30), start_s=START_S + 180
    )
    result = classify(parts, METHOD, start_s=START_S - 10, end_s=START_S + 300)
    letters = spelled(result)
    assert len(letters) == 310
    assert letters[:10] == "?" * 10
    assert letters[130:190] == "?" * 60
    assert set(letters[195:250]) == {"s"}
    assert letters[250:] == "?" * 60


def test_no_blocks_are_unknown_seconds() -> None:
    assert len(classify([], METHOD)) == 0
    assert spelled(classify([], METHOD, start_s=5, end_s=8)) == "???"


def test_run_ages_count_from_what_was_before() -> None:
    mask = np.array([1, 1, 0, 1, 1, 1], np.bool_)
    assert run_ages(mask, 10).tolist() == [11, 12, 0, 1, 2, 3]
    assert long_runs(run_ages(mask, 10), 12).tolist() == [True, True, False, False, False, False]
    assert long_runs(run_ages(mask, 0), 3).tolist() == [False, False, False, True, True, True]
    assert run_ages(np.zeros(0, np.bool_), 4).tolist() == []


def test_a_stretch_of_wear_ends_with_the_break_that_follows_it() -> None:
    broken = np.array([0, 0, 1, 1, 0, 0], np.bool_)
    assert stretches(broken, was_broken=False) == [(0, 4), (4, 6)]
    assert stretches(~broken, was_broken=True) == [(0, 2), (2, 6)]


def test_nearer_walking_counts_more_and_beyond_the_look_ahead_not_at_all() -> None:
    method = Method(look_ahead_s=10, reference_decay_s=100.0)
    n = 200
    up = np.tile([1.0, 0.0, 0.0], (n, 1))
    up[100:] = [0.0, 1.0, 0.0]
    weight = np.zeros(n)
    weight[[50, 150]] = 1
    found = follow(up, weight, np.zeros(n, np.bool_), method, Reference(), was_broken=False).up
    np.testing.assert_allclose(found[139], [1, 0, 0])  # the next walk is 11 s ahead
    past, future = np.exp(-0.90), np.exp(-0.10)
    expected = np.array([past, future, 0]) / np.hypot(past, future)
    np.testing.assert_allclose(found[140], expected, atol=1e-9)
