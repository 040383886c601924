"""`sitstreak report`: what the journal holds, as the files of a week."""

import csv
import json
import math
from contextlib import closing
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingest.model import RawBlock
from ingest.recordings.player import RecordingSource
from processing.figures.diary import DiaryEntry, DiaryKind
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak import settings
from sitstreak.live import LiveProcessor
from sitstreak.report.week import IsoWeek
from sitstreak.storage.database import open_database
from sitstreak.storage.diary import Diary
from sitstreak.storage.journal import SqliteJournal
from tests.support.recording_files import recorded, tilted_still, walker, write_csv
from tests.support.run_cli import run_cli

#: Walks, leans back by 30 degrees, walks: a minute each.
STORY = np.concatenate([walker(60), tilted_still(60, 30), walker(60, seed=3)])
START_S = 1_704_106_800  # Monday, 2024-01-01T11:00Z
KINDS = ("bouts", "days", "diary", "seconds", "sedentary", "week")
FILES = [f"2024-W01-me-{kind}.csv" for kind in KINDS]


def fill(data_dir, wearer="me"):
    """Put the story into a journal and through live processing."""
    source = RecordingSource([recorded(STORY, start_ns=START_S * NS_PER_S)])
    blocks = [
        RawBlock(
            "clip",
            source.boot_id,
            seq,
            source.utc_at_tick_zero_ns + block.t_ns,
            source.fs_hz,
            source.lsb_per_g,
            block.samples,
        )
        for seq, block in enumerate(source.recorded_until(math.inf))
    ]
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, wearer)
        journal.register_device("clip", wearer, "Clip")
        journal.append(blocks, [])
    with LiveProcessor(data_dir, settings.load(data_dir), Method()) as processor:
        processor.finish("clip")


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    monkeypatch.delenv("SITSTREAK_INFLUX_URL", raising=False)


@pytest.fixture
def data_dir(tmp_path, berlin):
    fill(tmp_path / "data")
    return tmp_path / "data"


def report(data_dir, out, *more, week="2024-W01"):
    return run_cli("report", "--week", week, "--out", out, "--data-dir", data_dir, *more)


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_week_holds_what_classify_says_of_the_same_samples(data_dir, tmp_path):
    rows = [(i / 50, *acc) for i, acc in enumerate(np.rint(STORY * 4096) / 4096)]
    recording = write_csv(tmp_path / "r.csv", rows)
    run_cli("classify", recording, "--seconds", tmp_path / "s.csv")
    ran = report(data_dir, tmp_path / "out", "--format", "csv")
    assert ran.code == 0
    assert "2024-W01 of me: 1 of 7 days with data, 0 valid" in ran.out
    assert "no averages: a week needs 4 valid days, worn awake for 10 h or more" in ran.out
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == FILES
    offline = [row["posture"] for row in table(tmp_path / "s.csv")]
    exported = table(tmp_path / "out" / "2024-W01-me-seconds.csv")
    assert [row["posture"] for row in exported] == [name for name in offline if name != "unknown"]
    assert exported[0]["local"] == "2024-01-01T12:00:00+01:00"
    monday = table(tmp_path / "out" / "2024-W01-me-days.csv")[0]
    assert int(monday["sit_s"]) == offline.count("sit") > 50
    assert monday["method"] == Method().digest


def test_json_names_the_files(data_dir, tmp_path):
    summary = json.loads(report(data_dir, tmp_path / "out", "--json").out)
    assert [path.rsplit("/", 1)[1] for path in sorted(summary["files"])] == FILES
    assert (summary["week"], summary["wearer"], summary["n_days_with_data"]) == (
        "2024-W01",
        "me",
        1,
    )
    assert summary["timezone"] == "Europe/Berlin"
    assert set(summary["figures"].values()) == {None}  # one short day is no week
    monday, *others = summary["days"]
    assert (monday["date"], monday["is_valid"]) == ("2024-01-01", False)
    # 1.8 steps a second: the two minutes of walking are brisk
    assert 1 <= monday["n_brisk_minutes"] <= 2
    assert {day["n_brisk_minutes"] for day in others} == {None}
    [longest] = summary["longest_bouts"]
    assert longest["ended_by"] in {"break", "gap"}
    assert 40 < longest["sedentary_s"] < 80


