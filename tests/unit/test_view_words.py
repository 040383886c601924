"""Numbers are said as people say them."""

import pytest

from ingest.collecting.state import CollectorState, Doing
from processing.model import Posture
from sitstreak.views.words import POSTURE_WORDS, duration, sureness
from sitstreak.web.link_words import link_status


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (3900, "1 h 5 min"),
        (86_400, "24 h"),
        (172_800, "2 days"),
    ],
)
def test_a_duration_is_said_in_the_units_that_fit(seconds, words):
    assert duration(seconds) == words


def test_every_posture_has_a_word():
    assert set(POSTURE_WORDS) == set(Posture)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(0.99, "sure"), (0.7, "fairly sure"), (0.5, "not sure"), (0, "not sure")],
)
def test_confidence_is_said_in_words(confidence, words):
    assert sureness(confidence) == words


@pytest.mark.parametrize("doing", Doing)
def test_whatever_the_collector_does_the_page_has_words_for_it(doing):
    assert link_status(CollectorState(doing=doing)).state


def test_catching_up_says_how_much_there_is_to_go():
    status = link_status(
        CollectorState(doing=Doing.BACKFILLING, name="Hip", lag_s=720), simulated=True
    )
    assert status.state == "catching up, 12 min to go"
    assert status.catching_up
    assert status.simulated
    assert status.sensor_name == "Hip"
