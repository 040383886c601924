"""The report on a screen: typed text stands as it was typed, and nothing runs or is fetched."""

import re
from html.parser import HTMLParser

import pytest

from sitstreak.report.person import Person
from sitstreak.report.printed.html import render_html
from tests.support.report_samples import NAMES, sample_content

VOID = {"meta", "img", "br"}
TAGS = {
    *("html", "head", "title", "style", "body", "header", "main", "section", "footer", "h1", "h2"),
    *("h3", "p", "strong", "ul", "li", "dl", "div", "dt", "dd", "table", "caption", "thead"),
    *("tbody", "tr", "th", "td", *VOID),
}


class Page(HTMLParser):
    """Collects tags and text, and sees to it that every tag is closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.words, self.pictures = set(), [], []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "img":
            self.pictures.append(dict(attrs))
        if tag not in VOID:
            self._open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("name", NAMES)
def test_every_week_is_sound_and_whole(name):
    text = render_html(sample_content(name)).decode()
    page = Page(text)
    assert page.tags <= TAGS
    assert len(page.pictures) == 4
    assert all(picture["alt"] for picture in page.pictures)
    assert all(picture["src"].startswith("data:image/svg+xml;base64,") for picture in page.pictures)
    assert not re.search(r"(href|src)=.?https?:|url\(|@import", text)
    assert render_html(sample_content(name)).decode() == text


def test_typed_markup_is_text():
    page = Page(render_html(sample_content("hostile_text")).decode())
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert any("<script>alert(1)</script>" in words for words in page.words)
    assert any("=cmd()|" in words for words in page.words)


def test_a_name_stands_in_place_of_the_pseudonym():
    content = sample_content("still_running")
    text = render_html(content, person=Person("Erika <Mustermann>")).decode()
    assert "Erika &lt;Mustermann&gt;" in text
    assert content.header.wearer not in text
