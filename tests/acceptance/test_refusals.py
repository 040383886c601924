"""What cannot work is said in one line, with exit code 2."""

import socket

import pytest

from sitstreak.storage.lock import collector_lock
from tests.support.processes import run


def refusal(ran):
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.count("\n") == 1, ran.stderr
    return ran.stderr


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_port_in_use_is_said_before_anything_starts(tmp_path, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(run(command, "--port", port, "--data-dir", tmp_path / "data"))
    assert f"port {port} is in use" in said
    assert not (tmp_path / "data" / "sitstreak.db").exists()


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_data_directory_that_is_a_file_is_said(tmp_path, command):
    place = tmp_path / "data"
    place.write_text("mine")
    said = refusal(run(command, "--data-dir", place / "inner"))
    assert str(place) in said
    assert place.read_text() == "mine"


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_second_collector_on_the_same_data_is_said(tmp_path, command):
    with collector_lock(tmp_path):
        said = refusal(run(command, "--port", 0, "--data-dir", tmp_path))
    assert "another sitstreak collector" in said


def test_a_machine_without_bluetooth_is_said(tmp_path):
    said = refusal(
        run("run", "--port", 0, "--data-dir", tmp_path, dbus_system_bus_address="unix:path=/none")
    )
    assert "Bluetooth" in said


def test_a_wrong_setting_is_named(tmp_path):
    said = refusal(run("status", "--data-dir", tmp_path, timezone="Mars/Olympus"))
    assert "SITSTREAK_TIMEZONE" in said
