"""What speaks for each posture, and what must not."""

from dataclasses import astuple

import numpy as np
import pytest

from processing.features.columns import COLUMNS, Features
from processing.features.measuring import measure
from processing.method import Method
from processing.model import FloatArray
from processing.posture.change_evidence import CHANGE_TERMS
from processing.posture.evidence import LIE_TERMS, SIT_TERMS, STAND_TERMS, Terms, evidence
from processing.posture.observed import Carried, Observed, observe
from processing.posture.upright import Reference
from processing.posture.walk_evidence import WALK_TERMS
from tests.support.plain_signals import START_S, blocks, rise, stand, still, tilted, walk

METHOD = Method()
SHORT_ANGLE, ANY_ANGLE, SHORT_CALM, LITTLE_SWAY, MUCH_SWAY = range(5)
KNOWN = Reference.remembered(tilted(0), tilted(90))


def _measured(*parts: FloatArray) -> Features:
    acc_g = np.concatenate(parts)
    return measure(blocks(acc_g), START_S, START_S + round(len(acc_g) / 50), METHOD)


def _of(features: Features, reference: Reference = KNOWN) -> tuple[Terms, Observed]:
    observed = observe(features, METHOD, Carried(reference))
    return evidence(observed, METHOD.posture.angles, METHOD), observed


def _keeping(angle_deg: float, n_s: int = 60, reference: Reference = KNOWN) -> Terms:
    return _of(_measured(still(n_s, angle_deg)), reference)[0]


def test_each_term_has_its_name_and_its_weight() -> None:
    terms = _keeping(0, 20)
    posture = METHOD.posture
    for columns, names, weights in (
        (terms.sit, SIT_TERMS, posture.sit),
        (terms.stand, STAND_TERMS, posture.stand),
        (terms.walk, WALK_TERMS, posture.walk),
        (terms.lie, LIE_TERMS, posture.lie),
        (terms.rise, CHANGE_TERMS, posture.rise),
        (terms.fall, CHANGE_TERMS, posture.fall),
    ):
        assert columns.shape == (20, len(names))
        assert len(weights) == len(names)


def test_seconds_without_data_say_nothing() -> None:
    terms, _ = _of(Features(START_S, np.zeros((90, len(COLUMNS)))))
    for columns in astuple(terms):
        assert not columns.any()


def test_without_an_upright_reference_no_angle_says_anything() -> None:
    for angle_deg in (0, 30, 90):
        terms = _keeping(angle_deg, reference=Reference())
        assert not terms.sit[:, [SHORT_ANGLE, ANY_ANGLE]].any()
        assert not terms.stand.any()
        assert not terms.lie[:, :3].any()
        assert not terms.walk[
            :, WALK_TERMS.index("upright enough for walking (-1: tilted too far)")
        ].any()
        assert terms.sit[:, SHORT_CALM].all()  # what needs no angle still counts


@pytest.mark.parametrize(("angle_deg", "sign"), [(0, -1), (3, -1), (20, 1), (30, 1)])
def test_tipped_back_speaks_for_sitting(angle_deg: float, sign: int) -> None:
    said = _keeping(angle_deg).sit
    assert (np.sign(said[5:-5, [SHORT_ANGLE, ANY_ANGLE]]) == sign).all()


def test_a_stretch_is_one_draw_however_long_it_is() -> None:
    minute, four = (_keeping(30, n_s).sit[:, SHORT_ANGLE].sum() for n_s in (60, 240))
    assert four < 1.6 * minute


def test_moving_about_makes_an_angle_worth_less() -> None:
    quiet = _keeping(30).sit[30, ANY_ANGLE]
    shaken = _of(_measured(still(60, 30, noise_g=0.15)))[0].sit[30, ANY_ANGLE]
    assert 0 < shaken < 0.5 * quiet


def test_bending_for_seconds_is_neither_sitting_nor_lying() -> None:
    bend = [still(30, 0), still(4, -70), still(30, 0)]
    terms, observed = _of(_measured(*bend))
    bent = np.flatnonzero(observed.pose.pitch_deg < -45)
    assert len(bent) in (3, 4, 5)
    assert (terms.sit[bent, SHORT_ANGLE] <= 0).all()
    # the same angle held says what it is: a tenth of what it would say on the back
    assert terms.lie[bent, 0].max() < 0.6
    assert terms.stand[bent].max() < 0.6


def test_lying_on_the_front_for_long_says_as_much_as_on_the_back() -> None:
    front, back = (_keeping(angle_deg, 300).lie[150] for angle_deg in (-90, 90))
    assert front[1] > 0
    np.testing.assert_allclose(front[1:3], back[1:3], rtol=0.25)


def test_length_and_stillness_speak_only_in_long_stretches() -> None:
    for n_s, speaks in ((35, False), (200, True)):
        middle = _keeping(30, n_s).sit[n_s // 2]
        assert (middle[LITTLE_SWAY] > 0.02) == speaks
        assert (middle[6] > 0.1) == speaks


def test_balance_tells_long_standing_from_long_sitting() -> None:
    standing = _of(_measured(stand(200, 3)))[0].sit[100]
    sitting = _keeping(3, 200).sit[100]
    assert standing[MUCH_SWAY] > 0 == standing[LITTLE_SWAY]
    assert sitting[LITTLE_SWAY] > 0 == sitting[MUCH_SWAY]


def test_getting_up_and_sitting_down_are_mirror_images() -> None:
    up = [still(20, 20), rise(20, 0), still(20, 0)]
    down = [still(20, 0), rise(0, 20, height_m=-0.4), still(20, 20)]
    velocity = CHANGE_TERMS.index("velocity [m/s]")
    turned = CHANGE_TERMS.index("pitch changing as it must [10 degrees]")
    got_up, sat_down = (_of(_measured(*parts))[0] for parts in (up, down))
    for right, wrong in ((got_up.rise, got_up.fall), (sat_down.fall, sat_down.rise)):
        at = right[:, velocity].argmax()
        assert at in (19, 20, 21)
        assert right[at, velocity] == pytest.approx(0.4, abs=0.06)
        assert right[at, turned] == pytest.approx(2.0, abs=0.2)  # 20 degrees
        assert wrong[at, turned] == pytest.approx(-right[at, turned])


def test_leaning_forward_on_the_way_speaks_for_a_change() -> None:
    lean = CHANGE_TERMS.index("forward lean on the way [10 degrees]")
    leaning = [still(20, 20), rise(20, -15, height_m=0, n_s=2), rise(-15, 0, n_s=1.5)]
    found = _of(_measured(*leaning, still(20, 0)))[0].rise[:, lean]
    assert found.max() > 1.0
    assert np.abs(_keeping(20).rise[:, lean]).max() < 0.1


def test_walking_speaks_for_walking() -> None:
    walking, resting = (_of(_measured(part))[0] for part in (walk(40), still(40, 0)))
    weights = np.array(METHOD.posture.walk)
    assert (walking.walk[5:-5] @ weights > 2).all()
    assert (resting.walk[5:-5] @ weights < -2).all()


def test_what_is_blank_says_nothing() -> None:
    blank = np.isin(np.arange(30), [12, 13])
    cut = _keeping(30, 30).between(10, 20, blank=blank)
    for columns in astuple(cut):
        assert len(columns) == 10
        assert not columns[2:4].any()
    assert cut.sit[[1, 4]].any(axis=1).all()
