"""The weekly CSV files say what is known, nothing else, on the wearer's clock."""

import csv
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from processing.method import Method
from sitstreak.report.content.week_data import read_week
from sitstreak.report.exports.csv_week import (
    BOUTS_COLUMNS,
    DAY_FIGURES,
    DAYS_COLUMNS,
    SECONDS_COLUMNS,
    SEDENTARY_COLUMNS,
    WEEK_COLUMNS,
    write_csv,
)
from sitstreak.report.exports.figures import CADENCE_COLUMNS, WEEK_FIGURES
from sitstreak.report.week import IsoWeek
from tests.support.fake_results import FakeResults, stretches

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = IsoWeek.parse("2026-W46")
MONDAY_S = WEEK.days(BERLIN)[0].start_s
H = 3600


def export(tmp_path, known, *, week=WEEK, wearer="me", zone=BERLIN):
    results = FakeResults({wearer: known} if known is not None else {})
    write_csv(read_week(results, week, wearer, zone, Method()), tmp_path)
    kinds = ("seconds", "bouts", "sedentary", "days", "week")
    return {kind: table(next(tmp_path.glob(f"{week}-*-{kind}.csv"))) for kind in kinds}


def test_two_wearers_weeks_fit_into_one_directory(tmp_path):
    for wearer in ("ann", "bo/../b", "bo_.._b"):
        export(tmp_path, stretches(MONDAY_S, ("sit", 5)), wearer=wearer)
    ann, changed, as_it_is = sorted(tmp_path.glob("*-days.csv"))
    assert ann.name == "2026-W46-ann-days.csv"
    assert re.fullmatch(r"2026-W46-bo_\.\._b-[0-9a-f]{6}-days\.csv", changed.name)
    assert as_it_is.name == "2026-W46-bo_.._b-days.csv"


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_known_story_is_exported_second_by_second(tmp_path):
    known = stretches(MONDAY_S + 8 * H, ("sit", 1800), ("stand", 60), ("unknown", 30), ("walk", 90))
    files = export(tmp_path, known)
    seconds = files["seconds"]
    assert len(seconds) == 1800 + 60 + 90
    assert list(seconds[0]) == list(SECONDS_COLUMNS)
    first, last = seconds[0], seconds[-1]
    assert (first["utc"], first["local"]) == ("2026-11-09T07:00:00Z", "2026-11-09T08:00:00+01:00")
    assert (first["posture"], first["confidence"], first["p_sit"]) == ("sit", "0.9000", "0.9000")
    assert (last["utc"], last["posture"], last["n_steps"]) == ("2026-11-09T07:32:59Z", "walk", "2")


def test_bouts_are_the_same_story(tmp_path):
    known = stretches(MONDAY_S + 8 * H, ("sit", 1800), ("stand", 60), ("unknown", 30), ("walk", 90))
    bouts = export(tmp_path, known)["bouts"]
    assert list(bouts[0]) == list(BOUTS_COLUMNS)
    assert [(b["posture"], b["duration_s"], b["n_steps"]) for b in bouts] == [
        ("sit", "1800", "0"), ("stand", "60", "0"), ("unknown", "30", "0"), ("walk", "90", "180")
    ]  # fmt: skip
    assert bouts[1]["start_local"] == "2026-11-09T08:30:00+01:00"
    assert bouts[1]["end_utc"] == "2026-11-09T07:31:00Z"


def test_days_add_up_and_a_day_without_data_has_no_figures(tmp_path):
    known = stretches(MONDAY_S + 8 * H, ("sit", 1800), ("walk", 90), ("not_worn", 10))
    days = export(tmp_path, known)["days"]
    assert list(days[0]) == list(DAYS_COLUMNS)
    assert [day["date"] for day in days] == [f"2026-11-{d:02d}" for d in range(9, 16)]
    monday, tuesday = days[0], days[1]
    assert (monday["sit_s"], monday["walk_s"], monday["n_steps"]) == ("1800", "90", "180")
    assert (monday["wear_s"], monday["not_worn_s"], monday["sedentary_s"]) == ("1890", "10", "1800")
    assert monday["unknown_s"] == str(86_400 - 1900)
    assert (tuesday["unknown_s"], tuesday["is_valid"]) == ("86400", "false")
    assert {tuesday[name] for name in (*DAY_FIGURES, "breaks_per_h", "debt_s")} == {""}


def test_a_days_minutes_are_counted_by_their_steps(tmp_path):
    # 2 steps a second: two minutes of 120, one of 60, and 57 without a step
    known = stretches(MONDAY_S + 8 * H, ("walk", 150), ("sit", 57 * 60 + 30), ("not_worn", 600))
    monday, tuesday = export(tmp_path, known)["days"][:2]
    bands = [name for name in monday if name.startswith("n_minutes_")]
    assert {name: monday[name] for name in bands if monday[name] != "0"} == {
        "n_minutes_0spm": "57",
        "n_minutes_60_79spm": "1",
        "n_minutes_120spm_up": "2",
    }
    assert (monday["n_brisk_minutes"], monday["peak_30min_spm"]) == ("2", "10.0")
    assert {tuesday[name] for name in (*bands, "n_brisk_minutes", "peak_30min_spm")} == {""}


def test_a_day_not_worn_has_no_peak_cadence(tmp_path):
    monday = export(tmp_path, stretches(MONDAY_S, ("not_worn", 3600)))["days"][0]
    assert (monday["n_brisk_minutes"], monday["peak_30min_spm"]) == ("0", "")


def test_the_export_page_names_every_column_of_the_days():
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text()
    listed = page.split("days.csv", 1)[1].split("\n## ", 1)[0]
    short = [name.replace("n_minutes_", "…_") for name in CADENCE_COLUMNS]
    for name, other in zip(CADENCE_COLUMNS, short, strict=True):
        assert f"`{name}`" in listed or f"`{other}`" in listed, name


