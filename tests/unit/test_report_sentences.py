"""Sentences: numbers by rule; every one that a rule can give has its words."""

import re
from pathlib import Path

import pytest

from sitstreak.report.content import sentences
from sitstreak.report.content.model import Measure, Tile
from sitstreak.report.printed.catalogue import catalogue
from tests.support.report_samples import NAMES, sample_content

#: Words of causes, judgements and advice: none of them is ours to say.
FORBIDDEN = re.compile(r"\b(because|caused?|due to|should|must|try|better|worse|bad|good|risk)\b")


def keys_of_the_rules() -> set[str]:
    text = Path(sentences.__file__).read_text(encoding="utf-8")
    return {
        key
        for key in re.findall(r'"([a-z_]+)"', text)
        if key in catalogue_keys() or key.startswith(("pain", "sitting", "no_"))
    }


def catalogue_keys() -> set[str]:
    keys = catalogue().keys
    return {key.removeprefix("sentence.") for key in keys if key.startswith("sentence.")}


def test_every_sentence_has_words_and_every_word_its_rule():
    assert keys_of_the_rules() == catalogue_keys()


@pytest.mark.parametrize("name", NAMES)
def test_the_words_fit_the_values_and_neither_judge_nor_advise(name):
    for one in sample_content(name).sentences:
        text = catalogue().text(f"sentence.{one.key}", **one.values)
        assert "{" not in text
        assert not FORBIDDEN.search(text)


@pytest.mark.parametrize(
    ("this_week", "last_week", "key"),
    [
        pytest.param(4.0, None, "pain", id="no-week-before"),
        pytest.param(4.0, 2.5, "pain", id="less-than-two-points"),
        pytest.param(4.0, 2.0, "pain_higher", id="two-points-more"),
        pytest.param(2.0, 4.0, "pain_lower", id="two-points-less"),
    ],
)
def test_pain_is_compared_from_two_points_on(this_week, last_week, key):
    tile = Tile(Measure.PAIN, this_week, last_week, None)
    entries = sample_content("pain_every_day").entries
    [found] = sentences._pain(tile, entries)
    assert found.key == key
