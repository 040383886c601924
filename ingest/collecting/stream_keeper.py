"""Keeps the link to a device that only streams: it has no log, so what is not heard is lost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from ingest.clock.host import HostTime
from ingest.clock.layout import TimeLine
from ingest.collecting.held_blocks import HeldBlocks
from ingest.collecting.host_clocks import stamp_now
from ingest.collecting.keeper import Tools
from ingest.collecting.pairing import Pin
from ingest.collecting.readings import note_sensor
from ingest.collecting.state import CollectorState, Doing
from ingest.drivers.base import StreamDriver
from ingest.drivers.numbering import numbering_for
from ingest.drivers.session import StreamSession
from ingest.errors import JournalUnavailableError, LinkLostError
from ingest.link import Link, open_link
from ingest.model import RawBlock, SensorReading
from ingest.sequencing.actions import Counters
from ingest.sequencing.refusals import CLOCK_NOT_SET
from ingest.tasks import end_tasks
from processing.gap_reasons import GapReason
from processing.model import NS_PER_S, Gap

log = logging.getLogger(__name__)

#: Streams are set to this rate, or to the next one above it that the device has. [Hz]
WANTED_HZ: Final = 50.0
_LOOK_S: Final = 1.0
#: Under this name the journal keeps until when gaps were told although no block ends there.
_TOLD: Final = "told"


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
    n_samples: int = 0  #: that are stored
    state: CollectorState = field(init=False)
    _session: StreamSession = field(init=False)
    _held: HeldBlocks = field(init=False)
    _waits_for: str = ""  #: why the journal takes nothing; empty: it does
    _reason: GapReason = GapReason.NOT_STORED
    _refused_at_s: float | None = None  #: first; None: the last try was not refused
    _try_at_s: float = 0.0
    _read_at_s: float | None = None

    def __post_init__(self) -> None:
        self.state = CollectorState(
            number=self.number, device_id=self.pin.device_id, name=self.pin.name or None
        )
        fs_hz = self.driver.rate_hz(WANTED_HZ)
        self._held = HeldBlocks(self.pin.device_id)
        self._session = StreamSession(
            driver=self.driver,
            fs_hz=fs_hz,
            numbering=numbering_for(
                self.driver,
                self.pin.device_id,
                fs_hz=fs_hz,
                host=self.tools.host or HostTime(),
                line=TimeLine(self._told_until_ns()),
                draw_boot_id=lambda: secrets.randbits(32),
            ),
            store=self._hold,
            each_round=self._look,
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

    @property
    def counters(self) -> Counters:
        """What went by over the links to the device."""
        return self._session.counters

    async def run(self) -> None:
        """Go from link to link, without end; store what is held at the end, as far as it goes."""
        tasks = [
            asyncio.create_task(self._link_on_and_on(), name=f"links {self.number}"),
            asyncio.create_task(self._store_on_and_on(), name=f"storing {self.number}"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            try:
                await end_tasks(tasks)
            finally:
                await self._store_rest()

    async def _link_on_and_on(self) -> None:
        self.show()
        n_failed, never = 0, asyncio.Event()
        while True:
            n_samples = self._session.n_samples
            self.show(doing=Doing.SEARCHING)
            await self._until_the_time_is_known()
            try:
                await self._hold_link(never)
            except LinkLostError as error:
                log.info("%s", error)
                self.show(why=str(error))
            n_failed = 0 if self._session.n_samples > n_samples else n_failed + 1
            await asyncio.sleep(self.tools.timing.pause_s(n_failed))

    async def _hold_link(self, never: asyncio.Event) -> None:
        found = await self.tools.finder.find(self.address)
        self.show(doing=Doing.CONNECTING, name=found.name, address=found.address)
        notify = self.driver.notify_uuids
        tools = self.tools
        async with open_link(found, tools.backend, tools.finder.connecting, notify=notify) as link:
            self.n_links += 1
            self._read_at_s = None
            self.show(doing=Doing.LIVE, rssi_dbm=found.rssi_dbm, why=self._live_words)
            try:
                await self._session.run(link, never)
            finally:
                self._show_trouble()
                self._note_sensor()

    async def _look(self, link: Link) -> None:
        """Do what is due each second of a link."""
        self._show_trouble()
        self.show(why=self._live_words)
        now_s = _now_s()
        if self._read_at_s is None or now_s - self._read_at_s >= self.tools.timing.reading_s:
            self._read_at_s = now_s
            self.show(battery_pct=await link.read_battery())
            self._note_sensor()

    @property
    def _live_words(self) -> str:
        n = self._session.n_dropped
        dropped = f"{n} packets dropped here, this computer was too busy" if n else ""
        notice = self.tools.host.notice if self.tools.host is not None else ""
        said = (self._waits_for, dropped, notice, self.driver.time_words)
        return "; ".join(one for one in said if one)

    def _show_trouble(self) -> None:
        trouble = self._session.trouble
        if trouble and trouble != self.state.trouble:
            log.warning("%s: %s", self.pin.device_id, trouble)
        self.show(trouble=trouble)

    async def _hold(self, done: list[RawBlock | Gap]) -> None:
        """Take what is complete; nothing waits here, so that the link is always listened to."""
        self._held.add(done, now_s=_now_s(), reason=self._reason)
        self._store_if_due()

    async def _store_on_and_on(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self._store_if_due()

    def _store_if_due(self) -> None:
        now_s = _now_s()
        if self._held and now_s >= self._try_at_s and now_s - self._held.since_s >= self._every_s:
            self._store()

    @property
    def _every_s(self) -> float:
        """How long samples wait for others to share a commit with. [s]"""
        rules, is_watched = self.tools.timing.rules, self.tools.is_watched
        return rules.store_every_s if is_watched is None or is_watched() else rules.store_rarely_s

    def _store(self) -> bool:
        """Store what is held, if that can be."""
        try:
            self.tools.journal.append(self._held.blocks(), self._held.gaps())
        except JournalUnavailableError as error:
            now_s = _now_s()
            self._try_at_s, self._reason = now_s + error.retry_s, error.gap_reason
            if self._refused_at_s is None:
                self._refused_at_s = now_s
            if now_s - self._refused_at_s < error.brief_s:
                return False
            words = f"{error}; this device keeps no log: an hour of its samples is kept in memory"
            if not self._waits_for:  # the figures in it change with each try
                log.warning("%s: %s", self.pin.device_id, words)
            self._waits_for = words
            return False
        self.n_samples += self._held.n_samples
        self._held.stored()
        self._waits_for, self._reason = "", GapReason.NOT_STORED
        self._refused_at_s = None
        return True

    async def _store_rest(self) -> None:
        """Store at the end: another program is waited for a little, and room is not.

        What finds no place is told as a gap.
        """
        self._waits_for, self._refused_at_s = "", None
        while self._held and not self._waits_for:
            if not self._store():
                await asyncio.sleep(self.tools.timing.tick_s)
        if self._held:
            self._give_up()

    def _give_up(self) -> None:
        n_samples = self._held.n_samples
        self._held.give_up(self._reason)
        log.error("%d samples found no room and are lost: the device keeps no log", n_samples)
        # samples leave some room to results, and a gap is small
        with contextlib.suppress(JournalUnavailableError):
            gaps = self._held.gaps()
            self.tools.journal.append([], gaps)
            told = {"until_ns": gaps[-1].end_ns}
            self.tools.journal.save_state(self.pin.device_id, _TOLD, told)

    def _told_until_ns(self) -> int | None:
        """Return until when it is known what was recorded, or why not. [ns]"""
        last = self.tools.journal.last_stored(self.pin.device_id)
        told = self.tools.journal.load_state(self.pin.device_id, _TOLD) or {}
        ends = [last.end_ns] if last else []
        if isinstance(until_ns := told.get("until_ns"), int):
            ends.append(until_ns)
        return max(ends, default=None)

    async def _until_the_time_is_known(self) -> None:
        """Wait while this computer's clock is not set: samples without a time would be lost."""
        while self.tools.host is not None and not self.tools.host.is_known:
            self.show(why=CLOCK_NOT_SET)
            await asyncio.sleep(_LOOK_S)

    def _note_sensor(self) -> None:
        reading = SensorReading(
            device_id=self.pin.device_id,
            at_ns=stamp_now().utc_ns,
            battery_pct=self.state.battery_pct,
            rssi_dbm=self.state.rssi_dbm,
            n_malformed=self.counters.n_malformed,
            n_backfilled=0,
        )
        trouble = self.state.trouble or self._waits_for
        note_sensor(self.tools.journal, reading, self.counters, self.tools.host, trouble)

    def show(self, **changes: object) -> None:
        """Take over changes of the state, and tell of it if it is a new one."""
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        if state != self.state or not changes:
            self.state = state
            if self.tools.on_state is not None:
                self.tools.on_state(state)


def _now_s() -> float:
    return stamp_now().monotonic_ns / NS_PER_S
