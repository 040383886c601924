"""Every reason that is written to a gap has words for people."""

import ast
from pathlib import Path

import pytest

import processing.gap_reasons as module
from processing.gap_reasons import GAP_WORDS, GapReason, gap_words

ROOT = Path(module.__file__).parents[1]
#: Calls that take a reason, and where: its place, and its name.
TAKES = {"Gap": (4, "reason"), "missing": (0, "reason"), "add": (None, "reason")}


def test_every_reason_has_words_of_its_own():
    assert set(GAP_WORDS) == set(GapReason)
    assert len(set(GAP_WORDS.values())) == len(GAP_WORDS)
    assert all(words[:1].islower() and "_" not in words for words in GAP_WORDS.values())


@pytest.mark.parametrize("package", ["ingest", "processing", "sitstreak"])
def test_no_reason_is_written_that_has_no_words(package):
    written = [
        (path.name, node.value)
        for path in (ROOT / package).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        for node in reasons_in(call)
        if isinstance(node, ast.Constant)
    ]
    assert [one for one in written if one[1] not in GAP_WORDS] == []


def reasons_in(call: ast.Call) -> list[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in TAKES:
        return []
    place, keyword = TAKES[name]
    found = [one.value for one in call.keywords if one.arg == keyword]
    return found + (call.args[place : place + 1] if place is not None else [])


def test_the_search_finds_a_reason_without_words():
    (call,) = (n for n in ast.walk(ast.parse("Gap('a', 1, 2, 0, 'moon')")) if type(n) is ast.Call)
    (node,) = reasons_in(call)
    assert isinstance(node, ast.Constant)
    assert node.value not in GAP_WORDS


def test_a_reason_of_a_later_version_is_still_said():
    assert gap_words("solar_flare") == "solar flare"
    assert gap_words("") == "not known"


def test_every_reason_is_in_the_documentation():
    text = (ROOT / "docs" / "journal.md").read_text()
    assert [one for one in GapReason if f"`{one}`" not in text] == []
