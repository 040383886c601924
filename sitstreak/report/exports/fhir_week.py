"""FHIR R4: the observations of the whole week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from processing.figures.diary import DiaryKind
from sitstreak.local_day import local_date
from sitstreak.report.content.model import ReportContent
from sitstreak.report.exports import fhir_codes as codes
from sitstreak.report.exports.fhir_parts import (
    Frame,
    Resource,
    Span,
    absent,
    part,
    reference,
    sensed,
    told,
    value,
)
from sitstreak.report.exports.figures import week_figures
from sitstreak.report.exports.worn_days import was_worn


def week_observations(
    frame: Frame, content: ReportContent, days: Sequence[Sequence[Resource]]
) -> Iterator[Resource]:
    """Return data sufficiency, means, all steps, and days with exercises.

    Parameters
    ----------
    days
        The observations of each day: the week's are derived from them.
    """
    span = (content.days[0].start_s, content.days[-1].end_s)
    yield _sufficiency(frame, content, span)
    yield _means(frame, content, days, span)
    yield _steps(frame, content, days, span)
    yield _strength_days(frame, content, span)


def _sufficiency(frame: Frame, content: ReportContent, span: Span) -> Resource:
    enough = content.sufficiency
    parts = [
        part(codes.VALID_DAYS, enough.n_valid_days),
        part(codes.CAPTURED, _rounded(enough.captured_share), frame.absent),
        part(codes.GAPS, enough.n_gaps),
        part(codes.GAP_TIME, enough.gaps_s),
    ]
    return sensed(frame, codes.SUFFICIENCY, span) | {"component": parts}


def _means(
    frame: Frame, content: ReportContent, days: Sequence[Sequence[Resource]], span: Span
) -> Resource:
    found = sensed(frame, codes.WEEK_MEANS, span)
    if content.summary.means is None:
        needed = content.sufficiency.n_days_needed
        why = f"Fewer than {needed} days were worn for long enough"
        return found | {"dataAbsentReason": absent(frame.absent, why)}
    figures = week_figures(content.summary)
    found["component"] = [part(one, figures[name]) for name, one in codes.WEEK_PARTS.items()]
    found["derivedFrom"] = [
        reference(one["id"])
        for row, observations in zip(content.days, days, strict=True)
        if row.figures.summary.is_valid
        for one in observations
    ]
    return found


def _steps(
    frame: Frame, content: ReportContent, days: Sequence[Sequence[Resource]], span: Span
) -> Resource:
    """Return the steps of all days with some wear: a sum, so it needs no valid days."""
    worn = [row.figures.summary.n_steps for row in content.days if was_worn(row)]
    found = sensed(frame, codes.STEPS, span)
    if not worn:
        return found | value(codes.STEPS, None, frame.absent)
    daily = [
        reference(one["id"])
        for row, observations in zip(content.days, days, strict=True)
        for one in observations
        if was_worn(row) and one["code"]["coding"][0]["code"] == codes.STEPS_PER_DAY.code
    ]
    return found | value(codes.STEPS, sum(worn)) | {"derivedFrom": daily}


def _strength_days(frame: Frame, content: ReportContent, span: Span) -> Resource:
    """Return on how many days exercises were written down.

    None written down is not known, and not 0: blank is not "not done".
    """
    done = {
        local_date(entry.at_s, frame.zone)
        for entry in content.entries
        if entry.kind == DiaryKind.EXERCISE
    }
    found = told(frame, codes.STRENGTH_DAYS, "activity", span)
    found["effectivePeriod"] = {"start": frame.moment(span[0]), "end": frame.moment(span[1])}
    return found | value(codes.STRENGTH_DAYS, len(done) or None, frame.absent)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
