"""docs/exports.md names every code, every part and every column that is written out."""

from __future__ import annotations

import io
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sitstreak.report.exports import fhir_codes, parquet_seconds
from sitstreak.report.exports.csv_diary import DIARY_COLUMNS
from sitstreak.report.exports.fhir_codes import LOINC, Measure
from sitstreak.report.exports.ieee1752 import render_ieee1752
from sitstreak.report.exports.json_report import FORMAT, SCHEMA_FILE
from sitstreak.report.exports.parquet_seconds import render_parquet
from tests.support.export_samples import content_of, sample_of, week_data_of
from tests.support.fhir_rules import LOINC_CODES, OWN_UNITS, PANELS, WITHOUT_UNIT

DOCS = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
QUOTED = set(re.findall(r"`([^`]+)`", DOCS))


def measures() -> list[Measure]:
    found: list[Any] = []
    for one in vars(fhir_codes).values():
        found += one.values() if isinstance(one, dict) else [one]
    return [one for one in found if isinstance(one, Measure)]


@pytest.mark.parametrize("measure", measures(), ids=lambda one: one.code)
def test_every_code_is_described_and_known_to_the_rules(measure):
    if measure.system == LOINC:
        assert f"LOINC {measure.code}" in DOCS
        assert LOINC_CODES[measure.code] == (measure.display, measure.unit)
        return
    assert measure.code in QUOTED
    assert measure.code in OWN_UNITS.keys() | PANELS | WITHOUT_UNIT
    assert OWN_UNITS.get(measure.code, "") == measure.unit
    assert {field.name for field in fields(measure)} == {
        "code", "display", "unit", "unit_text", "system",
    }  # fmt: skip


def test_own_codes_are_each_about_one_thing():
    displays: dict[str, set[str]] = {}
    for one in measures():
        displays.setdefault(one.code, set()).add(one.display)
    assert {code for code, texts in displays.items() if len(texts) > 1} == set()


def test_every_section_of_the_json_file_is_described():
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert schema["properties"].keys() <= QUOTED
    assert f'"format": "{FORMAT}"' in DOCS


def test_every_column_is_described():
    parquet = render_parquet(week_data_of(sample_of("three_days")))
    schema = pq.ParquetFile(io.BytesIO(parquet)).schema_arrow
    assert {*DIARY_COLUMNS, *schema.names} <= QUOTED
    assert {name.decode() for name in schema.metadata if name.startswith(b"sitstreak")} <= QUOTED
    assert parquet_seconds.FORMAT in QUOTED


def test_every_activity_of_a_sensor_is_described():
    lines = render_ieee1752(content_of(sample_of("typical"))).splitlines()
    points = [json.loads(line) for line in lines]
    sensed = [point for point in points if point["header"]["modality"] == "sensed"]
    assert {point["body"]["activity_name"] for point in sensed} <= QUOTED
    assert {point["header"]["schema_id"]["name"] for point in points} <= QUOTED


def test_the_code_system_is_the_one_that_is_documented():
    assert fhir_codes.OWN in QUOTED
