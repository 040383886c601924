"""Every query of every panel, mark, variable and alert, asked of a real influxd over seeded weeks.

Each must answer what is computed from the local store. The weeks have a day of 23 and one of 25
hours, one is lived in Kolkata; see tests/support/seeded_weeks.py.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from dashboards import build, common
from dashboards.datasource import Json
from dashboards.queries import TimeSpan, annotation_queries, fill_in, variable_queries
from tests.support.dashboard_truth import TRUTHS, Rows, Truth
from tests.support.grafana_ranges import panel_span
from tests.support.seeded_influx import Seeded
from tests.support.seeded_weeks import NOT_WORN, WEEKS, WITH_GAP, SeededWeek

pytestmark = pytest.mark.influxd

ALL = {dashboard["uid"]: dashboard for dashboard in build.dashboard_files().values()}
PANELS = [(uid, panel["title"], panel) for uid, board in ALL.items() for panel in board["panels"]]
INTERVALS = ("10s", "1m", "15m", "1h", "6h")
each_panel = pytest.mark.parametrize(
    ("uid", "title", "panel"), PANELS, ids=[f"{uid}-{title}" for uid, title, _ in PANELS]
)
each_week = pytest.mark.parametrize("week", WEEKS, ids=[week.wearer for week in WEEKS])


def shown(uid: str, week: SeededWeek) -> list[TimeSpan]:
    """Return the ranges that a reader might look at."""
    days = [TimeSpan(start_s * 1_000, end_s * 1_000 - 1) for start_s, end_s in week.days]
    if uid == common.WEEK:
        return [days[-1], days[WITH_GAP]]
    if uid == common.TRENDS:
        return [TimeSpan(days[0].start_ms - 77 * 86_400_000, days[-1].end_ms)]
    return days


def variables(week: SeededWeek) -> dict[str, str]:
    return {"wearer": week.wearer, "device": week.device, "timezone": week.zone.key}


def ask(seeded: Seeded, text: str, week: SeededWeek, span: TimeSpan, interval: str = "1m") -> Rows:
    return seeded.influx.query(fill_in(text, variables(week), span, interval=interval), epoch="s")


def check(seeded: Seeded, panel: Json, week: SeededWeek, span: TimeSpan, truth: Truth) -> int:
    """Compare a panel with the truth; return how many rows there were."""
    [target] = panel["targets"]
    got = ask(seeded, target["query"], week, span)
    assert {row.pop("device", week.device) for row in got} <= {week.device}
    wanted = truth(seeded.stores[week.wearer], span)
    if panel["type"] == "state-timeline":
        got, wanted = as_drawn(got, wanted)
    if panel["options"].get("reduceOptions", {}).get("fields"):  # only the time is shown
        got = [{"time": row["time"]} for row in got]
    assert [row["time"] for row in got] == [row["time"] for row in wanted]
    for one, other in zip(got, wanted, strict=True):
        assert one.keys() == other.keys()
        assert all(same(one[name], value) for name, value in other.items()), (one, other)
    return len(wanted)


def check_all_weeks(seeded: Seeded, uid: str, panel: Json) -> None:
    for week in WEEKS:
        for view in shown(uid, week):
            span = panel_span(panel, view, week.zone)
            check(seeded, panel, week, span, TRUTHS[uid, panel["title"]])


def same(got: Any, wanted: Any) -> bool:
    return bool(got == wanted or (wanted is not None and got == pytest.approx(wanted)))


def as_drawn(got: Rows, wanted: Rows) -> tuple[Rows, Rows]:
    """Merge rows of one posture; the first posture is known within five minutes of the start."""
    got = [next(run) for _, run in groupby(got, key=lambda row: row["state"])]
    if wanted and wanted[0]["state"] == "unknown" and (not got or got[0]["state"] != "unknown"):
        wanted = wanted[1:]
    if got and wanted:
        assert 0 <= got[0]["time"] - wanted[0]["time"] < 300
        got[0]["time"] = wanted[0]["time"]
    return got, wanted


def test_no_panel_is_without_an_expectation() -> None:
    assert [(uid, title) for uid, title, _ in PANELS] == list(TRUTHS)
    assert len({(uid, title) for uid, title, _ in PANELS}) == len(PANELS)
    assert all(len(panel["targets"]) == 1 for _, _, panel in PANELS)


@each_week
@each_panel
def test_each_panel_shows_what_the_local_store_says(
    seeded: Seeded, uid: str, title: str, panel: Json, week: SeededWeek
) -> None:
    n_rows = 0
    for dashboard_span in shown(uid, week):
        span = panel_span(panel, dashboard_span, week.zone)
        n_rows += check(seeded, panel, week, span, TRUTHS[uid, title])
    assert n_rows > 0


@each_week
def test_the_last_ten_minutes_are_those_of_the_local_store(
    seeded: Seeded, week: SeededWeek
) -> None:
    """What a reader sees at 15:20, while the range is told from now."""
    recent = [panel for panel in ALL[common.TODAY]["panels"] if "timeFrom" in panel]
    assert [panel["title"] for panel in recent] == ["Sitting streak", "Movement owed"]
    for start_s, _ in week.days:
        now = TimeSpan(start_s * 1_000, (start_s + 15 * 3_600 + 1_200) * 1_000)
        for panel in recent:
            span = panel_span(panel, now, week.zone, is_fixed=False)
            assert span.end_ms - span.start_ms == 600_000
            truth = TRUTHS[common.TODAY, panel["title"]]
            check(seeded, panel, week, span, truth)


@each_week
def test_the_day_of_the_clock_change_has_all_its_hours(seeded: Seeded, week: SeededWeek) -> None:
    assert (week.span_s[1] - week.span_s[0]) / 3_600 == week.n_hours
    [panel] = [p for uid, title, p in PANELS if title == "Sitting in each hour"]
    span = shown(common.TODAY, week)[-1]
    wanted = {"anna": 23, "ben": 25, "chitra": 24}[week.wearer]
    truth = TRUTHS[common.TODAY, panel["title"]]
    assert check(seeded, panel, week, span, truth) == wanted


@each_week
@each_panel
def test_no_number_changes_with_the_zoom(
    seeded: Seeded, uid: str, title: str, panel: Json, week: SeededWeek
) -> None:
    span = panel_span(panel, shown(uid, week)[-1], week.zone)
    [target] = panel["targets"]
    answers = [ask(seeded, target["query"], week, span, interval) for interval in INTERVALS]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param('"wearer" = ${wearer:singlequote} AND ', "", id="everybody"),
        pytest.param('"sit_s"', '"stand_s"', id="another-field"),
        pytest.param('"n_breaks"', '"n_bouts_30min"', id="another-count"),
        pytest.param("time(1h)", "time(2h)", id="another-bucket"),
        pytest.param("tz('$timezone')", "", id="no-time-zone"),
        pytest.param("150h", "120h", id="too-few-days"),
        pytest.param('percentile("sit_s", 50)', 'mean("sit_s")', id="mean-for-median"),
    ],
)
def test_a_wrong_query_is_noticed(seeded: Seeded, right: str, wrong: str) -> None:
    concerned = [one for one in PANELS if right in one[2]["targets"][0]["query"]]
    assert concerned
    for uid, _, panel in concerned:
        if "${device:singlequote}" in panel["targets"][0]["query"]:
            continue  # one sensor is one wearer's
        query = panel["targets"][0]["query"].replace(right, wrong)
        broken = panel | {"targets": [panel["targets"][0] | {"query": query}]}
        with pytest.raises(AssertionError):
            check_all_weeks(seeded, uid, broken)


@each_week
@pytest.mark.parametrize("uid", ALL)
def test_each_mark_stands_where_something_happened(
    seeded: Seeded, uid: str, week: SeededWeek
) -> None:
    happened = [(told.entry.at_s, told.entry.kind.value, told.text) for told in week.diary]
    happened += [
        (one.start_s, "break", f"break of {(one.end_s - one.start_s) / 60:.0f} min")
        for one in seeded.stores[week.wearer].breaks
    ]
    happened.append((week.gap_s[0], "gap", "47 min without data: out of range"))
    asked = annotation_queries(ALL[uid])
    for view in shown(uid, week):
        first_ms = view.start_ms - 6 * 86_400_000 if uid == common.WEEK else view.start_ms
        span = TimeSpan(first_ms - 3_700_000 * (uid == common.WEEK), view.end_ms)
        for mark in asked:
            wanted = {
                one
                for one in happened
                if f"'{one[1]}'" in mark.text and span.start_ms <= one[0] * 1_000 <= span.end_ms
            }
            rows = ask(seeded, mark.text, week, view)
            assert {(row["time"], row["kind"], row["text"]) for row in rows} == wanted, mark.owner
            assert len(rows) == len(wanted)


@each_week
def test_each_variable_offers_what_there_is(seeded: Seeded, week: SeededWeek) -> None:
    there = {"wearer": sorted(seeded.stores), "device": [week.device]}
    for dashboard in ALL.values():
        for variable in variable_queries(dashboard):
            rows = ask(seeded, variable.text, week, TimeSpan(0, 1))
            assert [row["value"] for row in rows] == there[variable.owner]


@each_week
def test_the_day_not_worn_is_a_day_of_nothing_but_that(seeded: Seeded, week: SeededWeek) -> None:
    day = seeded.stores[week.wearer].days[NOT_WORN]
    assert (day.not_worn_s, day.wear_s, day.is_valid) == (86_400, 0, False)
    assert sum(one.is_valid for one in seeded.stores[week.wearer].days) == 5
