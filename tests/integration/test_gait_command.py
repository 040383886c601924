"""`sitstreak gait`: a recording and the journal say the same, and too little is said plainly."""

import csv
import io
import json
import math
from contextlib import closing

import numpy as np
import pytest

from ingest.model import RawBlock
from ingest.recordings.player import RecordingSource
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak import settings
from sitstreak.live import LiveProcessor
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.plain_signals import stand, walk
from tests.support.recording_files import recorded, write_csv
from tests.support.run_cli import run_cli

#: Two walks of 96 and of 108 steps a minute.
STORY = np.concatenate(
    [stand(60), walk(60, step_hz=1.6), stand(60), walk(60, step_hz=1.8), stand(60)]
)
START_S = 1_704_106_800  # Monday, 2024-01-01T11:00Z
EVENING_S = START_S + 12 * 3600 - 90  # in Berlin it is midnight at the end of the first walk


def fill(data_dir, *, acc_g=STORY, start_s=START_S, device="clip"):
    """Put a story into a journal and through live processing."""
    source = RecordingSource([recorded(acc_g, start_ns=start_s * NS_PER_S)])
    zero_ns, boot = source.utc_at_tick_zero_ns, source.boot_id
    blocks = [
        RawBlock(device, boot, seq, zero_ns + one.t_ns, source.fs_hz, source.lsb_per_g, one.samples)
        for seq, one in enumerate(source.recorded_until(math.inf))
    ]
    with closing(open_database(data_dir)) as connection:
        journal = SqliteJournal(connection, "me")
        journal.register_device(device, "me", device)
        journal.append(blocks, [])
    with LiveProcessor(data_dir, settings.load(data_dir), Method()) as processor:
        processor.finish(device)


@pytest.fixture(autouse=True)
def berlin(monkeypatch):
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    monkeypatch.delenv("SITSTREAK_INFLUX_URL", raising=False)


@pytest.fixture
def data_dir(tmp_path):
    fill(tmp_path / "data")
    return tmp_path / "data"


def recording(path, acc_g=STORY, t0=0.0):
    rows = [(f"{t0 + i / 50:.2f}", *row) for i, row in enumerate(np.rint(acc_g * 4096) / 4096)]
    return write_csv(path, rows)


