"""Every rule for the FHIR bundle catches what it is there for; so do they all together."""

from __future__ import annotations

import copy

import pytest

from sitstreak.report.exports.fhir import bundle
from tests.support.export_samples import content_of, sample_of
from tests.support.fhir_rules import RULES, Expected, broken_rules, code_of, resources

SAMPLE = sample_of("typical")
EXPECTED = Expected(SAMPLE.days[0].start_s, SAMPLE.days[-1].end_s)
BUNDLE = bundle(content_of(SAMPLE), pdf=b"%PDF-1.7 not a real one")


def observation(found, code):
    return next(one for one in resources(found, "Observation") if code_of(one) == code)


def part(found, code, part_code):
    parts = observation(found, code)["component"]
    return next(one for one in parts if code_of(one) == part_code)


def report(found):
    return resources(found, "DiagnosticReport")[0]


def patient(found):
    return resources(found, "Patient")[0]


def quantity(found, code):
    return observation(found, code)["valueQuantity"]


def coding(found, code):
    return observation(found, code)["code"]["coding"][0]


def drop_all(found, kind):
    kept = [one for one in found["entry"] if one["resource"]["resourceType"] != kind]
    found["entry"] = kept


def add_entry_twice(found):
    found["entry"].append(copy.deepcopy(found["entry"][-1]))


def say_twice(found):
    entry = copy.deepcopy(
        next(one for one in found["entry"] if one["resource"].get("category")
             and code_of(one["resource"]) == "87705-0")
    )  # fmt: skip
    entry["resource"]["id"] = "6b0a3c52-7e0e-5a35-9d0f-3f6a5c2b9d41"
    entry["fullUrl"] = f"urn:uuid:{entry['resource']['id']}"
    found["entry"].append(entry)


def reverse(period):
    period["start"], period["end"] = period["end"], period["start"]


