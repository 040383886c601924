"""The diary as a table: one row an entry, nothing a spreadsheet could run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.report.exports.cells import safe_text
from sitstreak.report.exports.csv_diary import DIARY_COLUMNS, diary_table
from sitstreak.report.files import write_rows
from tests.support.export_samples import content_of, sample_of


def read_back(content):
    file = io.StringIO(newline="")
    write_rows(file, diary_table(content))
    file.seek(0)
    return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def typical():
    return content_of(sample_of("typical"))


def with_note(content, note, what=""):
    entry = DiaryEntry(
        id=1, at_s=content.days[0].start_s, kind=DiaryKind.NOTE, note=note, what=what
    )
    return replace(content, entries=(entry,))


def test_a_wearer_in_any_table_never_begins_like_a_formula():
    assert safe_text("\x00=cmd()") == "'\x00=cmd()"
    assert safe_text("=cmd()") == "'=cmd()"


def test_each_entry_is_a_row_and_says_what_was_written_down(typical):
    rows = read_back(typical)
    assert len(rows) == len(typical.entries)
    assert rows[0]["kind"] == "pain"
    assert rows[0]["score"] == "0"
    assert rows[0]["local"] == "2026-11-09T12:00:00+01:00"
    assert rows[0]["utc"] == "2026-11-09T11:00:00Z"
    assert (rows[1]["n_sets"], rows[1]["n_reps"], rows[1]["load_kg"]) == ("3", "8", "2.5")
    assert (rows[3]["left_s"], rows[3]["right_s"]) == ("30.0", "22.5")
    assert rows[5]["until_local"] == "2026-11-13T13:00:00+01:00"
    assert rows[5]["is_edited"] == "true"


def test_what_an_entry_does_not_have_is_empty_and_not_zero(typical):
    assert [read_back(typical)[-1][name] for name in ("score", "n_sets", "left_s")] == ["", "", ""]


def test_a_week_without_entries_is_a_header(typical):
    assert list(diary_table(replace(typical, entries=()))) == [DIARY_COLUMNS]


@pytest.mark.parametrize(
    "typed", ["=cmd()", "+1+cmd()", "-2+3", "@SUM(A1)", "\t=cmd()", "\n=cmd()", "\x00=cmd()"]
)
def test_no_text_begins_like_a_formula(typical, typed):
    row = read_back(with_note(typical, typed, typed))[0]
    for cell in (row["note"], row["what"]):
        assert cell.lstrip("\x00")[0] not in "=+-@\t\r\n"
        assert cell.endswith(typed.lstrip("\x00"))


def test_a_control_character_is_replaced_where_one_can_see_it(typical):
    assert read_back(with_note(typical, "red\x1b[31m\x00"))[0]["note"] == "red\ufffd[31m\ufffd"


@pytest.mark.parametrize(
    "typed",
    ['a, "b"\nc', "<b>bold</b>", "שלום עולם", "\U0001f9d8 " * 3, "x" * 10_000, "\u202eevil"],
)
def test_other_text_survives_to_the_letter(typical, typed):
    assert read_back(with_note(typical, typed))[0]["note"] == typed
