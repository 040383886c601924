"""Paper and screen say the same words, so what is right on one is right on the other."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from sitstreak.report.printed.catalogue import catalogue
from sitstreak.report.printed.html import render_html
from sitstreak.report.printed.laid_out import Chart, LaidOut, Table
from sitstreak.report.printed.lay_out import lay_out
from sitstreak.report.printed.pdf import render_pdf
from sitstreak.report.printed.printable import in_print
from tests.support.hand_week import hand_week_content
from tests.support.poppler import Poppler, need_poppler
from tests.support.report_samples import sample_content
from tests.unit.test_report_html import Page

#: Not words on a page: the window's title, a pattern, and a table's name for screen readers.
NOT_SHOWN = {"language", "document_title", "page_of", "footer", "reference_label"}
NOT_SHOWN |= {"caption", "sufficiency_caption"}


def words_of(found: object) -> Iterator[str]:
    """Yield every text of a laid-out report that is shown."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, tuple):
        for one in found:
            yield from words_of(one)
    elif isinstance(found, Table) and not found.rows:
        return
    elif is_dataclass(found) and not isinstance(found, Chart):
        for field in fields(found):
            if field.name not in NOT_SHOWN:
                yield from words_of(getattr(found, field.name))


def dense(text: str) -> str:
    """Return a text without blanks and hyphens: where a line ends is no matter."""
    return "".join(text.split()).replace("-", "")


@pytest.mark.parametrize("name", ["hand", "typical", "three_valid_days", "empty", "off_two_days"])
def test_every_word_of_the_report_is_in_print_and_on_the_screen(name, tmp_path):
    need_poppler()
    content = hand_week_content() if name == "hand" else sample_content(name)
    laid_out = lay_out(content, catalogue("en"), in_print())
    assert isinstance(laid_out, LaidOut)
    paper = dense("".join(Poppler(render_pdf(content), tmp_path).pages()))
    screen = dense("".join(Page(render_html(content).decode()).words))
    said = [dense(text) for text in words_of(laid_out)]
    assert len(said) > 100
    assert [text for text in said if text not in screen] == []
    assert [text for text in said if text not in paper] == []
