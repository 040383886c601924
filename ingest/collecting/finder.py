"""One scan for all who look for a sensor, and none while somebody connects.

Two scans at once are refused by BlueZ, and connecting while a scan runs fails on many adapters.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from ingest.collecting.state import Timing
from ingest.errors import LinkLostError, NoAdapterError
from ingest.hip_sensor.packets import SERVICE_UUID
from ingest.link import Backend, Found, close_orphans, listening

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Finder:
    """Scans while somebody waits to find a sensor; `run` must be running."""

    backend: Backend | None
    timing: Timing
    on_found: Callable[[Found], None] = lambda _found: None  #: told of each advertisement
    hears_all: bool = False  #: also devices that do not advertise the hip sensor's service
    #: set before `run` is cancelled: whatever is called at the end of a scan may take a
    #: cancellation for its own, as asyncio.wait_for may in Python 3.11
    is_over: bool = False
    why: str = ""  #: why there is no scan although somebody waits; empty: all is well
    _waiting: list[tuple[str | None, asyncio.Future[Found]]] = field(default_factory=list)
    _n_connecting: int = 0
    _is_scanning: bool = False
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _one_link_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Scan whenever it is needed, without end.

        Raises
        ------
        NoAdapterError
            If this machine has no usable Bluetooth adapter at the first scan. One that goes away
            later may come back: it is waited for.
        """
        has_scanned, n_failed = False, 0
        while True:
            await self._until(lambda: bool(self._waiting) and not self._n_connecting)
            if self.is_over:
                return
            try:
                self._is_scanning = True  # before it begins: nobody may connect meanwhile either
                await close_orphans([address for address, _ in self._waiting], self.backend)
                async with listening(self._heard, self.backend, services=self._services):
                    has_scanned, n_failed, self.why = True, 0, ""
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(self.timing.scan_s):
                            await self._until(lambda: not self._waiting or bool(self._n_connecting))
            except (NoAdapterError, LinkLostError) as error:
                if isinstance(error, NoAdapterError) and not has_scanned:
                    raise
                log.info("%s", error)
                self.why, n_failed = str(error), n_failed + 1
            await self._set_scanning_over()
            await asyncio.sleep(self.timing.pause_s(n_failed))

    async def find(self, address: str | None) -> Found:
        """Wait until a sensor is heard: the one with this address, or the first of all."""
        found: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        entry = (address.lower() if address else None, found)
        self._waiting.append(entry)
        await self._tell()
        try:
            return await found
        finally:
            self._waiting.remove(entry)
            await self._tell()

    @contextlib.asynccontextmanager
    async def connecting(self) -> AsyncIterator[None]:
        """Hold off scans, and others who want to connect, for as long as the context lasts."""
        async with self._one_link_at_a_time:
            self._n_connecting += 1
            try:
                await self._tell()
                await self._until(lambda: not self._is_scanning)
                yield
            finally:
                self._n_connecting -= 1
                await self._tell()

    @property
    def _services(self) -> tuple[str, ...]:
        return () if self.hears_all else (SERVICE_UUID,)

    def _heard(self, found: Found) -> None:
        self.on_found(found)
        for address, waiting in self._waiting:
            if not waiting.done() and address in (None, found.address.lower()):
                waiting.set_result(found)
                return

    async def _set_scanning_over(self) -> None:
        self._is_scanning = False
        await self._tell()

    async def _until(self, is_so: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.is_over or is_so())

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
