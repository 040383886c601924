"""Finds one hip sensor, for tests of a single link; the collector shares one scan."""

import asyncio
import contextlib

from ingest.link import Backend, Found, close_orphans, listening


async def find_sensor(
    backend: Backend | None = None, *, address: str | None = None, timeout_s: float = 10.0
) -> Found | None:
    """Scan until a hip sensor is heard.

    Parameters
    ----------
    backend
        Bleak's stand-in for Bluetooth; None for this machine's adapter.
    address
        Take only this one (not case-sensitive); None takes the first heard.
    timeout_s
        How long to listen. [s]

    Returns
    -------
    found
        None when none was heard in time.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    """
    wanted = address.lower() if address else None
    first: asyncio.Future[Found] = asyncio.get_running_loop().create_future()

    def on_found(found: Found) -> None:
        if not first.done() and (not wanted or found.address.lower() == wanted):
            first.set_result(found)

    await close_orphans([wanted], backend)
    async with listening(on_found, backend):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                return await first
    return None
