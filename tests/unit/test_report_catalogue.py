"""The words of the report: every key is there, none is left over, numbers as a language has."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.sedentary_bouts import Limit
from sitstreak.report.content.model import SideTest
from sitstreak.report.person import Person
from sitstreak.report.printed.catalogue import Catalogue, CatalogueError, catalogue
from sitstreak.report.printed.charts_ribbon import spread
from sitstreak.report.printed.lay_out import lay_out
from sitstreak.report.printed.printable import in_print, text_em
from tests.support.hand_week import hand_week_content
from tests.support.report_samples import NAMES, sample_content


def texts():
    file = resources.files("sitstreak.report.printed") / "texts" / "en.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Counting(Catalogue):
    """Remembers which texts were asked for."""

    def __init__(self):
        super().__init__(texts())
        self.used = {"language", "numbers.decimal_sign", "numbers.thousands", "lists.between"}
        self.used |= {f"weekdays.{i}" for i in range(7)} | {f"months.{i}" for i in range(1, 13)}

    def text(self, key, /, **values):
        self.used.add(key)
        return super().text(key, **values)


def odd_contents():
    """What no sample has: it must have words all the same."""
    typical = sample_content("typical")
    header, monday_s = typical.header, typical.ribbon[0].start_s
    pain = [DiaryEntry(id=i, at_s=monday_s + i, kind=DiaryKind.PAIN, score=3) for i in range(40)]
    kinds = [DiaryEntry(id=9, at_s=monday_s, kind=kind, note="x") for kind in DiaryKind]
    row = replace(typical.exercises[0], n_done=(2, 1, 0, 0, 0, 0, 0))
    bout = typical.longest[0]
    monday = replace(typical.ribbon[0], marks=tuple(pain))
    one_pain = replace(typical.tiles[4], n_of=1)
    devices = ("a", "b", "c")
    yield replace(
        typical,
        header=replace(header, devices=devices, other_digests=("0123456789",)),
        ribbon=(monday, *typical.ribbon[1:]),
        tiles=(*typical.tiles[:4], one_pain),
        sufficiency=replace(typical.sufficiency, captured_share=None, n_gaps=0),
        exercises=(row,) * 9,
        longest=tuple(replace(bout, ended_by=limit) for limit in Limit),
        trend=(replace(typical.trend[0], method_digest="other"), *typical.trend[1:]),
        quality=replace(typical.quality, validated={}),
    )
    one_sided = (SideTest(monday_s, 31.0, None), SideTest(monday_s, None, 30.0))
    for half in (kinds[:4], kinds[4:]):
        yield replace(typical, entries=tuple(half), trend=typical.trend[-1:], tests=one_sided)
    yield replace(typical, sentences=(), trend=(), sufficiency=replace(
        typical.sufficiency, n_gaps=7))  # fmt: skip


def test_every_text_is_used_and_every_text_used_is_there():
    words = Counting()
    contents = [*map(sample_content, NAMES), hand_week_content(), *odd_contents()]
    for content in contents:
        lay_out(content, words, in_print())
    lay_out(contents[0], words, in_print(), Person("Ada", date(1960, 2, 3)))
    left = {
        key for key in words.keys - words.used if not key.startswith(("sentence.", "exercise."))
    }
    assert not left  # sentences have a test of their own, exercises are what wearers may write


def test_a_text_that_is_missing_is_named():
    with pytest.raises(CatalogueError, match=r"'tiles\.nothing'"):
        catalogue().text("tiles.nothing")
    with pytest.raises(CatalogueError, match="hours"):
        catalogue().text("sufficiency.hours")


def test_a_language_that_is_missing_is_named():
    with pytest.raises(CatalogueError, match=r"'xx'.*en"):
        catalogue("xx")


def test_numbers_are_written_as_the_language_does():
    german = texts()
    german["numbers"] |= {"decimal_sign": ",", "thousands": "."}
    words = Catalogue(german)
    assert words.number(12345.67, 1) == "12.345,7"
    assert words.text("sufficiency.hours", hours=8.25) == "8,2 h"
    assert catalogue().number(-3) == "−3"
    assert catalogue().number(-0.01, 1) == "0.0"
    assert catalogue().number(None, 1) == "–"
    assert [catalogue().short(value) for value in (4.0, 4.5, None)] == ["4", "4.5", "–"]
    assert catalogue().percent(0.705) == "70 %"


def test_values_are_put_in_and_never_looked_into():
    said = catalogue().text("header.wearer", note="{tile}")
    assert said == "Wearer"
    line = catalogue().text("notes.line", day="{0}", clock="a", what="{b.c}", note="{x:%}")
    assert line == "{0} a {b.c}: {x:%}"


def test_no_text_claims_what_the_report_is_not():
    said = " ".join(catalogue().text(key) for key in catalogue().keys if "{" not in str(key)
                    and not re.search("{", flat(key)))  # fmt: skip
    assert not re.search(r"\b(monitors?|treats?|cures?|amnesia|prevents?)\b", said, re.IGNORECASE)
    assert "not a medical device" in said


def flat(key):
    found = texts()
    for part in key.split("."):
        found = found[part]
    return str(found)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80), st.floats(3, 40))
def test_typed_text_never_takes_more_room_than_it_has(text, width_em):
    line = in_print().line(text, width_em=width_em)
    assert text_em(line) <= width_em + 1e-9
    assert line.isprintable()


@given(st.lists(st.floats(0, 24), max_size=30))
def test_marks_stand_apart_in_their_order(at):
    placed = spread(at, 0.56, 24.0)
    order = sorted(range(len(at)), key=at.__getitem__)
    for a, b in pairwise(order):
        assert placed[b] - placed[a] >= 0.56 - 1e-9
    assert all(0.28 - 1e-9 <= x <= 24 - 0.28 + 1e-9 for x in placed)
