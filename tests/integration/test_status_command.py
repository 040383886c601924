"""`sitstreak status`: the present in a terminal, from a real database and from none."""

import json
import time
from contextlib import closing

import numpy as np
import pytest
from click.testing import CliRunner

from ingest.model import RawBlock, SensorReading
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.cli import status
from sitstreak.errors import SitstreakError
from sitstreak.live import LiveProcessor
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.page_case import MORNING_S, PARTS, Afternoon
from tests.support.page_server import page_server

FS_HZ = 25


def run(*arguments):
    return CliRunner().invoke(status.command, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def still_sensor(tmp_path):
    """A data directory with two minutes of a sensor that lies on a table, taken just now."""
    end_ns = int(time.time()) * NS_PER_S
    n = 120 * FS_HZ
    start_ns = end_ns - 120 * NS_PER_S
    samples = np.tile(np.array([0, 0, 4096], np.int16), (n, 1))
    block = RawBlock("hip-1", 1, 0, start_ns, FS_HZ, 4096, samples)
    with closing(open_database(tmp_path)) as connection:
        journal = SqliteJournal(connection, "me")
        journal.register_device("hip-1", "me", "hip-1")
        journal.append([block], [])
        journal.note_sensor(SensorReading("hip-1", end_ns, 71, -60, 0, 0))
    with LiveProcessor(tmp_path, Settings(_env_file=None), Method()) as processor:
        processor.step()
    return tmp_path


def test_without_a_data_directory_it_says_so_and_makes_none(tmp_path):
    missing = tmp_path / "nowhere"
    result = run("--data-dir", missing)
    assert result.exit_code == 0
    assert result.output == "no data yet; clip the sensor on and start: sitstreak run\n"
    assert json.loads(run("--data-dir", missing, "--json").output)["state"] == "no data yet"
    assert not missing.exists()


def test_a_wearer_that_is_not_there_is_refused(tmp_path, still_sensor):
    for directory in (tmp_path / "nowhere", still_sensor):
        with pytest.raises(SitstreakError, match="no data of wearer 'eve'"):
            run("--data-dir", directory, "--wearer", "eve")


def test_a_real_database_is_read(still_sensor):
    now = json.loads(run("--data-dir", still_sensor, "--json").output)
    assert now["wearer"] == "me"
    assert now["data_until"] is not None
    assert now["sensor"]["name"] == "hip-1"
    assert now["sensor"]["battery_pct"] == 71
    assert now["streak_s"] == 0
    text = run("--data-dir", still_sensor).output
    assert "hip-1, battery 71 %" in text


def test_json_has_what_the_page_has(monkeypatch, tmp_path):
    case = Afternoon(*PARTS)
    (tmp_path / "sitstreak.db").touch()
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    monkeypatch.setattr(status, "open_results", case.results.opener)
    monkeypatch.setattr(time, "time", lambda: case.clock_s)
    printed = json.loads(run("--data-dir", tmp_path, "--json").output)
    with page_server(case.app()) as url:
        import httpx

        shown = httpx.get(f"{url}/api/now").json()
    assert shown.pop("sensor")["link"] == "connected"
    assert printed.pop("sensor")["link"] is None
    assert printed == shown


def test_the_text_is_plain_when_piped(monkeypatch, tmp_path):
    case = Afternoon(*PARTS)
    (tmp_path / "sitstreak.db").touch()
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")
    monkeypatch.setattr(status, "open_results", case.results.opener)
    monkeypatch.setattr(time, "time", lambda: MORNING_S + 2133)
    output = run("--data-dir", tmp_path).output
    assert "\x1b" not in output
    assert [" ".join(line.split()) for line in output.splitlines()] == [
        "now sitting for 10 min, sure",
        "sitting streak 30 min since 08:05",
        "movement debt 5 min (10 min per hour of sitting)",
        "last break none yet today",
        "today 30 min sitting or lying of 35 min worn, 0 breaks, 600 steps, longest streak 30 min",
        "sensor hip-1, battery 83 %, last data 08:35",
        "wearer me, Europe/Berlin",
    ]
