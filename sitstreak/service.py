"""The whole program at work: collector, processing, sending and page in one process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from ingest.clock.host import HostTime
from ingest.collecting.collector import collect
from ingest.collecting.host_clocks import stamp_now
from ingest.collecting.state import Collected, CollectorState
from ingest.link import Backend
from ingest.model import LastStored, RawBlock, SensorReading
from processing.method import Method
from processing.model import Gap
from sitstreak.errors import DiskFullError, JournalBusyError
from sitstreak.live import LiveProcessor
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_until
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.journal import LISTENER_PATIENCE_S, SqliteJournal
from sitstreak.storage.looking import is_looked_at
from sitstreak.storage.pins import StoredPins
from sitstreak.views.source import LinkStatus
from sitstreak.web.app import create_app
from sitstreak.web.link_words import link_status_of_all
from sitstreak.web.server import serve

log = logging.getLogger(__name__)

#: How often results are brought up to date while somebody looks, and otherwise: each time writes
#: to the disk, and cards wear out. [s]
_WATCHED_STEP_S: Final = 1.0
_UNWATCHED_STEP_S: Final = 10.0
_WATCHED_FOR_S: Final = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class WearersJournal:
    """The journal, which gives every sensor that is heard to one wearer."""

    inner: SqliteJournal
    wearer: str
    pins: StoredPins | None = None  #: who wears a paired sensor was said when it was paired

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both in one durable commit."""
        self.inner.append(blocks, gaps)

    def next_seq(self, device_id: str, boot_id: int) -> int:
        """Return the first sequence number not yet stored of this start of the sensor.

        The first thing that is asked about a sensor: from here on it belongs to the wearer.
        """
        paired = {pin.device_id for pin in self.pins.known()} if self.pins else set()
        if device_id not in paired:
            self.inner.register_device(device_id, self.wearer, device_id)
        return self.inner.next_seq(device_id, boot_id)

    def note_sensor(self, reading: SensorReading) -> None:
        """Remember a sensor's battery, signal and counters."""
        self.inner.note_sensor(reading)

    def last_stored(self, device_id: str) -> LastStored | None:
        """Return where the stored blocks of a device end; None without any."""
        return self.inner.last_stored(device_id)

    def save_state(
        self, device_id: str, name: str, state: dict[str, Any], boot_id: int | None = None
    ) -> None:
        """Remember something of a sensor."""
        self.inner.save_state(device_id, name, state, boot_id)

    def load_state(
        self, device_id: str, name: str, boot_id: int | None = None
    ) -> dict[str, Any] | None:
        """Return what was remembered, if anything."""
        return self.inner.load_state(device_id, name, boot_id)

    def load_newest_state(self, device_id: str, name: str) -> tuple[int, dict[str, Any]] | None:
        """Return what was remembered last of any start."""
        return self.inner.load_newest_state(device_id, name)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Job:
    """What a service is to do."""

    settings: Settings
    backend: Backend | None = None  #: the virtual radio; None: this machine's Bluetooth
    listener: socket.socket | None = None  #: the page's port; None: no page
    simulated: bool = False  #: nobody wears the sensor: the page says so
    #: keep to the sensors that are paired, and time them by this computer's clock; False: whatever
    #: is heard first, by its own clock, as a simulated sensor needs it
    paired: bool = False
    until_drained: bool = False  #: also end when the sensor has given its last block
    on_state: Callable[[CollectorState], None] | None = None


async def run_service(job: Job, stop: asyncio.Event) -> Collected:
    """Work until `stop` is set; what has arrived by then is stored.

    What is not processed by then waits in the journal, unless the job ends with its recording.

    Raises
    ------
    NoAdapterError
        If there is no Bluetooth to listen to.
    """
    settings = job.settings
    link, done = _LinkBoard(job), asyncio.Event()
    with closing(open_database(settings.data_dir)) as connection:
        stored = SqliteJournal(connection, settings.wearer, patience_s=LISTENER_PATIENCE_S)
        pins = StoredPins(connection, stored, settings.wearer) if job.paired else None
        journal = WearersJournal(stored, settings.wearer, pins)
        async with _grouped(stop) as group:
            group.create_task(_process(job, link, done), name="processing")
            group.create_task(_send(settings, done), name="sending")
            if job.listener is not None:
                app = create_app(settings.data_dir, settings, status_source=link.look)
                group.create_task(serve(app, job.listener, stop), name="page")
            try:
                return await collect(
                    journal,
                    stop=stop,
                    backend=job.backend,
                    address=settings.sensor,
                    pins=pins,
                    host=HostTime() if job.paired else None,
                    until_drained=job.until_drained,
                    on_state=link.show,
                    is_watched=(lambda: link.is_watched) if job.paired else None,
                )
            finally:
                stop.set()
                done.set()


