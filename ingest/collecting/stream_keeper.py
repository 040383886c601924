"""Keeps the link to a device that only streams: it has no log, so what is not heard is lost."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.clock.host import HostTime
from ingest.clock.layout import TimeLine
from ingest.collecting.host_clocks import stamp_now
from ingest.collecting.keeper import Tools
from ingest.collecting.pairing import Pin
from ingest.collecting.state import CollectorState, Doing
from ingest.drivers.base import StreamDriver
from ingest.drivers.numbering import numbering_for
from ingest.drivers.session import StreamSession
from ingest.errors import JournalUnavailableError, LinkLostError
from ingest.link import open_link
from ingest.model import RawBlock, SensorReading
from ingest.sequencing.actions import Counters
from ingest.sequencing.refusals import CLOCK_NOT_SET
from processing.model import Gap

log = logging.getLogger(__name__)

#: Streams are set to this rate, or to the next one above it that the device has. [Hz]
WANTED_HZ: Final = 50.0
_CLOCK_LOOK_S: Final = 1.0


@dataclass(slots=True, eq=False)
class StreamKeeper:
    """Collects from one device that only streams, over all its links.

    Parameters
    ----------
    tools
        What it shares with the others.
    number
        Which of the sensors this is.
    pin
        The device.
    driver
        What kind of device it is.
    """

    tools: Tools
    number: int
    pin: Pin
    driver: StreamDriver
    n_links: int = 0
    n_samples: int = 0
    counters: Counters = field(default_factory=Counters)
    state: CollectorState = field(init=False)
    _session: StreamSession = field(init=False)

    def __post_init__(self) -> None:
        self.state = CollectorState(
            number=self.number, device_id=self.pin.device_id, name=self.pin.name or None
        )
        fs_hz = self.driver.rate_hz(WANTED_HZ)
        last = self.tools.journal.last_stored(self.pin.device_id)
        self._session = StreamSession(
            driver=self.driver,
            fs_hz=fs_hz,
            numbering=numbering_for(
                self.driver,
                self.pin.device_id,
                fs_hz=fs_hz,
                host=self.tools.host or HostTime(),
                line=TimeLine(last.end_ns if last else None),
                draw_boot_id=lambda: secrets.randbits(32),
            ),
            store=self._store,
            store_last=self._store_once,
            read_clocks=stamp_now,
        )

    @property
    def address(self) -> str:
        """Where it is found."""
        return self.pin.address

    @property
    def is_drained(self) -> bool:
        """A stream has no end."""
        return False

    async def run(self) -> None:
        """Go from link to link, without end."""
        self.show()
        n_failed, never = 0, asyncio.Event()
        while True:
            n_samples = self.n_samples
            self.show(doing=Doing.SEARCHING)
            await self._until_the_time_is_known()
            try:
                found = await self.tools.finder.find(self.address)
                self.show(doing=Doing.CONNECTING, name=found.name, address=found.address)
                async with open_link(
                    found,
                    self.tools.backend,
                    self.tools.finder.connecting,
                    notify=self.driver.notify_uuids,
                ) as link:
                    self.n_links += 1
                    self.show(doing=Doing.LIVE, rssi_dbm=found.rssi_dbm, why=self.driver.time_words)
                    await self._session.run(link, never)
            except LinkLostError as error:
                log.info("%s", error)
                self.show(why=str(error))
            self._count()
            n_failed = 0 if self.n_samples > n_samples else n_failed + 1
            await asyncio.sleep(self.tools.timing.pause_s(n_failed))

    async def _store(self, done: list[RawBlock | Gap]) -> None:
        """Store; while that cannot be, wait: the link keeps so many packets meanwhile, no more."""
        blocks = [one for one in done if isinstance(one, RawBlock)]
        gaps = [one for one in done if isinstance(one, Gap)]
        while True:
            try:
                self.tools.journal.append(blocks, gaps)
            except JournalUnavailableError as error:
                if str(error) != self.state.why:
                    log.warning("%s: what it sends meanwhile is lost", error)
                self.show(why=str(error))
                try:
                    await asyncio.sleep(error.retry_s)
                except asyncio.CancelledError:
                    _tell_lost(blocks)
                    raise
            else:
                self.n_samples += sum(len(block.samples) for block in blocks)
                self.show(why=self.driver.time_words)
                return

    async def _store_once(self, done: list[RawBlock | Gap]) -> None:
        """Store at the end: nobody waits for room any more, and what has none is lost."""
        blocks = [one for one in done if isinstance(one, RawBlock)]
        try:
            self.tools.journal.append(blocks, [one for one in done if isinstance(one, Gap)])
        except JournalUnavailableError as error:
            log.warning("%s", error)
            _tell_lost(blocks)
        else:
            self.n_samples += sum(len(block.samples) for block in blocks)

    async def _until_the_time_is_known(self) -> None:
        """Wait while this computer's clock is not set: samples without a time would be lost."""
        while self.tools.host is not None and not self.tools.host.is_known:
            self.show(why=CLOCK_NOT_SET)
            await asyncio.sleep(_CLOCK_LOOK_S)

    def _count(self) -> None:
        self.counters.n_malformed += sum(
            sum(parser.refusals.values()) for parser in self._session.parsers
        )
        self._session.parsers = []
        reading = SensorReading(
            device_id=self.pin.device_id,
            at_ns=stamp_now().utc_ns,
            battery_pct=None,
            rssi_dbm=self.state.rssi_dbm,
            n_malformed=self.counters.n_malformed,
            n_backfilled=0,
        )
        try:
            self.tools.journal.note_sensor(reading)
        except JournalUnavailableError as error:
            log.warning("%s", error)

    def show(self, **changes: object) -> None:
        """Take over changes of the state, and tell of it if it is a new one."""
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        if state != self.state or not changes:
            self.state = state
            if self.tools.on_state is not None:
                self.tools.on_state(state)


def _tell_lost(blocks: list[RawBlock]) -> None:
    n_samples = sum(len(block.samples) for block in blocks)
    if n_samples:
        log.error("%d samples found no room and are lost: the device keeps no log", n_samples)
