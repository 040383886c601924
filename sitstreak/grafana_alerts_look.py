"""What of our alerts a Grafana holds. Changes nothing."""

from __future__ import annotations

from dashboards.alerts import GROUP, Plan
from dashboards.contact import KINDS, uid
from dashboards.push import FOLDER_UID, Grafana
from dashboards.push_alerts import contact_points, rule_group
from dashboards.quiet import QUIET, mute_timing
from sitstreak.grafana_look import Part, Stands, compared, found_at

_API = "/v1/provisioning"
_LEFT_OVER = "there, though it is not set any more"


def look_at_alerts(grafana: Grafana, plan: Plan) -> list[Part]:
    """Compare what is there with what `push` would bring.

    Raises
    ------
    SitstreakError
        If Grafana does not answer, or refuses.
    """
    path = f"{_API}/folder/{FOLDER_UID}/rule-groups/{GROUP}"
    theirs = found_at(grafana, path, "looking at the alert rules")
    rules = compared("alert rules", GROUP, rule_group(plan, FOLDER_UID), theirs)
    return [rules, *_quiet_hours(grafana, plan), *_contacts(grafana, plan)]


def _quiet_hours(grafana: Grafana, plan: Plan) -> list[Part]:
    path = f"{_API}/mute-timings/{QUIET}"
    theirs = found_at(grafana, path, "looking at the quiet hours")
    if plan.quiet is not None:
        return [compared("mute timing", QUIET, mute_timing(plan.quiet), theirs)]
    return [] if theirs is None else [_left_over("mute timing", QUIET)]


def _contacts(grafana: Grafana, plan: Plan) -> list[Part]:
    points = found_at(grafana, f"{_API}/contact-points", "looking at the contact points")
    listed = points if isinstance(points, list) else []
    there = {point.get("uid"): point for point in listed if isinstance(point, dict)}
    wanted = {point["uid"]: point for point in contact_points(plan)}
    parts = []
    for kind in KINDS:
        if uid(kind) in wanted:
            ours = wanted[uid(kind)]
            parts.append(compared("contact point", kind, ours, there.get(uid(kind))))
        elif uid(kind) in there:
            parts.append(_left_over("contact point", kind))
    return parts


def _left_over(kind: str, name: str) -> Part:
    return Part(kind, name, Stands.DIFFERS, _LEFT_OVER)
