"""The smaller pieces of FHIR R4 resources, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from sitstreak.report.content.model import ReportContent
from sitstreak.report.exports.cells import local
from sitstreak.report.exports.fhir_codes import ABSENT, CATEGORY, UCUM, Measure
from sitstreak.report.exports.plain_text import fhir_text
from sitstreak.report.exports.stable_ids import stable_uuid

Resource = dict[str, Any]
Span = tuple[int, int]

#: Codes of data-absent-reason in R4 for what is not known, and for what may still become known.
UNKNOWN: Final = "unknown"
NOT_YET: Final = "temp-unknown"


@dataclass(frozen=True, slots=True)
class Frame:
    """What all observations of a report have in common."""

    wearer: str
    zone: ZoneInfo
    method: str
    digest: str
    is_over: bool
    known_until_s: int | None

    @classmethod
    def of(cls, content: ReportContent) -> Frame:
        """Return the frame of a report."""
        header = content.header
        return cls(
            wearer=fhir_text(header.wearer) or "unnamed",
            zone=ZoneInfo(header.zone),
            method=fhir_text(f"sitstreak {header.software}, {header.method}") or "sitstreak",
            digest=header.method_digest,
            is_over=header.is_over,
            known_until_s=header.known_until_s,
        )

    @property
    def status(self) -> str:
        """Of observations and of the report: a week that still runs may change."""
        return "final" if self.is_over else "preliminary"

    @property
    def absent(self) -> str:
        """Why something is not known."""
        return UNKNOWN if self.is_over else NOT_YET

    @property
    def patient_id(self) -> str:
        """Of the pseudonym: every report of a wearer is about the same patient."""
        return stable_uuid("fhir", "patient", self.wearer)

    @property
    def device_id(self) -> str:
        """Of the recording system with this method."""
        return stable_uuid("fhir", "device", self.wearer, self.method, self.digest)

    def moment(self, at_s: int) -> str:
        """Return a dateTime on the wearer's clock. [s]"""
        return local(at_s, self.zone)

    def period(self, span: Span) -> Resource:
        """Return a Period; of a week that still runs it ends with the data."""
        start_s, end_s = span
        if not self.is_over and self.known_until_s is not None and self.known_until_s > start_s:
            end_s = min(end_s, self.known_until_s)
        return {"start": self.moment(start_s), "end": self.moment(end_s)}


def reference(identifier: str) -> Resource:
    """Return a reference to an entry of the bundle."""
    return {"reference": f"urn:uuid:{identifier}"}


def concept(measure: Measure) -> Resource:
    """Return a CodeableConcept."""
    coding = {"system": measure.system, "code": measure.code, "display": measure.display}
    return {"coding": [coding], "text": measure.display}


def category(code: str) -> list[Resource]:
    """Return the category of an observation: `activity` or `survey`."""
    display = {"activity": "Activity", "survey": "Survey"}[code]
    return [{"coding": [{"system": CATEGORY, "code": code, "display": display}]}]


def absent(code: str, text: str | None = None) -> Resource:
    """Return why there is no value."""
    found: Resource = {"coding": [{"system": ABSENT, "code": code}]}
    return found | ({"text": text} if text else {})


def quantity(measure: Measure, value: float) -> Resource:
    """Return a Quantity in the measure's UCUM unit."""
    return {"value": value, "unit": measure.unit_text, "system": UCUM, "code": measure.unit}


def value(measure: Measure, number: float | None, why: str = UNKNOWN) -> Resource:
    """Return `valueQuantity`, or `dataAbsentReason` where nothing can be said: never 0 for that."""
    if number is None:
        return {"dataAbsentReason": absent(why)}
    return {"valueQuantity": quantity(measure, number)}


def part(measure: Measure, number: float | None, why: str = UNKNOWN) -> Resource:
    """Return a component with a quantity, or with the reason why there is none."""
    return {"code": concept(measure)} | value(measure, number, why)


def typed(measure: Measure, text: str) -> list[Resource]:
    """Return a component with typed text, or none.

    A `valueString` and not an Annotation, whose text is Markdown: what was typed is shown, not run.
    """
    allowed = fhir_text(text)
    return [{"code": concept(measure), "valueString": allowed}] if allowed else []


def truth(measure: Measure, is_true: bool) -> Resource:
    """Return a component that is true or false."""
    return {"code": concept(measure), "valueBoolean": is_true}


def sensed(frame: Frame, measure: Measure, span: Span) -> Resource:
    """Return an observation by the sensor, without its value."""
    return {
        "resourceType": "Observation",
        "id": stable_uuid("fhir", frame.wearer, frame.digest, measure.code, span),
        "status": frame.status,
        "category": category("activity"),
        "code": concept(measure),
        "subject": reference(frame.patient_id),
        "effectivePeriod": frame.period(span),
        "device": reference(frame.device_id),
        "method": {"text": f"{frame.method}, digest {frame.digest}"},
    }


def told(frame: Frame, measure: Measure, kind: str, key: object) -> Resource:
    """Return an observation by the wearer, without its time and value."""
    return {
        "resourceType": "Observation",
        "id": stable_uuid("fhir", frame.wearer, measure.code, key),
        "status": frame.status,
        "category": category(kind),
        "code": concept(measure),
        "subject": reference(frame.patient_id),
        "performer": [reference(frame.patient_id)],
    }
