"""A person can take everything along, and can be forgotten."""

import csv
import errno
import json
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ingest.model import RawBlock, SensorReading
from processing.model import NS_PER_S, Gap
from sitstreak.diary.plan import DEFAULT_PLAN
from sitstreak.live import LiveProcessor
from sitstreak.storage import erasing, everything, outbox
from sitstreak.storage.database import open_database, transaction
from sitstreak.storage.erasing import erase, everybody
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.lines import series
from sitstreak.storage.lock import collector_lock
from tests.support.diary_kit import diary_at, entry
from tests.support.run_cli import run_cli
from tests.support.storage_kit import DEVICE, QUICK, T0_S, block, label_advance, settings

ANNA, BEN = "Anna Ψ, the=first", "Bernd-2"
LABELS = [1, 2, 3] * 40


@pytest.fixture
def two_people(tmp_path, monkeypatch):
    """Give a data directory with samples, results, gaps, readings and waiting rows of two."""
    monkeypatch.chdir(tmp_path)
    for setting in ("SITSTREAK_INFLUX_URL", "SITSTREAK_WEARER"):
        monkeypatch.delenv(setting, raising=False)
    data_dir = tmp_path / "data"
    with closing(open_database(data_dir)) as connection:
        for wearer, device in ((ANNA, DEVICE), (BEN, "hip-2")):
            journal = SqliteJournal(connection, wearer)
            journal.register_device(device, wearer, "Sensor")
            gap = Gap(device, (T0_S - 60) * NS_PER_S, T0_S * NS_PER_S, 0, "out_of_range")
            journal.append([block(T0_S, LABELS, device=device)], [gap])
            journal.note_sensor(SensorReading(device, T0_S * NS_PER_S, 80, -60, 0, 0))
            journal.save_state(device, "pairing", {"address": "00:11:22:33:44:55"})
    with closing(open_database(data_dir)) as connection:
        diary = diary_at(connection)
        for wearer in (ANNA, BEN):
            pain = diary.add(wearer, entry("pain", T0_S, score=4, note=f"=cmd() of {wearer}"))
            diary.edit(wearer, pain.id, score=5)
            diary.set_plan(wearer, date(2026, 1, 1), DEFAULT_PLAN)
    own = settings(data_dir, influx_url="http://nowhere")
    with LiveProcessor(data_dir, own, QUICK, advance=label_advance) as live:
        live.step()
        live.finish(DEVICE)
        live.finish("hip-2")
    with closing(open_database(data_dir)) as connection, transaction(connection):
        for wearer in (ANNA, BEN):
            line = f"{series('streak', wearer, '')} streak_s=1 0"
            connection.execute(
                "INSERT INTO quarantine (at_s, line, reason, place) VALUES (0, ?, 'refused', ?)",
                (line, line),
            )
    return data_dir


def waiting(connection):
    lines = [row[0] for row in connection.execute("SELECT series FROM outbox")]
    for (bundle,) in connection.execute("SELECT lines FROM outbox_bundle"):
        lines += bundle.split("\n")
    return lines


def dump(data_dir):
    with closing(open_database(data_dir)) as connection:
        return "\n".join(connection.iterdump())


def test_who_is_erased_is_in_no_table_and_in_no_byte_of_the_file(two_people):
    assert "Anna" in dump(two_people)
    ran = run_cli("erase", "--wearer", ANNA, "--yes", "--json", "--data-dir", two_people)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["devices"] == [DEVICE]
    assert "Anna" not in dump(two_people)
    for file in two_people.iterdir():
        assert b"Anna" not in file.read_bytes(), file
        assert DEVICE.encode() not in file.read_bytes(), file