def test_running_it_twice_gives_the_same_bytes(data_dir, tmp_path):
    for out in ("a", "b", "a"):
        report(data_dir, tmp_path / out)
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_week_without_data_says_so_and_has_seven_empty_days(data_dir, tmp_path):
    ran = report(data_dir, tmp_path / "out", week="2024-W02")
    assert ran.code == 0
    assert "2024-W02: no data of me" in ran.out
    assert table(tmp_path / "out" / "2024-W02-me-seconds.csv") == []
    assert len(table(tmp_path / "out" / "2024-W02-me-days.csv")) == 7


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param(["--week", "2024-53"], "write it like 2026-W46", id="no-week"),
        pytest.param(["--week", "2024-W53"], "W01 to W52", id="week-53"),
        pytest.param(["--week", "2199-W01"], "in the future", id="future"),
        pytest.param(["--wearer", "nobody"], "no data of wearer 'nobody'", id="wearer"),
        pytest.param(["--out", "{tmp}/file"], "is a file; --out takes", id="out-is-file"),
        pytest.param(["--out", "{tmp}/file/x"], "cannot be made", id="out-below-a-file"),
        pytest.param(["--data-dir", "{tmp}/none"], "holds no data yet", id="no-data-dir"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_exit_2_and_no_files(data_dir, tmp_path, more, words):
    (tmp_path / "file").write_text("")
    filled = [part.format(tmp=tmp_path) for part in more]
    assert words in report(data_dir, tmp_path / "out", *filled).error_line
    assert not list(tmp_path.glob("**/*.csv"))
    assert not (tmp_path / "none").exists()


def test_an_unknown_format_is_refused(data_dir, tmp_path):
    ran = report(data_dir, tmp_path / "out", "--format", "xml")
    assert ran.code == 2
    assert "there is no format 'xml'; there are csv, json" in ran.error_line
    assert not (tmp_path / "out").exists()


def test_several_formats_at_once_each_have_their_names(data_dir, tmp_path):
    ran = report(data_dir, tmp_path / "out", "--format", "parquet,json,ieee1752")
    assert ran.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "2024-W01-me-ieee1752.ndjson",
        "2024-W01-me-seconds.parquet",
        "2024-W01-me.json",
    ]
    content = json.loads((tmp_path / "out" / "2024-W01-me.json").read_text())
    assert content["header"]["wearer"] == "me"


def test_all_files_or_none(data_dir, tmp_path):
    (tmp_path / "out").mkdir()
    # what cannot be replaced: a directory of that name
    (tmp_path / "out" / "2024-W01-me.json").mkdir()
    ran = report(data_dir, tmp_path / "out", "--format", "csv,json")
    assert "2024-W01-me.json" in ran.error_line
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["2024-W01-me.json"]


def test_reports_are_for_their_user_alone(data_dir, tmp_path):
    out = tmp_path / "new"
    ran = report(data_dir, out, "--format", "csv,json")
    assert ran.code == 0
    assert out.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}


def test_a_name_is_printed_and_never_stored(data_dir, tmp_path):
    report(data_dir, tmp_path / "out", "--name", "Erika Mustermann", "--birth-date", "1980-12-31")
    everything = [*(tmp_path / "out").iterdir(), *data_dir.iterdir()]
    assert not [path for path in everything if b"Mustermann" in path.read_bytes()]
    alone = report(data_dir, tmp_path / "out", "--birth-date", "1980-12-31")
    assert "--birth-date goes with --name" in alone.error_line


@pytest.mark.parametrize("page", ["a4", "A4", "Letter"])
def test_paper_is_named_in_whatever_case(data_dir, tmp_path, page):
    assert report(data_dir, tmp_path / "out", "--page", page).code == 0


