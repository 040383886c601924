"""The guided reference: what is asked for, and that it does not depend on how the clip sits."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from processing.gait.guided_reference import as_reference, reference_from, standing_deg
from processing.gait.guided_signal import CannotJudgeError
from processing.method import Method
from processing.model import SampleBlock
from tests.support.plain_signals import blocks, still, walk

METHOD = Method()
NOTHING: list[SampleBlock] = []


def turned(acc_g, turn):
    return blocks(acc_g @ turn.T)


@pytest.mark.parametrize("seed", range(5))
def test_up_turns_with_the_clip_and_nothing_else_changes(seed):
    turn = Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    found = reference_from(turned(still(20, 5), turn), turned(walk(20), turn), METHOD)
    assert found.up == pytest.approx(tuple(turn[:, 0]), abs=0.01)
    assert found.standing_deg == pytest.approx(5, abs=0.5)
    assert found.cadence_spm == pytest.approx(108, abs=1)


def test_standing_tipped_back_is_positive_and_forward_negative():
    up, forward = np.array([1.0, 0, 0]), np.array([0, 0, 1.0])
    # whoever tips back by 5 degrees turns the front of the body upwards
    back = np.array([np.cos(np.radians(5)), 0, np.sin(np.radians(5))])
    assert standing_deg(back, up, forward) == pytest.approx(5)
    assert standing_deg(back * [1, 1, -1], up, forward) == pytest.approx(-5)
    assert standing_deg(back * [1, 1, -1], up, None) == pytest.approx(5)


def test_it_is_remembered_as_walking_and_for_after_the_clip_was_off():
    found = reference_from(blocks(still(20, 5)), blocks(walk(20)), METHOD)
    reference = as_reference(found, METHOD)
    assert reference.past[3] == METHOD.guided_weight_s
    assert reference.last_up == found.up
    assert reference.after_break().last_up == pytest.approx(found.up)


@pytest.mark.parametrize(
    ("standing", "walking", "why"),
    [
        (NOTHING, blocks(walk(20)), "only 0 s of standing arrived"),
        (blocks(still(20, 5)), blocks(walk(10)), "only 6 s of walking arrived"),
        (blocks(still(20, 5, noise_g=0.1)), blocks(walk(20)), "you moved while standing"),
        (blocks(still(20, 5)), blocks(still(20, 5)), "you did not walk"),
        (blocks(still(20, 5)), blocks(still(20, 0, noise_g=0.2)), "no steady walking"),
        (blocks(still(20, 30)), blocks(walk(20)), "differ by 30 degrees"),
    ],
)
def test_anything_else_is_refused_in_plain_words(standing, walking, why):
    with pytest.raises(CannotJudgeError, match=why):
        reference_from(standing, walking, METHOD)
