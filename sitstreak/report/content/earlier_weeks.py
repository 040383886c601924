"""The weeks before the one that is reported: their figures, without keeping their seconds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from processing.figures.diary_figures import Told
from processing.figures.trend import WeekPoint, week_point
from processing.figures.weeks import WeekSummary
from processing.method import Method
from sitstreak.report.content.sources import ReportReader, UsedMethod
from sitstreak.report.content.week_data import WeekData, read_week_figures
from sitstreak.report.week import IsoWeek

#: Weeks of a trend, the reported one among them.
N_WEEKS: Final = 12
#: What the diary says so far outside a week can change the week: a night is looked at whole. [s]
_NEAR_S: Final = 2 * 86_400


@dataclass(frozen=True, slots=True)
class EarlierWeek:
    """What is kept of a week."""

    week: IsoWeek
    start_s: int
    end_s: int
    point: WeekPoint
    summary: WeekSummary
    used: Sequence[UsedMethod]  #: methods behind its results, the most used first
    seconds_sha256: str  #: of its seconds' postures and its sleep


#: Weeks that were read, by all that they depend on; for as long as the source does not change.
Memo = dict[object, EarlierWeek]


def condense(source: ReportReader, data: WeekData) -> EarlierWeek:
    """Return what is kept of a week's data."""
    days = [figures for _, figures in data.days]
    start_s, end_s = data.days[0][0].start_s, data.days[-1][0].end_s
    digest = hashlib.sha256(data.seconds.code.tobytes())
    digest.update(json.dumps([asdict(one) for one in data.sleep]).encode())
    return EarlierWeek(
        week=data.week,
        start_s=start_s,
        end_s=end_s,
        point=week_point(days, data.method),
        summary=data.summary,
        used=source.methods(data.wearer, start_s, end_s),
        seconds_sha256=digest.hexdigest(),
    )


def earlier_weeks(
    source: ReportReader,
    week: IsoWeek,
    wearer: str,
    zone: ZoneInfo,
    method: Method,
    told: Told,
    memo: Memo | None = None,
) -> list[EarlierWeek]:
    """Return up to eleven weeks before `week`, the first one with data first.

    Parameters
    ----------
    told
        What the diary says of all of them.
    memo
        Filled and used. It holds good for one wearer of one source, in one transaction: nothing in
        it is looked at again.
    """
    first_s = source.first_second(wearer)
    found = []
    for n_before in range(N_WEEKS - 1, 0, -1):
        one = IsoWeek.starting(week.monday - timedelta(weeks=n_before))
        days = one.days(zone)
        if first_s is None or days[-1].end_s <= first_s:
            continue
        near = told.within(days[0].start_s - _NEAR_S, days[-1].end_s + _NEAR_S)
        key = (one, zone.key, method.digest, near)
        known = memo.get(key) if memo is not None else None
        if known is None:
            data = read_week_figures(
                source, one, wearer, zone, method, near, seconds=source.postures
            )
            known = condense(source, data)
            if memo is not None:
                memo[key] = known
        found.append(known)
    return found
