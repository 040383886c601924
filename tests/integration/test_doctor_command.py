"""`sitstreak doctor` against real files, a real influxd and a Grafana that remembers."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

from dashboards.datasource import UID, data_source
from ingest.collecting.pairing import Pin
from sitstreak.cli import doctor as module
from sitstreak.doctor.bluetooth_check import Radio, RadioFacts
from sitstreak.storage.database import DATABASE_NAME, open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.outbox import note_error
from sitstreak.storage.pins import StoredPins
from tests.support.fake_grafana import FakeGrafana
from tests.support.run_cli import run_cli
from tests.support.storage_kit import DEVICE, block

ADDRESS = "AA:BB:CC:DD:EE:FF"
SOURCE = f"/datasources/uid/{UID}"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path):
    """Nothing of this machine's settings or radio comes in."""
    monkeypatch.chdir(tmp_path)
    for name in ("INFLUX_URL", "INFLUX_TOKEN", "GRAFANA_URL", "GRAFANA_TOKEN", "SENSOR"):
        monkeypatch.delenv(f"SITSTREAK_{name}", raising=False)
    monkeypatch.setenv("SITSTREAK_TIMEZONE", "Europe/Berlin")

    async def hear(seconds):
        return RadioFacts(Radio.LISTENED, frozenset({ADDRESS.lower()}))

    monkeypatch.setattr(module, "listen", hear)


@pytest.fixture
def data_dir(tmp_path):
    """A data directory with a paired sensor whose last samples are from now."""
    directory = tmp_path / "data"
    with closing(open_database(directory)) as connection:
        journal = SqliteJournal(connection, "me")
        StoredPins(connection, journal, "me").pair(Pin(DEVICE, ADDRESS), "me")
        journal.append([block(int(time.time()) - 7, [1] * 7)], [])
    return directory


@pytest.fixture
def grafana(monkeypatch):
    fake = FakeGrafana(token="grafana-secret")
    fake.stored[SOURCE] = data_source("http://influxdb:8086", "x", "wear")
    monkeypatch.setenv("SITSTREAK_GRAFANA_URL", fake.url)
    monkeypatch.setenv("SITSTREAK_GRAFANA_TOKEN", "grafana-secret")
    yield fake
    fake.close()


@pytest.fixture
def server(influx, monkeypatch):
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", influx.url)
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", influx.token)
    return influx


def examined(data_dir):
    """Return exit code and name -> finding."""
    ran = run_cli("doctor", "--data-dir", data_dir, "--json")
    document = json.loads(ran.out)
    assert document["well"] == (ran.code == 0)
    return ran.code, {finding["name"]: finding for finding in document["findings"]}


def only_wrong(data_dir):
    code, findings = examined(data_dir)
    wrong = [finding for finding in findings.values() if finding["state"] == "wrong"]
    assert code == 1
    assert len(wrong) == 1, wrong
    assert wrong[0]["todo"]
    return wrong[0]


def test_when_all_is_well_it_says_so_and_ends_with_0(data_dir, server, grafana):
    code, findings = examined(data_dir)
    assert {finding["state"] for finding in findings.values()} == {"ok"}, findings
    assert code == 0


def test_nothing_is_changed_or_stored_by_looking(data_dir, server, grafana):
    before = (data_dir / DATABASE_NAME).read_bytes()
    examined(data_dir)
    assert (data_dir / DATABASE_NAME).read_bytes() == before
    assert server.query("SHOW MEASUREMENTS") == []
    assert {verb for verb, _ in grafana.requests} == {"GET"}


def test_a_data_directory_that_is_not_there_is_not_made(tmp_path):
    _, findings = examined(tmp_path / "none")
    assert findings["data file"]["state"] == "not used"
    assert not (tmp_path / "none").exists()


def test_a_wrong_token_is_found(data_dir, server, monkeypatch):
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", "guess")
    assert only_wrong(data_dir)["name"] == "InfluxDB token"


def test_a_wrong_bucket_is_found(data_dir, server, monkeypatch):
    monkeypatch.setenv("SITSTREAK_INFLUX_BUCKET", "waer")
    found = only_wrong(data_dir)
    assert found["name"] == "InfluxDB bucket"
    assert "'waer'" in found["found"]


def test_a_server_that_is_down_is_found(data_dir, server):
    server.proxy.refuse()
    assert only_wrong(data_dir)["name"] == "InfluxDB"


def test_a_server_that_fails_is_found(data_dir, server):
    server.proxy.fail(503)
    assert only_wrong(data_dir)["name"] == "InfluxDB"


def test_the_token_is_never_shown(data_dir, server, monkeypatch):
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", "very-secret")
    ran = run_cli("doctor", "--data-dir", data_dir)
    assert ran.code == 1
    assert "very-secret" not in ran.out + ran.err


@pytest.mark.parametrize("ahead_s", [3600, -3600], ids=["server-ahead", "server-behind"])
def test_a_clock_off_by_an_hour_is_found(data_dir, grafana, ahead_s):
    grafana.clock_ahead_s = ahead_s
    found = only_wrong(data_dir)
    assert found["name"] == "clock"
    assert ("behind" if ahead_s > 0 else "ahead of") in found["found"]
    assert "Grafana" in found["found"]


