"""`sitstreak classify`: the files it promises, or one line and nothing."""

import csv
import io
import json
from decimal import Decimal

import numpy as np
import pytest

from processing.model import POSTURES
from tests.support.recording_files import still_rows, tilted_still, walker, write_csv
from tests.support.run_cli import run_cli

NAMED = ("subject", "session", "t", "x", "y", "z")
SECONDS = ["subject", "session", "t", "posture", "confidence",
           "p_sit", "p_stand", "p_walk", "p_lie", "p_move"]  # fmt: skip
BOUTS = ["subject", "session", "start_s", "end_s", "posture", "n_steps", "confidence", "censored"]

#: Walks for a minute, then leans back by 30 degrees for a minute, then walks again.
STORY = np.concatenate([walker(60), tilted_still(60, 30), walker(60, seed=3)])


def rows_of(acc_g, fs_hz=50.0, t0=0.0):
    return [(f"{t0 + i / fs_hz:.3f}", *(f"{v:.5f}" for v in a)) for i, a in enumerate(acc_g)]


@pytest.fixture
def story(tmp_path):
    return write_csv(tmp_path / "story.csv", rows_of(STORY))


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_both_files_have_the_promised_columns(story, tmp_path):
    ran = run_cli("classify", story, "--seconds", tmp_path / "s.csv", "--bouts", tmp_path / "b.csv")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    seconds, bouts = table(tmp_path / "s.csv"), table(tmp_path / "b.csv")
    assert list(seconds[0]) == SECONDS
    assert list(bouts[0]) == BOUTS
    assert [row["t"] for row in seconds] == [str(t) for t in range(180)]
    assert {row["posture"] for row in seconds} <= {str(posture) for posture in POSTURES}
    assert {(row["subject"], row["session"]) for row in (*seconds, *bouts)} == {("", "")}


def test_probabilities_sum_to_exactly_one_in_every_row(story, tmp_path):
    run_cli("classify", story, "--seconds", tmp_path / "s.csv")
    for row in table(tmp_path / "s.csv"):
        assert sum(Decimal(row[name]) for name in SECONDS[5:]) == 1


def test_a_walk_a_rest_and_a_walk_are_found(story, tmp_path):
    run_cli("classify", story, "--seconds", tmp_path / "s.csv", "--bouts", tmp_path / "b.csv")
    posture = [row["posture"] for row in table(tmp_path / "s.csv")]
    assert posture[10:50] == ["walk"] * 40
    assert posture[70:110] == ["sit"] * 40
    assert posture[130:170] == ["walk"] * 40
    bouts = table(tmp_path / "b.csv")
    assert bouts[0]["start_s"] == "0"
    assert bouts[-1]["end_s"] == "180"
    ends, starts = [b["end_s"] for b in bouts[:-1]], [b["start_s"] for b in bouts[1:]]
    assert ends == starts
    assert {b["censored"] for b in bouts} <= {"true", "false"}
    assert (bouts[0]["censored"], bouts[-1]["censored"]) == ("true", "true")


@pytest.mark.parametrize(
    ("n", "n_rows"),
    [
        pytest.param(3000, 60, id="whole"),
        pytest.param(3001, 61, id="one-sample-more"),
        pytest.param(2975, 60, id="part-of-a-second"),
        pytest.param(2, 1, id="two-samples"),
    ],
)
def test_every_second_that_was_begun_is_a_row(tmp_path, n, n_rows):
    path = write_csv(tmp_path / "r.csv", rows_of(walker(61)[:n]))
    run_cli("classify", path, "--seconds", tmp_path / "s.csv")
    assert [row["t"] for row in table(tmp_path / "s.csv")] == [str(t) for t in range(n_rows)]


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(1000.0, id="seconds-from-elsewhere"),
        pytest.param(0.37, id="part-of-a-second"),
        pytest.param(1_794_211_200.5, id="unix-time"),
    ],
)
def test_seconds_count_from_the_sessions_own_start(tmp_path, story, first):
    moved = write_csv(tmp_path / "moved.csv", rows_of(STORY, t0=first))
    run_cli("classify", story, "--seconds", tmp_path / "a.csv")
    run_cli("classify", moved, "--seconds", tmp_path / "b.csv")
    a, b = table(tmp_path / "a.csv"), table(tmp_path / "b.csv")
    assert [(row["t"], row["posture"]) for row in a] == [(row["t"], row["posture"]) for row in b]


def test_sessions_are_classified_apart(tmp_path):
    a = [("a", "1", *row) for row in rows_of(STORY)]
    b = [("b", "1", *row) for row in rows_of(tilted_still(20, 30))]
    together = write_csv(tmp_path / "r.csv", a + b, header=NAMED)
    alone = write_csv(tmp_path / "b.csv", b, header=NAMED)
    run_cli("classify", together, "--seconds", tmp_path / "s.csv")
    run_cli("classify", alone, "--seconds", tmp_path / "s_alone.csv")
    seconds = table(tmp_path / "s.csv")
    assert [row for row in seconds if row["subject"] == "b"] == table(tmp_path / "s_alone.csv")
    assert len(seconds) == 200


def test_a_pause_is_unknown_time(tmp_path):
    rows = rows_of(walker(60)) + rows_of(walker(60), t0=100.0)
    run_cli("classify", write_csv(tmp_path / "r.csv", rows), "--seconds", tmp_path / "s.csv")
    seconds = table(tmp_path / "s.csv")
    assert len(seconds) == 160
    assert {row["posture"] for row in seconds[65:95]} == {"unknown"}
    assert {row["confidence"] for row in seconds[65:95]} == {"0.0000"}


