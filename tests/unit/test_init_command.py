"""`sitstreak init` makes secrets, asks nothing, and never loses what somebody put there."""

import json
import re
import stat
from contextlib import closing
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from sitstreak.alert_plan import CONTACT_SETTINGS, SMTP
from sitstreak.env_file import SECRETS, fill, fresh_secret, quoted, values
from sitstreak.errors import SitstreakError
from sitstreak.settings import Settings, load
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.run_cli import run_cli

ROOT = Path(__file__).parents[2]
NAMES = ("WEARER", "TIMEZONE", "DATA_DIR", "INFLUX_URL", "INFLUX_TOKEN", "GRAFANA_URL")


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """An empty folder, and no settings but those of the test; data of its own."""
    for name in NAMES:
        monkeypatch.delenv(f"SITSTREAK_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path


@pytest.fixture
def system_zone(monkeypatch):
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Asia/Kolkata")


def made():
    return dotenv_values(".env")


def test_one_command_makes_all_that_the_compose_file_asks_for(folder, system_zone):
    ran = run_cli("init")
    assert ran.code == 0
    compose = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?", compose)) <= made().keys()
    assert all(made().values())
    assert made()["SITSTREAK_TIMEZONE"] == "Asia/Kolkata"
    assert made()["SITSTREAK_WEARER"] == "me"


def test_the_file_is_for_its_owner_alone(folder):
    run_cli("init")
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [".env"]  # and no draft is left behind


def test_secrets_are_long_all_different_and_never_printed(folder):
    out = run_cli("init").out
    first = [made()[name] for name in SECRETS]
    Path(".env").unlink()
    out += run_cli("init", "--json").out
    second = [made()[name] for name in SECRETS]
    assert len(set(first + second)) == 2 * len(SECRETS)
    for secret in first + second:
        assert re.fullmatch("[0-9a-f]{24,}", secret)
        assert secret not in out


def test_a_file_that_is_there_is_left_alone(folder):
    (folder / ".env").write_text("SITSTREAK_PORT=8770\n")
    line = run_cli("init").error_line
    assert "--force" in line
    assert (folder / ".env").read_text() == "SITSTREAK_PORT=8770\n"


def test_force_fills_in_what_is_missing_and_keeps_every_line(folder):
    before = (
        "# my own words\nSITSTREAK_PORT=8770\nSITSTREAK_INFLUX_TOKEN=mine\n"
        "GRAFANA_ADMIN_PASSWORD=\n\nOTHER='$HOME' # keep\n"
    )
    (folder / ".env").write_text(before)
    document = json.loads(run_cli("init", "--force", "--json").out)
    after = (folder / ".env").read_text().splitlines()
    filled_in = f"GRAFANA_ADMIN_PASSWORD={made()['GRAFANA_ADMIN_PASSWORD']}"
    expected = before.replace("GRAFANA_ADMIN_PASSWORD=", filled_in).splitlines()
    assert after[: len(expected)] == expected
    assert made()["SITSTREAK_INFLUX_TOKEN"] == "mine"
    assert len(made()["GRAFANA_ADMIN_PASSWORD"]) == 24
    assert document["kept"] == ["SITSTREAK_INFLUX_TOKEN"]
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600


def test_a_second_force_changes_nothing(folder):
    run_cli("init")
    before = (folder / ".env").read_text()
    assert run_cli("init", "--force").code == 0
    assert (folder / ".env").read_text() == before


def test_what_is_set_in_the_environment_is_taken_up(monkeypatch):
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", "https://nas.local:8086")
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", "of-the-nas")
    monkeypatch.setenv("SITSTREAK_WEARER", "ada")
    run_cli("init")
    assert made()["SITSTREAK_INFLUX_URL"] == "https://nas.local:8086"
    assert made()["SITSTREAK_INFLUX_TOKEN"] == "of-the-nas"
    assert made()["SITSTREAK_WEARER"] == "ada"


def test_the_only_wearer_with_data_is_the_wearer(folder):
    with closing(open_database(folder / "data")) as connection:
        SqliteJournal(connection, "x").register_device("hip-1", "grace", "Hip Sensor")
    run_cli("init", "--data-dir", folder / "data")
    assert made()["SITSTREAK_WEARER"] == "grace"
    assert load().data_dir == folder / "data"


def test_what_is_typed_wins_over_what_is_found(system_zone):
    run_cli("init", "--wearer", "Ada L", "--timezone", "Europe/Berlin")
    assert load().wearer == "Ada L"
    assert load().timezone == "Europe/Berlin"


def test_an_option_against_the_file_is_refused_not_ignored(folder):
    (folder / ".env").write_text("SITSTREAK_WEARER=ada\n")
    line = run_cli("init", "--force", "--wearer", "grace").error_line
    assert "SITSTREAK_WEARER" in line
    assert (folder / ".env").read_text() == "SITSTREAK_WEARER=ada\n"


@pytest.mark.parametrize("name", ["  ", "home\\ada", "a\tb"])
def test_a_name_that_influxdb_cannot_hold_is_refused_before_anything_is_recorded(folder, name):
    (folder / ".env").write_text(f"SITSTREAK_WEARER='{name}'\n")
    with pytest.raises(SitstreakError, match="SITSTREAK_WEARER"):
        load()
    line = run_cli("pair", "--simulated", "--wearer", name, "--data-dir", folder / "d").error_line
    assert "SITSTREAK_WEARER" in line
    assert not (folder / "d").exists()


def test_a_zone_that_does_not_exist_writes_nothing(folder):
    assert "Mars/Base" in run_cli("init", "--timezone", "Mars/Base").error_line
    assert not (folder / ".env").exists()


def test_the_next_step_is_said(folder):
    assert "docker-compose.yml" in run_cli("init").out
    (folder / ".env").unlink()
    (folder / "docker-compose.yml").touch()
    assert "Next: docker compose up -d --wait" in run_cli("init").out


def test_a_folder_that_cannot_be_written_is_one_line(folder):
    (folder / ".env").symlink_to(folder / "nowhere" / ".env")
    assert "cannot be written" in run_cli("init", "--force").error_line


def test_the_example_names_what_init_writes(folder):
    run_cli("init")
    example = (ROOT / ".env.example").read_text()
    assert made().keys() <= dotenv_values(ROOT / ".env.example").keys()
    assert not any(dotenv_values(ROOT / ".env.example")[name] for name in SECRETS)
    assert "sitstreak init" in example


def test_all_that_is_written_for_sitstreak_is_a_setting(folder):
    run_cli("init", "--data-dir", "data")
    ours = {name for name in made() if name.startswith("SITSTREAK_")}
    assert ours <= {f"SITSTREAK_{name.upper()}" for name in Settings.model_fields}


def test_whom_to_tell_can_be_filled_in_and_is_not_set():
    run_cli("init")
    text = Path(".env").read_text()
    for name in (*(f"SITSTREAK_{name.upper()}" for name in CONTACT_SETTINGS), *SMTP):
        assert f"\n# {name}=\n" in text
        assert name not in made()


def test_beside_the_compose_file_the_alerts_are_written_in_the_wearers_zone(folder, system_zone):
    (folder / "docker-compose.yml").touch()
    assert run_cli("init").code == 0
    [file] = folder.glob("dashboards/provisioning/alerting/quiet-hours.json")
    assert json.loads(file.read_text())["muteTimes"][0]["time_intervals"][0]["location"] == (
        "Asia/Kolkata"
    )


def test_beside_the_compose_file_the_dashboards_begin_with_wearer_and_zone(folder, system_zone):
    (folder / "docker-compose.yml").touch()
    assert run_cli("init", "--wearer", "O'Brien").code == 0
    files = sorted((folder / "dashboards" / "own").glob("*.json"))
    assert [file.name for file in files] == [
        "sensors.json",
        "today.json",
        "trends.json",
        "week.json",
    ]
    for file in files:
        board = json.loads(file.read_text())
        variables = {one["name"]: one["current"]["value"] for one in board["templating"]["list"]}
        assert (variables["wearer"], variables["timezone"]) == ("O'Brien", "Asia/Kolkata")
        assert board["timezone"] == "Asia/Kolkata"
        assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert stat.S_IMODE((folder / "dashboards" / "own").stat().st_mode) & 0o055 == 0o055


def test_grafana_can_read_all_that_is_mounted_although_the_umask_was_strict(folder):
    (folder / "docker-compose.yml").touch()
    for place in ("json", "provisioning/datasources", "provisioning/dashboards"):
        inside = folder / "dashboards" / place
        inside.mkdir(parents=True)
        (inside / "file").touch(mode=0o600)
        inside.chmod(0o700)
    assert run_cli("init").code == 0
    for inside in (folder / "dashboards" / "json", *folder.glob("dashboards/provisioning/*")):
        assert stat.S_IMODE(inside.stat().st_mode) & 0o055 == 0o055
        assert all(stat.S_IMODE(file.stat().st_mode) & 0o044 == 0o044 for file in inside.iterdir())
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600


def test_a_token_is_longer_than_a_password_that_people_type():
    assert len(fresh_secret("SITSTREAK_INFLUX_TOKEN")) == 64
    assert len(fresh_secret("GRAFANA_ADMIN_PASSWORD")) == 24


VALUES = st.text(st.characters(exclude_characters="'\\", categories=("L", "N", "P", "S", "Zs")))


@given(VALUES.filter(lambda value: value.isprintable() and "${" not in value))
def test_whatever_is_written_is_read_back(value):
    assert values(f"NAME={quoted('NAME', value)}\n")["NAME"] == value


NO_MIX = st.text(st.characters(exclude_characters='"\\$', categories=("L", "N", "P", "S", "Zs")))


@given(NO_MIX.filter(str.isprintable))
def test_names_with_an_apostrophe_are_read_back(value):
    name = f"O'{value}"
    assert quoted("NAME", name) == f'"{name}"'  # Compose takes it as it stands as well
    assert values(f"NAME={quoted('NAME', name)}\n")["NAME"] == name


def test_an_apostrophe_in_a_name_is_no_hindrance(system_zone):
    assert run_cli("init", "--wearer", "O'Brien").code == 0
    assert load().wearer == "O'Brien"


@pytest.mark.parametrize("value", ['O\'Neil "x"', "O'$a", "a\nb", "a\\b", "a${b}"])
def test_what_cannot_be_read_back_is_refused(value):
    with pytest.raises(SitstreakError, match="NAME"):
        quoted("NAME", value)


LINES = st.sampled_from(
    ["# a word", "", "A=1", "A=", "B='x y'", "export B=2", "  C = 3 ", "D=", "A=2", "no assignment"]
)


@given(st.lists(LINES, max_size=8))
def test_filling_in_keeps_what_is_set_and_ends_complete(lines):
    text = "".join(f"{line}\n" for line in lines)
    before = {name: value for name, value in values(text).items() if value}
    filled = fill(text, {"A": "new", "D": "new", "E": "new"})
    after = values(filled.text)
    assert {name: after[name] for name in before} == before
    assert all(after[name] for name in "ADE")
    assert set(filled.made) | set(filled.kept) == set("ADE")
    assert fill(filled.text, {"A": "other", "D": "other", "E": "other"}).text == filled.text
