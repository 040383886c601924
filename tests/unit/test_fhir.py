"""The FHIR bundle of a week: by the official schema, by library models, by our own rules."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date

import pytest
from fhir.resources.R4B.bundle import Bundle

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.report.exports.fhir import render_bundle
from sitstreak.report.person import Person
from tests.support.export_samples import NAMES, content_of, sample_of
from tests.support.fhir_rules import Expected, broken_rules, code_of, resources
from tests.support.fhir_schema import problems

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8


def made(name, **changes):
    content = content_of(sample_of(name))
    return json.loads(render_bundle(replace(content, **changes), pdf=PDF))


def expected(week, **more):
    sample = sample_of(week)
    status = "final" if sample.is_over else "preliminary"
    return Expected(sample.days[0].start_s, sample.days[-1].end_s, status, **more)


def by_code(found, code):
    return [one for one in resources(found, "Observation") if code_of(one) == code]


def value(found, code, part_code):
    (one,) = by_code(found, code)
    part = next(part for part in one["component"] if code_of(part) == part_code)
    return part["valueQuantity"]["value"]


@pytest.mark.parametrize("name", NAMES)
def test_every_week_keeps_our_rules(name):
    assert broken_rules(made(name), expected(name)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_week_is_valid_by_the_official_schema(name):
    assert problems(made(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_week_can_be_read_by_models_of_r4b(name):
    found = made(name)
    assert len(Bundle.model_validate(found).entry or []) == len(found["entry"])


def test_the_official_schema_catches_what_is_wrong():
    found = made("typical")
    found["entry"][-1]["resource"]["effectiveDateTime"] = "yesterday"
    assert problems(found)
    found = made("typical")
    found["entry"][1]["resource"]["nickname"] = "x"
    assert problems(found)


def test_the_same_content_gives_the_same_bytes():
    content = content_of(sample_of("typical"))
    assert render_bundle(content, pdf=PDF) == render_bundle(content, pdf=PDF)


def test_a_patient_has_a_pseudonym_and_no_more():
    (patient,) = resources(made("typical"), "Patient")
    assert patient.keys() == {"resourceType", "id", "identifier"}
    assert patient["identifier"][0]["value"] == "person-7"


def test_a_name_and_a_birth_date_are_there_only_when_given():
    content = content_of(sample_of("typical"))
    person = Person("Ada <b>Lovelace</b>", date(1815, 12, 10))
    found = json.loads(render_bundle(content, pdf=PDF, person=person))
    named = expected("typical", name=person.name, born="1815-12-10")
    assert broken_rules(found, named) == {}
    assert problems(found) == []
    (patient,) = resources(found, "Patient")
    assert patient["id"] == resources(made("typical"), "Patient")[0]["id"]
    unborn = json.loads(render_bundle(content, pdf=PDF, person=Person("Ada")))
    assert "birthDate" not in resources(unborn, "Patient")[0]


def test_the_pdf_is_in_the_report_byte_for_byte():
    (form,) = resources(made("typical"), "DiagnosticReport")[0]["presentedForm"]
    assert base64.b64decode(form["data"]) == PDF
    assert form["contentType"] == "application/pdf"


def test_a_day_has_its_hours_and_steps():
    content = content_of(sample_of("typical"))
    found = made("typical")
    for row, hours, steps in zip(
        content.days, by_code(found, "87705-0"), by_code(found, "41950-7"), strict=True
    ):
        summary = row.figures.summary
        assert round(hours["valueQuantity"]["value"] * 3600) == summary.sedentary_s
        assert steps["valueQuantity"]["value"] == summary.n_steps


def test_a_clock_change_shows_in_the_offsets():
    sunday = by_code(made("clock_change"), "87705-0")[-1]["effectivePeriod"]
    assert sunday == {"start": "2026-10-25T00:00:00+02:00", "end": "2026-10-26T00:00:00+01:00"}


def test_an_empty_week_says_that_nothing_is_known_and_never_0():
    found = made("empty")
    sensed = [one for one in resources(found, "Observation") if "device" in one]
    assert len(sensed) == 7 * 5 + 3
    for one in sensed:
        if code_of(one) != "data-sufficiency":
            assert one["dataAbsentReason"]["coding"][0]["code"] == "unknown"
            assert "valueQuantity" not in one
    assert len(resources(found, "Device")) == 1
    assert value(found, "data-sufficiency", "valid-days") == 0
    assert "dataAbsentReason" in by_code(found, "82291-6")[0]  # blank is not "not done"


def test_too_few_valid_days_have_no_means_but_their_steps():
    content = content_of(sample_of("three_days"))
    found = made("three_days")
    (means,) = by_code(found, "week-means")
    assert means["dataAbsentReason"]["text"].startswith("Fewer than 4 days")
    (steps,) = by_code(found, "55423-8")
    known = [row.figures.summary.n_steps for row in content.days[:3]]
    assert steps["valueQuantity"]["value"] == sum(known)
    assert len(steps["derivedFrom"]) == len(known) == 3


def test_a_day_of_which_only_not_worn_is_known_has_no_steps_rather_than_0():
    content = content_of(sample_of("three_days"))
    found = made("three_days")
    told = content.days[3]  # the diary says of ten minutes that the sensor was not worn
    assert told.has_data
    assert "dataAbsentReason" in by_code(found, "41950-7")[3]
    parts = by_code(found, "posture-time")[3]["component"]
    not_worn = next(one for one in parts if code_of(one) == "not-worn")
    assert not_worn["valueQuantity"]["value"] == 600


def test_a_week_that_still_runs_is_preliminary_and_its_rest_may_become_known():
    found = made("running")
    assert resources(found, "DiagnosticReport")[0]["status"] == "preliminary"
    period = resources(found, "DiagnosticReport")[0]["effectivePeriod"]
    assert period["end"] == "2026-11-14T00:00:00+01:00"  # where the data end
    saturday = by_code(found, "87705-0")[5]
    assert saturday["dataAbsentReason"]["coding"][0]["code"] == "temp-unknown"


def test_pain_0_is_a_score_and_not_its_absence():
    scores = [one["valueQuantity"]["value"] for one in by_code(made("typical"), "72514-3")]
    assert scores == [0, 10]


def test_exercises_and_tests_have_what_was_written_down():
    found = made("typical")
    assert value(found, "exercise", "exercise-sets") == 3
    assert value(found, "exercise", "exercise-repetitions") == 8
    assert value(found, "exercise", "exercise-load") == 2.5
    assert value(found, "bridge-test", "hold-difference") == 7.5
    assert by_code(found, "82291-6")[0]["valueQuantity"]["value"] == 1
    codes = [code_of(part) for part in by_code(found, "stretch")[0]["component"]]
    assert codes == ["typed-name", "edited"]


def test_an_exercise_that_has_an_end_has_a_duration():
    start_s = sample_of("typical").days[0].start_s
    entry = DiaryEntry(
        id=1, at_s=start_s + 60, until_s=start_s + 960, kind=DiaryKind.EXERCISE, what="squat"
    )
    found = made("typical", entries=(entry,))
    assert value(found, "exercise", "55411-3") == 15
    assert broken_rules(found, expected("typical")) == {}


def test_every_sensor_is_a_part_of_the_recording_system():
    found = made("two_sensors")
    system, *sensors = resources(found, "Device")
    assert [one["deviceName"][0]["name"] for one in sensors] == ["hip-1", "<b>&hip-2"]
    for one in sensors:
        assert one["parent"]["reference"] == f"urn:uuid:{system['id']}"


def test_a_week_made_by_another_method_has_other_observations_of_the_same_patient():
    content = content_of(sample_of("typical"))
    other = replace(content.header, method_digest="other", report_id="other")
    one, two = made("typical"), made("typical", header=other)
    assert resources(one, "Patient") == resources(two, "Patient")
    sensed = [
        {obs["id"] for obs in resources(found, "Observation") if "device" in obs}
        for found in (one, two)
    ]
    assert not sensed[0] & sensed[1]