def gait(*arguments):
    ran = run_cli("gait", *arguments, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_recording_has_the_cadence_of_its_walks(tmp_path):
    [day] = gait(recording(tmp_path / "r.csv"))["days"]
    assert [bout["cadence_spm"] for bout in day["bouts"]] == pytest.approx([96, 108], rel=0.01)
    assert day["cadence_spm"] == pytest.approx(102, rel=0.01)
    assert (day["n_bouts"], day["date"], day["note"]) == (2, None, None)
    assert 100 <= day["judged_s"] <= day["walk_s"] <= 125
    assert 57 <= day["bouts"][0]["t_s"] <= 63


def test_the_journal_says_what_the_recording_of_the_same_samples_says(data_dir, tmp_path):
    [stored] = gait("--day", "2024-01-01", "--data-dir", data_dir)["days"]
    [read] = gait(recording(tmp_path / "r.csv", t0=START_S))["days"]
    assert (stored["wearer"], stored["sensor"], stored["date"]) == ("me", "clip", "2024-01-01")
    assert stored["bouts"] == read["bouts"]
    assert stored["bouts"][0]["start"].startswith("2024-01-01T12:0")
    assert stored["cadence_spm"] == read["cadence_spm"]


def test_a_week_has_a_row_for_each_day_and_those_without_samples_say_so(data_dir):
    days = gait("--week", "2024-W01", "--data-dir", data_dir)["days"]
    assert [day["date"] for day in days] == [f"2024-01-0{n}" for n in range(1, 8)]
    assert [day["note"] for day in days] == [None, *["no data"] * 6]
    assert days[1]["walk_s"] is days[1]["cadence_spm"] is None


def test_midnight_cuts_days_and_walks_alike_in_recording_and_journal(tmp_path):
    fill(tmp_path, start_s=EVENING_S)
    stored = gait("--week", "2024-W01", "--data-dir", tmp_path)["days"][:2]
    read = gait(recording(tmp_path / "r.csv", t0=EVENING_S))["days"]
    assert [day["date"] for day in read] == ["2024-01-01", "2024-01-02"]
    for a, b in zip(stored, read, strict=True):
        assert a["walk_s"] == b["walk_s"]
        assert a["cadence_spm"] == pytest.approx(b["cadence_spm"], rel=0.01)
    assert [len(day["bouts"]) for day in stored] == [1, 2]


def test_two_sensors_are_never_mixed(data_dir):
    fill(data_dir, acc_g=np.concatenate([stand(60), walk(60, step_hz=1.4), stand(60)]), device="b")
    days = gait("--day", "2024-01-01", "--data-dir", data_dir)["days"]
    assert [(day["sensor"], day["n_bouts"]) for day in days] == [("clip", 2), ("b", 1)]
    assert [day["cadence_spm"] for day in days] == pytest.approx([102, 84], rel=0.01)
    ran = run_cli("gait", "--day", "2024-01-01", "--data-dir", data_dir)
    assert [line.split()[0] for line in ran.out.splitlines()[-5:-1]] == [
        "2024-01-01", "clip", "2024-01-01", "b",
    ]  # fmt: skip


def test_the_table_says_what_it_rests_on_and_that_it_is_no_diagnosis(data_dir):
    ran = run_cli("gait", "--week", "2024-W01", "--data-dir", data_dir)
    assert ran.code == 0
    [monday] = [line for line in ran.out.splitlines() if "2024-01-01" in line]
    assert monday.split()[:5] == ["2024-01-01", "2", "2", "min", "102"]
    assert ran.out.count("no data") == 6
    assert "no diagnosis" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_too_little_walking_is_said_plainly(tmp_path):
    story = np.concatenate([stand(120), walk(6), stand(120)])
    ran = run_cli("gait", recording(tmp_path / "r.csv", story))
    assert ran.code == 0
    assert "too little walking: no walking bout of 10 s or more" in ran.out
    [day] = gait(tmp_path / "r.csv")["days"]
    assert (day["note"], day["n_bouts"], day["symmetry"]) == ("too little walking", 0, None)


def test_csv_has_a_row_a_day_and_empty_cells_where_nothing_is_known(data_dir, tmp_path):
    out = tmp_path / "gait.csv"
    ran = run_cli("gait", "--week", "2024-W01", "--data-dir", data_dir, "--csv", out)
    assert (ran.code, ran.out) == (0, "")
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7
    assert float(rows[0]["cadence_spm"]) == pytest.approx(102, rel=0.01)
    assert (rows[1]["cadence_spm"], rows[1]["walk_s"], rows[1]["note"]) == ("", "", "no data")
    assert rows[0]["method"] == Method().digest
    shown = run_cli("gait", "--week", "2024-W01", "--data-dir", data_dir, "--csv", "-").out
    assert list(csv.DictReader(io.StringIO(shown))) == rows


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([], "give one of FILE, --day and --week", id="nothing"),
        pytest.param(["--day", "2024-01-01", "--week", "2024-W01"], "give one of", id="two"),
        pytest.param(["{tmp}/r.csv", "--wearer", "me"], "--wearer goes with", id="file-of-whom"),
        pytest.param(["{tmp}/none.csv"], "none.csv: there is no such file", id="no-file"),
        pytest.param(["{tmp}/bad.csv"], "bad.csv", id="bad-file"),
        pytest.param(["--day", "9 November"], "write it like 2026-11-09", id="no-day"),
        pytest.param(["--day", "9999-12-31"], "write it like 2026-11-09", id="last-day"),
        pytest.param(["--day", "2199-01-01"], "in the future", id="future-day"),
        pytest.param(["--week", "2024-W53"], "W01 to W52", id="week-53"),
        pytest.param(["--week", "2199-W01"], "in the future", id="future-week"),
        pytest.param(["--day", "2024-01-01", "--wearer", "bo"], "no data of wearer", id="whom"),
        pytest.param(["--day", "2024-01-01", "--csv", "{tmp}"], "is a directory", id="csv-dir"),
        pytest.param(["--day", "2024-01-01", "--csv", "-", "--json"], "only one", id="stdout"),
        pytest.param(
            ["--day", "2024-01-01", "--data-dir", "{tmp}/x"], "holds no data yet", id="dir"
        ),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_2(data_dir, tmp_path, arguments, words):
    (tmp_path / "bad.csv").write_text("t,x,y,z\n0,one,2,3\n")
    filled = [part.format(tmp=tmp_path) for part in arguments]
    if "--data-dir" not in filled:
        filled += ["--data-dir", str(data_dir)]
    assert words in run_cli("gait", *filled).error_line
    assert not (tmp_path / "x").exists()
