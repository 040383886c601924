"""The page in a real browser: what people see, that it stays up to date, and that it stays here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from processing.model import NS_PER_S, Gap
from tests.support.page_case import MORNING_S, PARTS, Afternoon
from tests.support.page_server import page_server

pytestmark = pytest.mark.chromium
_NOTE_VIOLATIONS = """
    window.violations = [];
    document.addEventListener(
        "securitypolicyviolation", (event) => window.violations.push(event.violatedDirective)
    );
"""


class Visit:
    """One open page, and whatever it complained of or asked for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        self.asked: list[str] = []
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.add_init_script(_NOTE_VIOLATIONS)
        page.goto(url)

    def word(self, text: str) -> None:
        expect(self.page.locator("#posture")).to_have_text(text)


@pytest.fixture
def case() -> Afternoon:
    return Afternoon(*PARTS)


@pytest.fixture
def visit(browser: Browser, case: Afternoon) -> Iterator[Visit]:
    """Visit the page; in the end it must not have complained, nor have asked anybody else."""
    with page_server(case.app()) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        visit = Visit(page, url)
        yield visit
        violations = page.evaluate("window.violations")
        page.close()
    assert visit.complaints == []
    assert violations == []
    assert [asked for asked in visit.asked if not asked.startswith(f"{visit.url}/")] == []


def test_the_page_shows_posture_streak_and_debt(visit):
    visit.word("Sitting")
    page = visit.page
    expect(page.locator("#posture-for")).to_contain_text("for 10 min")
    expect(page.locator("#sure")).to_have_text("Sure, 90 %")
    expect(page.locator("#streak")).to_contain_text("30:")
    expect(page.locator("#streak-hint")).to_contain_text("Over half an hour")
    expect(page.locator("#debt")).to_have_text("5 min")
    expect(page.locator("#state-text")).to_have_text("live")
    expect(page.locator("#sensor-line")).to_contain_text("Hip sensor 1 · battery 83 % · connected")
    expect(page.locator("#simulated")).to_be_hidden()


def test_the_page_follows_the_wearer_by_itself(visit, case):
    visit.word("Sitting")
    case.wear(*PARTS, ("walk", 90))
    visit.word("Walking")
    expect(visit.page.locator("#streak-since")).to_have_text("no streak")
    expect(visit.page.locator("#break")).to_have_text("now")
    expect(visit.page.locator("#legend")).to_contain_text("Walking 6 min")


def test_what_is_missing_today_and_why_stands_on_the_page(visit, case):
    visit.word("Sitting")
    expect(visit.page.locator("#sensor-notes")).to_be_hidden()
    at_ns = MORNING_S * NS_PER_S
    case.results.gaps["me"] = [
        Gap("hip-1", at_ns + 60 * NS_PER_S, at_ns + 180 * NS_PER_S, 0, "out_of_range"),
        Gap("hip-1", at_ns + 240 * NS_PER_S, at_ns + 300 * NS_PER_S, 0, "out_of_range"),
    ]
    case.results.counters["me"] = {"n_refused": 2}
    case.wear(*PARTS, ("walk", 90))
    expect(visit.page.locator("#sensor-notes li")).to_have_text(
        [
            "2 times the device refused to stream, or stopped by itself",
            "Missing today: 3 min out of range (2 times)",
        ]
    )


def test_the_streak_counts_on_between_two_pieces_of_news(visit):
    visit.word("Sitting")
    streak = visit.page.locator("#streak")
    before = streak.inner_text()
    expect(streak).not_to_have_text(before)
    assert streak.inner_text() > before


def test_a_silent_sensor_is_not_passed_off_as_a_posture(visit, case):
    visit.word("Sitting")
    case.clock_s += 400
    visit.word("Not known")
    expect(visit.page.locator("#posture-for")).to_have_text("last known: sitting at 08:35")
    expect(visit.page.locator("#state-text")).to_have_text("sensor silent for 6 min")
    expect(visit.page.locator("#streak-since")).to_have_text("not known")


