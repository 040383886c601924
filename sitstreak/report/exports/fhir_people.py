"""FHIR R4: who wore the sensor, and what recorded it."""

from __future__ import annotations

from sitstreak.report.content.model import ReportContent
from sitstreak.report.exports.fhir_codes import WEARERS
from sitstreak.report.exports.fhir_parts import Frame, Resource, reference
from sitstreak.report.exports.plain_text import fhir_text
from sitstreak.report.exports.stable_ids import stable_uuid
from sitstreak.report.person import Person


def patient(frame: Frame, person: Person | None) -> Resource:
    """Return the Patient: a pseudonym; a name and a birth date only if they were asked for."""
    found: Resource = {
        "resourceType": "Patient",
        "id": frame.patient_id,
        "identifier": [{"use": "secondary", "system": WEARERS, "value": frame.wearer}],
    }
    if person is None:
        return found
    name = fhir_text(person.name)
    if name is not None:
        found["name"] = [{"text": name}]
    if person.born is not None:
        found["birthDate"] = person.born.isoformat()
    return found


def devices(content: ReportContent, frame: Frame) -> list[Resource]:
    """Return the recording system, and each sensor as a part of it."""
    header = content.header
    system: Resource = {
        "resourceType": "Device",
        "id": frame.device_id,
        "deviceName": [{"name": "sitstreak", "type": "user-friendly-name"}],
        "type": {"text": "Recording system: hip-worn accelerometer and analysis software"},
        "version": [
            {"type": {"text": label}, "value": fhir_text(version) or "unknown"}
            for label, version in (
                ("software", header.software),
                ("method", header.method),
                ("digest of the method", header.method_digest),
            )
        ],
        "patient": reference(frame.patient_id),
    }
    return [system, *(_sensor(frame, name, index) for index, name in enumerate(header.devices))]


def _sensor(frame: Frame, name: str, index: int) -> Resource:
    shown = fhir_text(name) or f"sensor {index + 1}"
    return {
        "resourceType": "Device",
        "id": stable_uuid("fhir", "sensor", frame.wearer, shown, index),
        "deviceName": [{"name": shown, "type": "user-friendly-name"}],
        "type": {"text": "Hip-worn accelerometer"},
        "patient": reference(frame.patient_id),
        "parent": reference(frame.device_id),
    }
