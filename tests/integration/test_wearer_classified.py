"""The processing understands the generated wearer.

A generated wearer is easier to read than people are, so these floors say that the two fit together
and nothing of how well the method does; docs/validation.md has that, from real recordings.
"""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingest.simulation.wearer import LSB_PER_G, Wearing, quantise, usual_hours, worn_day
from processing.chain import classify
from processing.method import Method
from processing.model import CODE, NS_PER_S, Posture, SampleBlock

DAY = date(2026, 11, 21)  # a Saturday, with everything in it
SEED = 3


@pytest.fixture(scope="module")
def judged():
    on_s, off_s = usual_hours(DAY, ZoneInfo("Europe/Berlin"), SEED)
    wearing = Wearing(worn_day(DAY, on_s, off_s, SEED), seed=SEED)
    acc_g = quantise(wearing.acc_g(0, wearing.n_samples)) / LSB_PER_G
    blocks = [
        SampleBlock("demo", (on_s + i * 60) * NS_PER_S, 25.0, acc_g[i * 1500 : (i + 1) * 1500])
        for i in range(-(-len(acc_g) // 1500))
    ]
    seconds = classify(blocks, Method(), start_s=on_s, end_s=off_s)
    return wearing, seconds, wearing.script.moving(on_s, off_s)


@pytest.mark.parametrize(
    ("posture", "floor"),
    [
        (Posture.SIT, 0.9),
        (Posture.STAND, 0.8),
        (Posture.WALK, 0.9),
        (Posture.LIE, 0.8),
        (Posture.NOT_WORN, 0.8),
    ],
)
def test_most_seconds_are_what_the_wearer_did(judged, posture, floor):
    wearing, seconds, moving = judged
    truth = wearing.script.truth(seconds.start_s, seconds.end_s)
    there = (truth == CODE[posture]) & ~moving
    assert there.sum() > 600
    assert np.mean(seconds.code[there] == CODE[posture]) > floor


def test_steps_are_counted_within_a_tenth(judged):
    wearing, seconds, _ = judged
    walks = [s for s in wearing.script.stretches if s.posture is Posture.WALK]
    taken = sum(wearing.traits.step_hz * np.sqrt(s.pace) * s.duration_s for s in walks)
    assert seconds.n_steps.sum() == pytest.approx(taken, rel=0.1)
