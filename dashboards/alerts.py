"""What somebody wants to hear of, as alert rules of Grafana.

A rule asks for the rows of each wearer (A), takes the last of them (B) and compares it (C): one
alert a wearer. Who is told, how often and when not stands in each rule itself
(`notification_settings`), so the notification policies, which are the user's, stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from dashboards.contact import NAME as CONTACT_POINT
from dashboards.contact import Contact
from dashboards.datasource import REFERENCE, UID, Json
from dashboards.quiet import QUIET, QuietHours
from processing.model import CODE, Posture

GROUP: Final = "sitstreak"
INTERVAL_S: Final = 60
_EXPRESSION: Final = "__expr__"
_BATTERY_PCT: Final = 20.0
#: A sensor not heard for longer is at rest: shorter than any night's quiet hours, so that a sensor
#: switched off in the evening is not missed in the morning.
_EXPECTED_S: Final = 4 * 3600


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on somebody is told, and how often while it lasts. [minutes]"""

    streak_min: float = 60
    debt_min: float = 20
    repeat_min: int = 15


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides about alerts."""

    limits: Limits = field(default_factory=Limits)
    quiet: QuietHours | None = field(default_factory=QuietHours)
    contacts: tuple[Contact, ...] = ()


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
    repeat_min: int  #: told again so often while it lasts
    only_if_worn: bool = False  #: not if the last known posture is `not_worn`


_STREAK: Final = 'SELECT "streak_s" FROM "streak" WHERE $timeFilter GROUP BY "wearer"'
_DEBT: Final = 'SELECT "debt_s" FROM "streak" WHERE $timeFilter GROUP BY "wearer"'
_BATTERY: Final = 'SELECT "battery_pct" FROM "sensor" WHERE $timeFilter GROUP BY "wearer", "device"'
_HEARD: Final = (
    'SELECT count("rssi_dbm") FROM "sensor" WHERE $timeFilter '
    'GROUP BY time(10m), "wearer", "device" fill(0)'
)
_POSTURE: Final = (
    'SELECT last("code") FROM "posture" WHERE "state" <> \'unknown\' AND $timeFilter '
    'GROUP BY "wearer", "device"'
)
# With a dot: Grafana takes `$labels` in a file for a variable of the environment.
_WHO: Final = "{{ .Labels.wearer }}"
_HOW_LONG: Final = "{{ humanizeDuration .Values.B.Value }}"


def rules(limits: Limits | None = None) -> list[Rule]:
    """Return the rules."""
    limits = limits or Limits()
    return [
        Rule(
            "sitstreak-streak",
            "Time to stand up",
            _STREAK,
            600,
            above=True,
            limit=limits.streak_min * 60,
            lasts="0s",
            summary=f"{_WHO}: {_HOW_LONG} without a break. Stand up and walk a little.",
            repeat_min=limits.repeat_min,
        ),
        Rule(
            "sitstreak-debt",
            "Movement owed",
            _DEBT,
            600,
            above=True,
            limit=limits.debt_min * 60,
            lasts="5m",
            summary=f"{_WHO}: {_HOW_LONG} of movement are owed today.",
            repeat_min=60,
        ),
        Rule(
            "sitstreak-silent",
            "Sensor silent",
            _HEARD,
            _EXPECTED_S,
            above=False,
            limit=1,
            lasts="15m",
            summary=f"{_WHO}: the sensor was worn and is silent now. Out of reach, or empty?",
            repeat_min=12 * 60,
            only_if_worn=True,
        ),
        Rule(
            "sitstreak-battery",
            "Battery low",
            _BATTERY,
            3600,
            above=False,
            limit=_BATTERY_PCT,
            lasts="10m",
            summary=f"{_WHO}: the sensor's battery is below {_BATTERY_PCT:.0f} percent.",
            repeat_min=12 * 60,
        ),
    ]


def provisioned(rule: Rule, plan: Plan) -> Json:
    """Return a rule as Grafana takes it, from a file and over HTTP alike."""
    asked = [_asked("A", rule.query, rule), _last("B", "A")]
    if rule.only_if_worn:
        asked += [_asked("D", _POSTURE, rule), _last("E", "D"), _silent_though_worn(rule)]
    else:
        asked.append(_compared(rule))
    made = {
        "uid": rule.uid,
        "title": rule.title,
        "condition": "C",
        "for": rule.lasts,
        # a sensor that is off is not sitting, and a database that restarts is nobody's streak
        "noDataState": "OK",
        "execErrState": "OK",
        "annotations": {"summary": rule.summary},
        "labels": {"app": "sitstreak"},
        "data": asked,
    }
    if plan.contacts:
        made["notification_settings"] = _notified(rule, plan)
    return made


def duration(minutes: int) -> str:
    """Return minutes as Grafana itself writes them: 90 is `1h30m`, 1440 is `1d`."""
    days, rest = divmod(minutes, 1440)
    parts = ((days, "d"), (rest // 60, "h"), (rest % 60, "m"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _notified(rule: Rule, plan: Plan) -> Json:
    settings: Json = {
        "receiver": CONTACT_POINT,
        "group_by": ["..."],  # one message for each wearer
        "group_wait": "0s",
        "group_interval": "1m",  # a repetition waits for the next of these
        "repeat_interval": duration(rule.repeat_min),
    }
    if plan.quiet is not None:
        settings["mute_time_intervals"] = [QUIET]
    return settings


def _asked(ref_id: str, query: str, rule: Rule) -> Json:
    model = {
        "refId": ref_id,
        "datasource": REFERENCE,
        "query": query,
        "rawQuery": True,
        "resultFormat": "time_series",
    }
    span = {"from": rule.look_back_s, "to": 0}
    return {"refId": ref_id, "datasourceUid": UID, "relativeTimeRange": span, "model": model}


def _last(ref_id: str, of: str) -> Json:
    return _expression(ref_id, {"type": "reduce", "expression": of, "reducer": "last"})


def _compared(rule: Rule) -> Json:
    evaluator = {"type": "gt" if rule.above else "lt", "params": [rule.limit]}
    conditions = [{"evaluator": evaluator}]
    return _expression("C", {"type": "threshold", "expression": "B", "conditions": conditions})


def _silent_though_worn(rule: Rule) -> Json:
    expression = f"($B < {rule.limit:g}) && ($E != {CODE[Posture.NOT_WORN]})"
    return _expression("C", {"type": "math", "expression": expression})


def _expression(ref_id: str, model: Json) -> Json:
    source = {"type": _EXPRESSION, "uid": _EXPRESSION}
    return {
        "refId": ref_id,
        "datasourceUid": _EXPRESSION,
        "model": {"refId": ref_id, "datasource": source} | model,
    }
