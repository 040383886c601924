"""All files of a week say the same: CSV, JSON, FHIR, IEEE 1752.1 and Parquet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from processing.model import POSTURES
from sitstreak.report.exports.csv_diary import diary_table
from sitstreak.report.exports.csv_week import day_figures
from sitstreak.report.exports.fhir import bundle
from sitstreak.report.exports.figures import WEEK_FIGURES, week_figures
from sitstreak.report.exports.ieee1752 import render_ieee1752
from sitstreak.report.exports.json_report import render_json
from sitstreak.report.exports.parquet_seconds import render_parquet
from tests.support.fhir_rules import code_of, resources
from tests.support.report_samples import NAMES, sample_report


@dataclass(frozen=True)
class Files:
    """One week in every format, read back."""

    csv_days: list[dict[str, Any]]
    csv_week: dict[str, Any]
    csv_diary: list[list[str]]
    json: dict[str, Any]
    fhir: dict[str, Any]
    ieee: list[dict[str, Any]]
    seconds: Any


@pytest.fixture(scope="module", params=NAMES)
def files(request):
    report = sample_report(request.param)
    text = io.StringIO()
    csv.writer(text).writerows(diary_table(report.content))
    return Files(
        csv_days=day_figures(report.data),
        csv_week=week_figures(report.data.summary),
        csv_diary=list(csv.reader(io.StringIO(text.getvalue(), newline=""))),
        json=json.loads(render_json(report.content)),
        fhir=bundle(report.content, pdf=b"%PDF-"),
        ieee=[json.loads(line) for line in render_ieee1752(report.content).splitlines()],
        seconds=pq.read_table(io.BytesIO(render_parquet(report.data))),
    )


def observations(files, code):
    return [one for one in resources(files.fhir, "Observation") if code_of(one) == code]


def parts(observation):
    return {
        code_of(part): part["valueQuantity"]["value"]
        for part in observation.get("component", [])
        if "valueQuantity" in part
    }


def ieee_sums(files, name):
    return {
        point["body"]["effective_time_frame"]["time_interval"]["start_date_time"]: point["body"]
        for point in files.ieee
        if point["body"].get("activity_name") == name
        and point["body"].get("descriptive_statistic") == "sum"
    }


def test_json_has_every_figure_of_the_days_file(files):
    assert len(files.json["days"]) == len(files.csv_days) == 7
    for ours, theirs in zip(files.json["days"], files.csv_days, strict=True):
        assert {name: ours[name] for name in theirs} == theirs


def test_json_has_every_figure_of_the_weeks_file(files):
    assert {name: files.json["week"][name] for name in WEEK_FIGURES} == files.csv_week


def test_fhir_has_the_days_of_the_json_file(files):
    days = zip(
        files.json["days"],
        observations(files, "87705-0"),
        observations(files, "41950-7"),
        observations(files, "posture-time"),
        observations(files, "sedentary-bouts"),
        observations(files, "movement-hours"),
        strict=True,
    )
    for day, sedentary, steps, postures, bouts, hours in days:
        if "dataAbsentReason" in sedentary:
            assert not day["wear_s"]
            assert not day["sleep_s"]
            continue
        assert round(sedentary["valueQuantity"]["value"] * 3600) == day["sedentary_s"]
        assert steps["valueQuantity"]["value"] == day["n_steps"]
        assert parts(postures)["unknown"] == day["unknown_s"]
        assert parts(postures)["standing"] == day["stand_s"]
        assert parts(postures)["worn-awake"] == day["wear_s"]
        assert parts(bouts)["longest-bout"] == day["longest_bout_s"]
        assert parts(bouts)["bouts-60min"] == day["n_sedentary_bouts_60min"]
        assert parts(bouts).get("breaks-per-hour") == day["breaks_per_h"]
        assert parts(hours) == {
            "hours-met": day["n_hours_met"], "hours-eligible": day["n_hours_eligible"],
        }  # fmt: skip


def test_fhir_has_the_means_of_the_json_file(files):
    (means,) = observations(files, "week-means")
    week = files.json["week"]
    assert ("dataAbsentReason" in means) == (not week["has_means"])
    assert parts(means).get("mean-sedentary") == week["sedentary_s"]
    assert parts(means).get("mean-steps") == week["n_steps"]
    assert parts(means).get("hours-met-share") == week["hours_met_share"]
    assert parts(means).get("usual-bout") == week["w50_s"]


def test_ieee_has_the_days_and_bouts_of_the_json_file(files):
    for name, column in (
        ("sedentary", "sedentary_s"), ("sitting", "sit_s"), ("lying awake", "lie_s"),
        ("standing", "stand_s"), ("walking", "walk_s"), ("other movement", "move_s"),
    ):  # fmt: skip
        sums = ieee_sums(files, name)
        for day in files.json["days"]:
            if day["start_local"] in sums:
                assert sums[day["start_local"]]["duration"]["value"] == day[column]
            else:
                assert not day["wear_s"]
    steps = ieee_sums(files, "walking").values()
    assert sum(body["base_movement_quantity"]["value"] for body in steps) == sum(
        day["n_steps"] or 0 for day in files.json["days"]
    )
    bouts = [bout for day in files.json["days"] for bout in day["bouts"]]
    told = [
        point["body"]["duration"]["value"]
        for point in files.ieee
        if point["body"].get("activity_name") == "sedentary"
        and "descriptive_statistic" not in point["body"]
    ]
    assert told == [bout["sedentary_s"] for bout in bouts]


def test_parquet_has_as_many_seconds_of_each_posture_as_the_days(files):
    seconds = files.seconds
    n = {one["values"]: one["counts"] for one in pc.value_counts(seconds["posture"]).to_pylist()}
    days = [day for day in files.json["days"] if day["has_data"]]
    for posture in POSTURES:
        if posture.value in ("stand", "walk", "move", "not_worn"):
            found = sum(day[f"{posture.value}_s"] for day in days)
            asleep = sum(day["sleep_s"] for day in days)
            # sleep that a diary tells may hold any posture
            assert found <= n.get(posture.value, 0) <= found + asleep
    known = sum(day["length_s"] - day["unknown_s"] for day in days)
    assert len(seconds) == known
    assert pc.sum(seconds["n_steps"]).as_py() in (
        sum(day["n_steps"] for day in days) or None, sum(day["n_steps"] for day in days),
    )  # fmt: skip


def test_the_ribbon_sums_to_the_days(files):
    for strip, day in zip(files.json["ribbon"], files.json["days"], strict=True):
        assert strip["start_local"] == day["start_local"]
        assert strip["runs"][0]["start_local"] == day["start_local"]
        assert strip["runs"][-1]["end_local"] == day["end_local"]
        for before, after in zip(strip["runs"], strip["runs"][1:], strict=False):
            assert before["end_local"] == after["start_local"]


def test_the_diary_is_the_same_in_csv_json_and_fhir(files):
    header, *rows = files.csv_diary
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [int(row["id"]) for row in told] == [one["id"] for one in files.json["entries"]]
    assert [row["local"] for row in told] == [one["at_local"] for one in files.json["entries"]]
    scores = [one["score"] for one in files.json["entries"] if one["kind"] == "pain"]
    assert [int(row["score"]) for row in told if row["kind"] == "pain"] == scores
    pain = observations(files, "72514-3")
    assert [one["valueQuantity"]["value"] for one in pain] == scores
    assert len(observations(files, "exercise")) == sum(row["kind"] == "exercise" for row in told)


def test_every_format_says_the_same_wearer_and_method(files):
    header = files.json["header"]
    metadata = files.seconds.schema.metadata
    assert metadata[b"sitstreak.method_digest"].decode() == header["method_digest"]
    assert metadata[b"sitstreak.wearer"].decode() == header["wearer"]
    for one in observations(files, "87705-0"):
        assert header["method_digest"] in one["method"]["text"]
    (patient,) = resources(files.fhir, "Patient")
    assert patient["identifier"][0]["value"] == header["wearer"]
    assert np.unique([point["header"]["modality"] for point in files.ieee]).size <= 2
