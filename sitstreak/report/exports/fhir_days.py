"""FHIR R4: the observations of each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sitstreak.report.content.model import DayRow
from sitstreak.report.exports import fhir_codes as codes
from sitstreak.report.exports.csv_week import DAY_FIGURES
from sitstreak.report.exports.fhir_codes import Measure
from sitstreak.report.exports.fhir_parts import (
    Frame,
    Resource,
    Span,
    absent,
    part,
    sensed,
    truth,
    value,
)
from sitstreak.report.exports.figures import Figure, day_extras
from sitstreak.report.exports.worn_days import was_worn

_S_PER_H = 3600


def day_observations(frame: Frame, row: DayRow) -> Iterator[Resource]:
    """Return sedentary time, steps, postures, bouts and hours met of one day.

    A day on which the sensor was not worn has these observations too, each with a reason for its
    absence: it was looked at. How long it was known not to be worn is said all the same.
    """
    span = (row.start_s, row.end_s)
    found = _figures(row)
    if not was_worn(row):
        for measure in (codes.SEDENTARY, codes.STEPS_PER_DAY, codes.BOUTS, codes.MOVEMENT_HOURS):
            yield sensed(frame, measure, span) | {"dataAbsentReason": absent(frame.absent)}
        postures = sensed(frame, codes.POSTURE_TIME, span)
        if row.has_data:
            yield postures | {"component": _parts(codes.POSTURE_PARTS, found)}
        else:
            yield postures | {"dataAbsentReason": absent(frame.absent)}
        return
    is_valid = truth(codes.VALID_DAY, row.figures.summary.is_valid)
    hours = round(row.figures.summary.sedentary_s / _S_PER_H, 4)  # to a second and back
    sedentary = sensed(frame, codes.SEDENTARY, span) | value(codes.SEDENTARY, hours)
    yield sedentary | {"component": [is_valid]}
    n_steps = value(codes.STEPS_PER_DAY, found["n_steps"])
    steps = sensed(frame, codes.STEPS_PER_DAY, span) | n_steps
    yield steps | {"component": _parts(codes.STEP_PARTS, found)}
    yield _panel(frame, codes.POSTURE_TIME, span, _parts(codes.POSTURE_PARTS, found))
    yield _panel(frame, codes.BOUTS, span, _parts(codes.BOUT_PARTS, found))
    yield _panel(frame, codes.MOVEMENT_HOURS, span, _parts(codes.HOUR_PARTS, found))


def _figures(row: DayRow) -> dict[str, Figure]:
    summary = row.figures.summary
    plain: dict[str, Figure] = {name: getattr(summary, name) for name in DAY_FIGURES}
    return plain | {"unknown_s": summary.unknown_s} | day_extras(row.figures)


def _panel(frame: Frame, measure: Measure, span: Span, parts: list[Resource]) -> Resource:
    return sensed(frame, measure, span) | {"component": parts}


def _parts(measures: Mapping[str, Measure], found: Mapping[str, Figure]) -> list[Resource]:
    return [part(measure, found[name]) for name, measure in measures.items()]
