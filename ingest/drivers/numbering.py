"""Which numbering and which clock the stream of a driver gets."""

from __future__ import annotations

from collections.abc import Callable

from ingest.clock.host import HostTime
from ingest.clock.layout import TimeLine
from ingest.clock.stream import CountClock, StreamClock
from ingest.drivers.base import StreamDriver
from ingest.drivers.stream import BlockMaker, StreamNumbering
from ingest.drivers.stream_clocked import ClockedNumbering
from ingest.drivers.stream_counted import CountedNumbering


def numbering_for(
    driver: StreamDriver,
    device_id: str,
    *,
    fs_hz: float,
    host: HostTime,
    line: TimeLine,
    draw_boot_id: Callable[[], int],
) -> StreamNumbering:
    """Return what turns the stream of a device into blocks; keep it over all of its links.

    Parameters
    ----------
    driver
        Of the device.
    device_id
        Its name in the journal.
    fs_hz
        The rate it is set to, one of the driver's.
    host
        This computer's time; one for all sensors of a process.
    line
        Where this device's blocks lie; made from the end of the last one in the journal.
    draw_boot_id
        Gives a new u32 for each start of a stream, such as `secrets.randbits(32)`.
    """
    blocks = BlockMaker(device_id, line, draw_boot_id)
    if driver.has_clock:
        return ClockedNumbering(blocks, StreamClock(host), fs_hz)
    return CountedNumbering(blocks, CountClock(host, fs_hz), host, fs_hz)
