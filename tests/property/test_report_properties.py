"""Whatever a week was like: its report adds up, and depends on nothing but the week."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from processing.model import Posture
from sitstreak.report.content.building import build_content
from sitstreak.report.week import IsoWeek
from sitstreak.storage.database import open_database
from sitstreak.storage.report_source import StoredReportSource
from tests.support.report_source import ReportSource, WrittenDiary
from tests.support.report_store import store

#: A week around each change of the clock, and one in a zone without any; hours of its days.
WEEKS = [
    pytest.param("Europe/Berlin", date(2026, 3, 23), [24] * 6 + [23], id="berlin-23"),
    pytest.param("Europe/Berlin", date(2026, 10, 19), [24] * 6 + [25], id="berlin-25"),
    pytest.param("Asia/Kolkata", date(2026, 10, 19), [24] * 7, id="kolkata"),
    pytest.param("Australia/Lord_Howe", date(2026, 3, 30), [24] * 6 + [24.5], id="lord-howe-24.5"),
    pytest.param("Australia/Lord_Howe", date(2026, 9, 28), [24] * 6 + [23.5], id="lord-howe-23.5"),
]
#: A report takes a fifth of a second: looking for the smallest bad one would take minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
STRETCHES = st.lists(
    st.tuples(st.sampled_from([p.value for p in Posture]), st.integers(1, 30_000)),
    min_size=1,
    max_size=60,
)
OFFSETS = st.integers(-90_000, 90_000)


@st.composite
def entries(draw, start_s):
    """Draw a diary; `start_s` is the week's Monday."""
    found = []
    for index in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(list(DiaryKind)))
        at_s = start_s + draw(st.integers(-100_000, 8 * 86_400))
        is_span = kind in (DiaryKind.NOT_WORN, DiaryKind.SLEEP)
        found.append(
            DiaryEntry(
                id=index,
                at_s=at_s,
                kind=kind,
                until_s=at_s + draw(st.integers(1, 50_000)) if is_span else None,
                score=draw(st.integers(0, 10)) if kind is DiaryKind.PAIN else None,
                n_reps=draw(st.integers(1, 9)) if kind is DiaryKind.EXERCISE else None,
                what="squat" if kind is DiaryKind.EXERCISE else "",
            )
        )
    return found


def build(source, week, zone, written, *, now_s=2_000_000_000):
    return build_content(
        source,
        WrittenDiary(written),
        week,
        "me",
        zone,
        Method(),
        now_s=now_s,
        software="test",
    )


@pytest.mark.parametrize(("name", "monday", "hours"), WEEKS)
@settings(max_examples=8, deadline=None, phases=NO_SHRINKING)
@given(parts=STRETCHES, offset_s=OFFSETS, data=st.data())
def test_each_day_adds_up_to_its_hours_and_the_days_to_the_week(
    name, monday, hours, parts, offset_s, data
):
    zone, week = ZoneInfo(name), IsoWeek.starting(monday)
    start_s = week.days(zone)[0].start_s
    source = ReportSource.of("me", start_s + offset_s, parts)
    written = data.draw(entries(start_s))
    content = build(source, week, zone, written)
    for row, strip, n_hours in zip(content.days, content.ribbon, hours, strict=True):
        day = row.figures.summary
        known_s = day.wear_s + day.sleep_s + day.unknown_s + day.not_worn_s
        assert known_s == row.end_s - row.start_s == n_hours * 3_600
        assert sum(row.figures.band_s) == day.sedentary_s
        assert sum(bout.sedentary_s for bout in row.figures.bouts) <= day.sedentary_s
        assert [strip.runs[0].start_s, strip.runs[-1].end_s] == [row.start_s, row.end_s]
        for before, after in zip(strip.runs, strip.runs[1:], strict=False):
            assert before.end_s == after.start_s
            assert before.what != after.what
        slept_s = sum(run.end_s - run.start_s for run in strip.runs if run.what == "sleep")
        assert slept_s == day.sleep_s
    valid = [row.figures.summary for row in content.days if row.figures.summary.is_valid]
    means = content.summary.means
    assert (means is not None) == (len(valid) >= Method().valid_week_days)
    if means is not None:
        for field in ("sedentary_s", "wear_s", "sleep_s", "unknown_s", "not_worn_s", "n_steps"):
            total = sum(getattr(day, field) for day in valid)
            assert getattr(means, field) * len(valid) == pytest.approx(total)
        assert content.tiles[0].this_week * 3_600 == pytest.approx(means.sedentary_s)
    # the trend's last week is this one, found by another way
    last = content.trend[-1]
    assert last.n_valid_days == len(valid)
    if valid:
        mean_h = sum(day.sedentary_s for day in valid) / len(valid) / 3_600
        assert last.sedentary_h == pytest.approx(mean_h)
    for hour in content.modal_day:
        if hour.median_min is not None:
            assert 0 <= hour.q1_min <= hour.median_min <= hour.q3_min <= 60


@settings(max_examples=10, deadline=None, phases=NO_SHRINKING)
@given(parts=STRETCHES, offset_s=OFFSETS, data=st.data())
def test_the_order_of_entries_does_not_matter_and_twice_is_the_same(parts, offset_s, data):
    zone, week = ZoneInfo("Europe/Berlin"), IsoWeek(2026, 43)
    start_s = week.days(zone)[0].start_s
    source = ReportSource.of("me", start_s + offset_s, parts)
    written = data.draw(entries(start_s))
    once = build(source, week, zone, written)
    assert build(source, week, zone, data.draw(st.permutations(written))) == once
    assert build(source, week, zone, written) == once


@settings(max_examples=6, deadline=None, phases=NO_SHRINKING)
@given(parts=STRETCHES, offset_s=OFFSETS, data=st.data())
def test_a_store_that_is_processed_again_gives_the_same_report(
    tmp_path_factory, parts, offset_s, data
):
    zone, week = ZoneInfo("Europe/Berlin"), IsoWeek(2026, 43)
    start_s = week.days(zone)[0].start_s
    source = ReportSource.of("me", start_s + offset_s, parts)
    written = data.draw(entries(start_s))
    in_memory = build(source, week, zone, written)
    with closing(open_database(tmp_path_factory.mktemp("store"))) as connection:
        store(connection, source)
        stored = build(StoredReportSource(connection), week, zone, written)
        store(connection, source)
        assert build(StoredReportSource(connection), week, zone, written) == stored
    for part in ("days", "summary", "tiles", "modal_day", "longest", "trend", "ribbon"):
        assert getattr(stored, part) == getattr(in_memory, part)
    # a second is stored with its posture as it is; its confidence is rounded
    assert replace(stored.quality, mean_confidence=None) == replace(
        in_memory.quality, mean_confidence=None
    )
