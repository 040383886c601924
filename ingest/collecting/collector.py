"""Collects from all sensors that are ours, each with its own link, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Final

from ingest.clock.host import HostTime
from ingest.collecting.finder import Finder
from ingest.collecting.host_clocks import is_clock_synchronised, stamp_now
from ingest.collecting.introduction import driver_of
from ingest.collecting.keeper import Keeper, Tools
from ingest.collecting.pairing import Pin, Pins
from ingest.collecting.state import Collected, CollectorState, Doing, Timing
from ingest.collecting.stream_keeper import StreamKeeper
from ingest.drivers.base import StreamDriver
from ingest.drivers.known import DRIVERS
from ingest.link import Backend, Found
from ingest.model import Journal
from ingest.sequencing.actions import Counters
from ingest.tasks import end_task, end_tasks

log = logging.getLogger(__name__)

#: So many strangers are told of; a street has hundreds of sensors going by.
_MAX_STRANGERS: Final = 20
_WATCH_S: Final = 1.0

AnyKeeper = Keeper | StreamKeeper


async def collect(
    journal: Journal,
    *,
    stop: asyncio.Event,
    backend: Backend | None = None,
    address: str | None = None,
    device_id: str | None = None,
    pins: Pins | None = None,
    host: HostTime | None = None,
    until_drained: bool = False,
    on_state: Callable[[CollectorState], None] | None = None,
    timing: Timing | None = None,
    is_watched: Callable[[], bool] | None = None,
) -> Collected:
    """Collect from sensors until told to stop.

    Parameters
    ----------
    journal
        Where blocks go. Its methods are called in the event loop's own thread, and a block is
        acknowledged to the sensor only after `append` has returned. While `append` raises
        JournalUnavailableError, it is tried again and nothing is acknowledged.
    stop
        Set it to end the collection; everything that arrived in order is stored first.
    backend
        Bleak's stand-in for Bluetooth, such as the virtual radio; None for this machine's adapter.
    address
        Use only the sensor with this address; None uses the paired ones, or the first one heard.
    device_id
        Name of the sensor in the journal; None uses its serial number, or else its address.
    pins
        The sensors that are ours. Without any, the first one heard becomes ours. None: nothing is
        paired, as with a simulated sensor.
    host
        This computer's time, by which blocks are timed; None: by the sensors' own clocks, as it has
        to be for a sensor that plays a recording.
    until_drained
        Also end when the sensor has recorded its last block and all of it is in the journal. Only
        a sensor that plays a recording does; it may play it again from the start, to a journal that
        holds part of it.
    on_state
        Called in the event loop with each new state of each sensor.
    timing
        Time limits; None for the usual ones.
    is_watched
        Whether somebody looks: then live blocks are stored each second, else each ten. None: yes.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    """
    timing = timing or Timing()
    finder = Finder(backend, timing)
    tools = Tools(
        journal=journal,
        finder=finder,
        backend=backend,
        timing=timing,
        pins=pins,
        on_state=on_state,
        host=host,
        device_id=device_id,
        until_drained=until_drained,
        is_watched=is_watched,
    )
    keepers = _keepers(tools, address)
    finder.hears_all = any(isinstance(keeper, StreamKeeper) for keeper in keepers)
    finder.on_found = _Strangers(keepers).heard
    collecting = asyncio.create_task(_run(finder, keepers, host), name="collector")
    stopping = asyncio.create_task(_wait_for(stop), name="collector's stop")
    try:
        await asyncio.wait({collecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        try:
            await end_task(stopping)
            await end_task(collecting)
        finally:
            for keeper in keepers:
                keeper.show(doing=Doing.STOPPED)
    return _collected(keepers)


def _keepers(tools: Tools, address: str | None) -> list[AnyKeeper]:
    ours = [] if tools.pins is None else tools.pins.known()
    if address is not None:
        ours = [pin for pin in ours if pin.address.lower() == address.lower()]
    if not ours:
        return [Keeper(tools, address=address)]
    return [_keeper(tools, number, pin) for number, pin in enumerate(ours)]


def _keeper(tools: Tools, number: int, pin: Pin) -> AnyKeeper:
    driver = next((one for one in DRIVERS if one.name == pin.kind), None)
    if isinstance(driver, StreamDriver):
        return StreamKeeper(tools, number, pin, driver)
    return Keeper(tools, number, pin)


async def _run(finder: Finder, keepers: Sequence[AnyKeeper], host: HostTime | None) -> None:
    """Run all keepers; the first error of any ends them all and is raised as itself."""
    scanning = asyncio.create_task(finder.run(), name="scan")
    watching = asyncio.create_task(_watch(finder, keepers, host), name="watch")
    keeping = [asyncio.create_task(one.run(), name=f"sensor {one.number}") for one in keepers]
    tasks = {scanning, watching, *keeping}
    try:
        while not all(task.done() for task in keeping):
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            tasks -= done
    finally:
        finder.is_over = True
        await end_tasks([*keeping, scanning, watching])


async def _watch(finder: Finder, keepers: Sequence[AnyKeeper], host: HostTime | None) -> None:
    """See each step of this computer's clock when it happens, and what keeps scans from working."""
    while True:
        if host is not None:
            host.observe(stamp_now(), is_synchronised=is_clock_synchronised())
        for keeper in keepers:
            if finder.why and keeper.state.doing is Doing.SEARCHING:
                keeper.show(why=finder.why)
        await asyncio.sleep(_WATCH_S)


async def _wait_for(stop: asyncio.Event) -> None:
    await stop.wait()


class _Strangers:
    """Tells of sensors that are heard and are not ours; each once."""

    def __init__(self, keepers: Sequence[AnyKeeper]) -> None:
        self._keepers = keepers
        self._told: dict[str, str] = {}

    def heard(self, found: Found) -> None:
        addresses = [keeper.address for keeper in self._keepers]
        if None in addresses or len(self._told) >= _MAX_STRANGERS:
            return
        if (
            driver_of(found) is None
            or found.address in self._told
            or found.address.lower() in [one.lower() for one in addresses if one]
        ):
            return
        self._told[found.address] = f"{found.name} ({found.address})"
        log.warning(
            "another sensor is near, %s: it is left alone. If it is yours: sitstreak pair %s",
            self._told[found.address],
            found.address,
        )
        for keeper in self._keepers:
            keeper.show(strangers=tuple(self._told.values()))


def _collected(keepers: Sequence[AnyKeeper]) -> Collected:
    """Say what it came to."""
    counters = Counters()
    for keeper in keepers:
        for name in (field.name for field in fields(Counters)):
            setattr(counters, name, getattr(counters, name) + getattr(keeper.counters, name))
    return Collected(
        is_drained=all(keeper.is_drained for keeper in keepers),
        n_links=sum(keeper.n_links for keeper in keepers),
        n_samples=sum(keeper.n_samples for keeper in keepers),
        counters=counters,
    )
