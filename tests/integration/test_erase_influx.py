"""Who is erased is gone from a real influxd, and nobody else is."""

from contextlib import closing

import pytest

from sitstreak.live import LiveProcessor
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_all
from sitstreak.storage.erasing import MEASUREMENTS
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.journal import SqliteJournal
from tests.support.run_cli import run_cli
from tests.support.storage_kit import BERLIN, QUICK, T0_S, block, label_advance, settings

pytestmark = pytest.mark.influxd

ANNA, BEN = "Anna O'Neil, the=first", "Ben"


@pytest.fixture
def sent(tmp_path, monkeypatch, influx):
    """Give a data directory of two people whose rows are in influxd."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITSTREAK_INFLUX_URL", influx.url)
    monkeypatch.setenv("SITSTREAK_INFLUX_TOKEN", influx.token)
    monkeypatch.setenv("SITSTREAK_TIMEZONE", BERLIN)
    with closing(open_database(tmp_path)) as connection:
        for number, wearer in enumerate((ANNA, BEN)):
            device = f"hip-{number}"
            journal = SqliteJournal(connection, wearer)
            journal.register_device(device, wearer, "Sensor")
            journal.append([block(T0_S, [1, 0, 2] * 60, device=device)], [])
    own = settings(tmp_path, influx_url=influx.url, influx_token=influx.token)
    with LiveProcessor(tmp_path, own, QUICK, advance=label_advance) as live:
        live.step()
        live.finish("hip-0")
        live.finish("hip-1")
    sink = InfluxSink.from_settings(own)
    assert sink is not None
    with closing(open_database(tmp_path)) as connection, sink:
        drain_all(connection, sink)
    return tmp_path


def n_rows(influx):
    found: dict[str, int] = {}
    for measurement in MEASUREMENTS:
        for row in influx.query(f'SELECT * FROM "{measurement}"'):
            found[row["wearer"]] = found.get(row["wearer"], 0) + 1
    return found


def test_who_is_erased_is_gone_from_influxdb_and_the_other_is_whole(influx, sent):
    before = n_rows(influx)
    assert set(before) == {ANNA, BEN}
    ran = run_cli("erase", "--wearer", ANNA, "--yes", "--data-dir", sent)
    assert ran.code == 0, ran.err
    assert "erased there too" in ran.out
    assert n_rows(influx) == {BEN: before[BEN]}


def test_nothing_comes_back_after_erasing(influx, sent):
    run_cli("erase", "--wearer", ANNA, "--yes", "--data-dir", sent)
    ran = run_cli("influx", "sync", "--data-dir", sent)
    assert ran.code == 0, ran.err
    assert set(n_rows(influx)) == {BEN}
