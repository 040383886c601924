"""Whether Grafana is there, lets us in, and has a data source that reaches our bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dashboards.datasource import UID
from sitstreak.doctor.finding import Finding, note, ok, unused, wrong
from sitstreak.doctor.http import Answer, NoAnswer, Reply, ask

SERVER: Final = "Grafana"
SOURCE: Final = "Grafana data source"


@dataclass(frozen=True, slots=True)
class GrafanaReplies:
    """What it said; `None`: not asked, for want of a token."""

    health: Reply
    source: Reply | None = None
    source_health: Reply | None = None


def ask_grafana(url: str, token: str) -> GrafanaReplies:
    """Ask; nothing is changed."""
    health = ask(url, "/api/health")
    if isinstance(health, NoAnswer) or not token:
        return GrafanaReplies(health)
    headers = {"Authorization": f"Bearer {token}"}
    source = ask(url, f"/api/datasources/uid/{UID}", headers)
    if isinstance(source, NoAnswer) or source.status != 200:
        return GrafanaReplies(health, source)
    return GrafanaReplies(health, source, ask(url, f"/api/datasources/uid/{UID}/health", headers))


def check_grafana(url: str | None, bucket: str, replies: GrafanaReplies | None) -> list[Finding]:
    """Judge the replies."""
    if url is None or replies is None:
        return [unused(SERVER, "not set up (docs/operations.md)")]
    server = _server(url, replies.health)
    if server.todo:
        return [server, unused(SOURCE, "cannot be told before Grafana answers")]
    return [server, _source(url, bucket, replies)]


def is_grafana(health: Reply) -> bool:
    """Tell Grafana from whatever else may answer at an address."""
    return isinstance(health, Answer) and "database" in _body(health)


def _server(url: str, health: Reply) -> Finding:
    if isinstance(health, NoAnswer):
        return wrong(
            SERVER,
            f"nothing answers at {url} ({health.why})",
            "set SITSTREAK_GRAFANA_URL in .env to the address of Grafana"
            if health.is_address_wrong
            else "start it: docker compose up -d --wait",
        )
    if not is_grafana(health):
        return wrong(
            SERVER,
            f"what answers at {url} is no Grafana",
            "set SITSTREAK_GRAFANA_URL in .env to the address of Grafana itself",
        )
    if health.status != 200 or _body(health)["database"] != "ok":
        return wrong(
            SERVER,
            f"answers at {url} that it is not well",
            "look at what it says: docker compose logs --tail 50 grafana",
        )
    return ok(SERVER, f"answers at {url}")


def _source(url: str, bucket: str, replies: GrafanaReplies) -> Finding:
    source = replies.source
    if source is None:
        return note(
            SOURCE,
            "not looked at: that needs a token of a service account",
            "make one in Grafana (Administration, Service accounts, role Admin) and set "
            "SITSTREAK_GRAFANA_TOKEN in .env",
        )
    if isinstance(source, NoAnswer):
        return wrong(SOURCE, f"no answer ({source.why})", "try again: sitstreak doctor")
    if source.status in (401, 403):
        return wrong(
            SOURCE,
            f"Grafana refuses the token ({source.status})",
            "set SITSTREAK_GRAFANA_TOKEN in .env to one of a service account with the role Admin",
        )
    if source.status != 200:
        return wrong(
            SOURCE, f"Grafana at {url} has no data source {UID}", "bring it: sitstreak grafana push"
        )
    details = _body(source).get("jsonData")
    database = details.get("dbName") if isinstance(details, dict) else None
    if database != bucket:
        return wrong(
            SOURCE,
            f"reads the database {database!r}, and results go to the bucket {bucket!r}",
            "put it right: sitstreak grafana push",
        )
    return _reaching(replies.source_health)


def _reaching(health: Reply | None) -> Finding:
    if isinstance(health, Answer) and _body(health).get("status") == "ERROR":
        return wrong(
            SOURCE,
            f"Grafana does not reach InfluxDB through it: {health.message}",
            "set SITSTREAK_GRAFANA_INFLUX_URL in .env to the address of InfluxDB as the Grafana "
            "server reaches it, then: sitstreak grafana push",
        )
    return ok(SOURCE, "is there, and reads our bucket")


def _body(answer: Answer) -> dict[str, Any]:
    return answer.body if isinstance(answer.body, dict) else {}
