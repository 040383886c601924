"""When a sequencer does nothing rather than something that cannot be undone, and why."""

from __future__ import annotations

from typing import Final

from processing.model import NS_PER_S

#: 2026-01-01 UTC, older than this program. A computer that says less has not been told the time
#: (without a battery-backed clock that is so after each start, until the network is there), and a
#: sensor takes the time only once in a boot. [ns]
EARLIEST_UTC_NS: Final = 1_767_225_600 * NS_PER_S

CLOCK_NOT_SET: Final = (
    "this computer's clock is not set, so the sensor's is not either; "
    "waiting for the right time (see timedatectl)"
)


def is_plausible(utc_ns: int) -> bool:
    """Return whether a sensor may be told this time. [ns]"""
    return utc_ns >= EARLIEST_UTC_NS


def numbering_restarted(device_id: str, boot_id: int) -> str:
    """Say that a sensor's log is not the one that was read before, and what helps."""
    return (
        f"sensor {device_id} has started its numbering again under the same boot id ({boot_id}); "
        "nothing of it is read or freed. Starting the sensor anew helps if it then draws a new "
        "boot id, but drops what it has recorded since"
    )
