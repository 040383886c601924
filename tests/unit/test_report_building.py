"""What a report says of itself: its method, its input, its week; and what it never says."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from processing.model import NS_PER_S, Gap
from sitstreak.report.content.building import build_report
from sitstreak.report.content.model import Measure
from sitstreak.report.content.sources import UsedMethod
from sitstreak.report.week import IsoWeek
from sitstreak.storage.database import open_database
from sitstreak.storage.live_state import keep_method
from sitstreak.storage.report_source import StoredReportSource
from tests.support.hand_week import BERLIN, ORDINARY_WEEK, WEARER, at, hand_diary, hand_source
from tests.support.report_samples import NAMES, sample_content
from tests.support.report_source import ReportSource, WrittenDiary
from tests.support.report_store import store

OLD = UsedMethod("0" * 12, "chain-1")
MONDAY_S = at(ORDINARY_WEEK.monday, "00:00")
OVER_S = at(ORDINARY_WEEK.monday + timedelta(weeks=1), "07:00")


def build(source=None, written=None, *, week=ORDINARY_WEEK, zone=BERLIN, method=None, **more):
    told = {"now_s": OVER_S, "software": "0.1.0", **more}
    return build_report(
        hand_source() if source is None else source,
        WrittenDiary(hand_diary() if written is None else written),
        week,
        WEARER,
        zone,
        Method() if method is None else method,
        **told,
    ).content


def test_a_report_made_before_and_after_an_upgrade_says_which_method_made_it():
    newer = replace(Method(), version="chain-3", min_break_s=90)
    before = build()
    after = build(
        replace(hand_source(), made_by=newer, made_before=[(MONDAY_S, OLD)]), method=newer
    )
    assert (before.header.method, before.header.method_digest) == ("chain-2", Method().digest)
    assert before.header.other_digests == ()
    assert (after.header.method, after.header.method_digest) == ("chain-3", newer.digest)
    # last week's figures were made by the method before: said, and marked in the trend
    assert after.header.other_digests == (OLD.digest,)
    assert [one.method_digest for one in after.trend] == [OLD.digest, OLD.digest, newer.digest]
    assert before.header.report_id != after.header.report_id
    # what was not validated claims no accuracy
    assert before.quality.validated["hapt"] > 0.9
    assert after.quality.validated == {}


def test_results_of_this_week_by_another_method_are_named_as_well():
    mixed = replace(hand_source(), made_before=[(OVER_S, OLD)])
    assert build(mixed).header.other_digests == (OLD.digest,)


def test_the_store_says_which_methods_made_a_week_and_reads_only_what_it_can(tmp_path):
    newer = replace(Method(), version="chain-3", min_break_s=90)
    source = hand_source()
    cut = MONDAY_S - source.start_s
    first = replace(source, code=source.code[:cut], n_steps=source.n_steps[:cut])
    second = replace(
        source,
        start_s=MONDAY_S,
        code=source.code[cut:],
        n_steps=source.n_steps[cut:],
        made_by=newer,
        all_gaps=(),
    )
    with closing(open_database(tmp_path)) as connection:
        store(connection, first, "hip-1")
        store(connection, second, "hip-2")
        stored = StoredReportSource(connection)
        header = build(stored, method=stored.method(WEARER)).header
        assert (header.method, header.method_digest) == ("chain-3", newer.digest)
        assert header.other_digests == (Method().digest,)
        assert stored.methods(WEARER, MONDAY_S, OVER_S) == [UsedMethod(newer.digest, "chain-3")]
        assert stored.method_by(newer.digest) == newer
        assert stored.method_by("not there") is None
        keep_method(connection, newer)
        connection.execute("INSERT INTO method VALUES ('old', '{\"version\": \"chain-0\"}')")
        assert stored.method_by("old") is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("a second of the week", id="late-block"),
        pytest.param("a second of an earlier week", id="late-block-earlier"),
        pytest.param("an entry", id="diary-edit"),
        pytest.param("an entry of an earlier week", id="diary-edit-earlier"),
        pytest.param("the zone", id="zone"),
        pytest.param("the method", id="method"),
    ],
)
def test_whatever_changes_a_report_changes_its_hash(change):
    source, written = hand_source(), hand_diary()
    more: dict[str, Any] = {}
    match change:
        case "a second of the week":
            source.code[MONDAY_S - source.start_s + 40_000] = 2
        case "a second of an earlier week":
            source.code[40_000] = 2
        case "an entry":
            written[4] = replace(written[4], note="other")
        case "an entry of an earlier week":
            written[0] = replace(written[0], score=9)
        case "the zone":
            more["zone"] = ZoneInfo("Europe/Paris")
        case "the method":
            more["method"] = replace(Method(), min_break_s=90)
    before, after = build().header, build(source, written, **more).header
    assert before.input_sha256 != after.input_sha256
    assert before.report_id != after.report_id


def test_time_passing_changes_neither_hash_nor_id():
    assert build(now_s=OVER_S + 10**6) == build()
    assert build(software="0.2.0").header.report_id != build().header.report_id


def test_weeks_remembered_for_the_next_report_are_never_stale():
    """What was read before is looked up by all that it depends on."""
    memo: dict[Any, Any] = {}
    next_week = IsoWeek.starting(ORDINARY_WEEK.monday + timedelta(weeks=1))
    zones = (BERLIN, ZoneInfo("Asia/Kolkata"))
    methods = (Method(), replace(Method(), valid_day_wear_s=13 * 3_600))
    not_worn = DiaryEntry(id=99, at_s=MONDAY_S - 40_000, until_s=MONDAY_S, kind=DiaryKind.NOT_WORN)
    for written in (hand_diary(), [*hand_diary(), not_worn]):
        for zone in zones:
            for method in methods:
                for week in (ORDINARY_WEEK, next_week):
                    told = {"week": week, "zone": zone, "method": method}
                    now_s = OVER_S + 8 * 86_400
                    remembered = build(None, written, now_s=now_s, memo=memo, **told)
                    assert remembered == build(None, written, now_s=now_s, **told)
    assert memo


def test_the_weeks_of_many_trends_are_read_once(monkeypatch):
    source, read = hand_source(), []
    memo: dict[Any, Any] = {}
    inner = source.postures

    def watching(wearer, start_s, end_s):
        read.append((start_s, end_s))
        return inner(wearer, start_s, end_s)

    monkeypatch.setattr(source, "postures", watching)
    for n_after in range(5):
        week = IsoWeek.starting(ORDINARY_WEEK.monday + timedelta(weeks=n_after))
        build(source, week=week, now_s=OVER_S + 5 * 7 * 86_400, memo=memo)
    # two weeks before the first report, and each of its five but the last is before another
    assert len(read) == len(set(read)) == 2 + 4


def test_a_gap_that_another_sensor_filled_is_none():
    at_s = at(ORDINARY_WEEK.monday, "10:00")
    source = hand_source()
    filled = Gap("hip-2", at_s * NS_PER_S, (at_s + 600) * NS_PER_S, 30_000, "out_of_range")
    source.all_gaps = [*source.all_gaps, filled]
    content = build(source)
    assert (content.sufficiency.n_gaps, content.sufficiency.gaps_s) == (1, 2_400)
    assert content.quality.n_lost_samples == 150_000


def test_what_is_still_to_come_is_not_missing():
    source = hand_source()
    now_s = at(ORDINARY_WEEK.monday + timedelta(days=1), "12:00")
    n = now_s - source.start_s
    source = replace(source, code=source.code[:n], n_steps=source.n_steps[:n], all_gaps=())
    content = build(source, [], now_s=now_s)
    assert not content.header.is_over
    assert content.header.known_until_s == now_s
    assert content.sufficiency.captured_share == 1
    assert [row.has_data for row in content.days] == [True, True, *[False] * 5]
    later = build(source, [])
    assert later.header.is_over
    assert later.sufficiency.captured_share < 0.4


def test_a_planned_day_ahead_is_not_one_that_was_missed():
    days = ORDINARY_WEEK.days(BERLIN)
    plan = dict.fromkeys(range(1, 8), ("glute-bridge",))

    def planned(now_s):
        told = {"now_s": now_s, "software": "0.1.0"}
        diary = WrittenDiary([], plan)
        made = build_report(
            hand_source(), diary, ORDINARY_WEEK, WEARER, BERLIN, Method(), **told
        ).content
        return [one.is_planned for one in made.exercises], made.header.report_id

    assert planned(days[2].start_s + 60)[0] == [(True,) * 3 + (False,) * 4]
    assert planned(OVER_S)[0] == [(True,) * 7]
    assert planned(days[2].start_s + 60)[1] == planned(OVER_S)[1]


def test_without_enough_days_there_are_no_averages_but_there_is_pain():
    content = sample_content("three_valid_days")
    assert max(hour.n_days for hour in content.modal_day) == 3
    assert {hour.median_min for hour in content.modal_day} == {None}
    assert not content.sufficiency.is_enough
    assert content.summary.means is None
    values = {tile.measure: tile.this_week for tile in content.tiles}
    assert values.pop(Measure.PAIN) is not None
    assert set(values.values()) == {None}
    assert [one.key for one in content.sentences] == ["too_few_days", "pain"]
    assert content.trend[-1].is_hollow
    assert content.trend[-1].sedentary_h is not None


def test_nothing_but_lying_awake_is_sedentary_and_the_night_is_not():
    content = sample_content("only_lying")
    assert {row.figures.summary.sleep_s for row in content.days} == {14 * 3_600}
    assert {row.figures.summary.sedentary_s for row in content.days} == {10 * 3_600}


def test_an_empty_week_says_nothing_rather_than_nought():
    content = build(ReportSource(WEARER), [])
    assert {tile.this_week for tile in content.tiles} == {None}
    assert content.sufficiency.captured_share in (None, 0)
    assert content.longest == ()
    assert not any(row.has_data for row in content.days)
    assert content.header.devices == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_seven_days_and_twenty_four_hours(name):
    content = sample_content(name)
    assert len(content.days) == len(content.ribbon) == 7
    assert [hour.hour for hour in content.modal_day] == list(range(24))
    assert len(content.sentences) in (1, 2, 3, 4)
    assert [tile.measure for tile in content.tiles] == list(Measure)
