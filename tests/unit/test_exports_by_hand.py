"""The week that was worked out by hand (tests/support/hand_week.py), in each of these files.

Monday and Sunday are ordinary: five bouts of 40 and five of 80 minutes make 600 min sedentary (40
of them lying); walking 70 min at 120 steps a minute and 40 min at 60 make 10,800 steps.

=========  =========  =====================================================================
day        sedentary  why
=========  =========  =====================================================================
Monday     36,000 s   600 min
Tuesday    33,600 s   40 min out of range in a bout of 80
Wednesday  36,005 s   a flicker of 5 s
Thursday   14,400 s   taken off at noon: 40 + 80 + 40 + 80 min; 40 min walked, 4,800 steps
Friday     33,600 s   the diary says that 40 min lying were not worn
Saturday   33,600 s   the diary says that 40 min sitting were sleep
Sunday     36,000 s   600 min
=========  =========  =====================================================================
"""

from __future__ import annotations

import io
import json

import pyarrow.parquet as pq
import pytest

from sitstreak.report.exports.csv_diary import diary_table
from sitstreak.report.exports.fhir import bundle
from sitstreak.report.exports.ieee1752 import render_ieee1752
from sitstreak.report.exports.json_report import render_json
from sitstreak.report.exports.parquet_seconds import render_parquet
from tests.support.fhir_rules import code_of, resources
from tests.support.hand_week import WEEK_23H, WEEK_25H, hand_week_report

SEDENTARY_S = [36_000, 33_600, 36_005, 14_400, 33_600, 33_600, 36_000]
STEPS = [10_800, 10_800, 10_800, 4_800, 10_800, 10_800, 10_800]
WALK_S = [6_600, 6_600, 6_600, 2_400, 6_600, 6_600, 6_600]
STAND_S = [7_200, 7_200, 7_195, 1_200, 7_200, 7_200, 7_200]
SLEEP_S = [36_000, 36_000, 36_000, 36_000, 36_000, 38_400, 36_000]
NOT_WORN_S = [0, 0, 0, 32_400, 2_400, 0, 0]
UNKNOWN_S = [0, 2_400, 0, 0, 0, 0, 0]
#: Mean of the six valid days, all but Thursday: 208,805 s / 6.
MEAN_SEDENTARY_S = 34_800.8


@pytest.fixture(scope="module")
def report():
    return hand_week_report()


@pytest.fixture(scope="module")
def observations(report):
    found = resources(bundle(report.content, pdf=b"%PDF-"), "Observation")
    return {code: [one for one in found if code_of(one) == code] for code in map(code_of, found)}


def parts(found, code):
    return [
        next(part["valueQuantity"]["value"] for part in one["component"] if code_of(part) == code)
        for one in found
    ]


def values(found):
    return [one["valueQuantity"]["value"] for one in found]


def test_json(report):
    found = json.loads(render_json(report.content))
    for name, expected in (
        ("sedentary_s", SEDENTARY_S), ("n_steps", STEPS), ("walk_s", WALK_S), ("stand_s", STAND_S),
        ("sleep_s", SLEEP_S), ("not_worn_s", NOT_WORN_S), ("unknown_s", UNKNOWN_S),
    ):  # fmt: skip
        assert [day[name] for day in found["days"]] == expected, name
    assert found["week"]["sedentary_s"] == MEAN_SEDENTARY_S
    assert found["week"]["n_valid_days"] == 6
    assert [day["is_valid"] for day in found["days"]] == [True] * 3 + [False] + [True] * 3
    assert found["days"][0]["n_breaks"] == 10
    assert found["days"][0]["breaks_per_h"] == 1.0  # 10 in 10 h
    assert found["tests"][0]["difference_s"] == 8.0


