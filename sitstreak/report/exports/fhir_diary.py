"""FHIR R4: pain, exercises and tests that the wearer wrote down.

Stretches not worn and slept are in the figures of the days; free notes about nothing in particular
stay in the JSON and CSV files.
"""

from __future__ import annotations

from collections.abc import Iterator

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.report.exports import fhir_codes as codes
from sitstreak.report.exports.fhir_codes import Measure
from sitstreak.report.exports.fhir_parts import (
    Frame,
    Resource,
    part,
    told,
    truth,
    typed,
    value,
)

_EXERCISES = {DiaryKind.EXERCISE: codes.EXERCISE, DiaryKind.STRETCH: codes.STRETCH}
_S_PER_MIN = 60


def diary_observations(frame: Frame, entries: tuple[DiaryEntry, ...]) -> Iterator[Resource]:
    """Return an observation for each entry that has a place here."""
    for entry in entries:
        match entry.kind:
            case DiaryKind.PAIN:
                score = value(codes.PAIN, entry.score)
                yield _entry(frame, codes.PAIN, "survey", entry, []) | score
            case DiaryKind.EXERCISE | DiaryKind.STRETCH:
                yield _entry(frame, _EXERCISES[entry.kind], "activity", entry, _exercise(entry))
            case DiaryKind.TEST:
                yield _entry(frame, codes.BRIDGE, "activity", entry, _sides(entry))


def _entry(
    frame: Frame, measure: Measure, kind: str, entry: DiaryEntry, parts: list[Resource]
) -> Resource:
    found = told(frame, measure, kind, (entry.id, entry.at_s))
    found["effectiveDateTime"] = frame.moment(entry.at_s)
    found["component"] = [
        *typed(codes.TYPED_NAME, entry.what),
        *parts,
        *typed(codes.TYPED_NOTE, entry.note),
        truth(codes.EDITED, entry.is_edited),
    ]
    return found


def _exercise(entry: DiaryEntry) -> list[Resource]:
    lasted_min = None if entry.until_s is None else (entry.until_s - entry.at_s) / _S_PER_MIN
    numbers = (
        (codes.SETS, entry.n_sets),
        (codes.REPETITIONS, entry.n_reps),
        (codes.LOAD, entry.load_kg),
        (codes.EXERCISE_DURATION, lasted_min),
    )
    return [part(measure, number) for measure, number in numbers if number is not None]


def _sides(entry: DiaryEntry) -> list[Resource]:
    left_s, right_s = entry.left_s, entry.right_s
    difference_s = None if left_s is None or right_s is None else round(left_s - right_s, 3)
    return [
        part(codes.HOLD_LEFT, left_s),
        part(codes.HOLD_RIGHT, right_s),
        part(codes.HOLD_DIFFERENCE, difference_s),
    ]
