"""The diary on the page: two taps in a real browser, and nobody else's page may write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.diary import Diary
from sitstreak.web.app import create_app
from tests.support.page_case import PARTS, ZONE, Afternoon
from tests.support.page_server import page_server

#: A Monday: bridges are planned.
MONDAY_S: Final = round(datetime(2026, 11, 16, 14, 30, tzinfo=ZONE).timestamp())
PHONE: Final = (390, 844)
DESK: Final = (1280, 800)


def make_app(data_dir: Path, now_s: int = MONDAY_S, case: Afternoon | None = None) -> Starlette:
    settings = Settings(timezone=ZONE.key, wearer="me", _env_file=None)
    results = (case or Afternoon()).results
    return create_app(data_dir, settings, clock=lambda: now_s, opener=results.opener)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    with page_server(make_app(tmp_path)) as url, httpx.Client(base_url=url) as client:
        yield client


def words(data_dir: Path) -> list[tuple[str, str, int | None, int | None]]:
    with closing(open_database(data_dir)) as connection:
        entries = Diary(connection).entries("me", 0, 2**40)
    return [(one.kind.value, one.what, one.score, one.n_reps) for one in entries]


def test_looking_at_an_empty_diary_makes_no_database(client: httpx.Client, tmp_path: Path) -> None:
    body = client.get("/api/diary").json()
    assert body["entries"] == []
    assert list(tmp_path.iterdir()) == []


def test_an_exercise_alone_is_one_as_planned(client: httpx.Client) -> None:
    answer = client.post("/api/diary", json={"kind": "exercise", "what": "glute-bridge"})
    assert answer.status_code == 201
    assert answer.json()["words"] == "glute bridge 3 x 8"
    assert answer.json()["at"] == "2026-11-16T14:30:00+01:00"
    first = client.get("/api/diary").json()["choices"][0]
    assert (first["what"], first["planned"]) == ("glute-bridge", "3 × 8")


def test_an_entry_is_undone_and_brought_back(client: httpx.Client, tmp_path: Path) -> None:
    entry = client.post("/api/diary", json={"kind": "pain", "score": 4}).json()
    assert client.post(f"/api/diary/{entry['id']}/delete", json={}).status_code == 200
    assert words(tmp_path) == []
    assert client.post(f"/api/diary/{entry['id']}/delete", json={}).status_code == 404
    assert client.post(f"/api/diary/{entry['id']}/restore", json={}).json()["score"] == 4
    assert words(tmp_path) == [("pain", "", 4, None)]


@pytest.mark.parametrize(
    "says",
    [
        {"kind": "pain", "score": 11},
        {"kind": "pain", "score": "4"},
        {"kind": "pain", "score": 4.5},
        {"kind": "pain", "score": True},
        {"kind": "pain", "score": 4, "id": 1},
        {"kind": "pain", "score": 4, "at": 1},
        {"kind": "pain", "score": 4, "at": "noon"},
        {"kind": "note"},
        {"kind": "exercise", "what": "juggling"},
        {"kind": "exercise", "what": ["squat"]},
        {"kind": "not_worn"},
        {"kind": "dream"},
        {},
        [],
        4,
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(client, tmp_path, says: Any) -> None:
    answer = client.post("/api/diary", json=says)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert words(tmp_path) == []


def test_a_time_of_today_is_the_wearers_and_what_lies_ahead_is_refused(client, tmp_path) -> None:
    entry = client.post("/api/diary", json={"kind": "pain", "score": 4, "at": "09:05"}).json()
    assert entry["at"] == "2026-11-16T09:05:00+01:00"
    answer = client.post("/api/diary", json={"kind": "pain", "score": 5, "at": "14:31"})
    assert answer.status_code == 400
    assert "lies ahead" in answer.json()["error"]
    assert words(tmp_path) == [("pain", "", 4, None)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),  # what a form of any page can send
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        ({"content-type": "application/json", "origin": "http://evil.example"}, 403),
        ({"content-type": "application/json", "origin": "null"}, 403),
        ({"content-type": "application/json", "origin": "http://127.0.0.1:9999"}, 403),
        ({"content-type": "application/json", "sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "application/json", "sec-fetch-site": "same-site"}, 403),
        ({"content-type": "application/json", "host": "evil.example"}, 400),
    ],
)
def test_no_other_page_can_write(client, tmp_path, headers, status) -> None:
    body = b'{"kind": "pain", "score": 4}'
    assert client.post("/api/diary", content=body, headers=headers).status_code == status
    assert words(tmp_path) == []


def test_our_own_page_and_programs_can_write(client: httpx.Client, tmp_path: Path) -> None:
    origin = str(client.base_url).rstrip("/")
    for headers in ({}, {"origin": origin, "sec-fetch-site": "same-origin"}):
        answer = client.post("/api/diary", json={"kind": "pain", "score": 4}, headers=headers)
        assert answer.status_code == 201
    assert len(words(tmp_path)) == 2


def test_more_than_an_entry_can_hold_is_refused(client: httpx.Client) -> None:
    answer = client.post("/api/diary", json={"kind": "note", "note": "x" * 70_000})
    assert answer.status_code == 413
    for path in ("/api/diary", "/api/diary/1/delete"):
        assert client.put(path, json={}).status_code == 405


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    complaints: list[str] = []
    with page_server(make_app(tmp_path, case=Afternoon(*PARTS))) as url:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        expect(page.locator("#diary-choices button")).to_have_count(6)
        yield page
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.close()
    assert complaints == []


@pytest.mark.chromium
def test_pain_takes_two_taps_and_one_to_undo(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="Pain", exact=True).click()
    page.get_by_role("button", name="Pain 4", exact=True).click()
    expect(page.locator("#diary-said")).to_have_text("Written down: pain 4.")
    expect(page.locator("#diary-list li")).to_have_count(1)
    assert words(tmp_path) == [("pain", "", 4, None)]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#diary-said")).to_have_text("Undone.")
    expect(page.locator("#diary-list")).to_be_hidden()
    assert words(tmp_path) == []


@pytest.mark.chromium
def test_an_exercise_takes_two_taps_and_is_as_planned(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="Exercise", exact=True).click()
    page.get_by_role("button", name="glute bridge today").click()
    expect(page.locator("#diary-list li")).to_contain_text("glute bridge 3 x 8")
    assert words(tmp_path) == [("exercise", "glute-bridge", None, 8)]


@pytest.mark.chromium
def test_a_time_and_a_note_go_with_the_next_tap_only(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="Pain", exact=True).click()
    page.get_by_label("When").fill("09:05")
    page.get_by_label("Note", exact=True).fill("after lifting")
    page.get_by_role("button", name="Pain 4", exact=True).click()
    expect(page.locator("#diary-list li")).to_have_text("09:05pain 4after lifting×")
    page.get_by_role("button", name="Pain", exact=True).click()
    page.get_by_role("button", name="Pain 0", exact=True).click()
    expect(page.locator("#diary-list li").nth(1)).to_have_text("14:30pain 0×")
    assert len(words(tmp_path)) == 2


@pytest.mark.chromium
def test_a_note_alone_is_typed_and_written(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="Note", exact=True).click()
    page.keyboard.type("three hours in the car")
    page.keyboard.press("Enter")
    expect(page.locator("#diary-list .diary-note")).to_have_text("three hours in the car")
    assert words(tmp_path) == [("note", "", None, None)]


@pytest.mark.chromium
@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_what_is_refused_stays_typed(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="Pain", exact=True).click()
    page.get_by_label("When").fill("14:31")
    page.get_by_label("Note", exact=True).fill("typed with care")
    page.get_by_role("button", name="Pain 4", exact=True).click()
    expect(page.locator("#diary-said")).to_contain_text("lies ahead")
    expect(page.get_by_label("Note", exact=True)).to_have_value("typed with care")
    assert words(tmp_path) == []


@pytest.mark.chromium
@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_what_is_typed_is_shown_and_never_run(page: Page, tmp_path: Path) -> None:
    note = "<img src=x onerror=alert(1)>\N{RIGHT-TO-LEFT OVERRIDE}" + "long" * 500
    with closing(open_database(tmp_path)) as connection:
        entry = DiaryEntry(id=0, at_s=MONDAY_S, kind=DiaryKind.NOTE, note=note)
        Diary(connection).add("me", entry)
    page.reload()
    expect(page.locator(".diary-note")).to_have_text(note)
    assert page.locator("#diary img").count() == 0


@pytest.mark.chromium
@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_every_button_is_as_large_as_a_thumb(page: Page) -> None:
    for opener, panel in (("#diary-pain", "#diary-scores"), ("#diary-exercise", "#diary-choices")):
        page.locator(opener).click()
        for button in page.locator(f"{panel} button").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["width"] >= 44