@pytest.mark.parametrize("zone", ["utc", "browser", "Europe/Berlln"])
def test_a_wrong_time_zone_is_found_though_no_other_command_runs(data_dir, monkeypatch, zone):
    monkeypatch.setenv("SITSTREAK_TIMEZONE", zone)
    found = only_wrong(data_dir)
    assert found["name"] == "time zone"
    assert repr(zone) in found["found"]


def test_a_wrong_time_zone_in_the_file_is_found(data_dir, monkeypatch, tmp_path):
    monkeypatch.delenv("SITSTREAK_TIMEZONE")
    (tmp_path / ".env").write_text("SITSTREAK_TIMEZONE=browser\n")
    assert only_wrong(data_dir)["name"] == "time zone"


def test_any_other_wrong_setting_is_one_line_and_exit_code_2(data_dir, monkeypatch):
    monkeypatch.setenv("SITSTREAK_PORT", "many")
    assert "SITSTREAK_PORT" in run_cli("doctor", "--data-dir", data_dir).error_line


def test_an_outbox_that_is_stuck_is_found(data_dir, server):
    with closing(open_database(data_dir)) as connection:
        connection.execute("INSERT INTO outbox (series, at_s, fields) VALUES ('s', 1, 'f=1')")
        note_error(connection, "InfluxDB refuses the token")
    found = only_wrong(data_dir)
    assert found["name"] == "outbox"
    assert "1 rows wait" in found["found"]
    assert "refuses the token" in found["found"]


@pytest.mark.parametrize(
    ("layout", "todo"), [(99, "update sitstreak"), (1, "brings the file up to date")]
)
def test_a_file_of_another_layout_is_found(data_dir, layout, todo):
    with closing(sqlite3.connect(data_dir / DATABASE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {layout}")
    found = only_wrong(data_dir)
    assert found["name"] == "data file"
    assert todo in found["todo"]


def test_a_file_that_is_no_database_is_found(data_dir):
    (data_dir / DATABASE_NAME).write_bytes(b"a letter to grandmother" * 400)
    _, findings = examined(data_dir)
    assert findings["data file"]["state"] == "wrong"
    assert "move it away" in findings["data file"]["todo"]


def test_damaged_data_are_found(data_dir):
    with closing(sqlite3.connect(data_dir / DATABASE_NAME)) as connection:
        connection.execute("UPDATE block SET samples = zeroblob(length(samples))")
        connection.commit()
    found = only_wrong(data_dir)
    assert found["name"] == "data inside it"
    assert "sitstreak check --repair" in found["todo"]


def test_a_disk_that_is_nearly_full_is_found(data_dir, monkeypatch):
    monkeypatch.setattr("sitstreak.doctor.examine.free_bytes", lambda _: 80_000_000)
    assert only_wrong(data_dir)["name"] == "disk"


def test_a_grafana_without_the_data_source_is_found(data_dir, grafana):
    del grafana.stored[SOURCE]
    found = only_wrong(data_dir)
    assert found["name"] == "Grafana data source"
    assert found["todo"].endswith("sitstreak grafana push")


def test_a_data_source_that_does_not_reach_influxdb_is_found(data_dir, grafana):
    grafana.source_health = {"status": "ERROR", "message": "connection refused"}
    assert "connection refused" in only_wrong(data_dir)["found"]


def test_a_sensor_that_was_never_paired_is_found(tmp_path):
    assert only_wrong(tmp_path / "none")["todo"].endswith("sitstreak pair")


@pytest.mark.parametrize("radio", [Radio.NO_ADAPTER, Radio.NO_PERMISSION])
def test_a_radio_that_cannot_be_used_is_found(data_dir, monkeypatch, radio):
    async def fail(seconds):
        return RadioFacts(radio)

    monkeypatch.setattr(module, "listen", fail)
    assert only_wrong(data_dir)["name"] == "Bluetooth"


def test_people_get_a_line_each_and_an_arrow_to_what_to_do(data_dir, grafana):
    del grafana.stored[SOURCE]
    ran = run_cli("doctor", "--data-dir", data_dir)
    assert ran.code == 1
    assert "-> bring it: sitstreak grafana push" in ran.out
    assert ran.out.endswith("1 thing is wrong; begin at the top.\n")
    assert ran.err == ""


@pytest.mark.parametrize("content", [b"not a database at all\n", bytes(range(256)) * 20])
def test_a_file_that_is_no_database_is_named_with_what_to_do_about_it(tmp_path, content):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / DATABASE_NAME).write_bytes(content)
    _, findings = examined(data_dir)
    said = findings["data file"]
    assert said["state"] == "wrong"
    assert f"{data_dir / DATABASE_NAME} is no database" in said["found"]
    assert "sitstreak restore FILE" in said["todo"]
    assert (data_dir / DATABASE_NAME).read_bytes() == content


def test_a_broken_line_of_the_settings_is_told_once_and_by_the_table(tmp_path):
    (tmp_path / ".env").write_text("SITSTREAK_PORT=8765\nSITSTREAK_WEARER ada\n")
    ran = run_cli("doctor", "--seconds", 0, "--data-dir", tmp_path / "data")
    assert ran.code == 1
    assert f"{tmp_path / '.env'}, line 2" in "".join(ran.out.split("\n")).replace("  ", "")
    assert "could not parse" not in ran.err
