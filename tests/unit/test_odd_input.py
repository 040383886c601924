"""Odd names, places and outputs: one plain line, and nothing lands where nobody looks."""

import os
from pathlib import Path

import pandas as pd
import pytest

from sitstreak.settings import load
from tests.support.run_cli import run_cli

ROWS = {"t": [i / 25 for i in range(100)], "x": [0.0] * 100, "y": [0.0] * 100, "z": [1.0] * 100}


def recording(path: Path, **columns) -> Path:
    pd.DataFrame({**ROWS, **columns}).to_csv(path, index=False)
    return path


def test_a_tilde_is_home_in_settings_and_on_the_command_line(monkeypatch):
    monkeypatch.setenv("SITSTREAK_DATA_DIR", "~/sit")
    assert load().data_dir == Path.home() / "sit"
    assert load(Path("~/eq")).data_dir == Path.home() / "eq"


def test_an_empty_setting_is_the_default(monkeypatch):
    usual = load()
    monkeypatch.setenv("SITSTREAK_DATA_DIR", "")
    monkeypatch.setenv("SITSTREAK_PORT", "")
    assert load() == usual


@pytest.mark.parametrize("subject", ["[/nope]", "[bold]b[/bold]", "esc\x1b[31m"])
def test_names_are_shown_and_never_obeyed(tmp_path, monkeypatch, subject):
    monkeypatch.setenv("COLUMNS", "200")
    ran = run_cli("classify", recording(tmp_path / "r.csv", subject=subject))
    assert ran.code == 0
    assert "\x1b[31m" not in ran.out
    assert subject.split("\x1b")[0] in ran.out


def test_columns_of_parquet_may_be_upper_case_beside_others_of_that_letter(tmp_path):
    upper = pd.DataFrame(ROWS).rename(columns=str.upper)
    upper.to_parquet(tmp_path / "upper.parquet")
    assert run_cli("classify", tmp_path / "upper.parquet").code == 0
    pd.DataFrame({**ROWS, "T": 36.6}).to_parquet(tmp_path / "warm.parquet")
    assert run_cli("classify", tmp_path / "warm.parquet").code == 0


@pytest.mark.parametrize("name", ["n" * 300 + ".csv", "loop"], ids=["long", "loop"])
def test_an_odd_file_is_refused_in_one_line(tmp_path, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert run_cli("classify", tmp_path / name).error_line


def test_an_output_that_is_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    source = recording(tmp_path / "r.csv")
    assert "loop" in run_cli("classify", source, "--seconds", tmp_path / "loop").error_line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_write_protected_output_is_left_alone(tmp_path):
    target = tmp_path / "s.csv"
    target.write_text("mine")
    target.chmod(0o444)
    source = recording(tmp_path / "r.csv")
    assert "write-protected" in run_cli("classify", source, "--seconds", target).error_line
    assert target.read_text() == "mine"


def test_the_line_that_is_not_utf_8_is_named(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes(b"t,x,y,z,subject\n0,0,0,1,a\n0.1,0,0,1,\xe9\n0.2,0,0,1,a\n")
    assert "line 3 is not UTF-8" in run_cli("classify", path).error_line


def test_a_name_that_cannot_be_stored_is_refused_before_anything_is(tmp_path):
    source = recording(tmp_path / "r.csv", subject=["a"] * 50 + ["b\\c"] * 50)
    ran = run_cli("replay", source, "--data-dir", tmp_path / "data")
    assert "wearer" in ran.error_line
    assert not (tmp_path / "data" / "sitstreak.db").exists()


def test_no_number_is_no_speed(tmp_path):
    source = recording(tmp_path / "r.csv")
    assert "--speed" in run_cli("replay", source, "--speed", "nan").error_line


def test_without_influxdb_a_replay_is_complete_and_says_that_its_results_wait(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", "http://127.0.0.1:1")
    source = recording(tmp_path / "r.csv")
    ran = run_cli("replay", source, "--data-dir", tmp_path / "data", "--json")
    assert ran.code == 0
    assert '"complete": true' in ran.out
    assert "wait to be sent" in ran.err


@pytest.mark.parametrize("address", ["zzz", "AA:BB", "AA:BB:CC:DD:EE:FF:00", "fe:ed"])
def test_what_is_no_address_is_refused_instead_of_searched_for_for_ever(tmp_path, address):
    ran = run_cli("run", "--sensor", address, "--data-dir", tmp_path, "--no-serve")
    assert "is no Bluetooth address, as `sitstreak scan` shows them" in ran.error_line
