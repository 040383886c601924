"""Typed text: what a format cannot carry is replaced where one can see it, the rest is kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitstreak.report.exports.plain_text import (
    FHIR_MAX_CHARACTERS,
    cell_text,
    fhir_text,
    unicode_text,
)

any_text = st.text(st.characters(exclude_categories=()))  # with lone surrogates


@given(any_text)
def test_any_text_can_be_written_as_utf8(text):
    assert len(unicode_text(text).encode()) >= len(text)
    assert len(cell_text(text).encode()) >= len(text)
    assert len(cell_text(text)) == len(text)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn"))))
def test_letters_of_any_script_are_kept(text):
    assert unicode_text(text) == cell_text(text) == text
    assert fhir_text(text) == (text or None)


@given(any_text)
def test_a_fhir_text_is_one_by_the_pattern_of_the_specification(text):
    found = fhir_text(text)
    if found is not None:
        assert re.fullmatch(r"[ \r\n\t\S]+", found)
        assert found.strip()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", found)


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u00a0", "\u2028\u2003"])
def test_nothing_but_white_space_is_no_fhir_text(text):
    assert fhir_text(text) is None


def test_control_characters_are_replaced_where_one_can_see_it():
    assert cell_text("a\x00b\x1b[31mc\nd\te") == "a\ufffdb\ufffd[31mc\nd\te"
    assert fhir_text("a\x00b\u00a0c") == "a\ufffdb c"
    assert unicode_text("a\ud83db") == "a\ufffdb"


def test_a_fhir_text_that_is_too_long_is_cut_and_says_so():
    assert fhir_text("x" * FHIR_MAX_CHARACTERS) == "x" * FHIR_MAX_CHARACTERS
    cut = fhir_text("x" * (FHIR_MAX_CHARACTERS + 1))
    assert cut is not None
    assert len(cut) == FHIR_MAX_CHARACTERS == 1_048_576
    assert cut.endswith("x…")