class _LinkBoard:
    """The newest thing the collector said of itself, for the page; and whether anybody looks."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._states: dict[int, CollectorState] = {0: CollectorState()}
        self._looked_at_s = -inf

    def show(self, state: CollectorState) -> None:
        self._states[state.number] = state
        if self._job.on_state is not None:
            self._job.on_state(state)

    def look(self) -> LinkStatus:
        self._looked_at_s = asyncio.get_running_loop().time()
        return link_status_of_all(list(self._states.values()), simulated=self._job.simulated)

    @property
    def is_watched(self) -> bool:
        is_open = asyncio.get_running_loop().time() - self._looked_at_s < _WATCHED_FOR_S
        return is_open or is_looked_at(self._job.settings.data_dir)


@contextlib.asynccontextmanager
async def _grouped(stop: asyncio.Event) -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first error is raised as itself, for the one line that the user sees."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        stop.set()
        raise errors.exceptions[0] from None


async def _process(job: Job, link: _LinkBoard, done: asyncio.Event) -> None:
    """Turn what is new in the journal into results, in a thread of its own.

    At the end of a recording all of it is processed. When somebody stops the program, what is left
    waits in the journal for the next start.
    """
    settings, loop = job.settings, asyncio.get_running_loop()
    should_stop = (lambda: False) if job.until_drained else done.is_set
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="processing") as thread:
        processor = await loop.run_in_executor(
            thread, lambda: LiveProcessor(settings.data_dir, settings, Method())
        )
        try:
            is_last = False
            while not is_last:
                is_last = done.is_set()
                try:
                    while await loop.run_in_executor(thread, processor.step, should_stop):
                        pass
                    await _forget(job, processor, thread)
                except (DiskFullError, JournalBusyError) as error:
                    # nothing is lost: the next try goes on where the last one that worked ended
                    log.warning("%s", error)
                    await _passed(done, error.retry_s)
                step_s = _WATCHED_STEP_S if link.is_watched else _UNWATCHED_STEP_S
                await _passed(done, step_s)
        finally:
            await loop.run_in_executor(thread, processor.close)


async def _forget(job: Job, processor: LiveProcessor, thread: ThreadPoolExecutor) -> None:
    """Delete raw samples that are older than they are to be kept, a little at a time."""
    if job.paired and job.settings.keep_raw_days is not None:
        now_ns = stamp_now().utc_ns
        await asyncio.get_running_loop().run_in_executor(thread, processor.forget_raw, now_ns)


async def _send(settings: Settings, done: asyncio.Event) -> None:
    """Send the outbox to InfluxDB, if there is one to send to, in a thread of its own."""
    sink = InfluxSink.from_settings(settings)
    if sink is None:
        return
    stop = threading.Event()
    with sink:
        sending = asyncio.create_task(asyncio.to_thread(drain_until, settings.data_dir, sink, stop))
        waiting = asyncio.create_task(done.wait())
        try:
            await asyncio.wait({sending, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            waiting.cancel()
            await sending


async def _passed(event: asyncio.Event, longest_s: float) -> None:
    """Return when the event is set, or after `longest_s`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(longest_s):
            await event.wait()


@contextlib.contextmanager
def stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at Ctrl-C or a polite kill, instead of breaking off in the middle."""
    loop = asyncio.get_running_loop()
    names = (signal.SIGINT, signal.SIGTERM)
    try:
        for name in names:
            loop.add_signal_handler(name, stop.set)
    except NotImplementedError:  # Windows: Ctrl-C cancels the main task, which cleans up as well
        yield
        return
    try:
        yield
    finally:
        for name in names:
            loop.remove_signal_handler(name)
