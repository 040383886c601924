"""Seconds with random evidence, for what must hold whatever the evidence is."""

from __future__ import annotations

import numpy as np

from processing.posture.evidence import Terms
from processing.posture.posture_model import Angles
from sitstreak.fitting.parameters import TERMS, Before
from sitstreak.fitting.rows import Rows

NOTHING_BEFORE = Before(
    angles=Angles(knots_deg=(0.0,), sit=(0.0,), stand=(0.0,), lie=(0.0,)),
    stepping=(0.0,) * 5,
    usual_pause_deg=0.0,
)


def made_up_rows(*lengths: int, seed: int = 0) -> Rows:
    """Return sessions of these lengths; about one second in five is not judged."""
    random = np.random.default_rng(seed)
    n = sum(lengths)
    terms = {name: random.normal(0, 0.7, (n, len(names))) for name, names in TERMS.items()}
    state = random.integers(-1, 4, n)
    return Rows(Terms(**terms), state, random.uniform(0.1, 2, n) * (state >= 0), lengths)
