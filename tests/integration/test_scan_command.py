"""`sitstreak scan` names what it hears."""

import json

import pytest
from bleak.backends.device import BLEDevice
from click.testing import CliRunner

from ingest.drivers.base import Advertisement
from ingest.drivers.known import DRIVERS, identify
from ingest.drivers.scan import Listener
from ingest.hip_sensor.packets import SERVICE_UUID
from ingest.link import Found
from ingest.simulation.sensor import sensor_address
from sitstreak.cli import scan as scan_module


def scanned(tmp_path, *options):
    result = CliRunner().invoke(
        scan_module.command,
        ["--simulated", "--seconds", "0.8", "--data-dir", str(tmp_path), *options],
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_each_kind_of_device_is_heard_and_named(tmp_path):
    devices = json.loads(scanned(tmp_path, "--json"))["devices"]
    assert {device["driver"] for device in devices} == {driver.name for driver in DRIVERS}
    assert [device["driver"] for device in devices if device["keeps_log"]] == ["hip_sensor"]
    assert not any(device["paired"] for device in devices)


def test_our_sensor_is_marked_and_lines_say_what_is_lost(tmp_path, monkeypatch):
    monkeypatch.setenv("SITSTREAK_SENSOR", sensor_address("sim-0001").lower())
    lines = scanned(tmp_path).splitlines()
    assert len(lines) == len(DRIVERS)
    (chosen,) = (line for line in lines if "(yours)" in line)
    assert "hip sensor: keeps a log" in chosen
    assert sum("is lost" in line for line in lines) == len(DRIVERS) - 1


def test_nothing_heard_says_what_to_do_and_others_are_only_counted(tmp_path, monkeypatch):
    async def one_stranger(seconds, backend=None):
        listener = Listener()
        listener.take(Found(BLEDevice("AA:BB", None, None), "AA:BB", "TV\x1b[31m", -50))
        return listener.result()

    monkeypatch.setattr(scan_module, "scan", one_stranger)
    lines = scanned(tmp_path).splitlines()
    assert lines[0].startswith("no sensor heard; wake it")
    assert lines[1] == "and 1 other device that sitstreak does not know (--all lists them)"
    shown = scanned(tmp_path, "--all")
    assert "not known, not supported" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("name", "services", "driver"),
    [
        ("SitClip", {SERVICE_UUID}, "hip_sensor"),
        ("Movesense 175130000987", set(), "movesense"),
        ("Polar H10 9F4A1B2C", set(), "polar_h10"),
        ("Polar Sense 9F4A1B2C", set(), "polar_verity"),
        ("Polar Vantage M 12", set(), None),
        ("WT901BLE67", set(), "witmotion"),
        ("", {"0000ffe5-0000-1000-8000-00805f9a34fb"}, "witmotion"),
        ("Kitchen", {"ef680100-9b35-4933-9b10-52ffa9740042"}, "thingy52"),
        ("Bangle.js 2f8a", set(), "espruino"),
        ("Some UART", {"6e400001-b5a3-f393-e0a9-e50e24dcca9e"}, None),
    ],
)
def test_a_device_is_told_by_its_name_or_its_service(name, services, driver):
    found = identify(Advertisement(name, frozenset(services)))
    assert (found and found.name) == driver


def test_name_and_service_from_two_advertisements_are_put_together():
    listener = Listener()
    listener.take(Found(BLEDevice("AA:BB", None, None), "AA:BB", "Kitchen", -60))
    thingy = frozenset({"ef680100-9b35-4933-9b10-52ffa9740042"})
    listener.take(Found(BLEDevice("AA:BB", None, None), "AA:BB", "AA:BB", -50, thingy))
    (heard,) = listener.result()
    assert (heard.name, heard.rssi_dbm) == ("Kitchen", -50)
    assert heard.driver is not None
    assert heard.driver.name == "thingy52"
