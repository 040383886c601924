"""Who, when and by what, and the hash of all that went in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from processing.figures.diary import DiaryEntry
from sitstreak.report.content.earlier_weeks import EarlierWeek
from sitstreak.report.content.model import ClockChange, Header
from sitstreak.report.content.sources import ReportReader, UsedMethod
from sitstreak.report.content.week_data import WeekData

#: Stored confidences are multiples of this; so is what is hashed of them.
_CONFIDENCE_STEPS: Final = 65_535
_ID_LENGTH: Final = 12
_QUARTER_HOUR_S: Final = 900


def make_header(
    source: ReportReader,
    data: WeekData,
    input_sha256: str,
    used: Sequence[UsedMethod],
    *,
    now_s: float,
    software: str,
) -> Header:
    """Return the header.

    Parameters
    ----------
    used
        Every method that made results of the trend, this week's first.
    now_s
        Only whether the week is over depends on it. [s]
    """
    start_s, end_s = data.days[0][0].start_s, data.days[-1][0].end_s
    latest_s = source.latest_second(data.wearer)
    digest = data.method.digest
    made_by = "\n".join((input_sha256, digest, software))
    return Header(
        report_id=hashlib.sha256(made_by.encode()).hexdigest()[:_ID_LENGTH],
        week=str(data.week),
        first_day=data.days[0][0].date,
        last_day=data.days[-1][0].date,
        zone=data.zone.key,
        clock_change=clock_change(start_s, end_s, data.zone),
        wearer=data.wearer,
        devices=tuple(source.device_names(data.wearer, start_s, end_s)),
        software=software,
        method=data.method.version,
        method_digest=digest,
        other_digests=tuple(sorted({one.digest for one in used} - {digest})),
        input_sha256=input_sha256,
        is_over=now_s >= end_s,
        known_until_s=latest_s if latest_s is not None and start_s < latest_s < end_s else None,
    )


def clock_change(start_s: int, end_s: int, zone: ZoneInfo) -> ClockChange | None:
    """Return the change of the clock in `[start_s, end_s)`; of several the first. [s]"""
    offset = _offset_s(start_s, zone)
    for at_s in range(start_s + _QUARTER_HOUR_S, end_s, _QUARTER_HOUR_S):
        if (shifted := _offset_s(at_s, zone)) != offset:
            return ClockChange(at_s, shifted - offset)
    return None


def input_hash(
    data: WeekData,
    earlier: Sequence[EarlierWeek],
    entries: Sequence[DiaryEntry],
    planned: Sequence[Sequence[str]],
    used: Sequence[UsedMethod],
) -> str:
    """Return the SHA-256 of what the report is made from.

    In it are the seconds and the sleep of all weeks of the trend, the diary in order of time, the
    plan, the zone and the methods: whatever could change a figure changes the hash.
    """
    digest = hashlib.sha256()
    facts = {
        "week": str(data.week),
        "wearer": data.wearer,
        "zone": data.zone.key,
        "method": data.method.digest,
        "used": sorted((one.digest, one.version) for one in used),
        "entries": [asdict(one) for one in entries],
        "planned": [list(day) for day in planned],
        "sleep": [asdict(one) for one in data.sleep],
        "earlier": [[str(one.week), one.seconds_sha256] for one in earlier],
    }
    digest.update(json.dumps(facts, sort_keys=True, default=str).encode())
    for column in (
        data.seconds.code,
        data.seconds.n_steps.astype("<u2"),
        np.rint(data.seconds.confidence * _CONFIDENCE_STEPS).astype("<u2"),
    ):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def _offset_s(at_s: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0
