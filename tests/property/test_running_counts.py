"""The streak and debt rows of InfluxDB are the streak and debt of that moment."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from processing.figures.streaks import current_streak, debt_s
from processing.model import Posture
from sitstreak.storage.running_counts import debt_at, last_reset, streak_at
from tests.support.storage_kit import QUICK, seconds_of

START_S = 1_000
spans = st.lists(
    st.tuples(st.sampled_from(list(Posture)), st.integers(1, 40)), min_size=1, max_size=14
)


@given(spans)
def test_each_streak_is_the_current_one_of_what_was_known_then(parts):
    seconds = seconds_of(START_S, *parts)
    at_s = np.arange(seconds.start_s, seconds.end_s + 1)
    expected = [current_streak(seconds.between(START_S, int(at)), QUICK) for at in at_s]
    assert streak_at(seconds, at_s, QUICK).tolist() == [
        0 if streak is None else streak.duration_s for streak in expected
    ]


@given(spans, st.integers(0, 300))
def test_what_was_before_a_reset_does_not_matter(parts, split):
    seconds = seconds_of(START_S, *parts)
    reset = last_reset(seconds.code[:split], QUICK)
    if reset is not None:
        at_s = np.arange(min(START_S + split, seconds.end_s), seconds.end_s + 1)
        later = seconds.between(START_S + reset, seconds.end_s)
        assert streak_at(later, at_s, QUICK).tolist() == streak_at(seconds, at_s, QUICK).tolist()


@given(spans)
def test_the_debt_is_that_at_the_end_of_the_second_before(parts):
    day = seconds_of(START_S, *parts)
    at_s = np.arange(day.start_s, day.end_s + 1)
    assert debt_at(day, at_s, QUICK).tolist() == [0.0, *debt_s(day, QUICK).tolist()]
