"""What is seen live is asked for at once, and nothing is guessed before it can be known."""

import numpy as np
import pytest

from ingest.recordings.player import BASE_S
from processing.method import Method
from processing.model import CODE, Posture
from sitstreak.validation.answers import Measured
from sitstreak.validation.living import (
    ASKED_EVERY_S,
    DELAY_S,
    Seen,
    guessed_too_early,
    live_scores,
    watch,
)
from tests.support.labelled_people import acted, answered, labelled

PERSON = acted("a", ("s", 60), ("u", 20), ("w", 60), ("u", 40))


def offline():
    (measured,) = Measured.all_of([PERSON], Method())
    return measured.judged(Method())


def test_a_cold_start_shows_nothing_before_the_first_walk() -> None:
    seen = watch(offline(), Method(), is_cold=True)
    assert seen.asked.tolist() == list(range(0, 180 - DELAY_S, ASKED_EVERY_S))
    early = seen.asked < 75
    assert (seen.code[early] == CODE[Posture.UNKNOWN]).all()
    assert guessed_too_early([seen]) == 0


def test_a_remembered_reference_is_used_from_the_first_second() -> None:
    seen = watch(offline(), Method(), is_cold=False)
    assert (seen.code[2:] != CODE[Posture.UNKNOWN]).all()


def seen_of(truth: str, live: str) -> Seen:
    answer = answered(labelled("a", truth), truth)
    shown = answered(labelled("a", truth), live)
    return Seen(answer, np.arange(len(truth)), shown.guess, shown.seconds.code)


def test_live_is_compared_with_offline_on_the_same_seconds() -> None:
    found = live_scores([seen_of("ssssuuuuww", "ssuuuuuuww")])
    assert found.sedentary == pytest.approx((0.5 + 1) / 2)
    assert found.offline_sedentary == 1
    assert found.three - found.offline_three == pytest.approx(-0.5 / 3)


def test_postures_shown_before_any_walking_are_counted() -> None:
    # six seconds before the first walk, two of them shown as postures; walking itself may be shown
    assert guessed_too_early([seen_of("ssssuuwwss", "??s?u?wwss")]) == pytest.approx(2 / 6)


def test_a_session_begins_at_the_base_of_the_recordings() -> None:
    assert offline().seconds.start_s == BASE_S
