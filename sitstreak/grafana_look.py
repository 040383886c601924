"""What of ours a Grafana holds: each part the same, different or missing. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from dashboards.build import dashboard_files
from dashboards.datasource import NAME, UID, Json, data_source
from dashboards.errors import GrafanaUnreachableError, PushRefusedError, TokenRefusedError
from dashboards.push import FOLDER_TITLE, FOLDER_UID, Grafana, InfluxSource
from sitstreak.doctor.grafana_check import is_grafana
from sitstreak.doctor.http import NoAnswer, ask
from sitstreak.errors import SitstreakError

#: Grafana counts these itself, or brings an older layout up to date by itself.
_ITS_OWN: Final = frozenset({"id", "version", "iteration", "schemaVersion"})
#: Grafana takes secrets and never hands them out.
_SECRET: Final = frozenset({"secureJsonData"})
_REDACTED: Final = "[REDACTED]"


class Stands(StrEnum):
    """How a part stands in Grafana."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that `push` brings."""

    kind: str
    name: str
    stands: Stands
    where: str = ""  #: the first place that differs

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON shows."""
        return asdict(self)


def dashboards_for(timezone: str) -> list[Json]:
    """Return all dashboards, with this time zone chosen when somebody opens them."""
    wanted = list(dashboard_files().values())
    choice = {"selected": True, "text": timezone, "value": timezone}
    for dashboard in wanted:
        for variable in dashboard["templating"]["list"]:
            if variable["name"] == "timezone":
                variable |= {"query": timezone, "current": choice, "options": [choice]}
    return wanted


def look(grafana: Grafana, source: InfluxSource, dashboards: Sequence[Json]) -> list[Part]:
    """Compare what is there with what `push` would bring.

    Raises
    ------
    SitstreakError
        If there is no Grafana, or it refuses the token.
    """
    health = ask(grafana.url, "/api/health")
    if isinstance(health, NoAnswer):
        raise SitstreakError(str(GrafanaUnreachableError(grafana.url, health.why)))
    if not is_grafana(health):
        error = GrafanaUnreachableError(grafana.url, "something else answers there")
        raise SitstreakError(str(error))
    folder = {"uid": FOLDER_UID, "title": FOLDER_TITLE}
    wanted = data_source(source.url, source.token, source.database)
    parts = [
        _part(grafana, "folder", FOLDER_TITLE, f"/folders/{FOLDER_UID}", folder),
        _part(grafana, "data source", NAME, f"/datasources/uid/{UID}", wanted),
    ]
    for dashboard in dashboards:
        path = f"/dashboards/uid/{dashboard['uid']}"
        parts.append(_part(grafana, "dashboard", dashboard["title"], path, dashboard))
    return parts


def first_difference(ours: object, theirs: object, place: str = "") -> str | None:
    """Return the first place where theirs is not as ours; what theirs has more does not count."""
    if isinstance(ours, Mapping):
        if not isinstance(theirs, Mapping):
            return place or "all of it"
        for name, value in ours.items():
            if name in _SECRET or (not place and name in _ITS_OWN):
                continue
            inner = f"{place}.{name}" if place else str(name)
            found = first_difference(value, theirs.get(name), inner)
            if found is not None:
                return found
        return None
    if isinstance(ours, Sequence) and not isinstance(ours, str):
        return _in_list(ours, theirs, place)
    return None if ours == theirs or theirs == _REDACTED else place or "all of it"


def _in_list(ours: Sequence[object], theirs: object, place: str) -> str | None:
    if not isinstance(theirs, Sequence) or isinstance(theirs, str) or len(ours) != len(theirs):
        return place
    for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        found = first_difference(one, other, f"{place}[{index}]")
        if found is not None:
            return found
    return None


def _part(grafana: Grafana, kind: str, name: str, path: str, ours: Json) -> Part:
    theirs = found_at(grafana, path, f"looking at the {kind} {name}")
    if kind == "dashboard" and isinstance(theirs, dict):
        theirs = theirs.get("dashboard")
    return compared(kind, name, ours, theirs)


def compared(kind: str, name: str, ours: Json, theirs: object) -> Part:
    """Return how a part stands; `theirs` is None if it is not there."""
    if theirs is None:
        return Part(kind, name, Stands.MISSING)
    where = first_difference(ours, theirs)
    return Part(kind, name, Stands.SAME if where is None else Stands.DIFFERS, where or "")


def found_at(grafana: Grafana, path: str, doing: str) -> object:
    """Return what Grafana has at a path of its API; None: nothing.

    Raises
    ------
    SitstreakError
        If it does not answer, or refuses.
    """
    reply = ask(grafana.url, f"/api{path}", {"Authorization": f"Bearer {grafana.token}"})
    if isinstance(reply, NoAnswer):
        raise SitstreakError(str(GrafanaUnreachableError(grafana.url, reply.why)))
    if reply.status == 404:
        return None
    if reply.status in (401, 403):
        raise SitstreakError(str(TokenRefusedError(grafana.url, doing)))
    if reply.status != 200 or not isinstance(reply.body, dict | list):
        why = f"{reply.status} {reply.message}".rstrip()
        raise SitstreakError(str(PushRefusedError(grafana.url, doing, why)))
    return reply.body
