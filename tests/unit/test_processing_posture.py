"""The whole chain on made-up wearers: from angles, steps and stillness to postures."""

import numpy as np
import pytest

from processing.chain import classify
from processing.method import Method
from processing.model import CLASSES, Posture, PostureSeconds
from processing.posture.upright import Reference
from tests.support.plain_signals import (
    START_S,
    blocks,
    rise,
    spelled,
    stand,
    still,
    tilted,
    walk,
)

METHOD = Method()
DESK = still(1900, 90, noise_g=0.001)
KNOWN = Reference.remembered(tilted(0), tilted(90))


def _classify(
    *parts: np.ndarray, method: Method = METHOD, reference: Reference | None = None
) -> PostureSeconds:
    return classify(blocks(np.concatenate(parts)), method, reference=reference)


@pytest.mark.parametrize(
    ("angle_deg", "letter"),
    [(0, "u"), (4, "u"), (20, "s"), (30, "s"), (50, "s"), (80, "l"), (90, "l"), (110, "l")],
)
@pytest.mark.parametrize("n_s", [60, 400])
def test_the_angle_against_walking_decides(angle_deg: float, letter: str, n_s: int) -> None:
    keeping = stand(n_s, angle_deg) if letter == "u" else still(n_s, angle_deg)
    letters = spelled(_classify(walk(30), keeping))
    assert set(letters[40:]) == {letter}
    assert letters[5:25] == "w" * 20


def test_lying_on_the_front_is_lying() -> None:
    assert set(spelled(_classify(walk(30), still(300, -90)))[45:]) == {"l"}


def test_somebody_who_sits_upright_and_still_for_long_sits() -> None:
    """An angle that says little, minutes long: nobody stands without swaying."""
    assert set(spelled(_classify(walk(30), still(400, 6)))[60:]) == {"s"}


def test_bending_down_for_some_seconds_is_neither_sitting_nor_lying() -> None:
    bend = [rise(0, -70, height_m=-0.1), still(3, -70), rise(-70, 0, height_m=0.1)]
    result = _classify(walk(30), stand(20), *bend, stand(20), walk(20))
    assert not set(spelled(result)) & set("sl")


@pytest.mark.parametrize(("n_s", "seconds"), [(2.0, 0), (1.5, 2)])
def test_a_squat_is_not_sitting(n_s: float, seconds: int) -> None:
    """Sinking and rising again at speed is just what sitting down is: a second or two may slip."""
    squat = [rise(0, -60, height_m=-0.4, n_s=n_s), rise(-60, 0, height_m=0.4, n_s=n_s)]
    letters = spelled(_classify(walk(30), stand(20), *squat, stand(20), walk(20)))
    assert letters.count("s") <= seconds
    assert "l" not in letters


def test_sitting_down_and_getting_up_are_found_to_the_second_or_two() -> None:
    down, up = rise(0, 20, height_m=-0.4, n_s=2), rise(20, 0, n_s=2)
    letters = spelled(_classify(walk(20), stand(18), down, still(58, 20), up, stand(20), walk(20)))
    first, last = letters.index("s"), letters.rindex("s")
    assert 37 <= first <= 41
    assert 96 <= last <= 100
    assert set(letters[first : last + 1]) == {"s"}


def test_leaning_far_forward_while_active_is_moving_and_not_walking() -> None:
    pedalling = walk(90, angle_deg=-35, vertical_g=0.05)
    result = _classify(walk(60), stand(5), pedalling)
    assert set(spelled(result)[80:140]) == {"m"}
    assert result.n_steps[80:140].sum() == 0


def test_steps_are_counted_while_walking() -> None:
    result = _classify(still(20, 30), walk(50, step_hz=2.0), still(20, 30))
    assert result.n_steps.sum() == pytest.approx(100, abs=4)


def test_without_any_walk_stillness_is_unknown() -> None:
    result = _classify(still(60, 30))
    assert set(spelled(result)) == {"?"}
    assert not result.confidence.any()


@pytest.mark.parametrize("reference", [KNOWN, Reference.remembered(2 * tilted(0))])
def test_a_remembered_reference_serves_until_the_first_walk(reference: Reference) -> None:
    assert set(spelled(_classify(still(60, 30), reference=reference))) == {"s"}


