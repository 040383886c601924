"""Alert rules and quiet hours, in the form of Grafana's file provisioning.

The model is that of Grafana's own page "file provisioning" (`groups`, `muteTimes`). A rule asks for
the rows of each wearer (A), takes the last of them (B) and compares it (C): one alert a wearer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboards.datasource import REFERENCE, UID, Json

GROUP: Final = "sitstreak"
QUIET: Final = "sitstreak-quiet-hours"
_EXPRESSION: Final = "__expr__"


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition that a person wants to hear of."""

    uid: str
    title: str
    query: str
    look_back_s: int  #: rows older than this are not asked for
    above: bool  #: alert above the limit; otherwise below it
    limit: float
    lasts: str  #: how long it must hold, as Grafana writes a duration
    summary: str


_STREAK: Final = 'SELECT "streak_s" FROM "streak" WHERE $timeFilter GROUP BY "wearer"'
_DEBT: Final = 'SELECT "debt_s" FROM "streak" WHERE $timeFilter GROUP BY "wearer"'
_BATTERY: Final = 'SELECT "battery_pct" FROM "sensor" WHERE $timeFilter GROUP BY "wearer", "device"'
#: A sensor heard within twelve hours is expected; one put away for longer gives no series at all.
_HEARD: Final = (
    'SELECT count("rssi_dbm") FROM "sensor" WHERE $timeFilter '
    'GROUP BY time(10m), "wearer", "device" fill(0)'
)


def rules(streak_min: float = 60.0, debt_min: float = 20.0) -> list[Rule]:
    """Return the rules; the limits are minutes of sitting and minutes of movement owed."""
    return [
        Rule(
            "sitstreak-streak",
            "Time to stand up",
            _STREAK,
            600,
            above=True,
            limit=streak_min * 60,
            lasts="0s",
            summary=f"Sat for more than {streak_min:g} minutes without a break.",
        ),
        Rule(
            "sitstreak-debt",
            "Movement owed",
            _DEBT,
            600,
            above=True,
            limit=debt_min * 60,
            lasts="5m",
            summary=f"More than {debt_min:g} minutes of movement are owed today.",
        ),
        Rule(
            "sitstreak-silent",
            "Sensor silent",
            _HEARD,
            12 * 3600,
            above=False,
            limit=1,
            lasts="15m",
            summary="The sensor was heard today and is silent now: out of reach, or empty?",
        ),
        Rule(
            "sitstreak-battery",
            "Battery low",
            _BATTERY,
            3600,
            above=False,
            limit=20,
            lasts="10m",
            summary="The sensor's battery is below 20 percent.",
        ),
    ]


def rule_groups() -> Json:
    """Return the file of rules."""
    group = {
        "orgId": 1,
        "name": GROUP,
        "folder": "sitstreak",
        "interval": "1m",
        "rules": [_provisioned(rule) for rule in rules()],
    }
    return {"apiVersion": 1, "groups": [group]}


def quiet_hours(start: str = "22:00", end: str = "07:00", timezone: str = "UTC") -> Json:
    """Return the file of the mute timing; it crosses midnight, so it has two stretches."""
    times = [{"start_time": start, "end_time": "24:00"}, {"start_time": "00:00", "end_time": end}]
    interval = {"times": times, "location": timezone}
    return {
        "apiVersion": 1,
        "muteTimes": [{"orgId": 1, "name": QUIET, "time_intervals": [interval]}],
    }


def _provisioned(rule: Rule) -> Json:
    return {
        "uid": rule.uid,
        "title": rule.title,
        "condition": "C",
        "for": rule.lasts,
        # a sensor that is off is not sitting
        "noDataState": "OK",
        "execErrState": "Error",
        "annotations": {"summary": rule.summary},
        "labels": {"app": "sitstreak"},
        "data": [_asked(rule), _last(), _compared(rule)],
    }


def _asked(rule: Rule) -> Json:
    model = {
        "refId": "A",
        "datasource": REFERENCE,
        "query": rule.query,
        "rawQuery": True,
        "resultFormat": "time_series",
    }
    span = {"from": rule.look_back_s, "to": 0}
    return {"refId": "A", "datasourceUid": UID, "relativeTimeRange": span, "model": model}


def _last() -> Json:
    return _expression("B", {"type": "reduce", "expression": "A", "reducer": "last"})


def _compared(rule: Rule) -> Json:
    evaluator = {"type": "gt" if rule.above else "lt", "params": [rule.limit]}
    conditions = [{"evaluator": evaluator}]
    return _expression("C", {"type": "threshold", "expression": "B", "conditions": conditions})


def _expression(ref_id: str, model: Json) -> Json:
    source = {"type": _EXPRESSION, "uid": _EXPRESSION}
    return {
        "refId": ref_id,
        "datasourceUid": _EXPRESSION,
        "model": {"refId": ref_id, "datasource": source} | model,
    }
