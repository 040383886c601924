"""Days without a step: the reference stays what it was, and no number ever runs away."""

import json

import numpy as np
import pytest

from processing.features.columns import Features
from processing.features.measuring import measure
from processing.live import LiveState, advance
from processing.method import Method
from processing.model import CODE, Posture
from processing.posture.observed import Carried, observe
from processing.posture.upright import Reference
from tests.support.plain_signals import START_S, blocks, chop, still, walk

METHOD = Method()


def _days_after_a_walk(n_days: int) -> Features:
    """Somebody who walks for a minute, and then sits for days."""
    begun = measure(
        blocks(np.concatenate([walk(60), still(60, 30)])), START_S, START_S + 120, METHOD
    )
    sitting = np.repeat(begun.table[80:110], n_days * 2880, axis=0)
    return Features(START_S, np.concatenate([begun.table, sitting]))


def test_upright_is_remembered_for_days_without_a_walk() -> None:
    features = _days_after_a_walk(3)
    observed = observe(features, METHOD, Carried())
    assert observed.pose.known.all()
    np.testing.assert_allclose(observed.pose.pitch_deg[200:], observed.pose.pitch_deg[200], atol=1)
    at_end = observed.reference_at(len(features), Carried())
    for kept in (at_end, at_end.after_break()):
        assert np.isfinite([*kept.past, *kept.last_up, *kept.past_forward]).all()
    assert np.linalg.norm(at_end.after_break().last_up) == pytest.approx(1)


def test_the_same_from_hour_to_hour() -> None:
    features = _days_after_a_walk(3)
    whole = observe(features, METHOD, Carried())
    carried = Carried()
    for a in range(0, len(features), 3600):
        piece = features.between(START_S + a, START_S + a + 3600)
        observed = observe(piece, METHOD, carried)
        carried = Carried(observed.reference_at(len(piece), carried))
    expected = whole.reference_at(len(features), Carried()).after_break()
    np.testing.assert_allclose(carried.reference.after_break().last_up, expected.last_up, atol=1e-6)


def test_a_state_never_holds_what_json_cannot() -> None:
    faint = Reference(past=(1e-9, 0.0, 0.0, 1e-9), past_forward=(0.0, 0.0, 1e-9))
    state = LiveState(carried=Carried(faint.after_break()))
    json.loads(state.to_bytes().split(b"\n")[0], parse_constant=lambda name: 1 / 0)


def test_a_hole_of_half_an_hour_is_the_same_live_as_offline() -> None:
    method = Method()
    before = chop(np.concatenate([walk(300), still(1200, 30)]), range(5000, 10**6, 5000))
    for hole_s in (1796, 1803, 1812):
        later = chop(still(1500, 30), range(100, 10**6, 100), start_s=START_S + 1500 + hole_s)
        every = before + later
        offline = advance(LiveState(), every, method, final=True).seconds
        state, parts = LiveState(), []
        for n in [*range(4, len(before) + 20), len(every)]:
            needed = [block for block in every[:n] if block.end_ns > state.resume_ns]
            step = advance(state, needed, method, final=n == len(every))
            parts.append(step.seconds.between(0, step.settled_until_s))
            state = step.state
        live = np.concatenate([part.p for part in parts])
        np.testing.assert_allclose(live, offline.p, atol=1.5e-4)
        hole = offline.between(START_S + 1500, START_S + 1500 + hole_s)
        assert set(hole.code.tolist()) == {CODE[Posture.UNKNOWN]}