def test_a_remembered_way_of_facing_tells_back_from_front() -> None:
    sedentary = [CLASSES.index(Posture.SIT), CLASSES.index(Posture.LIE)]
    back, front = (
        _classify(still(30, angle_deg), reference=KNOWN).p[5:-5][:, sedentary].sum(axis=1)
        for angle_deg in (30, -30)
    )
    assert back.min() > 0.9
    assert front.max() < 0.5


def test_sitting_before_the_first_walk_is_found_afterwards() -> None:
    assert set(spelled(_classify(still(300, 30), walk(30)))[:295]) == {"s"}


def test_a_first_walk_that_comes_too_late_explains_nothing() -> None:
    impatient = Method(cold_start_s=100)
    letters = spelled(_classify(still(300, 30), walk(30), method=impatient))
    assert set(letters[:190]) == {"?"}
    assert set(letters[215:295]) == {"s"}


def test_a_clip_that_slipped_is_followed() -> None:
    upright_then = [walk(60), stand(200)]
    slipped = [walk(60, angle_deg=30), stand(200, 30)]
    letters = spelled(_classify(*upright_then, *slipped))
    assert set(letters[70:250]) == {"u"}
    assert set(letters[330:]) == {"u"}


def test_running_and_pedalling_do_not_tell_what_upright_is() -> None:
    run = walk(60, step_hz=2.7, vertical_g=1.2, angle_deg=20)
    pedal = walk(60, step_hz=1.5, vertical_g=0.03, angle_deg=20)
    for moving in (run, pedal):
        assert set(spelled(_classify(moving, still(60, 20)))[70:]) == {"?"}


def test_half_an_hour_without_the_least_movement_is_not_worn() -> None:
    result = _classify(walk(60), still(60, 30), DESK, still(60, 30), walk(60))
    letters = spelled(result)
    assert 1890 <= letters.count("x") <= 1905
    assert set(letters[130:2010]) == {"x"}
    assert set(letters[65:115] + letters[2025:2075]) == {"s"}
    np.testing.assert_allclose(result.p.sum(axis=1), 1)


def test_bumps_against_the_table_do_not_make_it_worn() -> None:
    bumped = DESK.copy()
    for at in (300, 900, 1500):
        bumped[at * 50 : at * 50 + 100] += np.random.default_rng(at).normal(0, 0.2, (100, 3))
    letters = spelled(_classify(walk(60), still(60, 30), bumped, still(60, 30), walk(60)))
    assert set(letters[130:2010]) == {"x"}


def test_sitting_very_still_for_less_than_that_is_sitting() -> None:
    letters = spelled(_classify(walk(60), still(1700, 30, noise_g=0.001), walk(60)))
    assert set(letters[70:1750]) == {"s"}


def test_after_the_sensor_was_put_down_its_new_orientation_is_learnt() -> None:
    again = [still(200, 120), walk(60, angle_deg=90), stand(100, 90)]
    letters = spelled(_classify(walk(60), DESK, *again))
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
    assert set(letters[195:248]) == {"s"}
    assert letters[250:] == "?" * 60


def test_a_packet_lost_here_and_there_does_not_unseat_anybody() -> None:
    sitting = still(120, 30)
    lost = [(a, sitting[round(a * 50) : round((a + 9.5) * 50)]) for a in range(0, 120, 12)]
    parts = blocks(walk(60))
    for a, part in lost:
        parts += blocks(part, start_s=START_S + 60 + a)
    assert set(spelled(classify(parts, METHOD))[65:175]) <= set("s?")


@pytest.mark.parametrize("gap_s", [3, 30, 300])
def test_out_of_range_for_a_while_a_sitter_is_not_stood_up(gap_s: int) -> None:
    parts = blocks(np.concatenate([walk(60), still(100, 12)]))
    parts += blocks(still(40, 12, seed=3), start_s=START_S + 160 + gap_s)
    result = classify(parts, METHOD)
    letters = spelled(result)
    assert set(letters[80:158] + letters[162 + gap_s : 198 + gap_s]) == {"s"}


def test_no_blocks_are_unknown_seconds() -> None:
    assert len(classify([], METHOD)) == 0
    assert spelled(classify([], METHOD, start_s=5, end_s=8)) == "???"
