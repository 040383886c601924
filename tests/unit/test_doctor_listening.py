"""Why listening failed is told apart: no adapter, off, no service, no permission."""

import asyncio

import pytest

from ingest.errors import LinkLostError, NoAdapterError
from sitstreak.doctor import listen as module
from sitstreak.doctor.bluetooth_check import Radio


class BleakLikeError(Exception):
    """As Bleak raises it: a reason, or the name of a D-Bus error."""

    def __init__(self, *, reason="", dbus_error=None):
        super().__init__("…")
        self.reason = type("Reason", (), {"name": reason})()
        self.dbus_error = dbus_error


def caused(error, cause):
    error.__cause__ = cause
    return error


class DBusLikeError(Exception):
    """As dbus-fast raises it, which Bleak lets through when the very first message is refused."""

    type = "org.freedesktop.DBus.Error.AccessDenied"


DENIED = "org.freedesktop.DBus.Error.AccessDenied"
NOBODY = "org.freedesktop.DBus.Error.ServiceUnknown"


@pytest.mark.parametrize(
    ("error", "has_adapter", "radio"),
    [
        pytest.param(
            caused(NoAdapterError("x"), BleakLikeError(reason="NO_BLUETOOTH")),
            True,
            Radio.NO_ADAPTER,
            id="no-adapter",
        ),
        pytest.param(
            caused(NoAdapterError("x"), BleakLikeError(reason="POWERED_OFF")),
            True,
            Radio.OFF,
            id="off",
        ),
        pytest.param(
            caused(NoAdapterError("x"), BleakLikeError(reason="DENIED_BY_SYSTEM")),
            True,
            Radio.NO_PERMISSION,
            id="dbus-lets-nobody-in",
        ),
        pytest.param(
            caused(LinkLostError("x"), BleakLikeError(dbus_error=DENIED)),
            True,
            Radio.NO_PERMISSION,
            id="bluez-refuses-this-user",
        ),
        pytest.param(
            caused(NoAdapterError("x"), PermissionError(13, "Permission denied")),
            True,
            Radio.NO_PERMISSION,
            id="socket-is-closed-to-this-user",
        ),
        pytest.param(
            caused(NoAdapterError("x"), BleakLikeError(dbus_error=NOBODY)),
            True,
            Radio.NO_SERVICE,
            id="bluetoothd-does-not-run",
        ),
        pytest.param(
            caused(NoAdapterError("x"), BleakLikeError(dbus_error=NOBODY)),
            False,
            Radio.NO_ADAPTER,
            id="nothing-to-run-it-for",
        ),
        pytest.param(
            caused(NoAdapterError("x"), FileNotFoundError(2, "No such file")),
            False,
            Radio.NO_ADAPTER,
            id="no-dbus-no-adapter",
        ),
        pytest.param(
            DBusLikeError("AppArmor"), True, Radio.NO_PERMISSION, id="container-behind-apparmor"
        ),
        pytest.param(LinkLostError("InProgress"), True, Radio.OTHER, id="something-else"),
        pytest.param(RuntimeError("a bug below"), True, Radio.OTHER, id="not-even-ours"),
    ],
)
def test_the_reason_is_found(monkeypatch, error, has_adapter, radio):
    async def failing(seconds, backend):
        raise error

    monkeypatch.setattr(module, "scan", failing)
    monkeypatch.setattr(module, "_has_adapter", lambda: has_adapter)
    facts = asyncio.run(module.listen(1.0))
    assert facts.radio is radio
    assert facts.why


def test_no_time_to_listen_leaves_the_radio_alone(monkeypatch):
    monkeypatch.setattr(module, "scan", None)
    assert asyncio.run(module.listen(0)).radio is Radio.NOT_ASKED


async def test_a_sensor_around_is_heard():
    from sitstreak.cli.scan import simulated_devices

    async with simulated_devices() as backend:
        facts = await module.listen(0.5, backend)
    assert facts.radio is Radio.LISTENED
    assert facts.heard
    assert all(address == address.lower() for address in facts.heard)
