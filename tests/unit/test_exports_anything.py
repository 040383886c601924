"""Whatever a week holds and whatever was typed: every file is valid, and nothing is run or lost."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.model import POSTURES
from sitstreak.report.exports.csv_diary import diary_table
from sitstreak.report.exports.fhir import render_bundle
from sitstreak.report.exports.ieee1752 import render_ieee1752
from sitstreak.report.exports.json_report import SCHEMA_FILE, render_json
from sitstreak.report.exports.plain_text import fhir_text
from sitstreak.report.person import Person
from tests.support import fhir_schema, ieee_schemas
from tests.support.export_samples import Sample, content_of, sample_of
from tests.support.fhir_rules import Expected, broken_rules, code_of, resources
from tests.support.report_samples import HOSTILE

VALIDATOR = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
any_text = st.text(st.characters(exclude_categories=()), max_size=30)
#: Clock changes of 30 minutes, at midnight, by an odd offset, and weeks with none.
ZONES = (
    "Europe/Vienna", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Asia/Beirut",
)  # fmt: skip
WEEKS = ("2026-W46", "2026-W13", "2026-W43", "2026-W14", "2026-W01", "2026-W53")


@st.composite
def entries(draw, sample):
    days = sample.days
    found = []
    for number in range(draw(st.integers(0, 6))):
        at_s = draw(st.integers(days[0].start_s, days[-1].end_s - 1))
        kind = draw(st.sampled_from(DiaryKind))
        held = st.none() | st.floats(0, 600)
        count = st.none() | st.integers(1, 100)
        is_span = kind in (DiaryKind.SLEEP, DiaryKind.NOT_WORN)
        found.append(
            DiaryEntry(
                id=number,
                at_s=at_s,
                kind=kind,
                until_s=at_s + draw(st.integers(60, 50_000)) if is_span else None,
                what="" if is_span else draw(any_text),
                score=draw(st.integers(0, 10)) if kind == DiaryKind.PAIN else None,
                n_sets=draw(count) if kind == DiaryKind.EXERCISE else None,
                n_reps=draw(count) if kind == DiaryKind.EXERCISE else None,
                load_kg=draw(held) if kind == DiaryKind.EXERCISE else None,
                left_s=draw(held) if kind == DiaryKind.TEST else None,
                right_s=draw(held) if kind == DiaryKind.TEST else None,
                note=draw(any_text),
                is_edited=draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def weeks(draw):
    posture = st.sampled_from([one.value for one in POSTURES])
    day = st.lists(posture, min_size=24, max_size=24)
    sample = Sample(
        hours=draw(st.lists(day, min_size=7, max_size=7)),
        week=draw(st.sampled_from(WEEKS)),
        zone=draw(st.sampled_from(ZONES)),
        wearer=draw(any_text),
        devices=tuple(draw(st.lists(any_text, max_size=3))),
        is_over=draw(st.booleans()),
        n_days_with_data=draw(st.integers(0, 7)),
    )
    return replace(sample, entries=draw(entries(sample)))


@given(weeks())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_week_gives_files_that_every_schema_and_rule_lets_pass(sample):
    content = content_of(sample)
    VALIDATOR.validate(json.loads(render_json(content)))

    points = [json.loads(line) for line in render_ieee1752(content).splitlines()]
    assert [problem for point in points for problem in ieee_schemas.problems(point)] == []
    assert len({point["header"]["uuid"] for point in points}) == len(points)

    found = json.loads(render_bundle(content, pdf=b"%PDF-1.7"))
    days = sample.days
    status = "final" if sample.is_over else "preliminary"
    assert broken_rules(found, Expected(days[0].start_s, days[-1].end_s, status)) == {}
    Bundle.model_validate(found)


@given(weeks())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_week_is_valid_by_the_official_fhir_schema(sample):
    found = json.loads(render_bundle(content_of(sample), pdf=b"%PDF-1.7"))
    assert fhir_schema.problems(found) == []


def with_text(text):
    """A week in which everything that can be typed is this text."""
    content = content_of(sample_of("typical"))
    at_s = content.days[0].start_s + 3600
    typed = (
        DiaryEntry(id=1, at_s=at_s, kind=DiaryKind.PAIN, score=4, note=text),
        DiaryEntry(id=2, at_s=at_s + 1, kind=DiaryKind.EXERCISE, what=text, note=text),
    )
    header = replace(content.header, wearer=text, devices=(text,))
    return replace(content, header=header, entries=typed)


TYPED = (
    *HOSTILE,
    "=cmd()",
    "x" * 10_000,
    "\U0001f9d8\u200d\u2640\ufe0f",
    '{"a": "\\u0000"}',
    "](javascript:alert(1))",
)


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
def test_typed_text_is_to_the_letter_in_json(text):
    content = with_text(text)
    rendered = render_json(content)
    found = json.loads(rendered)
    VALIDATOR.validate(found)
    assert found["header"]["wearer"] == text
    assert [one["note"] for one in found["entries"]] == [text, text]
    assert b"\x00" not in rendered
    assert b"\x1b" not in rendered


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
def test_typed_text_is_in_fhir_to_the_letter_that_fhir_allows(text):
    content = with_text(text)
    person = Person(text)
    found = json.loads(render_bundle(content, pdf=b"%PDF-1.7", person=person))
    span = (content.days[0].start_s, content.days[-1].end_s)
    allowed = fhir_text(text)
    assert allowed is not None
    assert len(allowed) == len(text)
    assert {a for a, b in zip(text, allowed, strict=True) if a != b} <= {"\x00", "\x1b"}
    assert broken_rules(found, Expected(*span, name=allowed)) == {}
    assert fhir_schema.problems(found) == []
    Bundle.model_validate(found)
    notes = [
        part["valueString"]
        for one in resources(found, "Observation")
        for part in one.get("component", [])
        if code_of(part) == "typed-note"
    ]
    assert notes == [allowed, allowed]
    assert resources(found, "Device")[1]["deviceName"][0]["name"] == allowed


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
def test_typed_text_is_one_line_and_to_the_letter_in_ieee_1752(text):
    lines = render_ieee1752(with_text(text)).decode("ascii").splitlines()
    points = [json.loads(line) for line in lines]
    names = [point["body"].get("activity_name") for point in points]
    assert text in names
    assert [problem for point in points for problem in ieee_schemas.problems(point)] == []


@pytest.mark.parametrize("text", TYPED, ids=range(len(TYPED)))
def test_typed_text_in_the_diarys_table_never_begins_like_a_formula(text):
    file = io.StringIO(newline="")
    csv.writer(file).writerows(diary_table(with_text(text)))
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert [row["kind"] for row in rows] == ["pain", "exercise"]
    for cell in (rows[1]["wearer"], rows[1]["what"], rows[1]["note"]):
        assert cell[0] not in "=+-@\t\r\n"
        assert len(cell) - len(text) in (0, 1)


def test_half_a_character_from_a_command_line_does_not_stop_a_report():
    content = with_text("caf\udce9")
    found = json.loads(render_json(content))
    assert found["header"]["wearer"] == "caf\ufffd"
    assert json.loads(render_bundle(content, pdf=b"%PDF-"))["resourceType"] == "Bundle"
    assert render_ieee1752(content)
