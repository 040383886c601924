"""Listens for sensors for a few seconds, and says why not when that fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from ingest.drivers.scan import scan
from ingest.link import Backend
from sitstreak.doctor.bluetooth_check import Radio, RadioFacts

#: `bleak.exc.BleakBluetoothNotAvailableReason`
_BY_REASON: Final = {
    "NO_BLUETOOTH": Radio.NO_ADAPTER,
    "NO_BLE_CENTRAL_ROLE": Radio.NO_ADAPTER,
    "POWERED_OFF": Radio.OFF,
    "DENIED_BY_USER": Radio.NO_PERMISSION,
    "DENIED_BY_SYSTEM": Radio.NO_PERMISSION,
    "DENIED_BY_UNKNOWN": Radio.NO_PERMISSION,
}
_BY_DBUS_ERROR: Final = {
    "org.freedesktop.DBus.Error.AccessDenied": Radio.NO_PERMISSION,
    "org.freedesktop.DBus.Error.NameHasNoOwner": Radio.NO_SERVICE,
    "org.freedesktop.DBus.Error.ServiceUnknown": Radio.NO_SERVICE,
}
_NET_CLASS: Final = Path("/sys/class/bluetooth")


async def listen(seconds: float, backend: Backend | None = None) -> RadioFacts:
    """Listen; `seconds` = 0 leaves the radio alone."""
    if seconds <= 0:
        return RadioFacts(Radio.NOT_ASKED)
    try:
        heard = await scan(seconds, backend)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - below Bleak lies D-Bus, whose errors have no common type
        return RadioFacts(_radio(error), why=" ".join(str(error).split()))
    return RadioFacts(Radio.LISTENED, frozenset(one.address.lower() for one in heard))


def _radio(error: BaseException) -> Radio:
    """Find the reason: ours, Bleak's or D-Bus's, whichever says most."""
    found = Radio.OTHER
    link: BaseException | None = error
    while link is not None:
        reason = getattr(getattr(link, "reason", None), "name", "")
        dbus = getattr(link, "dbus_error", None) or getattr(link, "type", None)
        if isinstance(link, PermissionError):
            found = Radio.NO_PERMISSION
        elif isinstance(link, FileNotFoundError | ConnectionRefusedError):
            # No socket of D-Bus: a computer without Bluetooth has none, nor has a bare container.
            found = Radio.NO_SERVICE if _has_adapter() else Radio.NO_ADAPTER
        elif reason in _BY_REASON:
            found = _BY_REASON[reason]
        elif isinstance(dbus, str) and dbus in _BY_DBUS_ERROR:
            found = _BY_DBUS_ERROR[dbus]
            if found is Radio.NO_SERVICE and not _has_adapter():
                found = Radio.NO_ADAPTER
        link = link.__cause__
    return found


def _has_adapter() -> bool:
    """Whether the kernel has one, whatever the services above it say (Linux)."""
    try:
        return any(_NET_CLASS.iterdir())
    except OSError:
        return False
