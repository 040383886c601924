"""Grafana's provisioning of alerts over HTTP, as far as pushing and looking need it.

It holds to what Grafana 12 refuses: a rule that names a contact point or a mute timing that is not
there, and taking away what a rule still names.
"""

from __future__ import annotations

import copy
from typing import Any

Answer = tuple[int, Any]
_SECRET = {"bottoken", "authorization_credentials"}


class FakeAlerting:
    """What is kept, by uid or name."""

    def __init__(self) -> None:
        self.points: dict[str, dict[str, Any]] = {}
        self.timings: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, dict[str, Any]] = {}

    def answer(self, verb: str, path: str, body: dict[str, Any]) -> Answer:
        """Return status and JSON of one request to `/api/v1/provisioning` + path."""
        kind, *names = path.strip("/").split("/")
        answers = {
            "contact-points": self._point,
            "mute-timings": self._timing,
            "folder": self._group,
        }
        if kind not in answers:
            return 404, {"message": f"{verb} {path} is not for us to touch"}
        return answers[kind](verb, names, copy.deepcopy(body))

    def used(self) -> set[str]:
        """Return the names of contact points and mute timings that rules name."""
        names = set()
        for group in self.groups.values():
            for rule in group["rules"]:
                settings = rule.get("notification_settings", {})
                names |= {settings.get("receiver"), *settings.get("mute_time_intervals", [])}
        return names - {None}

    def _point(self, verb: str, names: list[str], body: dict[str, Any]) -> Answer:
        if verb == "GET":
            return 200, [_redacted(point) for point in self.points.values()]
        if verb == "POST":
            if body["uid"] in self.points:
                return 400, {"message": "receiver configuration with UID already exists"}
            self.points[body["uid"]] = body
            return 202, body
        if verb == "PUT":
            if names[0] not in self.points:
                return 404, {"message": "contact point not found"}
            self.points[names[0]] = body
            return 202, {"message": "contactpoint updated"}
        gone = self.points[names[0]]
        others = [one for one in self.points.values() if one["name"] == gone["name"]]
        if len(others) == 1 and gone["name"] in self.used():
            return 409, {"message": "contact point is used by an alert rule"}
        del self.points[names[0]]
        return 204, None

    def _timing(self, verb: str, names: list[str], body: dict[str, Any]) -> Answer:
        if verb == "POST":
            if body["name"] in self.timings:
                return 400, {"message": "time interval already exists"}
            self.timings[body["name"]] = body
            return 201, body
        if names[0] not in self.timings:
            return 404, {"message": "time interval not found"}
        if verb == "GET":
            return 200, self.timings[names[0]] | {"provenance": "api", "version": "x"}
        if verb == "DELETE":
            if names[0] in self.used():
                return 409, {"message": "time interval is used by an alert rule"}
            del self.timings[names[0]]
            return 204, None
        self.timings[names[0]] = body
        return 202, body

    def _group(self, verb: str, names: list[str], body: dict[str, Any]) -> Answer:
        name = names[2]
        if verb == "GET":
            found = self.groups.get(name)
            return (200, _with_defaults(found)) if found else (404, {"message": "not found"})
        known = {point["name"] for point in self.points.values()} | self.timings.keys()
        before, self.groups[name] = self.groups.get(name), body
        if not self.used() <= known:
            self.groups = {name: before} if before else {}
            return 400, {"message": "receiver or mute timing does not exist"}
        return 200, body


def _redacted(point: dict[str, Any]) -> dict[str, Any]:
    hidden = {key: "[REDACTED]" for key in point["settings"] if key in _SECRET}
    return point | {"settings": point["settings"] | hidden, "provenance": "api"}


def _with_defaults(group: dict[str, Any]) -> dict[str, Any]:
    """Add what Grafana adds to each rule by itself."""
    rules = [rule | {"id": 1, "orgID": 1, "provenance": "api"} for rule in group["rules"]]
    return group | {"rules": rules}
