"""Our own rules for the FHIR bundle: validators accept `status: "bogus"`, wrong units and more.

Each rule takes a bundle and what is expected of it, and returns what it has against it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
#: LOINC code -> display and unit, by loinc.org; not read from the product.
LOINC_CODES = {
    "87705-0": ("Sedentary activity 24 hour", "h/d"),
    "41950-7": ("Number of steps in 24 hour Measured", "/d"),
    "55423-8": ("Number of steps in unspecified time Pedometer", "{steps}"),
    "82291-6": ("Frequency of muscle-strengthening physical activity", "d/wk"),
    "55411-3": ("Exercise duration", "min"),
    "72514-3": ("Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}"),
}
#: Answers to questions that nobody asked the wearer.
QUESTIONNAIRE_CODES = {"89555-7", "82290-8", "68516-4", "68515-6", "89574-8"}
PANELS = {
    "posture-time", "sedentary-bouts", "movement-hours", "week-means", "data-sufficiency",
    "exercise", "stretch", "bridge-test", "weekly-report",
}  # fmt: skip
WITHOUT_UNIT = {"valid-day", "edited", "typed-name", "typed-note"}
#: Own code -> unit.
OWN_UNITS = {
    **dict.fromkeys(
        ("worn-awake", "sitting", "lying-awake", "standing", "walking", "other-movement", "asleep",
         "not-worn", "unknown", "longest-bout", "longest-streak", "mean-worn-awake",
         "mean-sedentary", "mean-standing", "mean-walking", "mean-in-bouts-30min",
         "mean-in-bouts-60min", "usual-bout", "gap-time", "hold-left", "hold-right",
         "hold-difference"), "s"),
    **dict.fromkeys(
        ("bouts-30min", "bouts-60min", "breaks", "hours-met", "hours-eligible", "sedentary-share",
         "hours-met-share", "captured-share", "gaps", "exercise-sets", "exercise-repetitions"),
        "1"),
    "breaks-per-hour": "/h", "brisk-minutes": "min", "peak-30min-cadence": "/min",
    "mean-steps": "/d", "valid-days": "d", "exercise-load": "kg",
}  # fmt: skip
#: Highest value that can be meant, where it is not that of the unit.
HIGHEST = {"h/d": 25, "d/wk": 7, "{score}": 10, "d": 7, "s": 7 * 86_400 + 3_600, "/h": 3_600,
           "min": 25 * 60, "/min": 400, "/d": 200_000, "{steps}": 1_400_000, "kg": 1_000,
           "1": 100_000}  # fmt: skip
#: http://hl7.org/fhir/R4/valueset-data-absent-reason.html
ABSENT = {
    "unknown", "asked-unknown", "temp-unknown", "not-asked", "asked-declined", "masked",
    "not-applicable", "unsupported", "as-text", "error", "not-a-number", "negative-infinity",
    "positive-infinity", "not-performed", "not-permitted",
}  # fmt: skip
DAY_PARTS = ("sitting", "lying-awake", "standing", "walking", "other-movement", "asleep",
             "not-worn", "unknown")  # fmt: skip
_SELF_REPORTED = {"82291-6", "72514-3", "exercise", "stretch", "bridge-test"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")


@dataclass(frozen=True)
class Expected:
    """What the bundle is known to be about."""

    start_s: int
    end_s: int
    status: str = "final"
    name: str | None = None
    born: str | None = None


Bundle = dict[str, Any]
Rule = Callable[[Bundle, Expected], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    RULES[check.__name__] = check
    return check


def broken_rules(bundle: Bundle, expected: Expected) -> dict[str, list[str]]:
    """Return each rule that does not hold, with what it found."""
    found = {name: list(check(bundle, expected)) for name, check in RULES.items()}
    return {name: problems for name, problems in found.items() if problems}


def resources(bundle: Bundle, kind: str | None = None) -> list[Bundle]:
    every = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in every if kind in (None, one["resourceType"])]


def code_of(item: Bundle) -> str:
    return str(item["code"]["coding"][0]["code"])


def walk(value: Any) -> Iterator[Any]:
    yield value
    for one in value.values() if isinstance(value, dict) else value if _is_list(value) else ():
        yield from walk(one)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def measured(bundle: Bundle) -> Iterator[Bundle]:
    """Observations and their components."""
    for one in resources(bundle, "Observation"):
        yield one
        yield from one.get("component", [])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@rule
def is_a_collection_of_known_kinds(bundle, expected):
    if (bundle["resourceType"], bundle["type"]) != ("Bundle", "collection"):
        yield "no collection Bundle"
    n = Counter(one["resourceType"] for one in resources(bundle))
    if (n["Patient"], n["DiagnosticReport"]) != (1, 1) or not n["Device"]:
        yield f"kinds: {n}"
    if n.keys() - {"Patient", "DiagnosticReport", "Device", "Observation"}:
        yield f"unknown kinds: {n}"


@rule
def nothing_says_when_it_was_made(bundle, expected):
    for one in walk(bundle):
        if isinstance(one, dict) and one.keys() & {"issued", "timestamp", "lastUpdated"}:
            yield f"{sorted(one)} has a time of making"


@rule
def identifiers_are_unique_and_stable(bundle, expected):
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if len(set(urls)) != len(urls):
        yield "a fullUrl is there twice"
    for entry in bundle["entry"]:
        if entry["fullUrl"] != f"urn:uuid:{entry['resource']['id']}":
            yield f"{entry['fullUrl']} is not that of its resource"
        elif uuid.UUID(entry["resource"]["id"]).version != 5:
            yield f"{entry['fullUrl']} is no UUID of a name"


@rule
def references_lead_to_the_right_kind(bundle, expected):
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    wanted = {"subject": "Patient", "patient": "Patient", "device": "Device", "parent": "Device",
              "performer": "Patient", "result": "Observation",
              "derivedFrom": "Observation"}  # fmt: skip
    for one in walk(bundle):
        if not isinstance(one, dict):
            continue
        for field, kind in wanted.items():
            held = one.get(field, [])
            for target in held if isinstance(held, list) else [held]:
                if kinds.get(target["reference"]) != kind:
                    yield f"{field}: {target} is no {kind} of the bundle"


@rule
def the_report_lists_every_observation_once(bundle, expected):
    listed = [one["reference"] for one in resources(bundle, "DiagnosticReport")[0]["result"]]
    there = [f"urn:uuid:{one['id']}" for one in resources(bundle, "Observation")]
    if sorted(listed) != sorted(there):
        yield "result is not the list of the observations"


@rule
def everything_about_people_is_about_the_patient(bundle, expected):
    for one in resources(bundle):
        field = "patient" if one["resourceType"] == "Device" else "subject"
        if one["resourceType"] != "Patient" and field not in one:
            yield f"{one['resourceType']} without {field}"


@rule
def status_is_that_of_the_week(bundle, expected):
    for one in resources(bundle):
        has_status = one["resourceType"] in ("Observation", "DiagnosticReport")
        if has_status and one.get("status") != expected.status:
            yield f"status {one.get('status')}"


@rule
def codes_are_known(bundle, expected):
    for one in [*measured(bundle), *resources(bundle, "DiagnosticReport")]:
        (coding,) = one["code"]["coding"]
        if not one["code"].get("text"):
            yield f"{coding['code']} has no text"
        if coding["system"] == LOINC:
            if LOINC_CODES.get(coding["code"], ("", ""))[0] != coding["display"]:
                yield f"LOINC {coding['code']} is not {coding['display']!r}"
        elif not coding["system"].startswith("urn:uuid:"):
            yield f"code system {coding['system']}"
        elif coding["code"] not in OWN_UNITS.keys() | PANELS | WITHOUT_UNIT:
            yield f"own code {coding['code']}"


@rule
def no_questionnaire_is_filled_in(bundle, expected):
    for one in walk(bundle):
        if isinstance(one, dict) and one.get("code") in list(QUESTIONNAIRE_CODES):
            yield f"{one['code']} is a question to a person"


@rule
def no_profile_is_claimed(bundle, expected):
    for one in walk(bundle):
        if isinstance(one, dict) and one.keys() & {"meta", "profile", "implicitRules"}:
            yield "claims something by meta, profile or implicitRules"


@rule
def categories_are_of_the_code_system(bundle, expected):
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    for one in resources(bundle, "Observation"):
        (coding,) = one["category"][0]["coding"]
        wanted = "survey" if code_of(one) == "72514-3" else "activity"
        if (coding["system"], coding["code"]) != (system, wanted):
            yield f"category {coding} of {code_of(one)}"


@rule
def units_are_those_of_the_code(bundle, expected):
    for one in measured(bundle):
        if "valueQuantity" not in one:
            continue
        held, code = one["valueQuantity"], code_of(one)
        wanted = LOINC_CODES[code][1] if code in LOINC_CODES else OWN_UNITS.get(code)
        if held.get("system") != UCUM or held.get("code") != wanted or not held.get("unit"):
            yield f"{code}: {held} is not in UCUM {wanted}"


@rule
def values_are_possible(bundle, expected):
    for one in measured(bundle):
        if "valueQuantity" not in one:
            continue
        value, unit = one["valueQuantity"]["value"], one["valueQuantity"]["code"]
        code = code_of(one)
        lowest = -HIGHEST["s"] if code == "hold-difference" else 0
        highest = 1 if code.endswith("share") else HIGHEST.get(unit, 0)
        if not lowest <= value <= highest:
            yield f"{code}: {value} {unit}"
        if unit in ("{score}", "d/wk", "{steps}") and value != int(value):
            yield f"{code}: {value} is no whole number"


@rule
def says_a_value_or_why_there_is_none(bundle, expected):
    for one in measured(bundle):
        n_values = sum(key.startswith("value") for key in one)
        if n_values + ("dataAbsentReason" in one) > 1:  # obs-6
            yield f"{code_of(one)}: a value and a reason for its absence"
        if not n_values and "dataAbsentReason" not in one and not one.get("component"):
            yield f"{code_of(one)}: neither a value nor a reason"


@rule
def reasons_of_absence_are_of_the_code_system(bundle, expected):
    system = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    for one in measured(bundle):
        for coding in one.get("dataAbsentReason", {}).get("coding", []):
            if coding["system"] != system or coding["code"] not in ABSENT:
                yield f"{code_of(one)}: absent for {coding}"


@rule
def parts_are_about_different_things(bundle, expected):
    for one in resources(bundle, "Observation"):
        codes = [code_of(part) for part in one.get("component", [])]
        if len(set(codes)) != len(codes) or code_of(one) in codes:  # obs-7
            yield f"{code_of(one)}: {codes}"


@rule
def times_are_in_order_and_in_the_week(bundle, expected):
    for one in [*resources(bundle, "Observation"), *resources(bundle, "DiagnosticReport")]:
        period = one.get("effectivePeriod", {})
        texts = [period["start"], period["end"]] if period else [one.get("effectiveDateTime", "")]
        if not all(_MOMENT.fullmatch(text) for text in texts):
            yield f"{texts} are no moments with an offset"
            continue
        moments_s = [at(text).timestamp() for text in texts]
        if period and not moments_s[0] < moments_s[1]:
            yield f"{texts} is no period"
        if min(moments_s) < expected.start_s or max(moments_s) > expected.end_s:
            yield f"{texts} is not in the week"


@rule
def the_wearer_tells_and_the_sensor_measures(bundle, expected):
    for one in resources(bundle, "Observation"):
        wanted = "performer" if code_of(one) in _SELF_REPORTED else "device"
        if [field for field in ("performer", "device") if field in one] != [wanted]:
            yield f"{code_of(one)} should have {wanted}"


@rule
def a_measure_is_said_once_for_a_time(bundle, expected):
    sensed = [one for one in resources(bundle, "Observation") if "device" in one]
    n = Counter((code_of(one), one["effectivePeriod"]["start"]) for one in sensed)
    for key, times in n.items():
        if times > 1:
            yield f"{key} is there {times} times"


@rule
def a_day_adds_up(bundle, expected):
    sedentary = {one["effectivePeriod"]["start"]: one for one in resources(bundle, "Observation")
                 if code_of(one) == "87705-0"}  # fmt: skip
    for one in resources(bundle, "Observation"):
        if code_of(one) != "posture-time" or "component" not in one:
            continue
        start = one["effectivePeriod"]["start"]
        parts = {code_of(part): part["valueQuantity"]["value"] for part in one["component"]}
        length_s = sum(parts[name] for name in DAY_PARTS)
        day = at(start).date()
        if not timedelta(hours=22) <= timedelta(seconds=length_s) <= timedelta(hours=26):
            yield f"{day} is {length_s} s long"
        if "dataAbsentReason" in sedentary[start]:
            if sum(parts[name] for name in DAY_PARTS[:6]):
                yield f"{day} was worn, and its sedentary time is absent"
            continue
        hours = sedentary[start]["valueQuantity"]["value"]
        if abs(hours * 3600 - parts["sitting"] - parts["lying-awake"]) > 0.5:
            yield f"{day}: sitting and lying awake are not {hours} h"
        worn = sum(parts[name] for name in DAY_PARTS[:5])
        if parts["worn-awake"] != worn:
            yield f"{day}: worn {parts['worn-awake']} s, postures {worn} s"


@rule
def people_have_no_name_unless_asked_for(bundle, expected):
    (patient,) = resources(bundle, "Patient")
    extra = patient.keys() - {"resourceType", "id", "identifier", "name", "birthDate"}
    if extra:
        yield f"Patient has {extra}"
    names = [name.get("text") for name in patient.get("name", [])]
    if names != ([expected.name] if expected.name else []):
        yield f"names {names}"
    if patient.get("birthDate") != expected.born:
        yield f"birth date {patient.get('birthDate')}"
    if not patient["identifier"][0].get("value"):
        yield "no pseudonym"


@rule
def the_document_is_whole(bundle, expected):
    (form,) = resources(bundle, "DiagnosticReport")[0].get("presentedForm", [{}])
    data = base64.b64decode(form.get("data", ""))
    digest = base64.b64encode(hashlib.sha1(data).digest()).decode()
    if form.get("contentType") != "application/pdf" or not data.startswith(b"%PDF-"):
        yield "no PDF"
    if (form.get("size"), form.get("hash")) != (len(data), digest):
        yield "size or hash are not those of the data"


@rule
def texts_are_ones_that_fhir_allows(bundle, expected):
    forbidden = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
    for one in walk(bundle):
        for text in one.values() if isinstance(one, dict) else ():
            if not isinstance(text, str):
                continue
            if not text.strip() or forbidden.search(text):
                yield f"{text[:40]!r}"
            if len(text) > 1_048_576 and "contentType" not in one:
                yield f"{len(text)} characters"
