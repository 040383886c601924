"""The page's answers: right, strict about who asks, and in words when something is wrong."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.applications import Starlette

from sitstreak import __version__
from sitstreak.settings import Settings
from sitstreak.web.app import create_app
from sitstreak.web.guard import SECURITY_HEADERS
from tests.support.fake_results import stretches
from tests.support.page_case import MORNING_S, PARTS, Afternoon
from tests.support.page_server import page_server

PATHS = ("/", "/api/now", "/api/day/2026-11-22", "/api/history", "/healthz", "/static/js/main.js")


@contextmanager
def reading(app: Starlette) -> Iterator[httpx.Client]:
    with page_server(app) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with reading(Afternoon(*PARTS).app()) as client:
        yield client


def test_now_is_the_present(client):
    now = client.get("/api/now").json()
    assert (now["posture"], now["streak_s"], now["state"]) == ("sit", 1800, "live")
    assert now["sensor"]["name"] == "Hip sensor 1"
    assert now["date"] == "2026-11-22"


def test_a_day_is_answered_by_its_date(client):
    day = client.get("/api/day/2026-11-22").json()
    assert day["summary"]["sit_s"] == 1800
    assert day["bouts"][1]["posture"] == "walk"
    assert day["start"] == "2026-11-22T00:00:00+01:00"


def test_the_fortnight_has_fourteen_days(client):
    days = client.get("/api/history").json()["days"]
    assert len(days) == 14
    assert days[-1]["date"] == "2026-11-22"


def test_health_tells_how_old_the_data_are(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "version": __version__,
        "database": "reachable",
        "last_data_age_s": 3,
    }


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("2026-13-45", 400, "there is no day 2026-13-45"),
        ("2026-02-30", 400, "there is no day"),
        ("20261122", 400, "is no date; write YYYY-MM-DD"),
        ("yesterday", 400, "is no date"),
        ("2026-11-22T00", 400, "is no date"),
        ("٢٠٢٦-١١-٢٢", 400, "is no date"),
        ("0001-01-01", 404, "no data"),
        ("9999-12-31", 404, "no data"),
    ],
)
def test_a_bad_date_gets_a_sentence(client, text, status, words):
    answer = client.get(f"/api/day/{text}")
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_an_unknown_wearer_gets_a_sentence(client):
    answer = client.get("/api/now?wearer=eve")
    assert answer.status_code == 404
    assert answer.json()["error"] == "no data of wearer 'eve'; there are data of me"


def test_another_wearer_can_be_asked_for():
    case = Afternoon(*PARTS)
    case.results.known["ann"] = stretches(MORNING_S, ("lie", 100))
    with reading(case.app()) as client:
        assert client.get("/api/day/2026-11-22?wearer=ann").json()["summary"]["lie_s"] == 100


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_strict_headers(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "set-cookie" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("access-control")]
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_refusals_carry_the_strict_headers_too(client):
    for answer in (client.get("/nothing"), client.post("/api/now"), client.get("/api/day/x")):
        assert answer.status_code >= 400
        assert answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_our_own_names_are_answered(client, name):
    host = f"{name}:{client.base_url.port}"
    assert client.get("/api/now", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:80", "localhost:1", "", "a b"],
)
@pytest.mark.parametrize("path", ["/", "/api/now", "/api/events", "/static/icon.svg"])
def test_a_foreign_name_that_points_here_is_refused(client, host, path):
    answer = client.get(path, headers={"host": host.format(client.base_url.port)})
    assert answer.status_code == 400
    assert "only under its own address" in answer.json()["error"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/now", "/static/base.css"])
def test_nothing_can_be_written(client, method, path):
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", [*PATHS, "/api/events"])
def test_head_is_answered_without_a_body(client, path):
    answer = client.head(path)
    assert answer.status_code == 200
    assert answer.content == b""


def test_an_unknown_address_says_so_to_people_and_to_programs(client):
    assert "There is nothing at this address" in client.get("/nothing").text
    assert client.get("/nothing").headers["content-type"].startswith("text/html")
    assert client.get("/api/nothing").json() == {"error": "there is nothing at this address"}
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(client):
    page = client.get("/").text
    assert "<style" not in page
    assert " style=" not in page
    assert "onclick" not in page
    assert "<script>" not in page
    for path in (
        "/",
        "/static/js/main.js",
        "/static/base.css",
        "/static/now.css",
        "/static/days.css",
    ):
        text = client.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text


def test_no_data_yet_is_an_answer_and_not_an_error():
    with reading(Afternoon().app()) as client:
        assert client.get("/api/now").json()["state"] == "no data yet"
        assert client.get("/api/history").status_code == 200
        assert client.get("/api/day/2026-11-22").json()["has_data"] is False
        assert client.get("/healthz").json()["last_data_age_s"] is None


def test_a_database_that_fails_is_told_and_opened_again(monkeypatch):
    case = Afternoon(*PARTS)
    attempts = []

    @contextmanager
    def opener(path):
        attempts.append(path)
        if len(attempts) < 3:
            raise sqlite3.OperationalError("disk I/O error")
        yield case.results

    monkeypatch.setattr(case.results, "opener", opener)
    with reading(case.app()) as client:
        answer = client.get("/api/now")
        assert answer.status_code == 503
        assert "database" in answer.json()["error"]
        health = client.get("/healthz")
        assert health.status_code == 503
        assert health.json()["ok"] is False
        assert client.get("/healthz").status_code == 200


def test_a_data_directory_that_is_a_file_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    app = create_app(tmp_path / "file", Settings(_env_file=None))
    with reading(app) as client:
        answer = client.get("/api/now")
    assert answer.status_code == 503
    assert str(tmp_path / "file") in answer.json()["error"]


def test_a_fault_of_ours_is_a_sentence_without_its_insides(monkeypatch):
    case = Afternoon(*PARTS)
    monkeypatch.setattr(case.results, "latest_second", None)
    with reading(case.app()) as client:
        answer = client.get("/api/now")
    assert answer.status_code == 500
    assert "NoneType" not in answer.text
    assert answer.headers["content-security-policy"]