SED, STEPS, PAIN = "87705-0", "41950-7", "72514-3"
#: The rule that must object, and what was done to the bundle.
MUTATIONS = [
    ("is_a_collection_of_known_kinds", lambda b: b.update(type="transaction")),
    ("is_a_collection_of_known_kinds", lambda b: drop_all(b, "Device")),
    ("is_a_collection_of_known_kinds", lambda b: b["entry"][-1]["resource"].update(
        resourceType="RiskAssessment")),
    ("nothing_says_when_it_was_made", lambda b: report(b).update(issued="2026-11-16T00:00:00Z")),
    ("nothing_says_when_it_was_made", lambda b: b.update(timestamp="2026-11-16T00:00:00Z")),
    ("identifiers_are_unique_and_stable", add_entry_twice),
    ("identifiers_are_unique_and_stable", lambda b: b["entry"][3].update(fullUrl="urn:uuid:0")),
    ("identifiers_are_unique_and_stable", lambda b: (
        b["entry"][3]["resource"].update(id="0b1c0002-6d1c-4a9b-9c55-1f2b54a3e001"),
        b["entry"][3].update(fullUrl="urn:uuid:0b1c0002-6d1c-4a9b-9c55-1f2b54a3e001"))),
    ("references_lead_to_the_right_kind", lambda b: observation(b, SED)["subject"].update(
        reference="Patient/1")),
    ("references_lead_to_the_right_kind", lambda b: observation(b, SED).update(
        subject=observation(b, SED)["device"])),
    ("references_lead_to_the_right_kind", lambda b: observation(b, "week-means")["derivedFrom"][0]
        .update(reference="urn:uuid:0")),
    ("the_report_lists_every_observation_once", lambda b: report(b)["result"].pop()),
    ("the_report_lists_every_observation_once", lambda b: report(b)["result"].append(
        report(b)["result"][0])),
    ("everything_about_people_is_about_the_patient", lambda b: observation(b, SED).pop("subject")),
    ("everything_about_people_is_about_the_patient", lambda b: resources(b, "Device")[0].pop(
        "patient")),
    ("status_is_that_of_the_week", lambda b: observation(b, SED).update(status="bogus")),
    ("status_is_that_of_the_week", lambda b: report(b).update(status="preliminary")),
    ("codes_are_known", lambda b: coding(b, SED).update(code="87706-0")),
    ("codes_are_known", lambda b: coding(b, STEPS).update(display="Steps")),
    ("codes_are_known", lambda b: coding(b, SED).update(system="http://snomed.info/sct")),
    ("codes_are_known", lambda b: coding(b, "posture-time").update(code="gluteal-amnesia")),
    ("codes_are_known", lambda b: observation(b, SED)["code"].pop("text")),
    ("no_questionnaire_is_filled_in", lambda b: coding(b, SED).update(code="82290-8")),
    ("no_questionnaire_is_filled_in", lambda b: coding(b, SED).update(code="89555-7")),
    ("no_profile_is_claimed", lambda b: patient(b).update(
        meta={"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]})),
    ("categories_are_of_the_code_system", lambda b: observation(b, SED)["category"][0]["coding"][0]
        .update(code="vital-signs")),
    ("categories_are_of_the_code_system", lambda b: observation(b, PAIN)["category"][0]["coding"][0]
        .update(code="activity")),
    ("units_are_those_of_the_code", lambda b: quantity(b, SED).update(code="min/d")),
    ("units_are_those_of_the_code", lambda b: quantity(b, SED).update(system="urn:x")),
    ("units_are_those_of_the_code", lambda b: quantity(b, PAIN).update(code="1")),
    ("units_are_those_of_the_code", lambda b: part(b, "posture-time", "sitting")["valueQuantity"]
        .pop("unit")),
    ("values_are_possible", lambda b: quantity(b, SED).update(value=26)),
    ("values_are_possible", lambda b: quantity(b, SED).update(value=-1)),
    ("values_are_possible", lambda b: quantity(b, PAIN).update(value=11)),
    ("values_are_possible", lambda b: quantity(b, PAIN).update(value=3.5)),
    ("values_are_possible", lambda b: quantity(b, "82291-6").update(value=8)),
    ("values_are_possible", lambda b: part(b, "week-means", "sedentary-share")["valueQuantity"]
        .update(value=61.5)),
    ("says_a_value_or_why_there_is_none", lambda b: observation(b, PAIN).update(
        dataAbsentReason={"text": "no"})),
    ("says_a_value_or_why_there_is_none", lambda b: part(b, "posture-time", "sitting").pop(
        "valueQuantity")),
    ("says_a_value_or_why_there_is_none", lambda b: observation(b, "movement-hours").update(
        component=[])),
    ("reasons_of_absence_are_of_the_code_system", lambda b: observation(b, PAIN).update(
        dataAbsentReason={"coding": [{"system": "urn:x", "code": "unknown"}]})),
    ("reasons_of_absence_are_of_the_code_system", lambda b: observation(b, PAIN).update(
        dataAbsentReason={"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
            "code": "lost"}]})),
    ("parts_are_about_different_things", lambda b: observation(b, "posture-time")["component"]
        .append(part(b, "posture-time", "sitting"))),
    ("parts_are_about_different_things", lambda b: part(b, "posture-time", "sitting")["code"]
        ["coding"][0].update(code="posture-time")),
    ("times_are_in_order_and_in_the_week", lambda b: reverse(
        observation(b, SED)["effectivePeriod"])),
    ("times_are_in_order_and_in_the_week", lambda b: observation(b, SED)["effectivePeriod"].update(
        start="2026-11-08T23:59:59+01:00")),
    ("times_are_in_order_and_in_the_week", lambda b: observation(b, PAIN).update(
        effectiveDateTime="2026-11-16T00:00:01+01:00")),
    ("times_are_in_order_and_in_the_week", lambda b: observation(b, PAIN).update(
        effectiveDateTime="2026-11-10T10:00:00")),
    ("times_are_in_order_and_in_the_week", lambda b: report(b).pop("effectivePeriod")),
    ("the_wearer_tells_and_the_sensor_measures", lambda b: observation(b, PAIN).update(
        device=observation(b, SED)["device"])),
    ("the_wearer_tells_and_the_sensor_measures", lambda b: observation(b, SED).pop("device")),
    ("a_measure_is_said_once_for_a_time", say_twice),
    ("a_day_adds_up", lambda b: part(b, "posture-time", "unknown")["valueQuantity"].update(
        value=86_400)),
    ("a_day_adds_up", lambda b: quantity(b, SED).update(value=1)),
    ("a_day_adds_up", lambda b: observation(b, SED).update(dataAbsentReason={})),
    ("a_day_adds_up", lambda b: part(b, "posture-time", "worn-awake")["valueQuantity"].update(
        value=1)),
    ("people_have_no_name_unless_asked_for", lambda b: patient(b).update(name=[{"text": "Ada"}])),
    ("people_have_no_name_unless_asked_for", lambda b: patient(b).update(birthDate="1990-01-01")),
    ("people_have_no_name_unless_asked_for", lambda b: patient(b).update(gender="female")),
    ("people_have_no_name_unless_asked_for", lambda b: patient(b)["identifier"][0].pop("value")),
    ("the_document_is_whole", lambda b: report(b)["presentedForm"][0].update(size=1)),
    ("the_document_is_whole", lambda b: report(b)["presentedForm"][0].update(data="AAAA")),
    ("the_document_is_whole", lambda b: report(b).pop("presentedForm")),
    ("texts_are_ones_that_fhir_allows", lambda b: coding(b, SED).update(display=" ")),
    ("texts_are_ones_that_fhir_allows", lambda b: coding(b, SED).update(display="a\x00b")),
    ("texts_are_ones_that_fhir_allows", lambda b: coding(b, SED).update(display="\ud83d")),
    ("texts_are_ones_that_fhir_allows", lambda b: coding(b, SED).update(display="x" * 1_048_577)),
]  # fmt: skip


def test_the_bundle_breaks_no_rule():
    assert broken_rules(BUNDLE, EXPECTED) == {}


@pytest.mark.parametrize(
    ("name", "change"), [pytest.param(*one, id=f"{i}-{one[0]}") for i, one in enumerate(MUTATIONS)]
)
def test_a_rule_catches_what_it_is_there_for(name, change):
    found = copy.deepcopy(BUNDLE)
    change(found)
    assert list(RULES[name](found, EXPECTED)) != []


def test_there_is_a_mutation_for_every_rule():
    assert {name for name, _ in MUTATIONS} == RULES.keys()


def test_a_name_that_was_asked_for_must_be_there():
    wanted = Expected(EXPECTED.start_s, EXPECTED.end_s, name="Ada", born="1990-01-01")
    assert broken_rules(BUNDLE, wanted).keys() == {"people_have_no_name_unless_asked_for"}
