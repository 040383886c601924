"""A week as a collection Bundle of HL7 FHIR R4 (4.0.1).

Codes, and what is not claimed: docs/exports.md.

Plain values and not the models of a library: those accept `status: "bogus"` and reversed periods.
Tests hold the bundle to the official schema, to such models and to rules of their own.
"""

from __future__ import annotations

import base64
import hashlib
import json

from sitstreak.report.content.model import ReportContent
from sitstreak.report.exports import fhir_codes as codes
from sitstreak.report.exports.fhir_days import day_observations
from sitstreak.report.exports.fhir_diary import diary_observations
from sitstreak.report.exports.fhir_parts import Frame, Resource, concept, reference
from sitstreak.report.exports.fhir_people import devices, patient
from sitstreak.report.exports.fhir_week import week_observations
from sitstreak.report.exports.plain_text import fhir_text
from sitstreak.report.exports.stable_ids import stable_uuid
from sitstreak.report.person import Person


def render_bundle(content: ReportContent, *, pdf: bytes, person: Person | None = None) -> bytes:
    """Return a Bundle of Patient, Devices, Observations and a DiagnosticReport with the PDF.

    The same content, PDF and person give the same bytes: nothing says when it was made.

    Parameters
    ----------
    pdf
        The report as a document; goes into `DiagnosticReport.presentedForm`.
    person
        Name and birth date; without it only the pseudonym is in the file.
    """
    text = json.dumps(bundle(content, pdf=pdf, person=person), ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def bundle(content: ReportContent, *, pdf: bytes, person: Person | None = None) -> Resource:
    """Return the Bundle as plain values; see `render_bundle`."""
    frame = Frame.of(content)
    days = [list(day_observations(frame, row)) for row in content.days]
    observations = [
        *week_observations(frame, content, days),
        *(one for day in days for one in day),
        *diary_observations(frame, content.entries),
    ]
    resources = [
        _report(frame, content, observations, pdf),
        patient(frame, person),
        *devices(content, frame),
        *observations,
    ]
    report_id = fhir_text(content.header.report_id) or "unknown"
    return {
        "resourceType": "Bundle",
        "id": stable_uuid("fhir", "bundle", frame.wearer, report_id),
        "identifier": {"system": codes.REPORTS, "value": report_id},
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def _report(
    frame: Frame, content: ReportContent, observations: list[Resource], pdf: bytes
) -> Resource:
    header = content.header
    report_id = fhir_text(header.report_id) or "unknown"
    span = (content.days[0].start_s, content.days[-1].end_s)
    document = {
        "contentType": "application/pdf",
        "data": base64.b64encode(pdf).decode("ascii"),
        "size": len(pdf),
        # FHIR R4, Attachment.hash: "The hash is calculated using SHA-1"
        "hash": base64.b64encode(hashlib.sha1(pdf, usedforsecurity=False).digest()).decode("ascii"),
        "title": f"{codes.WEEKLY_REPORT.display}, {header.week}",
    }
    return {
        "resourceType": "DiagnosticReport",
        "id": stable_uuid("fhir", "report", frame.wearer, report_id),
        "identifier": [{"system": codes.REPORTS, "value": report_id}],
        "status": frame.status,
        "code": concept(codes.WEEKLY_REPORT),
        "subject": reference(frame.patient_id),
        "effectivePeriod": frame.period(span),
        "result": [reference(one["id"]) for one in observations],
        "presentedForm": [document],
    }