def test_a_bout_belongs_to_the_week_in_which_it_begins(tmp_path):
    class Uncut(FakeResults):
        def bouts(self, wearer, start_s, end_s):
            everything = super().bouts(wearer, MONDAY_S - 30 * 86_400, MONDAY_S + 30 * 86_400)
            return [b for b in everything if b.end_s > start_s and b.start_s < end_s]

    week_s = 7 * 86_400
    known = stretches(MONDAY_S - 600, ("lie", week_s), ("sit", 1200))
    data = read_week(Uncut({"me": known}), WEEK, "me", BERLIN, Method())
    assert [(b.posture, b.duration_s) for b in data.bouts] == [("sit", 1200)]


@pytest.mark.parametrize(
    ("week", "length_s"), [("2026-W13", 82_800), ("2026-W43", 90_000), ("2026-W46", 86_400)]
)
def test_a_sunday_has_the_hours_that_its_clock_has(tmp_path, week, length_s):
    iso_week = IsoWeek.parse(week)
    sunday = iso_week.days(BERLIN)[-1]
    known = stretches(sunday.start_s, ("stand", sunday.end_s - sunday.start_s))
    files = export(tmp_path, known, week=iso_week)
    assert len(files["seconds"]) == length_s
    assert len({row["local"] for row in files["seconds"]}) == length_s
    assert files["days"][-1]["length_s"] == files["days"][-1]["stand_s"] == str(length_s)
    assert files["days"][0]["unknown_s"] == "86400"


def test_nothing_before_or_after_the_week_is_in_it(tmp_path):
    week_s = 7 * 86_400
    known = stretches(MONDAY_S - 5, ("sit", 10), ("unknown", week_s - 10), ("walk", 10))
    seconds = export(tmp_path, known)["seconds"]
    assert [row["posture"] for row in seconds] == ["sit"] * 5 + ["walk"] * 5
    assert seconds[0]["local"] == "2026-11-09T00:00:00+01:00"
    assert seconds[-1]["local"] == "2026-11-15T23:59:59+01:00"


def test_an_empty_week_is_headers_and_seven_empty_days(tmp_path):
    files = export(tmp_path, None)
    assert files["seconds"] == files["bouts"] == []
    assert len(files["days"]) == 7
    header = (tmp_path / "2026-W46-me-seconds.csv").read_text()
    assert header == ",".join(SECONDS_COLUMNS) + "\n"


def test_a_wearers_name_does_not_become_a_formula(tmp_path):
    files = export(tmp_path, stretches(MONDAY_S, ("sit", 60)), wearer="=HYPERLINK(1)")
    assert {row["wearer"] for rows in files.values() for row in rows} == {"'=HYPERLINK(1)"}


def busy(n_days):
    """A night's rest, then 8 bouts of 30 min and one of 4 h, ten minutes of walking after each."""
    day = (
        ("lie", 7 * H), ("walk", H), *[("sit", 1800), ("walk", 600)] * 8, ("sit", 4 * H),
        ("walk", 600), ("unknown", 24 * H - 8 * H - 8 * 2400 - 4 * H - 600),
    )  # fmt: skip
    return stretches(MONDAY_S, *day * n_days)


def test_the_week_is_the_mean_of_its_valid_days(tmp_path):
    files = export(tmp_path, busy(4))
    [week] = files["week"]
    assert list(week) == list(WEEK_COLUMNS)
    assert (week["n_days_with_data"], week["n_valid_days"]) == ("4", "4")
    assert (week["sedentary_s"], week["sleep_s"]) == ("28800.0", "25200.0")
    assert (week["n_bouts_30min"], week["n_bouts_60min"]) == ("9.0", "1.0")
    assert (week["sedentary_in_30_60min_s"], week["sedentary_in_90min_up_s"]) == (
        "14400.0",
        "14400.0",
    )
    assert (week["longest_bout_s"], week["breaks_per_h"]) == ("14400", "1.125")
    assert (week["n_bouts"], week["w50_s"], week["w50_is_fitted"]) == ("36", "1800.0", "false")
    assert week["gini"] == str(round((37 - 2 * 22080 / 1920) / 35, 4))
    daily = [int(day["sedentary_s"] or 0) for day in files["days"]]
    assert sum(daily) == sum(int(bout["sedentary_s"]) for bout in files["sedentary"]) == 4 * 8 * H
    bands = [name for name in files["days"][0] if name.startswith("sedentary_in_")]
    assert [sum(int(day[name] or 0) for name in bands) for day in files["days"]] == daily


def test_three_valid_days_are_no_week(tmp_path):
    [week] = export(tmp_path, busy(3))["week"]
    assert week["n_valid_days"] == "3"
    assert {week[name] for name in WEEK_FIGURES} == {""}


def test_each_sedentary_bout_says_what_ended_it(tmp_path):
    known = stretches(
        MONDAY_S + 8 * H, ("walk", 60), ("sit", 900), ("stand", 40), ("walk", 50), ("lie", 100)
    )
    first, second = export(tmp_path, known)["sedentary"]
    assert list(first) == list(SEDENTARY_COLUMNS)
    assert (first["sedentary_s"], first["begun_after"], first["ended_by"]) == (
        "900", "break", "break"
    )  # fmt: skip
    assert (first["break_s"], first["moved_s"], first["touches_gap"]) == ("90", "50", "false")
    assert first["start_local"] == "2026-11-09T08:01:00+01:00"
    assert (second["ended_by"], second["break_s"], second["touches_gap"]) == ("gap", "0", "true")