def test_no_data_yet_says_what_to_do_and_fills_by_itself(browser):
    case = Afternoon()
    with page_server(case.app()) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.get_by_role("heading", name="No data yet")).to_be_visible()
        expect(page.locator("#empty-text")).to_contain_text("Clip the sensor to your waistband")
        expect(page.locator("#dashboard")).to_be_hidden()
        case.wear(*PARTS)
        expect(page.locator("#posture")).to_have_text("Sitting")
        expect(page.locator("#bars button")).to_have_count(14)
        page.close()


def test_demo_data_are_called_so(browser, case):
    case.results.device_id = "demo-hip"
    with page_server(case.app()) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("#simulated")).to_have_text("Demo simulated sensor, not a person")
        page.close()


def test_a_server_that_goes_away_is_told_and_its_return_is_noticed(browser, case):
    with page_server(case.app()) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("#posture")).to_have_text("Sitting")
    expect(page.locator("#lost")).to_contain_text("Connection to sitstreak lost")
    expect(page.locator("#posture")).to_have_text("Not known")
    with page_server(case.app(), port=int(url.rsplit(":", 1)[1])):
        expect(page.locator("#posture")).to_have_text("Sitting", timeout=15_000)
        expect(page.locator("#lost")).to_be_hidden()
        page.close()


def test_a_past_day_can_be_opened_and_left_again(visit):
    page = visit.page
    page.get_by_role("button", name="Saturday 21 November").click()
    expect(page.locator("#today")).to_have_text("Saturday 21 November")
    expect(page.locator("#day-nothing")).to_be_visible()
    page.get_by_role("button", name="Back to today").click()
    expect(page.locator("#today")).to_have_text("Today, Sunday 22 November")
    expect(page.locator("#day-nothing")).to_be_hidden()


def test_the_timeline_tells_its_times_to_pointer_and_keyboard(visit):
    page = visit.page
    timeline = page.get_by_role("slider")
    expect(page.locator("#ribbon rect").first).to_be_attached()
    timeline.press("Home")
    expect(timeline).to_have_attribute("aria-valuetext", "00:00 to 08:00 · not known, 8 h")
    timeline.press("ArrowRight")
    expect(page.locator("#tip")).to_have_text("08:00 to 08:05 · walking, 5 min, 600 steps")
    timeline.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    box = timeline.bounding_box()
    assert box is not None
    at_ten_past_eight = box["x"] + box["width"] * (8 + 10 / 60) / 24
    page.mouse.move(at_ten_past_eight, box["y"] + 40)
    expect(page.locator("#tip")).to_have_text("08:05 to 08:25 · sitting, 20 min")


def test_everything_can_be_reached_with_the_keyboard(visit):
    page = visit.page
    expect(page.locator("#bars button")).to_have_count(14)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(e => e.dataset.date || e.id || e.textContent.trim())(document.activeElement)"
            )
        )
    assert {"How sure is that?", "day-before", "timeline", "The day as a list"} <= reached
    assert {"2026-11-09", "2026-11-22"} <= reached


def test_the_day_can_be_read_as_a_list(visit):
    visit.page.get_by_text("The day as a list").click()
    rows = visit.page.locator("#rows tr")
    expect(rows.first).to_contain_text("08:25")
    expect(rows.last).to_contain_text("00:0008:00not known8 h")


@pytest.mark.parametrize("parts", [PARTS, ()], ids=["data", "no-data"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_sticks_out_sideways(browser, parts, width):
    with page_server(Afternoon(*parts).app()) as url:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(url)
        expect(page.locator("body")).not_to_have_attribute("data-view", "loading")
        if parts:
            expect(page.locator("#bars button")).to_have_count(14)
            page.get_by_role("slider").press("End")
            for details in page.locator("summary").all():
                details.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
