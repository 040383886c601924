"""Whether InfluxDB is there, takes the token, knows the bucket, and answers InfluxQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sitstreak.doctor.finding import Finding, ok, unused, wrong
from sitstreak.doctor.http import Answer, NoAnswer, Reply, ask

SERVER: Final = "InfluxDB"
TOKEN: Final = "InfluxDB token"  # noqa: S105 - the name of a line of the table
BUCKET: Final = "InfluxDB bucket"
QUERY: Final = "InfluxQL"
_BELOW: Final = "cannot be told before InfluxDB answers"


@dataclass(frozen=True, slots=True)
class Influx:
    """The settings that count."""

    url: str
    token: str
    org: str
    bucket: str


@dataclass(frozen=True, slots=True)
class InfluxReplies:
    """What it said to three harmless questions."""

    health: Reply
    write: Reply  #: to a write of nothing
    query: Reply  #: to InfluxQL, the way Grafana asks


def ask_influx(influx: Influx) -> InfluxReplies:
    """Ask; nothing is stored.

    InfluxDB 2 answers an empty write to a bucket that it knows with 400, others with 204; a bucket
    it does not know gives 404, a token that may not write 401 or 403.
    """
    health = ask(influx.url, "/health")
    if isinstance(health, NoAnswer):
        return InfluxReplies(health, health, health)
    headers = {"Authorization": f"Token {influx.token}"}
    target = {"org": influx.org, "bucket": influx.bucket, "precision": "ns"}
    question = {"db": influx.bucket, "q": "SHOW MEASUREMENTS LIMIT 1"}
    return InfluxReplies(
        health,
        ask(influx.url, f"/api/v2/write?{urlencode(target)}", headers, post=b""),
        ask(influx.url, f"/query?{urlencode(question)}", headers),
    )


def check_influx(influx: Influx | None, replies: InfluxReplies | None) -> list[Finding]:
    """Judge the replies; of each thing that is wrong, what rests on it is left open."""
    if influx is None or replies is None:
        return [unused(SERVER, "not set up: nothing is sent anywhere (docs/operations.md)")]
    server = _server(influx, replies.health)
    if server.todo:
        return [server, unused(TOKEN, _BELOW), unused(BUCKET, _BELOW), unused(QUERY, _BELOW)]
    token = _token(replies.write)
    if token.todo:
        later = "cannot be told without a token that is let in"
        return [server, token, unused(BUCKET, later), unused(QUERY, later)]
    bucket = _bucket(influx, replies.write)
    if bucket.todo:
        return [server, token, bucket, unused(QUERY, "cannot be told without the bucket")]
    return [server, token, bucket, _query(influx, replies.query)]


def _server(influx: Influx, health: Reply) -> Finding:
    if isinstance(health, NoAnswer):
        return wrong(
            SERVER,
            f"nothing answers at {influx.url} ({health.why})",
            "set SITSTREAK_INFLUX_URL in .env to the address of InfluxDB"
            if health.is_address_wrong
            else "start it: docker compose up -d --wait",
        )
    name = health.body.get("name") if isinstance(health.body, dict) else None
    if health.status == 200 and name == "influxdb":
        return ok(SERVER, f"answers at {influx.url}")
    if name == "influxdb" or health.status in (429, 500, 502, 503, 504):
        return wrong(
            SERVER,
            f"answers {health.status} at {influx.url} {health.message}".rstrip(),
            "look at what it says: docker compose logs --tail 50 influxdb",
        )
    return wrong(
        SERVER,
        f"what answers at {influx.url} is no InfluxDB 2",
        "set SITSTREAK_INFLUX_URL in .env to the address of InfluxDB itself",
    )


def _token(write: Reply) -> Finding:
    if isinstance(write, Answer) and write.status in (401, 403):
        return wrong(
            TOKEN,
            f"refused ({write.status} {write.message})".replace(" )", ")"),
            "set SITSTREAK_INFLUX_TOKEN in .env to a token that may write the bucket",
        )
    return ok(TOKEN, "is let in")


def _bucket(influx: Influx, write: Reply) -> Finding:
    named = f"bucket {influx.bucket!r} of organisation {influx.org!r}"
    if isinstance(write, Answer) and write.status in (204, 400):
        return ok(BUCKET, f"{named} can be written")
    if isinstance(write, Answer) and write.status == 404:
        return wrong(
            BUCKET,
            f"there is no {named}",
            "set SITSTREAK_INFLUX_BUCKET and SITSTREAK_INFLUX_ORG in .env to its names there",
        )
    why = write.why if isinstance(write, NoAnswer) else f"{write.status} {write.message}".rstrip()
    return wrong(
        BUCKET,
        f"writing to {named} fails: {why}",
        "look at what it says: docker compose logs --tail 50 influxdb",
    )


def _query(influx: Influx, query: Reply) -> Finding:
    error = _query_error(query)
    if error is None:
        return ok(QUERY, f"database {influx.bucket!r} answers, as Grafana asks it")
    if isinstance(query, Answer) and query.status in (401, 403):
        return wrong(
            QUERY,
            "the token may write the bucket but not read it, so Grafana stays empty",
            "make a token that may do both, and set SITSTREAK_INFLUX_TOKEN in .env to it",
        )
    return wrong(
        QUERY,
        f"the bucket does not answer as database {influx.bucket!r}: {error}",
        f"map it: influx v1 dbrp create --bucket-id ID --db {influx.bucket} --rp autogen --default",
    )


def _query_error(query: Reply) -> str | None:
    if isinstance(query, NoAnswer):
        return query.why
    if query.status != 200 or not isinstance(query.body, dict):
        return f"{query.status} {query.message}".rstrip()
    match query.body.get("results"):
        case [{"error": error}, *_]:
            return str(error)
        case [{}, *_]:
            return None
    return "its answer is none of InfluxQL"