def test_fhir(observations):
    hours = [10.0, 9.3333, 10.0014, 4.0, 9.3333, 9.3333, 10.0]
    assert values(observations["87705-0"]) == hours
    assert values(observations["41950-7"]) == STEPS
    assert values(observations["55423-8"]) == [69_600]
    postures = observations["posture-time"]
    assert parts(postures, "walking") == WALK_S
    assert parts(postures, "standing") == STAND_S
    assert parts(postures, "asleep") == SLEEP_S
    assert parts(postures, "not-worn") == NOT_WORN_S
    assert parts(postures, "unknown") == UNKNOWN_S
    bouts = observations["sedentary-bouts"]
    assert parts(bouts, "longest-bout") == [4_800] * 7
    assert parts(bouts, "bouts-60min") == [5, 4, 5, 2, 5, 5, 5]
    assert parts(bouts, "breaks")[0] == 10
    assert parts(observations["week-means"], "mean-sedentary") == [MEAN_SEDENTARY_S]
    assert parts(observations["week-means"], "mean-steps") == [10_800.0]
    used = {one["reference"] for one in observations["week-means"][0]["derivedFrom"]}
    thursday = {f"urn:uuid:{found[3]['id']}" for found in observations.values() if len(found) == 7}
    assert len(used) == 6 * 5  # five observations of each valid day
    assert len(thursday) == 5
    assert not used & thursday
    assert parts(observations["data-sufficiency"], "valid-days") == [6]


def test_fhir_has_the_diary(observations):
    assert values(observations["72514-3"]) == [2, 4, 6, 3]
    assert values(observations["82291-6"]) == [3]  # Monday, Wednesday, Saturday
    assert parts(observations["exercise"], "exercise-repetitions") == [8, 8, 10]
    assert len(observations["stretch"]) == 1
    assert parts(observations["bridge-test"], "hold-difference") == [8.0]


def test_ieee_1752(report):
    points = [json.loads(line) for line in render_ieee1752(report.content).splitlines()]
    bodies = [point["body"] for point in points]

    def durations(name, statistic):
        return [
            body["duration"]["value"]
            for body in bodies
            if body.get("activity_name") == name and body.get("descriptive_statistic") == statistic
        ]

    assert durations("sedentary", "sum") == SEDENTARY_S
    assert durations("standing", "sum") == STAND_S
    assert durations("walking", "sum") == WALK_S
    assert durations("sedentary", "average") == [MEAN_SEDENTARY_S]
    bouts = durations("sedentary", None)
    assert sum(bouts) == sum(SEDENTARY_S) - 5  # the flicker is in no bout
    assert set(bouts) == {2_400, 4_800}
    repetitions = [
        body["base_movement_quantity"]["value"]
        for body in bodies
        if body.get("activity_name") == "glute-bridge"
    ]
    assert repetitions == [24, 16, 10]
    (sleep,) = (
        point for point in points if point["header"]["schema_id"]["name"] == "sleep-episode"
    )
    assert sleep["body"]["effective_time_frame"]["time_interval"] == {
        "start_date_time": "2026-11-14T14:00:00+01:00",
        "end_date_time": "2026-11-14T14:40:00+01:00",
    }


def test_parquet(report):
    table = pq.read_table(io.BytesIO(render_parquet(report.data))).to_pandas()
    days = table.groupby("local_date")
    assert days["n_steps"].sum().tolist() == STEPS
    assert days.size().tolist() == [86_400 - unknown_s for unknown_s in UNKNOWN_S]
    walked = table[table["posture"] == "walk"].groupby("local_date").size()
    assert walked.tolist() == WALK_S


def test_the_diarys_table(report):
    rows = list(diary_table(report.content))
    assert [row[6] for row in rows[1:]].count("pain") == 4
    assert [row[8] for row in rows[1:] if row[6] == "pain"] == [2, 4, 6, 3]


@pytest.mark.parametrize(("week", "length_s"), [(WEEK_25H, 90_000), (WEEK_23H, 82_800)])
def test_a_day_of_25_or_23_hours_adds_up_in_every_file(week, length_s):
    report = hand_week_report(week)
    day = json.loads(render_json(report.content))["days"][-1]
    assert day["length_s"] == length_s
    found = resources(bundle(report.content, pdf=b"%PDF-"), "Observation")
    sunday = [one for one in found if code_of(one) == "posture-time"][-1]
    total = sum(
        part["valueQuantity"]["value"]
        for part in sunday["component"]
        if code_of(part) != "worn-awake"
    )
    assert total == length_s
    table = pq.read_table(io.BytesIO(render_parquet(report.data))).to_pandas()
    assert table.groupby("local_date").size().iloc[-1] == length_s - day["unknown_s"]
