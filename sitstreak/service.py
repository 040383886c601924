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
from typing import Final

from ingest.collector import Collected, CollectorState, collect
from ingest.link import Backend
from ingest.model import RawBlock, SensorReading
from processing.method import Method
from processing.model import Gap
from sitstreak.live import LiveProcessor
from sitstreak.settings import Settings
from sitstreak.storage.database import open_database
from sitstreak.storage.drain import drain_until
from sitstreak.storage.influx import InfluxSink
from sitstreak.storage.journal import SqliteJournal
from sitstreak.views.source import LinkStatus
from sitstreak.web.app import create_app
from sitstreak.web.link_words import link_status
from sitstreak.web.server import serve

log = logging.getLogger(__name__)

#: Process at least this often: time goes on for streaks although no block arrives.
_IDLE_STEP_S: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class WakingJournal:
    """The journal, telling the processing at once when something new is in it."""

    inner: SqliteJournal
    wearer: str  #: who wears every sensor that is heard
    wake: asyncio.Event

    def append(self, blocks: list[RawBlock], gaps: list[Gap]) -> None:
        """Store both in one durable commit."""
        self.inner.append(blocks, gaps)
        self.wake.set()

    def next_seq(self, device_id: str, boot_id: int) -> int:
        """Return the first sequence number not yet stored of this start of the sensor.

        The first thing that is asked about a sensor: from here on it belongs to the wearer.
        """
        self.inner.register_device(device_id, self.wearer, device_id)
        return self.inner.next_seq(device_id, boot_id)

    def note_sensor(self, reading: SensorReading) -> None:
        """Remember a sensor's battery, signal and counters."""
        self.inner.note_sensor(reading)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Job:
    """What a service is to do."""

    settings: Settings
    backend: Backend | None = None  #: the virtual radio; None: this machine's Bluetooth
    listener: socket.socket | None = None  #: the page's port; None: no page
    simulated: bool = False  #: nobody wears the sensor: the page says so
    until_drained: bool = False  #: also end when the sensor has given its last block
    on_state: Callable[[CollectorState], None] | None = None


async def run_service(job: Job, stop: asyncio.Event) -> Collected:
    """Work until `stop` is set; what has arrived by then is stored and processed.

    Raises
    ------
    NoAdapterError
        If there is no Bluetooth to listen to.
    """
    settings = job.settings
    wake, link = asyncio.Event(), _LinkBoard(job)
    done = asyncio.Event()
    with closing(open_database(settings.data_dir)) as connection:
        journal = WakingJournal(SqliteJournal(connection, settings.wearer), settings.wearer, wake)
        async with _grouped(stop) as group, _sending(settings):
            group.create_task(_process(settings, wake, done), name="processing")
            if job.listener is not None:
                app = create_app(settings.data_dir, settings, status_source=lambda: link.status)
                group.create_task(serve(app, job.listener, stop), name="page")
            try:
                return await collect(
                    journal,
                    stop=stop,
                    backend=job.backend,
                    address=settings.sensor,
                    until_drained=job.until_drained,
                    on_state=link.show,
                )
            finally:
                stop.set()
                done.set()
                wake.set()


class _LinkBoard:
    """The newest thing the collector said of itself, for the page."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.status: LinkStatus = link_status(CollectorState(), simulated=job.simulated)

    def show(self, state: CollectorState) -> None:
        self.status = link_status(state, simulated=self._job.simulated)
        if self._job.on_state is not None:
            self._job.on_state(state)


@contextlib.asynccontextmanager
async def _grouped(stop: asyncio.Event) -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first error is raised as itself, for the one line that the user sees."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        stop.set()
        raise errors.exceptions[0] from None


async def _process(settings: Settings, wake: asyncio.Event, done: asyncio.Event) -> None:
    """Turn what is new in the journal into results, in a thread of its own."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="processing") as thread:
        processor = await loop.run_in_executor(
            thread, lambda: LiveProcessor(settings.data_dir, settings, Method())
        )
        try:
            while True:
                is_last = done.is_set()
                wake.clear()
                while await loop.run_in_executor(thread, processor.step):
                    pass
                if is_last:
                    return
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_IDLE_STEP_S):
                        await wake.wait()
        finally:
            await loop.run_in_executor(thread, processor.close)


@contextlib.asynccontextmanager
async def _sending(settings: Settings) -> AsyncIterator[None]:
    """Send the outbox to InfluxDB for as long as the context lasts, if there is one to send to."""
    sink = InfluxSink.from_settings(settings)
    if sink is None:
        yield
        return
    stop = threading.Event()
    sending = asyncio.create_task(
        asyncio.to_thread(drain_until, settings.data_dir, sink, stop), name="sending"
    )
    try:
        yield
    finally:
        stop.set()
        await sending
        sink.close()


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
