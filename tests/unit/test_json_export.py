"""The JSON file: everything in the report, by a strict schema."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from jsonschema import Draft202012Validator

from processing.figures.weeks import WeekMeans
from sitstreak.report.content.model import Header, Quality, ReportContent
from sitstreak.report.exports.json_report import FORMAT, SCHEMA_FILE, render_json
from tests.support.export_samples import NAMES, content_of, sample_of

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def objects(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for one in schema.values():
            yield from objects(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from objects(one)


def test_the_schema_lets_nothing_through_that_it_does_not_describe():
    for one in objects(SCHEMA):
        if "properties" in one:
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])
            for field in one["properties"].values():
                assert field.keys() & {"description", "$ref", "const", "enum"}
        else:
            assert "type" in one["additionalProperties"]


@pytest.mark.parametrize("name", NAMES)
def test_every_week_is_valid(name):
    found = json.loads(render_json(content_of(sample_of(name))))
    VALIDATOR.validate(found)
    assert found["format"] == FORMAT


def test_everything_of_the_content_is_there():
    content = content_of(sample_of("typical"))
    found = json.loads(render_json(content))
    renamed = {"summary": "week"}
    assert found.keys() == {"format"} | {
        renamed.get(field.name, field.name) for field in fields(ReportContent)
    }
    assert {"known_until_local"} | {
        field.name for field in fields(Header) if field.name != "known_until_s"
    } == found["header"].keys()
    assert {field.name for field in fields(Quality)} == found["quality"].keys()
    means = {field.name for field in fields(WeekMeans)} - {"band_s", "fragmentation"}
    assert means < found["week"].keys()


def test_the_same_content_gives_the_same_bytes_however_often():
    sample = sample_of("typical")
    assert render_json(content_of(sample)) == render_json(content_of(sample))


def test_a_moment_has_the_offset_of_its_day_and_a_length_is_in_seconds():
    found = json.loads(render_json(content_of(sample_of("clock_change"))))
    saturday, sunday = found["days"][5:]
    assert saturday["start_local"] == "2026-10-24T00:00:00+02:00"
    assert sunday["end_local"] == "2026-10-26T00:00:00+01:00"
    assert (saturday["length_s"], sunday["length_s"]) == (86_400, 90_000)
    assert found["header"]["clock_change"]["shift_s"] == -3600


def test_a_day_sums_to_its_length():
    for name in NAMES:
        for day in json.loads(render_json(content_of(sample_of(name))))["days"]:
            postures = ("sit", "lie", "stand", "walk", "move", "sleep", "not_worn", "unknown")
            if day["has_data"]:
                assert sum(day[f"{posture}_s"] for posture in postures) == day["length_s"]


def test_what_is_not_known_is_null_and_never_zero():
    found = json.loads(render_json(content_of(sample_of("empty"))))
    for day in found["days"]:
        assert day["sedentary_s"] is None
        assert day["n_steps"] is None
        assert day["peak_30min_spm"] is None
    assert found["week"]["sedentary_s"] is None
    assert found["week"]["has_means"] is False


def test_an_exercise_says_how_often_the_plan_was_kept_and_a_test_its_difference():
    found = json.loads(render_json(content_of(sample_of("typical"))))
    bridge = next(one for one in found["exercises"] if one["what"] == "glute-bridge")
    assert (bridge["n_planned"], bridge["n_kept"]) == (3, 1)
    assert found["tests"][0]["difference_s"] == 7.5


def test_a_figure_that_is_no_number_is_refused():
    content = content_of(sample_of("typical"))
    quality = replace(content.quality, debt_share=float("nan"))
    with pytest.raises(ValueError, match="JSON"):
        render_json(replace(content, quality=quality))


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.update(format="sitstreak-report/2"),
        lambda found: found.update(extra=1),
        lambda found: found["header"].pop("wearer"),
        lambda found: found["days"].pop(),
        lambda found: found["days"][0].update(sedentary_s=-1),
        lambda found: found["days"][0].update(start_local="2026-11-09 00:00"),
        lambda found: found["entries"][0].update(score=11),
        lambda found: found["ribbon"][0]["runs"][0].update(what="slouch"),
        lambda found: found["sufficiency"].update(captured_share=1.2),
    ],
)
def test_the_schema_catches_what_is_wrong(change):
    found = json.loads(render_json(content_of(sample_of("typical"))))
    change(found)
    assert not VALIDATOR.is_valid(found)
