"""The chain against all paths through its states, one by one, and wherever time is cut."""

from itertools import pairwise, product
from math import tanh

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.model import FloatArray
from processing.posture.evidence import Terms
from processing.posture.hidden_markov import LIE, SIT, STAND, WALK, Message, smooth
from processing.posture.posture_model import Angles, PostureModel

#: One term each, with a weight of 1: what a term says is what a posture gets.
MODEL = PostureModel(
    angles=Angles(knots_deg=(0.0,), sit=(0.0,), stand=(0.0,), lie=(0.0,)),
    sit=(1.0,),
    stand=(1.0,),
    walk=(1.0,),
    lie=(1.0,),
    rise=(1.0,),
    fall=(1.0,),
    rise_0=-2.0,
    fall_0=-1.5,
    sit_stand=-1.0,
    sit_walk=-2.5,
    stand_walk=-0.5,
    sit_lie=-1.2,
    lie_upright=-3.0,
    stepping=(),
    usual_pause_deg=0.0,
)
UPRIGHT = (STAND, WALK)
MIDNIGHT_S = 1_704_067_200
_EVIDENCE = st.lists(st.lists(st.floats(-4, 4), min_size=6, max_size=6), min_size=1, max_size=5)
_BEFORE = st.lists(st.floats(0.01, 1), min_size=4, max_size=4)


def terms_of(rows: FloatArray) -> Terms:
    """Columns: sit, stand, walk, lie, rise, fall."""
    return Terms(*(rows[:, k : k + 1] for k in range(6)))


def _change(a: int, b: int, rise: float, fall: float) -> float:
    """Log-odds of going from one posture to another, written out."""
    if a == b:
        return 0.0
    flat = {
        (SIT, STAND): MODEL.sit_stand,
        (SIT, WALK): MODEL.sit_walk,
        (STAND, WALK): MODEL.stand_walk,
        (SIT, LIE): MODEL.sit_lie,
        (STAND, LIE): MODEL.lie_upright,
        (WALK, LIE): MODEL.lie_upright,
    }[min(a, b), max(a, b)]
    if a not in UPRIGHT and b in UPRIGHT:
        return flat + 7 * tanh((rise + MODEL.rise_0) / 7)
    if a in UPRIGHT and b not in UPRIGHT:
        return flat + 7 * tanh((fall + MODEL.fall_0) / 7)
    return flat


def _by_enumeration(rows: FloatArray, before: Message) -> FloatArray:
    total = np.zeros((len(rows), 4))
    for path in product(range(4), repeat=len(rows) + 1):
        log_odds = np.log(before[path[0]])
        for second, (a, b) in enumerate(pairwise(path)):
            log_odds += _change(a, b, *rows[second, 4:]) + rows[second, b]
            if not rows[second].any():  # nothing was measured: the changes are probabilities
                log_odds -= np.log(sum(np.exp(_change(a, c, 0, 0)) for c in range(4)))
        for second, state in enumerate(path[1:]):
            total[second, state] += np.exp(log_odds)
    return np.asarray(total / total.sum(axis=1, keepdims=True))


@settings(max_examples=15, deadline=None)
@given(_EVIDENCE, _BEFORE, st.integers(0, 59))
def test_the_chain_is_what_all_paths_together_say(
    evidence: list[list[float]], before: list[float], past_minute_s: int
) -> None:
    rows = np.array(evidence)
    a, b, c, d = before
    found = smooth(terms_of(rows), MODEL, MIDNIGHT_S + past_minute_s, (a, b, c, d), 1)
    np.testing.assert_allclose(found.p, _by_enumeration(rows, (a, b, c, d)), atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(_EVIDENCE.filter(lambda rows: len(rows) >= 4), st.integers(1, 3))
def test_without_look_ahead_the_next_minute_says_nothing(
    evidence: list[list[float]], n_before: int
) -> None:
    rows, before = np.array(evidence), (0.1, 0.2, 0.3, 0.4)
    found = smooth(terms_of(rows), MODEL, MIDNIGHT_S - n_before, before, 0).p
    first = _by_enumeration(rows[:n_before], before)
    np.testing.assert_allclose(found[:n_before], first, atol=1e-9)
    later = _by_enumeration(rows, before)[n_before:]
    np.testing.assert_allclose(found[n_before:], later, atol=1e-9)


def _rows(n_s: int, seed: int) -> FloatArray:
    return np.random.default_rng(seed).normal(0, 2, (n_s, 6))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 3), st.integers(0, 59), st.integers(0, 100))
def test_minutes_beyond_the_look_ahead_change_nothing(
    look_ahead: int, past_minute_s: int, seed: int
) -> None:
    rows = _rows(400, seed)
    other = rows.copy()
    # from the second on that is one minute later than what may count for the second minute
    edge = (2 + look_ahead) * 60 - past_minute_s
    other[edge:] = _rows(len(rows) - edge, seed + 1)
    start_s, before = MIDNIGHT_S + past_minute_s, (0.25, 0.25, 0.25, 0.25)
    one = smooth(terms_of(rows), MODEL, start_s, before, look_ahead).p
    two = smooth(terms_of(other), MODEL, start_s, before, look_ahead).p
    settled = 120 - past_minute_s
    np.testing.assert_array_equal(one[:settled], two[:settled])
    if look_ahead <= 1:  # from further away so much evidence tells nothing any more
        assert (one[settled : settled + 60] != two[settled : settled + 60]).any()
    short = smooth(terms_of(rows[:edge]), MODEL, start_s, before, look_ahead).p
    np.testing.assert_array_equal(short[:settled], one[:settled])


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.integers(0, 59), st.integers(0, 100))
def test_going_on_from_a_message_is_the_same_to_the_last_digit(
    minute: int, past_minute_s: int, seed: int
) -> None:
    rows, start_s = _rows(400, seed), MIDNIGHT_S + past_minute_s
    whole = smooth(terms_of(rows), MODEL, start_s, (0.7, 0.1, 0.1, 0.1), 2)
    np.testing.assert_allclose(whole.p.sum(axis=1), 1, atol=1e-12)
    at = minute * 60 - past_minute_s
    message = whole.message_at(start_s + at)
    rest = smooth(terms_of(rows[at:]), MODEL, start_s + at, message, 2)
    np.testing.assert_array_equal(rest.p, whole.p[at:])
    last_s = start_s + 360 - past_minute_s
    assert rest.message_at(last_s) == whole.message_at(last_s)