def test_a_name_and_a_birth_date_that_cannot_be_are_refused(data_dir, tmp_path):
    for typed, words in (
        (("--name", " "), "--name is empty"),
        (("--name", "Erika", "--birth-date", "2999-12-31"), "2999-12-31 lies ahead"),
    ):
        assert words in report(data_dir, tmp_path / "out", *typed).error_line
    assert not (tmp_path / "out").exists()


def test_whoever_only_keeps_a_diary_has_a_report_and_nobody_gets_anothers(data_dir, tmp_path):
    def reported(*more):
        ran = report(data_dir, tmp_path / "out", *more)
        return ran.out if ran.code == 0 else ran.error_line

    with closing(open_database(data_dir)) as connection:
        Diary(connection).add("ann", DiaryEntry(id=0, kind=DiaryKind.PAIN, at_s=START_S, score=4))
    assert "no data of ann; the files" in reported("--wearer", "ann")
    pain = table(tmp_path / "out" / "2024-W01-ann-diary.csv")
    assert [(row["wearer"], row["score"]) for row in pain] == [("ann", "4")]
    assert "2024-W01 of me" in reported()
    with closing(open_database(data_dir)) as connection:
        connection.execute("UPDATE device SET wearer = 'bob'")
    assert "2024-W01 of bob" in reported()  # the only one who wears a sensor
    with closing(open_database(data_dir)) as connection:
        connection.execute("UPDATE device SET wearer = 'me'")
        connection.execute("DELETE FROM live_state")
        Diary(connection).add("bob", DiaryEntry(id=0, kind=DiaryKind.PAIN, at_s=START_S, score=4))
    assert "no data of wearer 'me'; there are data of ann, bob" in reported()


def test_the_diary_is_in_the_week_and_says_what_was_not_worn(data_dir, tmp_path):
    with closing(open_database(data_dir)) as connection:
        diary = Diary(connection)
        until_s = START_S + 90
        diary.add("me", DiaryEntry(id=0, kind=DiaryKind.NOT_WORN, at_s=START_S, until_s=until_s))
        diary.add("me", DiaryEntry(id=0, kind=DiaryKind.PAIN, at_s=START_S + 5, score=4, note="=1"))
    report(data_dir, tmp_path / "out")
    rows = table(tmp_path / "out" / "2024-W01-me-diary.csv")
    assert [(row["kind"], row["score"], row["note"]) for row in rows] == [
        ("not_worn", "", ""),
        ("pain", "4", "'=1"),
    ]
    seconds = table(tmp_path / "out" / "2024-W01-me-seconds.csv")
    assert [row["posture"] for row in seconds[:90]] == ["not_worn"] * 90
    assert table(tmp_path / "out" / "2024-W01-me-days.csv")[0]["not_worn_s"] == "90"
    first = table(tmp_path / "out" / "2024-W01-me-bouts.csv")[0]
    assert (first["posture"], first["duration_s"]) == ("not_worn", "90")


@pytest.mark.parametrize("which", ["--last-week", "--this-week"])
def test_the_last_and_the_running_week_need_no_number(data_dir, tmp_path, which):
    days = 7 if which == "--last-week" else 0
    week = IsoWeek.starting(datetime.now(ZoneInfo("Europe/Berlin")).date() - timedelta(days=days))
    arguments = ("report", which, "--out", tmp_path / "out", "--data-dir", data_dir)
    ran = run_cli(*arguments)
    assert f"{week}: no data of me" in ran.out
    assert ("figures may still change" in ran.out) == (which == "--this-week")
    both = run_cli(*arguments, "--week", "2024-W01")
    assert "one of --week 2026-W46, --last-week, --this-week" in both.error_line


def test_a_wearers_name_does_not_become_a_formula(tmp_path, berlin):
    fill(tmp_path / "data", wearer="=1+1")
    assert report(tmp_path / "data", tmp_path / "out", "--wearer", "=1+1").code == 0
    for path in (tmp_path / "out").iterdir():
        # nobody has written a diary
        wearers = set() if path.name.endswith("-diary.csv") else {"'=1+1"}
        assert {row["wearer"] for row in table(path)} == wearers
