"""Bring contact point, quiet hours and rules to a Grafana that is already there.

Only what carries our own names is written: the group `sitstreak` in our folder, contact points
whose uid begins with `sitstreak-`, one mute timing. Notification policies are left alone.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from grafana_client.client import GrafanaClientError

from dashboards.alerts import GROUP, INTERVAL_S, Plan, provisioned, rules
from dashboards.contact import KINDS, NAME, integration, uid
from dashboards.datasource import Json
from dashboards.quiet import QUIET, mute_timing

_Api = Any  # grafana-client's own methods carry no types


class Step(Protocol):
    """Makes a context in which what goes wrong becomes one of our errors."""

    def __call__(self, doing: str) -> AbstractContextManager[None]:
        """Return the context for what is being done, in plain words."""


def push_alerts(api: _Api, plan: Plan, folder_uid: str, step: Step) -> list[str]:
    """Create or replace them; what rules refer to comes before the rules, what is to go after.

    Returns
    -------
    done
        One plain line for each step, in order.
    """
    provisioning = api.alertingprovisioning
    with step("setting up the contact point"):
        done = _put_contacts(provisioning, plan)
    with step("setting up the quiet hours"):
        done += _put_quiet_hours(provisioning, plan)
    with step("saving the alert rules"):
        provisioning.update_rule_group(folder_uid, GROUP, rule_group(plan, folder_uid))
    n_rules = len(rules(plan.limits))
    done.append(f"alert rules: {n_rules} saved")
    with step("taking away what is no longer set"):
        return done + _take_away(provisioning, plan)


def rule_group(plan: Plan, folder_uid: str) -> Json:
    """Return the group of rules as the HTTP API takes it."""
    place = {"folderUID": folder_uid, "ruleGroup": GROUP}
    return {
        "title": GROUP,
        "folderUid": folder_uid,
        "interval": INTERVAL_S,
        "rules": [provisioned(rule, plan) | place for rule in rules(plan.limits)],
    }


def contact_points(plan: Plan) -> list[Json]:
    """Return each way to reach somebody as the HTTP API takes it; the name joins them."""
    return [integration(contact) | {"name": NAME} for contact in plan.contacts]


def _put_contacts(provisioning: _Api, plan: Plan) -> list[str]:
    there = _uids(provisioning)
    done = []
    for wanted in contact_points(plan):
        if wanted["uid"] in there:
            provisioning.update_contactpoint(wanted["uid"], wanted)
        else:
            provisioning.create_contactpoint(wanted)
        done.append(f"contact point {wanted['uid'].removeprefix('sitstreak-')}: saved")
    return done or ["contact point: none is set, so Grafana's own policies decide"]


def _put_quiet_hours(provisioning: _Api, plan: Plan) -> list[str]:
    if plan.quiet is None:
        return []
    wanted = mute_timing(plan.quiet)
    if _has_quiet_hours(provisioning):
        provisioning.update_mute_timing(QUIET, wanted)
    else:
        provisioning.create_mute_timing(wanted)
    return [f"quiet hours {plan.quiet.start}-{plan.quiet.end} ({plan.quiet.timezone}): saved"]


def _take_away(provisioning: _Api, plan: Plan) -> list[str]:
    done = []
    wanted = {contact.kind for contact in plan.contacts}
    there = _uids(provisioning)
    for kind in KINDS:
        if kind not in wanted and uid(kind) in there:
            provisioning.delete_contactpoint(uid(kind))
            done.append(f"contact point {kind}: taken away")
    if plan.quiet is None and _has_quiet_hours(provisioning):
        provisioning.delete_mute_timing(QUIET)
        done.append("quiet hours: taken away")
    return done


def _uids(provisioning: _Api) -> set[str]:
    return {str(point.get("uid")) for point in provisioning.get_contactpoints()}


def _has_quiet_hours(provisioning: _Api) -> bool:
    try:
        provisioning.get_mute_timing(QUIET)
    except GrafanaClientError as error:
        if error.status_code == 404:
            return False
        raise
    return True
