"""`pair` and `unpair` as a user meets them, with simulated devices."""

import json
from contextlib import closing

from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from sitstreak.storage.pins import StoredPins, paired_addresses
from tests.support.run_cli import run_cli

SECONDS = ("--simulated", "--seconds", "2")


def hip_address():
    out = run_cli("scan", *SECONDS, "--json").out
    (address,) = (
        one["address"] for one in json.loads(out)["devices"] if one["driver"] == "hip_sensor"
    )
    return address


def pins(data_dir) -> list[tuple[str, str]]:
    with closing(open_database(data_dir)) as connection:
        stored = StoredPins(connection, SqliteJournal(connection, "me"), "me")
        return [(pin.device_id, wearer) for pin, wearer in stored.with_wearers()]


def test_pair_keeps_a_sensor_by_its_serial_number_and_unpair_lets_go(tmp_path):
    address = hip_address()
    there = ("--data-dir", str(tmp_path))
    paired = run_cli("pair", address, "--wearer", "anna", *SECONDS, *there)
    assert paired.code == 0, paired.err
    assert "sim-0001" in paired.out
    assert "worn by anna" in paired.out
    assert pins(tmp_path) == [("sim-0001", "anna")]
    assert paired_addresses(tmp_path) == {address.lower()}
    scanned = json.loads(run_cli("scan", *SECONDS, *there, "--json").out)["devices"]
    assert [one["address"] for one in scanned if one["paired"]] == [address]
    let_go = run_cli("unpair", address, *there)
    assert let_go.out == "no longer paired: sim-0001\n"
    assert pins(tmp_path) == []


def test_pair_does_not_choose_among_several_and_says_which_there_are(tmp_path):
    several = run_cli("pair", *SECONDS, "--data-dir", str(tmp_path))
    assert several.code == 2
    assert "more than one sensor was heard" in several.err
    assert hip_address() in several.err
    assert pins(tmp_path) == []


def test_unpair_names_what_is_paired_when_something_else_is_asked_for(tmp_path):
    wrong = run_cli("unpair", "nobody", "--data-dir", str(tmp_path))
    assert wrong.code == 2
    assert wrong.err == "sitstreak: nobody is not paired; paired: none is\n"


def test_pair_says_when_an_address_is_not_heard(tmp_path):
    wrong = run_cli("pair", "00:00:00:00:00:00", *SECONDS, "--data-dir", str(tmp_path))
    assert wrong.code == 2
    assert "no sensor at 00:00:00:00:00:00 was heard" in wrong.err
