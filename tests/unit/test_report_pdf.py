"""The PDF: two pages whatever was typed, tagged, the same bytes, every number of the week."""

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
import typst

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.report.content.model import SideTest
from sitstreak.report.person import Person
from sitstreak.report.printed import pdf as pdf_module
from sitstreak.report.printed.catalogue import catalogue
from sitstreak.report.printed.charts_ribbon import ribbon
from sitstreak.report.printed.lay_out import lay_out
from sitstreak.report.printed.pdf import render_pdf
from sitstreak.report.printed.printable import in_print
from tests.support.hand_week import hand_week_content
from tests.support.hand_week_numbers import EXPECTED
from tests.support.poppler import Poppler, need_poppler
from tests.support.report_samples import HOSTILE, NAMES, sample_content

A4, LETTER = "595.276 x 841.89 pts (A4)", "612 x 792 pts (letter)"


@pytest.fixture(autouse=True)
def poppler():
    need_poppler()


@pytest.fixture
def read(tmp_path):
    return lambda pdf: Poppler(pdf, tmp_path)


@cache
def rendered(name, page="a4"):
    return render_pdf(sample_content(name), page=page)


@pytest.mark.parametrize("page", ["a4", "letter"])
@pytest.mark.parametrize("name", NAMES)
def test_every_week_is_two_tagged_pages_with_its_fonts_inside(name, page, read):
    found = read(rendered(name, page))
    info = found.info()
    assert re.search(r"Pages: +2\n", info)
    assert re.search(r"Tagged: +yes\n", info)
    assert (A4 if page == "a4" else LETTER) in info
    fonts = found.fonts()
    assert {font[0].partition("+")[2] for font in fonts} == {"DejaVuSans", "DejaVuSans-Bold"}
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)  # embedded, subset, unicode
    header = sample_content(name).header
    for number, text in enumerate(found.pages(), start=1):
        assert f"Report {header.report_id} · Page {number} of 2" in text


@pytest.mark.parametrize("page", ["a4", "letter"])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_has_to_be_made_smaller(name, page):
    pages = lay_out(sample_content(name), catalogue(), in_print())
    sys_inputs = pdf_module.inputs(pages, page, date(2026, 11, 15))
    fits = typst.query(
        pdf_module.template(),
        "<fit>",
        field="value",
        font_paths=pdf_module._fonts(),
        ignore_system_fonts=True,
        sys_inputs=sys_inputs,
    )
    found = json.loads(fits)
    assert len(found) == 2
    for sheet in found:
        assert sheet["need"] <= sheet["room"]


def test_the_same_content_gives_the_same_bytes_in_another_process():
    script = (
        "import hashlib; from sitstreak.report.printed.pdf import render_pdf;"
        "from tests.support.report_samples import sample_content;"
        "print(hashlib.sha256(render_pdf(sample_content('typical'))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    again = render_pdf(sample_content("typical"))
    assert rendered("typical") == again
    assert done.stdout.strip() == hashlib.sha256(again).hexdigest()


def test_every_picture_has_words_and_every_table_a_head(read):
    structure = read(rendered("typical")).info("-struct")
    assert len(re.findall(r"^ *Figure", structure, re.MULTILINE)) == 4
    assert len(re.findall(r"^ *Table", structure, re.MULTILINE)) == 3
    heads = len(re.findall(r"/Scope /Column", structure))
    assert heads == 3 + 14 + 10  # longest bouts, days, exercises
    pages = lay_out(sample_content("typical"), catalogue(), in_print())
    for chart in (pages.one.ribbon, pages.one.modal, pages.two.bands, pages.two.trend):
        assert len(chart.alt) > 80


@pytest.mark.parametrize("typed", HOSTILE)
def test_typed_text_is_printed_literally(typed, read):
    content = sample_content("typical")
    monday_s = content.ribbon[0].start_s
    entry = DiaryEntry(id=1, at_s=monday_s + 36_000, kind=DiaryKind.NOTE, note=typed)
    pdf = render_pdf(replace(content, entries=(entry,)))
    text = " ".join(read(pdf).pages()[1].split())
    line = next(line for line in lay_out_notes(replace(content, entries=(entry,))))
    shown = line.partition("note: ")[2]
    if "\u202e" not in typed:  # right-to-left text is extracted in another order
        assert shown in text
    begun = " ".join(typed.split())[:30]
    if typed.isascii() and typed.isprintable():
        assert begun in text
    assert not set(shown) & {"\u202e", "\u200b", "\x00", "\x1b", "\n"}


def lay_out_notes(content):
    return lay_out(content, catalogue(), in_print()).two.notes


def test_a_text_of_ten_thousand_characters_is_cut_and_that_is_said(read):
    text = read(rendered("hostile_text")).pages()[1]
    assert "cut to fit; the whole text is in the data files" in text
    assert "more in the data files" in text


def test_hidden_characters_and_those_without_a_glyph_are_named():
    line = in_print().line("a\u202eb\x00c\U0001f9d8 d\te", width_em=60)
    assert line == "a⟨U+202E⟩b⟨U+0000⟩c⟨U+1F9D8⟩ d e"


def test_too_few_days_have_a_banner_and_no_averages(read):
    few = sample_content("three_valid_days")
    one, two = read(rendered("three_valid_days")).pages()
    assert "Only 3 of 4 valid days" in one
    assert "Mean, valid" not in two
    pages = lay_out(few, catalogue(), in_print())
    assert [tile.value for tile in pages.one.tiles[:2]] == ["–", "–"]
    assert "Only" not in read(rendered("typical")).pages()[0]


def test_an_empty_week_says_so(read):
    assert "There are no data in this week" in read(rendered("empty")).pages()[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("clock_change_25h", "a day of 25 hours"),
        ("clock_change_23h", "a day of 23 hours"),
        ("still_running", "This week is not over"),
    ],
)
def test_an_odd_week_is_said_to_be_one(name, said, read):
    assert said in read(rendered(name)).pages()[0]


