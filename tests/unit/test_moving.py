"""Active and leaning far forward of the walking posture is moving, and not stepping."""

import numpy as np
import pytest

from processing.method import Method
from processing.posture.moving import share_of_move
from processing.posture.orientation import pose
from tests.support.plain_signals import tilted

METHOD = Method()
NOWHERE = np.zeros(3)
UPRIGHT, FORWARD = tilted(0), tilted(90)


def _share(lean_deg: float, upright: np.ndarray = UPRIGHT, forward: np.ndarray = FORWARD) -> float:
    up, *others = (np.tile(one, (20, 1)) for one in (tilted(-lean_deg), upright, forward))
    share = share_of_move(pose(up, up, up, *others), METHOD)
    np.testing.assert_allclose(share, share[0], rtol=1e-9)
    return float(share[0])


def test_half_of_it_is_moving_at_the_limit() -> None:
    assert _share(METHOD.step_deg) == pytest.approx(0.5)
    assert _share(METHOD.step_deg + METHOD.step_width_deg) == pytest.approx(1 / (1 + np.exp(-1)))


def test_it_is_never_quite_sure() -> None:
    bound = METHOD.step_log_odds_bound
    assert _share(0) == pytest.approx(1 / (1 + np.exp(bound)))
    assert _share(80) == pytest.approx(1 / (1 + np.exp(-bound)))


def test_leaning_back_is_no_pedalling() -> None:
    assert _share(-40) == _share(0)


def test_without_knowing_the_way_the_wearer_faces_it_is_most_likely_stepping() -> None:
    assert _share(40, forward=NOWHERE) == _share(0)


def test_without_a_reference_all_of_it_is_stepping() -> None:
    assert _share(80, upright=NOWHERE) == 0