@pytest.mark.parametrize(("unit", "factor"), [("mg", 1000), ("ms2", 9.80665)])
def test_every_unit_ends_in_the_same_seconds(tmp_path, story, unit, factor):
    other = write_csv(tmp_path / "other.csv", rows_of(STORY * factor))
    run_cli("classify", story, "--seconds", tmp_path / "a.csv")
    run_cli("classify", other, "--unit", unit, "--seconds", tmp_path / "b.csv")
    a, b = table(tmp_path / "a.csv"), table(tmp_path / "b.csv")
    assert [row["posture"] for row in a] == [row["posture"] for row in b]


def test_a_second_recording_under_one_name_is_said_on_stderr(tmp_path):
    a = [("a", "1", *row) for row in still_rows(100)]
    b = [("b", "1", *row) for row in still_rows(100)]
    path = write_csv(tmp_path / "r.csv", a + b + a, header=NAMED)
    ran = run_cli("classify", path, "--seconds", tmp_path / "s.csv")
    assert ran.code == 0
    assert "the later ones are called a 1#2" in ran.err
    assert [row["session"] for row in table(tmp_path / "s.csv")] == ["1"] * 4 + ["1#2"] * 2


def test_a_name_does_not_become_a_formula(tmp_path):
    rows = [("=1+1", "s", *row) for row in still_rows(100)]
    path = write_csv(tmp_path / "r.csv", rows, header=NAMED)
    run_cli("classify", path, "--seconds", tmp_path / "s.csv")
    assert table(tmp_path / "s.csv")[0]["subject"] == "'=1+1"


def test_json_is_a_summary(story):
    ran = run_cli("classify", story, "--json")
    summary = json.loads(ran.out)
    assert summary["posture_s"]["walk"] >= 100
    assert sum(summary["posture_s"].values()) == 180
    assert len(summary["method"]["digest"]) == 12
    (session,) = summary["sessions"]
    assert (session["n_seconds"], session["n_samples"], session["start"]) == (180, 9000, None)


def test_without_outputs_a_summary_is_printed(story):
    ran = run_cli("classify", story)
    assert ran.code == 0
    assert "walk" in ran.out


def test_a_dash_is_the_standard_output(story):
    ran = run_cli("classify", story, "--bouts", "-")
    assert next(csv.reader(io.StringIO(ran.out))) == BOUTS
    ran = run_cli("classify", story, "--bouts", "-", "--json")
    assert "only one thing" in ran.error_line


GOOD = "t,x,y,z\n" + "".join(f"{i / 50},1,0,0\n" for i in range(100))
BAD_FILES = [
    pytest.param("t,x,y\n0,1,0\n", ["column z missing"], id="missing-column"),
    pytest.param(GOOD + "2.0,one,0,0\n", ["row 101 (line 102)", "'one'"], id="text-in-a-number"),
    pytest.param(GOOD + "2.0,NaN,0,0\n", ["row 101 (line 102)", "x is NaN"], id="nan"),
    pytest.param(GOOD + "2.0,,0,0\n", ["row 101 (line 102)", "x is empty"], id="empty-cell"),
    pytest.param(GOOD + "1.0,1,0,0\n", ["row 101 (line 102)", "backwards"], id="backwards"),
    pytest.param(GOOD + "1.98,1,0,0\n", ["row 101 (line 102)", "repeats"], id="repeats"),
    pytest.param("t,x,y,z\n0,1000,0,0\n0.02,1000,0,0\n", ["row 1 (line 2)", "--unit mg"],
                 id="mg-as-g"),
    pytest.param("t,x,y,z\n0,9.8,0,0\n0.02,9.8,0,0\n", ["row 1", "--unit ms2"], id="ms2-as-g"),
    pytest.param("t,x,y,z\n", ["no row of data follows"], id="zero-rows"),
    pytest.param("t,x,y,z\n0,1,0,0\n1,1,0,0\n", ["row 1", "1 Hz, at least 8"], id="slow"),
    pytest.param("", ["is empty"], id="empty-file"),
    pytest.param("\0\1\2", ["neither CSV nor parquet"], id="binary"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BAD_FILES)
def test_a_bad_file_is_one_line_exit_2_and_no_output(tmp_path, text, words):
    path = tmp_path / "r.csv"
    path.write_text(text)
    ran = run_cli("classify", path, "--seconds", tmp_path / "s.csv", "--bouts", tmp_path / "b.csv")
    for word in (str(path), *words):
        assert word in ran.error_line
    assert ran.out == ""
    assert [p.name for p in tmp_path.iterdir()] == ["r.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--seconds", "{dir}"], "is a directory", id="directory"),
        pytest.param(["--seconds", "{dir}/none/s.csv"], "there is no directory", id="nowhere"),
        pytest.param(["--seconds", "{file}"], "is the input file", id="the-input"),
        pytest.param(["--seconds", "{dir}/o", "--bouts", "{dir}/o"], "two outputs", id="same"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(story, tmp_path, arguments, words):
    before = story.read_bytes()
    filled = [part.format(dir=tmp_path, file=story) for part in arguments]
    assert words in run_cli("classify", story, *filled).error_line
    assert story.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["story.csv"]


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    line = run_cli("classify", tmp_path / "none.csv").error_line
    assert line == f"sitstreak: {tmp_path / 'none.csv'}: there is no such file"
