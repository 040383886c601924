"""A week whose every number was worked out by hand: see tests/support/hand_week.py."""

from contextlib import closing
from dataclasses import asdict
from datetime import timedelta

import pytest

from processing.figures.diary import DiaryKind
from processing.figures.sedentary_bouts import Limit
from processing.method import Method
from sitstreak.report.content.building import build_report
from sitstreak.storage.database import open_database
from sitstreak.storage.report_source import StoredReportSource
from tests.support.hand_week import (
    BERLIN,
    CHANGES,
    ORDINARY,
    ORDINARY_WEEK,
    WEARER,
    WEEK_23H,
    WEEK_25H,
    at,
    hand_diary,
    hand_source,
    hand_week_content,
    table_of,
)
from tests.support.hand_week_numbers import expected
from tests.support.report_source import WrittenDiary
from tests.support.report_store import store

WEEKS = [
    pytest.param(ORDINARY_WEEK, id="168h"),
    pytest.param(WEEK_25H, id="169h"),
    pytest.param(WEEK_23H, id="167h"),
]


@pytest.fixture(params=WEEKS, scope="module")
def case(request):
    return hand_week_content(request.param), expected(request.param), request.param


def same(found, worked_out):
    """To the twelfth digit; what is no number, exactly."""
    if isinstance(worked_out, dict):
        assert found.keys() == worked_out.keys()
        for name, value in worked_out.items():
            same(found[name], value)
    elif isinstance(worked_out, tuple):
        assert len(found) == len(worked_out)
        for one, value in zip(found, worked_out, strict=True):
            same(one, value)
    elif isinstance(worked_out, float):
        assert found == pytest.approx(worked_out, rel=1e-12, abs=0)
    else:
        assert found == worked_out


def test_the_table_covers_each_day_without_a_hole():
    for day in range(7):
        lines = table_of(day)
        assert [lines[0][0], lines[-1][1]] == ["00:00", "24:00"]
        assert [line[1] for line in lines[:-1]] == [line[0] for line in lines[1:]]
    begins = {line[0] for line in ORDINARY}
    assert all(set(changes) <= begins for changes in CHANGES.values())


def test_every_figure_of_every_day(case):
    content, worked_out, _ = case
    for row, day in zip(content.days, worked_out["days"], strict=True):
        summary, cadence = row.figures.summary, row.figures.cadence
        found = {name: getattr(summary, name) for name in day if hasattr(summary, name)}
        found["breaks_per_h"] = row.figures.breaks_per_h
        found["pain"], found["n_exercises"] = row.pain, row.n_exercises
        found["n_brisk_minutes"] = cadence.n_brisk_minutes
        found["peak_30_spm"] = cadence.peak_30_spm
        tuples = {"band_s": row.figures.band_s, "n_minutes": cadence.n_minutes}
        assert found.keys() | tuples.keys() == day.keys()
        assert tuples == {name: day[name] for name in tuples}, row.day
        same(found, {name: day[name] for name in found})


def test_the_means_of_the_week(case):
    content, worked_out, _ = case
    assert content.summary.n_valid_days == worked_out["n_valid_days"]
    assert content.summary.n_days_with_data == 7
    found = {
        name: getattr(content.summary.means, name)
        for name in content.summary.means.__dataclass_fields__
        if name != "fragmentation"
    }
    same(found.pop("band_s"), worked_out["week"]["band_s"])
    same(found, {name: value for name, value in worked_out["week"].items() if name != "band_s"})
    same(asdict(content.summary.means.fragmentation), worked_out["fragmentation"])


def test_sufficiency_and_quality(case):
    content, worked_out, _ = case
    enough, quality = content.sufficiency, content.quality
    assert enough.is_enough
    assert (enough.n_valid_days, enough.n_days_needed) == (6, 4)
    assert enough.wear_s == worked_out["wear_s"]
    same(enough.captured_share, worked_out["captured_share"])
    assert (enough.n_gaps, enough.gaps_s) == worked_out["gaps"]
    assert quality.n_lost_samples == worked_out["n_lost_samples"]
    assert (quality.n_told_not_worn_s, quality.n_told_sleep_s) == worked_out["told_s"]
    assert quality.n_edits == worked_out["n_edits"]
    assert (quality.n_recovered_samples, quality.n_clock_corrections) == (0, 0)
    same(quality.mean_confidence, 0.9)


def test_the_five_tiles_and_the_trend(case):
    content, worked_out, week = case
    for tile in content.tiles:
        found = (tile.this_week, tile.last_week, tile.median_4_weeks, tile.share, tile.n, tile.n_of)
        same(found, worked_out["tiles"][tile.measure])
    assert [one.week for one in content.trend] == [
        str(type(week).starting(week.monday - timedelta(weeks=n))) for n in (2, 1, 0)
    ]
    for one, numbers in zip(content.trend, worked_out["trend"], strict=True):
        assert not one.is_hollow
        assert one.method_digest == Method().digest
        numbers_found = (
            one.n_valid_days,
            one.sedentary_h,
            one.prolonged_h,
            one.hours_met_share,
            one.pain,
        )
        same(numbers_found, numbers)