def test_a_name_stands_in_the_header_only_when_it_is_given(read):
    person = Person("Ada Beispiel", date(1960, 2, 3))
    pdf = render_pdf(sample_content("typical"), person=person)
    assert "Ada Beispiel, born 1960-02-03" in read(pdf).pages()[0]
    assert b"Ada Beispiel" not in rendered("typical")


def test_the_hand_worked_week_is_on_page_one(read):
    one = " ".join(read(render_pdf(hand_week_content())).pages("-layout")[0].split())
    tiles = EXPECTED["tiles"]
    hours, long_h = tiles["sedentary_h"], tiles["prolonged_h"]
    met = tiles["hours_met"]
    assert f"Valid days: {EXPECTED['n_valid_days']} of 7" in one
    assert f"{EXPECTED['captured_share']:.0%}".replace("%", " %") in one
    assert "1 gap, 40 min" in one
    assert f"{hours[0]:.1f} h {long_h[0]:.1f} h 80 min {100 * met[0]:.0f} % 3.5 of 10" in one
    assert f"{100 * hours[3]:.0f} % of wear" in one
    assert f"{met[4]} of {met[5]} hours 4 entries" in one
    assert "last week 10.0 h last week 6.7 h last week 80 min last week 43 % last week 6" in one
    wear = [f"{day['wear_s'] / 3600:.1f} h" for day in EXPECTED["days"]]
    assert " ".join(wear).replace("5.0 h", "5.0 h too short") in one.replace(" ✓", "")


def test_the_hand_worked_week_is_in_the_day_table(read):
    two = [" ".join(line.split()) for line in read(render_pdf(hand_week_content())).pages(
        "-layout")[1].splitlines()]  # fmt: skip
    for number, day in enumerate(EXPECTED["days"]):
        cells = [
            f"{day['wear_s'] / 3600:.1f}",
            f"{day['sedentary_s'] / 3600:.1f}",
            f"{100 * day['sedentary_s'] / day['wear_s']:.0f}",
            str(day["n_sedentary_bouts_30min"]),
            str(day["n_sedentary_bouts_60min"]),
            f"{day['longest_bout_s'] / 60:.0f}",
            f"{day['breaks_per_h']:.1f}",
            f"{day['n_hours_met']}/{day['n_hours_eligible']}",
            f"{day['walk_s'] / 60:.0f}",
            f"{day['n_steps']:,}",
            str(day["n_brisk_minutes"]),
            "–" if day["pain"] is None else f"{day['pain']:g}",
            str(day["n_exercises"] or "–"),
        ]
        assert any(f" {9 + number} Nov" in line and line.endswith(" ".join(cells)) for line in two)
    text = " ".join(two)
    assert "13.7 9.7 71 9.7 4.8 – 1.0 35/81 110 10,800" in text  # means of the valid days
    for begin, break_min, _ in EXPECTED["longest"]:
        assert re.search(rf"Mon 9 Nov {begin}–\d\d:\d\d 80 break of {break_min} min", text)
    assert "Samples lost: 120,000" in text
    assert "0.7 h not worn, 0.7 h asleep" in text
    assert "left 30 s" in text
    assert "difference 8 s" in text


def test_a_test_of_one_side_says_that_side_only():
    content = replace(sample_content("typical"), tests=(SideTest(1_763_200_000, 31.0, None),))
    laid_out = lay_out(content, catalogue("en"), in_print())
    (said,) = laid_out.two.tests
    assert said.endswith("left 31 s")


def test_what_is_still_to_come_is_not_drawn_as_lost():
    """The picture of a running week has no more than that of the same week cut off there."""
    content = sample_content("still_running")
    assert content.header.known_until_s is not None
    over = replace(content, header=replace(content.header, is_over=True))
    assert len(ribbon(content, catalogue("en")).svg) < len(ribbon(over, catalogue("en")).svg)


def test_an_empty_week_does_not_claim_that_it_has_no_gaps_in_its_wear(read):
    one, _ = read(rendered("empty")).pages()
    assert "0 % of waking wear" not in one
