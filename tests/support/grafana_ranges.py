"""The range of time that Grafana gives to a panel, by the rules read in its source.

`getTimeOverride` of public/app/features/dashboard-scene/scene/panel-timerange/PanelTimeRange.tsx:
`timeFrom` is heeded only while the dashboard's range is told from now; then `timeShift` is
subtracted from both ends, where `/d` takes the start back to midnight and the end to its day's end.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dashboards.datasource import Json
from dashboards.queries import TimeSpan
from sitstreak.local_day import day_span

_SHIFT: Final = re.compile(r"(\d+)d/d")
_FROM: Final = re.compile(r"(\d+)m")


def panel_span(panel: Json, shown: TimeSpan, zone: ZoneInfo, *, is_fixed: bool = True) -> TimeSpan:
    """Return the range of a panel while the dashboard shows `shown`, in the time zone `zone`.

    Parameters
    ----------
    is_fixed
        Whether the dashboard's range is two moments, not told from now.
    """
    if "timeFrom" in panel and not is_fixed:
        minutes = _FROM.fullmatch(panel["timeFrom"])
        assert minutes, panel["timeFrom"]
        shown = TimeSpan(shown.end_ms - 60_000 * int(minutes[1]), shown.end_ms)
    if "timeShift" not in panel:
        return shown
    days = _SHIFT.fullmatch(panel["timeShift"])
    assert days, panel["timeShift"]
    back = timedelta(days=int(days[1]))
    start_s, _ = day_span(_date(shown.start_ms, zone) - back, zone)
    _, end_s = day_span(_date(shown.end_ms, zone) - back, zone)
    return TimeSpan(start_s * 1_000, end_s * 1_000 - 1)


def _date(at_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1_000, zone).date()
