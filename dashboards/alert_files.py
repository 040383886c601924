"""The files from which Grafana provisions its alerting at start, for `docker-compose.yml`.

The forms are those of Grafana's page "file provisioning" and of its source,
`pkg/services/provisioning/alerting`. What a file no longer names stays in Grafana, so a way to
reach somebody that is not wanted is named for deletion. Only while another one is left: taking away
a whole contact point, or a mute timing, that something of the user's names keeps Grafana from
starting. What no rule names does nothing.
"""

from __future__ import annotations

from typing import Final

from dashboards.alerts import GROUP, INTERVAL_S, Plan, provisioned, rules
from dashboards.contact import KINDS, NAME, integration, uid
from dashboards.datasource import Json
from dashboards.quiet import mute_timing

_ORG: Json = {"orgId": 1}
#: Not the dashboards' folder: Grafana reads alerts first and would make that one with another uid.
FOLDER: Final = "sitstreak alerts"


def alerting_files(plan: Plan | None = None) -> dict[str, Json]:
    """Return file name -> what Grafana reads."""
    plan = plan or Plan()
    return {
        "rules.json": rule_groups(plan),
        "contact-points.json": contact_points(plan),
        "quiet-hours.json": quiet_hours(plan),
    }


def rule_groups(plan: Plan) -> Json:
    """Return the file of rules."""
    group = _ORG | {
        "name": GROUP,
        "folder": FOLDER,
        "interval": f"{INTERVAL_S}s",
        "rules": [provisioned(rule, plan) for rule in rules(plan.limits)],
    }
    return {"apiVersion": 1, "groups": [group]}


def contact_points(plan: Plan) -> Json:
    """Return the file of the contact point: what is set, and what is to go."""
    if not plan.contacts:
        return {"apiVersion": 1}
    receivers = [integration(contact) for contact in plan.contacts]
    wanted = {contact.kind for contact in plan.contacts}
    return {
        "apiVersion": 1,
        "contactPoints": [_ORG | {"name": NAME, "receivers": receivers}],
        "deleteContactPoints": [_ORG | {"uid": uid(kind)} for kind in KINDS if kind not in wanted],
    }


def quiet_hours(plan: Plan) -> Json:
    """Return the file of the mute timing."""
    if plan.quiet is None:
        return {"apiVersion": 1}
    return {"apiVersion": 1, "muteTimes": [_ORG | mute_timing(plan.quiet)]}