def test_the_modal_day(case):
    content, worked_out, _ = case
    for hour in content.modal_day:
        n_days, minutes = worked_out["modal_day"].get(hour.hour, (0, None))
        found = (hour.n_days, hour.median_min, hour.q1_min, hour.q3_min)
        same(found, (n_days, minutes, minutes, minutes))


def test_the_longest_bouts_and_what_ended_them(case):
    content, worked_out, week = case
    found = [(b.start_s, b.sedentary_s, b.ended_by, b.break_s, b.moved_s) for b in content.longest]
    assert found == [
        (at(week.monday, begin), 4_800, Limit.BREAK, break_min * 60, moved_min * 60)
        for begin, break_min, moved_min in worked_out["longest"]
    ]


def test_a_bout_beside_a_gap_is_censored_and_no_other(case):
    content, _, week = case
    beside = [bout for row in content.days for bout in row.figures.bouts if bout.touches_gap]
    tuesday, thursday = (week.monday + timedelta(days=n) for n in (1, 3))
    assert [(bout.start_s, bout.ended_by) for bout in beside] == [
        (at(tuesday, "12:30"), Limit.GAP),
        (at(thursday, "10:40"), Limit.GAP),
    ]


def test_the_ribbon_shows_each_line_of_the_table_and_what_the_diary_knows_better(case):
    content, _, week = case
    for index, strip in enumerate(content.ribbon):
        day = week.monday + timedelta(days=index)
        shown = []
        for begin, end, what in table_of(index):
            name = {"stroll": "walk", "lie": "sleep" if begin in ("00:00", "21:00") else "lie"}
            told = {(4, "17:00"): "not_worn", (5, "14:00"): "sleep"}.get((index, begin))
            shown.append((at(day, begin), at(day, end), told or name.get(what, what)))
        assert [(run.start_s, run.end_s, str(run.what)) for run in strip.runs] == shown
        assert strip.is_valid == (index != 3)
        lengths = [b - a for a, b in strip.long_bouts]
        # Wednesday's first long one holds half a minute of standing
        longer: dict[int, list[float]] = {1: [80] * 4, 2: [80.5, *[80] * 4], 3: [80] * 2}
        long_min = longer.get(index, [80] * 5)
        assert lengths == [60 * minutes for minutes in long_min]
    kinds = [[one.kind.value for one in strip.marks] for strip in content.ribbon]
    assert kinds == [
        ["pain", "exercise"],
        ["stretch"],
        ["pain", "pain", "exercise"],
        [],
        [],
        ["exercise", "pain"],
        ["test"],
    ]


def test_exercises_tests_and_sentences(case):
    content, worked_out, _ = case
    assert {
        row.what: (row.n_done, tuple(map(int, row.is_planned)), row.n_reps)
        for row in content.exercises
    } == worked_out["exercises"]
    assert content.exercises[0].n_kept == 2  # planned and done on Monday and Wednesday
    tests = [(one.left_s, one.right_s, one.difference_s) for one in content.tests]
    assert tuple(tests) == worked_out["tests"]
    assert [one.key for one in content.sentences] == list(worked_out["sentences"])
    for sentence in content.sentences:
        same(sentence.values, worked_out["sentences"][sentence.key])
    assert [one.kind for one in content.entries].count(DiaryKind.PAIN) == 4


def test_the_clock_change_is_in_the_header(case):
    content, _, week = case
    change, sunday = content.header.clock_change, week.monday + timedelta(days=6)
    if week == ORDINARY_WEEK:
        assert change is None
    else:
        # both changes are at 01:00 UTC
        assert change.at_s == at(sunday, "00:00") + (2 if week == WEEK_23H else 3) * 3_600
        assert change.shift_s == (3_600 if week == WEEK_23H else -3_600)


def test_a_store_says_the_same_as_the_table(tmp_path):
    in_memory = hand_week_content()
    source = hand_source()
    with closing(open_database(tmp_path)) as connection:
        store(connection, source)
        stored = build_report(
            StoredReportSource(connection),
            WrittenDiary(hand_diary(), {1: ("glute-bridge",), 3: ("glute-bridge",)}),
            ORDINARY_WEEK,
            WEARER,
            BERLIN,
            Method(),
            now_s=at(ORDINARY_WEEK.monday + timedelta(weeks=1), "07:00"),
            software="0.1.0",
        ).content
    for part in ("days", "summary", "tiles", "modal_day", "longest", "trend", "ribbon"):
        assert getattr(stored, part) == getattr(in_memory, part), part
    assert stored.sufficiency == in_memory.sufficiency
