"""A stream over all of its links, for tests of one driver: scan, link, run, and again."""

import asyncio
import contextlib

from ingest.drivers.session import StreamSession
from ingest.errors import LinkLostError
from ingest.link import Backend, Found, listening, open_link

_SCAN_S = 10.0
_RETRY_S = 0.2


async def follow(
    session: StreamSession, address: str, stop: asyncio.Event, backend: Backend | None = None
) -> None:
    """Stream from the device of that address until told to stop.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    """
    while not stop.is_set():
        try:
            found = await _hear(address, stop, backend)
            if found is not None:
                notify = session.driver.notify_uuids
                async with open_link(found, backend, notify=notify) as link:
                    await session.run(link, stop)
        except LinkLostError:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_RETRY_S):
                    await stop.wait()


async def _hear(address: str, stop: asyncio.Event, backend: Backend | None) -> Found | None:
    """Scan until the device is heard; None: not in time, or told to stop."""
    heard: list[Found] = []
    wake = asyncio.Event()

    def on_found(found: Found) -> None:
        if found.address.lower() == address.lower():
            heard.append(found)
            wake.set()

    async with listening(on_found, backend, services=()):
        waits = [asyncio.ensure_future(event.wait()) for event in (wake, stop)]
        try:
            await asyncio.wait(waits, timeout=_SCAN_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
    return heard[-1] if heard and not stop.is_set() else None
