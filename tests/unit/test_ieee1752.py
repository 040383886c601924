"""IEEE 1752.1: every line by the published schemas, sums by the week's own."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime

import pytest

from processing.figures.diary import DiaryEntry, DiaryKind
from sitstreak.report.exports.ieee1752 import render_ieee1752
from tests.support.export_samples import NAMES, content_of, sample_of
from tests.support.ieee_schemas import problems


def points(content):
    return [json.loads(line) for line in render_ieee1752(content).splitlines()]


def bodies(content, name, statistic):
    return [
        point["body"]
        for point in points(content)
        if point["body"].get("activity_name") == name
        and point["body"].get("descriptive_statistic") == statistic
    ]


def interval(point):
    span = point["body"]["effective_time_frame"]["time_interval"]
    return tuple(datetime.fromisoformat(span[f"{end}_date_time"]) for end in ("start", "end"))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_valid_by_the_published_schemas(name):
    found = points(content_of(sample_of(name)))
    assert bool(found) == (name != "empty")
    for point in found:
        assert problems(point) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_point_has_its_own_identifier_and_time_runs_forward(name):
    found = points(content_of(sample_of(name)))
    identifiers = [uuid.UUID(point["header"]["uuid"]) for point in found]
    assert len(set(identifiers)) == len(found)
    assert {one.version for one in identifiers} <= {5}
    for point in found:
        start, end = interval(point)
        assert start < end
        created = datetime.fromisoformat(point["header"]["source_creation_date_time"])
        assert created >= (end if point["header"]["modality"] == "sensed" else start)


def test_of_a_week_that_still_runs_nothing_is_said_of_what_is_to_come():
    content = content_of(sample_of("running"))
    assert content.header.known_until_s is not None
    ends = [interval(point)[1].timestamp() for point in points(content)]
    assert max(ends) == content.header.known_until_s
    until_s = content.header.known_until_s - 3600
    over = replace(content, header=replace(content.header, is_over=True, known_until_s=until_s))
    friday = bodies(over, "sedentary", "sum")[-1]["effective_time_frame"]["time_interval"]
    assert friday["end_date_time"] == "2026-11-14T00:00:00+01:00"


def test_a_day_has_its_sums_and_a_bout_has_none():
    content = content_of(sample_of("typical"))
    sums = bodies(content, "sedentary", "sum")
    days = [row.figures.summary for row in content.days]
    assert [body["duration"]["value"] for body in sums] == [day.sedentary_s for day in days]
    assert {body["duration"]["unit"] for body in sums} == {"sec"}
    walked = bodies(content, "walking", "sum")
    assert [one["base_movement_quantity"] for one in walked] == [
        {"value": day.n_steps, "unit": "steps"} for day in days
    ]
    bouts = bodies(content, "sedentary", None)
    assert [one["duration"]["value"] for one in bouts] == [
        bout.sedentary_s for row in content.days for bout in row.figures.bouts
    ]


def test_sitting_and_lying_make_up_the_sedentary_time():
    content = content_of(sample_of("typical"))
    parts = zip(
        *(bodies(content, name, "sum") for name in ("sedentary", "sitting", "lying awake")),
        strict=True,
    )
    for day in parts:
        whole, sitting, lying = (one["duration"]["value"] for one in day)
        assert whole == sitting + lying


def test_a_mean_needs_enough_days():
    assert len(bodies(content_of(sample_of("typical")), "sedentary", "average")) == 1
    assert bodies(content_of(sample_of("three_days")), "sedentary", "average") == []


def test_a_day_without_data_is_not_a_day_of_zero():
    assert len(bodies(content_of(sample_of("three_days")), "sedentary", "sum")) == 3
    assert render_ieee1752(content_of(sample_of("empty"))) == b""


def test_a_clock_change_shows_in_the_offsets():
    content = content_of(sample_of("clock_change"))
    sunday = bodies(content, "sedentary", "sum")[-1]["effective_time_frame"]["time_interval"]
    assert sunday == {
        "start_date_time": "2026-10-25T00:00:00+02:00",
        "end_date_time": "2026-10-26T00:00:00+01:00",
    }


def test_what_the_wearer_wrote_is_self_reported_and_the_rest_sensed():
    found = points(content_of(sample_of("typical")))
    told = [point for point in found if point["header"]["modality"] == "self-reported"]
    assert [point["body"].get("activity_name") for point in told] == [
        "glute-bridge", "hip-flexor", None,
    ]  # fmt: skip
    assert told[0]["body"]["base_movement_quantity"] == {"value": 24, "unit": "movements"}
    assert "base_movement_quantity" not in told[1]["body"]
    assert told[2]["header"]["schema_id"]["name"] == "sleep-episode"
    assert all("method" not in json.dumps(point) for point in told)


def test_repetitions_that_were_not_all_written_down_are_not_summed():
    content = content_of(sample_of("typical"))
    at_s = content.days[0].start_s + 60
    more = DiaryEntry(id=9, at_s=at_s, kind=DiaryKind.EXERCISE, what="glute-bridge")
    found = bodies(replace(content, entries=(*content.entries, more)), "glute-bridge", None)
    assert len(found) == 1
    assert "base_movement_quantity" not in found[0]


def test_another_method_gives_other_identifiers_and_the_same_gives_the_same():
    content = content_of(sample_of("typical"))
    again = points(content_of(sample_of("typical")))
    assert points(content) == again
    other = points(replace(content, header=replace(content.header, method_digest="other")))
    sensed = [p["header"]["uuid"] for p in again if p["header"]["modality"] == "sensed"]
    assert not {point["header"]["uuid"] for point in other} & set(sensed)


@pytest.mark.parametrize(
    "change",
    [
        lambda point: point.pop("header"),
        lambda point: point["header"].pop("uuid"),
        lambda point: point["header"].update(modality="guessed"),
        lambda point: point["body"].pop("activity_name"),
        lambda point: point["body"]["duration"].update(unit="s"),
        lambda point: point["body"].update(effective_time_frame={"date_time": "2026-11-09"}),
        lambda point: point["body"].update(descriptive_statistic="typical"),
    ],
)
def test_the_published_schemas_catch_what_is_wrong(change):
    point = points(content_of(sample_of("typical")))[0]
    assert problems(point) == []
    change(point)
    assert problems(point)