def test_erasing_one_person_changes_nothing_of_another(two_people):
    with closing(open_database(two_people)) as connection:
        before = list(everything.plain_tables(connection, BEN))
        n_waiting = len([line for line in waiting(connection) if BEN in line])
        erase(connection, ANNA, also_sent=False)
        assert list(everything.plain_tables(connection, BEN)) == before
        assert len(waiting(connection)) == n_waiting > 0
        assert everybody(connection) == [BEN]
        assert everything.sample_days(connection, 2) == [T0_S // 86_400]


def test_every_table_is_either_about_a_person_or_known_to_be_about_nobody(tmp_path):
    with closing(open_database(tmp_path)) as connection:
        for table in erasing.tables(connection):
            columns = set(erasing.columns(connection, table))
            about_somebody = columns & {"wearer", "device"} or table in erasing.OF_LINES
            assert about_somebody or table in erasing.ABOUT_NOBODY, table


def test_erasing_needs_the_name_typed(two_people):
    ran = run_cli("erase", "--wearer", ANNA, "--data-dir", two_people, stdin="anna\n")
    assert ran.code == 130
    assert "Anna" in dump(two_people)
    ran = run_cli("erase", "--wearer", ANNA, "--data-dir", two_people, stdin=f"{ANNA}\n")
    assert ran.code == 0, ran.err
    assert "Anna" not in dump(two_people)


def test_who_is_not_there_cannot_be_erased_and_the_line_names_who_is(two_people):
    ran = run_cli("erase", "--wearer", "carl", "--yes", "--data-dir", two_people)
    assert (ran.code, ran.out) == (2, "")
    assert BEN in ran.err


def test_nobody_is_erased_under_a_running_collector(two_people):
    with collector_lock(two_people):
        ran = run_cli("erase", "--wearer", ANNA, "--yes", "--data-dir", two_people)
    assert ran.code == 2
    assert "Anna" in dump(two_people)


def test_a_deletion_that_cannot_be_sent_waits_and_is_said(two_people, monkeypatch):
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", "x")
    ran = run_cli("erase", "--wearer", ANNA, "--yes", "--data-dir", two_people)
    assert ran.code == 0, ran.err
    assert "not yet" in ran.out
    with closing(open_database(two_people)) as connection:
        deleting = {one.measurement for one in outbox.deletions(connection)}
        assert deleting == set(erasing.MEASUREMENTS)
        assert not [line for line in waiting(connection) if "Anna" in line]


def test_files_set_aside_earlier_are_named(two_people):
    (two_people / "sitstreak.before-restore-1.db").write_bytes(b"old")
    ran = run_cli("erase", "--wearer", ANNA, "--yes", "--data-dir", two_people)
    assert "sitstreak.before-restore-1.db" in ran.out


def test_everything_of_a_person_can_be_taken_along(two_people, tmp_path):
    out = tmp_path / "mine"
    ran = run_cli("export", "--all", "--out", out, "--wearer", ANNA, "--data-dir", two_people)
    assert ran.code == 0, ran.err
    (samples,) = (out / "samples").iterdir()
    taken = pd.read_parquet(samples)
    assert taken["x"].tolist() == np.repeat(LABELS, 4).tolist()
    assert taken["t"].iloc[0] == pd.Timestamp(T0_S, unit="s", tz="UTC")
    (seconds,) = (out / "seconds").iterdir()
    assert len(pd.read_parquet(seconds)) > 0
    with (out / "tables" / "gap.csv").open(newline="") as file:
        (gap,) = csv.DictReader(file)
    assert gap["reason"] == "out_of_range"
    with (out / "tables" / "diary_history.csv").open(newline="") as file:
        (before,) = csv.DictReader(file)
    assert (before["score"], before["note"]) == ("4", f"=cmd() of {ANNA}".replace("=", "'=", 1))
    said = " ".join(file.read_text() for file in out.rglob("*.csv")) + samples.name
    assert BEN not in said
    assert "hip-2" not in said


def test_each_table_is_taken_along_or_is_derived(two_people):
    with closing(open_database(two_people)) as connection:
        tables = {table.name for table in everything.plain_tables(connection, ANNA)}
        left = set(erasing.tables(connection)) - tables
    assert left == everything.DERIVED | everything.NOT_AS_ROWS


def test_taken_samples_can_be_classified_again_and_are_the_same_to_the_digit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    counts = np.random.default_rng(1).normal([300, 4000, 500], 40, (25 * 60, 3)).astype(np.int16)
    with closing(open_database(tmp_path / "data")) as connection:
        stored = RawBlock(DEVICE, 1, 0, T0_S * NS_PER_S, 25.0, 4096, counts)
        SqliteJournal(connection, ANNA).append([stored], [])
    out = tmp_path / "mine"
    ran = run_cli("export", "--all", "--out", out, "--data-dir", tmp_path / "data", "--json")
    assert json.loads(ran.out)["n_samples"] == len(counts)
    (samples,) = (out / "samples").iterdir()
    taken = pd.read_parquet(samples)
    assert (taken[["x", "y", "z"]].to_numpy() * 4096 == counts).all()
    ran = run_cli("classify", samples)
    assert ran.code == 0, ran.err


def test_what_is_taken_along_is_private_and_there_whole_or_not_at_all(
    two_people, tmp_path, monkeypatch
):
    out = tmp_path / "mine"
    export = ("export", "--all", "--out", out, "--wearer", ANNA, "--data-dir", two_people)

    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as no_room:
        no_room.setattr(Path, "write_text", full)  # the last file of all
        assert "No space left on device" in run_cli(*export).error_line
    assert list(out.iterdir()) == []
    assert run_cli(*export).code == 0
    assert out.stat().st_mode & 0o077 == 0


def test_a_folder_that_holds_something_is_left_alone(two_people, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    ran = run_cli(
        "export", "--all", "--out", tmp_path / "mine", "--wearer", BEN, "--data-dir", two_people
    )
    assert ran.code == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["letter.txt"]
