"""A week's report as the local page hands it over."""

from contextlib import closing
from dataclasses import replace

import httpx
import pytest

from sitstreak.errors import DataDirError
from sitstreak.report.download import week_file
from sitstreak.report.week import WeekError
from sitstreak.settings import load
from sitstreak.storage.database import open_database
from sitstreak.web.app import create_app
from tests.support.hand_week import ORDINARY_WEEK, hand_source
from tests.support.page_server import page_server
from tests.support.report_store import store


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
        patch.delenv("SITSTREAK_INFLUX_URL", raising=False)
        found = load(tmp_path_factory.mktemp("data"))
    source = hand_source()
    start = ORDINARY_WEEK.days(found.zone)[0].start_s - source.start_s
    week = replace(source, code=source.code[start:], n_steps=source.n_steps[start:])
    week.start_s += start
    with closing(open_database(found.data_dir)) as connection:
        store(connection, week)
    return found


def test_the_pdf_of_a_week_has_its_name_and_is_the_same_each_time(settings):
    file = week_file(settings, "pdf", "2026-W46")
    assert (file.name, file.media_type) == ("2026-W46-hand.pdf", "application/pdf")
    assert file.body.startswith(b"%PDF-")
    assert week_file(settings, "pdf", "2026-W46") == file
    assert week_file(settings, "pdf", "2026-W46", page="letter").body != file.body


def test_without_a_week_it_is_the_running_one(settings):
    assert week_file(settings, "pdf").body.startswith(b"%PDF-")


def test_last_week_is_the_newest_that_is_over(settings):
    days = ORDINARY_WEEK.days(settings.zone)
    after_s = days[-1].end_s + 3_600
    file = week_file(settings, "html", "last", now_s=after_s)
    assert (file.name, file.media_type) == ("2026-W46-hand.html", "text/html; charset=utf-8")


@pytest.fixture
def client(settings):
    now_s = ORDINARY_WEEK.days(settings.zone)[-1].end_s + 3_600
    app = create_app(settings.data_dir, settings, clock=lambda: now_s)
    with page_server(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def test_the_page_hands_over_the_same_file_as_the_command(client, settings):
    answer = client.get("/report.pdf", params={"week": "2026-W46", "page": "A4"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith("2026-W46-hand.pdf")
    assert answer.content == week_file(settings, "pdf", "2026-W46").body
    screen = client.get("/report.html", params={"week": "last", "wearer": "hand"})
    assert screen.headers["content-type"] == "text/html; charset=utf-8"
    assert screen.headers["content-disposition"].startswith("attachment;")
    assert "script-src 'self'" in screen.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"week": "2199-W01"}, 400, "in the future"),
        ({"week": "../../etc/passwd"}, 400, "no ISO week"),
        ({"week": "2026-W46", "page": "a3"}, 400, "no paper"),
        ({"week": "2026-W46", "wearer": "nobody"}, 404, "no data of wearer"),
    ],
)
def test_the_page_says_in_one_line_what_it_cannot_make(client, asked, status, said):
    answer = client.get("/report.pdf", params=asked)
    assert answer.status_code == status
    assert said in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_report_cannot_be_asked_for_by_writing(client):
    assert client.post("/report.pdf", json={}).status_code == 405


def test_what_cannot_be_made_is_said(settings, tmp_path):
    with pytest.raises(WeekError, match="in the future"):
        week_file(settings, "pdf", "2199-W01")
    with pytest.raises(WeekError, match="no ISO week"):
        week_file(settings, "pdf", "../../etc/passwd")
    with pytest.raises(DataDirError, match="holds no data yet"):
        week_file(settings.model_copy(update={"data_dir": tmp_path}), "pdf")
