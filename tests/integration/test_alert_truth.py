"""Every query of every alert rule, asked of a real influxd over seeded weeks.

What Grafana compares with a limit is the last value of each series; it must be that of the local
store, wearer by wearer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pytest

from dashboards.alerts import Plan, provisioned, rules
from dashboards.datasource import Json
from dashboards.queries import TimeSpan, fill_in
from processing.model import CODE, Posture
from tests.support.dashboard_truth import Local, count_at, reading
from tests.support.seeded_influx import Seeded
from tests.support.seeded_weeks import NOT_WORN, WEEKS, SeededWeek

pytestmark = pytest.mark.influxd

RULES: Final = {rule.uid: rule for rule in rules()}
#: Every query of every rule, as Grafana is given it.
ASKED: Final = [
    (made, asked)
    for made in (provisioned(rule, Plan()) for rule in RULES.values())
    for asked in made["data"]
    if "query" in asked["model"]
]
_H: Final = 3_600


def running(name: str) -> Callable[[Local, int], float]:
    return lambda local, now_s: count_at(local, name, now_s - now_s % 30)


def last_battery(local: Local, now_s: int) -> float:
    rows = reading("battery_pct", "battery_pct")(local, TimeSpan(0, now_s * 1_000))
    return float(rows[-1]["battery_pct"])


def n_heard_lately(local: Local, now_s: int) -> float:
    """Return the readings since the last multiple of ten minutes."""
    since_s = now_s - now_s % 600
    span = TimeSpan(since_s * 1_000, now_s * 1_000)
    return float(len(reading("rssi_dbm", "rssi_dbm")(local, span)))


def last_known_posture(local: Local, now_s: int) -> float:
    """Return the number of the posture in the newest second that has one."""
    code = local.seconds.between(local.week.span_s[0], now_s + 1).code
    return float(code[np.flatnonzero(code != CODE[Posture.UNKNOWN])[-1]])


#: uid of the rule and name of the query -> what is compared.
TRUTHS: Final[dict[tuple[str, str], Callable[[Local, int], float]]] = {
    ("sitstreak-streak", "A"): running("streak_s"),
    ("sitstreak-debt", "A"): running("debt_s"),
    ("sitstreak-silent", "A"): n_heard_lately,
    ("sitstreak-silent", "D"): last_known_posture,
    ("sitstreak-battery", "A"): last_battery,
}


def moments(week: SeededWeek) -> dict[str, int]:
    """Return when the rules are looked at; sensors speak once an hour in these weeks. [s]"""
    days = week.days
    return {
        "tuesday afternoon": days[1][0] + 15 * _H + 1_217,
        "just heard": days[5][0] - days[5][0] % _H + 11 * _H + 40,
        "not worn": days[NOT_WORN][0] + 12 * _H + 100,
        "sunday evening": days[6][1] - 2 * _H - 5,
    }


def test_no_rule_is_without_an_expectation() -> None:
    assert {(rule["uid"], asked["refId"]) for rule, asked in ASKED} == TRUTHS.keys()
    assert {rule["uid"] for rule, _ in ASKED} == RULES.keys()


@pytest.mark.parametrize("week", WEEKS, ids=[week.wearer for week in WEEKS])
@pytest.mark.parametrize(
    ("rule", "asked"), ASKED, ids=[f"{rule['uid']}-{asked['refId']}" for rule, asked in ASKED]
)
def test_each_rule_looks_at_the_last_number_of_the_local_store(
    seeded: Seeded, rule: Json, asked: Json, week: SeededWeek
) -> None:
    truth = TRUTHS[rule["uid"], asked["refId"]]
    for when, now_s in moments(week).items():
        look_back_s = asked["relativeTimeRange"]["from"]
        span = TimeSpan((now_s - look_back_s) * 1_000, now_s * 1_000)
        rows = seeded.influx.query(fill_in(asked["model"]["query"], {}, span), epoch="s")
        mine = [row for row in rows if row.get("wearer") == week.wearer]
        assert mine, when
        [value] = [mine[-1][name] for name in mine[-1].keys() - {"time", "wearer", "device"}]
        assert value == pytest.approx(truth(seeded.stores[week.wearer], now_s)), when


def test_the_streak_alert_would_have_gone_off_and_ended(seeded: Seeded) -> None:
    """Not all moments are calm: the numbers above are on both sides of the limit."""
    limit_s = RULES["sitstreak-streak"].limit
    local = seeded.stores["ben"]
    longest = max(local.days, key=lambda day: day.longest_streak_s)
    sampled = [
        count_at(local, "streak_s", at_s) for at_s in range(longest.start_s, longest.end_s, 1_200)
    ]
    assert max(sampled) > limit_s > min(sampled)
