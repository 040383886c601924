"""IEEE 1752.1 data points of physical activity, one JSON object a line.

The schemas are those of IEEE 1752.1-2021: data-point, header, physical-activity and sleep-episode,
version 1.0, at opensource.ieee.org/omh/1752. What they cannot say is listed in docs/exports.md.

Two kinds of points describe sedentary time, and they must not be added up: those of a day have
`descriptive_statistic` "sum" and `descriptive_statistic_denominator` "d"; those of a bout have
neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.figures.sedentary_bouts import SedentaryBout
from processing.model import DaySummary
from sitstreak.report.content.model import DayRow, ReportContent
from sitstreak.report.exports.cells import local
from sitstreak.report.exports.plain_text import unicode_text
from sitstreak.report.exports.stable_ids import stable_uuid
from sitstreak.report.exports.worn_days import was_worn

#: `activity_name` is free text; "sedentary" is the word of the schema's own description.
SEDENTARY: Final = "sedentary"
_DAY_SUM: Final = {"descriptive_statistic": "sum", "descriptive_statistic_denominator": "d"}
_DAY_MEAN: Final = {"descriptive_statistic": "average", "descriptive_statistic_denominator": "d"}
_ACTIVITY: Final = "physical-activity"
_SLEEP: Final = "sleep-episode"

_Body = dict[str, Any]


def render_ieee1752(content: ReportContent) -> bytes:
    """Return the data points of a week: ASCII, one a line, in order of kind and time.

    A week without data gives no lines: the schemas have no word for "not known".
    """
    points = [*_days(content), *_bouts(content), *_week(content), *_diary(content)]
    lines = [json.dumps(point, allow_nan=False, separators=(",", ":")) for point in points]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _days(content: ReportContent) -> Iterator[_Body]:
    for row in content.days:
        if not was_worn(row):
            continue
        span = (row.start_s, _known_end_s(content, row.start_s, row.end_s))
        for name, duration_s, more in _activities(row.figures.summary):
            body = _activity(content, name, span) | {"duration": _duration(duration_s)}
            yield _point(content, _ACTIVITY, span[1], body | more | _DAY_SUM)


def _known_end_s(content: ReportContent, start_s: int, end_s: int) -> int:
    """Return the end of a span: of a week that still runs nothing is said of what is to come."""
    until_s = content.header.known_until_s
    if content.header.is_over or until_s is None:
        return end_s
    return min(end_s, max(until_s, start_s + 1))


def _activities(day: DaySummary) -> Iterator[tuple[str, int, _Body]]:
    yield SEDENTARY, day.sedentary_s, {}
    yield "sitting", day.sit_s, {}
    yield "lying awake", day.lie_s, {}
    yield "standing", day.stand_s, {}
    steps = {"value": day.n_steps, "unit": "steps"}
    yield "walking", day.walk_s, {"base_movement_quantity": steps}
    yield "other movement", day.move_s, {}


def _bouts(content: ReportContent) -> Iterator[_Body]:
    for bout in _bouts_of(content.days):
        span = (bout.start_s, bout.end_s)
        body = _activity(content, SEDENTARY, span) | {"duration": _duration(bout.sedentary_s)}
        yield _point(content, _ACTIVITY, bout.end_s, body)


def _bouts_of(days: tuple[DayRow, ...]) -> Iterator[SedentaryBout]:
    for row in days:
        yield from row.figures.bouts


def _week(content: ReportContent) -> Iterator[_Body]:
    means = content.summary.means
    if means is None:
        return
    start_s = content.days[0].start_s
    span = (start_s, _known_end_s(content, start_s, content.days[-1].end_s))
    body = _activity(content, SEDENTARY, span)
    body |= {"duration": _duration(round(means.sedentary_s, 1))} | _DAY_MEAN
    yield _point(content, _ACTIVITY, span[1], body)


def _diary(content: ReportContent) -> Iterator[_Body]:
    """Exercises of each day, and sleep that was written down; pain and tests fit no schema."""
    for row in content.days:
        span = (row.start_s, row.end_s)
        for name, entries in _by_name(content.entries, row).items():
            body = _activity(content, name, span)
            n_reps = [(one.n_sets or 1) * one.n_reps for one in entries if one.n_reps is not None]
            if len(n_reps) == len(entries):  # of a part, a sum would be too low
                quantity = {"value": sum(n_reps), "unit": "movements"}
                body |= {"base_movement_quantity": quantity} | _DAY_SUM
            yield _point(content, _ACTIVITY, entries[-1].at_s, body, "self-reported")
    for entry in content.entries:
        if entry.kind == DiaryKind.SLEEP and entry.until_s is not None:
            frame = _time_frame(content, (entry.at_s, entry.until_s))
            body = {"effective_time_frame": frame}
            yield _point(content, _SLEEP, entry.until_s, body, "self-reported", entry.id)


def _by_name(entries: tuple[DiaryEntry, ...], row: DayRow) -> dict[str, list[DiaryEntry]]:
    found: dict[str, list[DiaryEntry]] = {}
    for entry in entries:
        is_exercise = entry.kind in (DiaryKind.EXERCISE, DiaryKind.STRETCH)
        if is_exercise and row.start_s <= entry.at_s < row.end_s:
            found.setdefault(entry.what or entry.kind.value, []).append(entry)
    return found


def _activity(content: ReportContent, name: str, span: tuple[int, int]) -> _Body:
    return {
        "activity_name": unicode_text(name),
        "effective_time_frame": _time_frame(content, span),
    }


def _time_frame(content: ReportContent, span: tuple[int, int]) -> _Body:
    zone = ZoneInfo(content.header.zone)
    start, end = (local(at_s, zone) for at_s in span)
    return {"time_interval": {"start_date_time": start, "end_date_time": end}}


def _duration(seconds: float) -> _Body:
    return {"value": seconds, "unit": "sec"}


def _point(
    content: ReportContent,
    schema: str,
    created_s: int,
    body: _Body,
    modality: str = "sensed",
    key: object = None,
) -> _Body:
    """Return a data point with its header.

    Its UUID comes from all that it says: the header's schema asks for a new identifier when a
    point is calculated anew with another result.

    Parameters
    ----------
    created_s
        When the sensor had seen all of it, or the wearer wrote it down. Unix time [s]
    key
        Tells apart what may be said twice.
    """
    header = content.header
    method = {
        "datasheet_type": "algorithm",
        "datasheet_reference": f"urn:sitstreak:method:{header.method_digest}",
    }
    wearer = unicode_text(header.wearer)
    return {
        "header": {
            "uuid": stable_uuid("ieee1752", wearer, header.method_digest, modality, body, key),
            "schema_id": {"namespace": "ieee", "name": schema, "version": "1.0"},
            "source_creation_date_time": local(created_s, ZoneInfo(header.zone)),
            "modality": modality,
            **({"external_datasheets": [method]} if modality == "sensed" else {}),
        },
        "body": body,
    }
