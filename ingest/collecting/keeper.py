"""Keeps the link to one sensor: finds it, does what the sequencer says, and begins again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final

from ingest.clock.device import DeviceClock
from ingest.clock.host import HostTime, Stamp
from ingest.clock.layout import TimeLine
from ingest.collecting.finder import Finder
from ingest.collecting.host_clocks import stamp_now
from ingest.collecting.pairing import Pin, Pins, check_serial
from ingest.collecting.readings import note_sensor
from ingest.collecting.state import CollectorState, Doing, Timing
from ingest.errors import JournalUnavailableError, LinkLostError, MalformedPacketError
from ingest.hip_sensor.control import control_to_bytes
from ingest.hip_sensor.packets import DATA_UUID, DataPacket, Status, UnreadableBlockError
from ingest.link import Backend, Found, Link, Notification, open_link
from ingest.model import Journal, LastStored, SensorReading
from ingest.sequencing.actions import Action, Counters, Phase, Reconnect, Send, Store
from ingest.sequencing.hosted_time import HostedTime
from ingest.sequencing.sensor_time import OwnTime, SensorTime
from ingest.sequencing.sequencer import Sequencer
from processing.model import NS_PER_S

log = logging.getLogger(__name__)

#: Under this name the journal keeps what is known of a sensor's clock.
_CLOCK: Final = "clock"
_KEEP_TIME_S: Final = 300.0
#: So much later than expected, and the program stood still: nothing could be heard. [s]
_LATE_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all keepers of one collector share."""

    journal: Journal
    finder: Finder
    backend: Backend | None
    timing: Timing
    pins: Pins | None  #: None: nothing is paired, whatever is heard first is read
    on_state: Callable[[CollectorState], None] | None
    #: this computer's time line, by which sensors are timed; None: by their own clocks, as
    #: recordings that are played have to be
    host: HostTime | None = None
    device_id: str | None = None  #: name in the journal, in place of the serial number
    until_drained: bool = False
    #: whether somebody waits to see what is stored; None: always
    is_watched: Callable[[], bool] | None = None


@dataclass(slots=True, eq=False)
class Keeper:
    """Collects from one sensor, over all its links.

    Parameters
    ----------
    tools
        What it shares with the others.
    number
        Which of the sensors this is.
    pin
        The sensor; None takes the one with `address`, or the first heard, and pins it.
    address
        Where to find it; None: where the pin says, or anywhere.
    """

    tools: Tools
    number: int = 0
    pin: Pin | None = None
    address: str | None = None
    n_links: int = 0
    n_samples: int = 0
    sequencers: dict[str, Sequencer] = field(default_factory=dict)
    current: Sequencer | None = None
    state: CollectorState = field(default_factory=CollectorState)
    _unstored: Store | None = None  #: that the sequencer gave and the journal has not taken
    _read_at_s: float | None = None
    _kept_at_s: float = -inf
    _listened_at_s: float = -inf

    def __post_init__(self) -> None:
        self.state = CollectorState(
            number=self.number,
            device_id=self.pin.device_id if self.pin else None,
            name=self.pin.name or None if self.pin else None,
        )
        if self.pin is not None:
            self.address = self.pin.address

    async def run(self) -> None:
        """Go from link to link; return only when the sensor is drained, if that was asked for."""
        self._tell()
        n_failed = 0
        while True:
            n_samples = self.n_samples
            try:
                await self._find_and_hold()
            except LinkLostError as error:
                log.info("%s", error)
                self.show(why=str(error))
                n_failed = 0 if self.n_samples > n_samples else n_failed + 1
                await asyncio.sleep(self.tools.timing.pause_s(n_failed))
            else:
                return

    async def _find_and_hold(self) -> None:
        self.show(doing=Doing.SEARCHING, lag_s=0.0)
        found = await self.tools.finder.find(self.address)
        self.show(
            doing=Doing.CONNECTING, name=found.name, address=found.address, rssi_dbm=found.rssi_dbm
        )
        try:
            await self._hold_link(found)
        except JournalUnavailableError as error:
            raise LinkLostError(str(error)) from error

    async def _hold_link(self, found: Found) -> None:
        """Connect and work until the link is lost or, if asked for, the sensor is drained."""
        async with open_link(found, self.tools.backend, self.tools.finder.connecting) as link:
            serial = await link.read_serial()
            check_serial(self.pin, serial)
            status = _status(await link.read_status())
            sequencer = self._sequencer(self._pinned(found, serial))
            self.n_links += 1
            self._listened_at_s = _now_s()
            sequencer.link_up(status, now_s=_now_s())
            self.show(device_id=sequencer.device_id, battery_pct=status.battery_pct)
            try:
                await self._work(link, sequencer)
            finally:
                sequencer.link_down()
                self._store_rest(sequencer)
                self._note_sensor(sequencer)
                self._keep_time(sequencer)

    def _pinned(self, found: Found, serial: str | None) -> str:
        """Return the sensor's name in the journal; from now on nobody else goes by it."""
        if self.pin is not None:
            return self.pin.device_id
        device_id = self.tools.device_id or serial or found.address.lower()
        if self.tools.pins is not None:
            pin = Pin(device_id, found.address, serial, found.name)
            self.tools.pins.add(pin)  # may be refused; then the next link tries it again
            self.pin, self.address = pin, found.address
        return device_id

    async def _work(self, link: Link, sequencer: Sequencer) -> None:
        while True:
            await self._act(link, sequencer)
            self._show_progress(sequencer)
            self._note_when_due(sequencer)
            if _now_s() - self._kept_at_s >= _KEEP_TIME_S:
                self._keep_time(sequencer)
            if self.tools.until_drained and sequencer.is_drained:
                return
            await self._listen(link, sequencer, self._wait_s(sequencer))

    async def _listen(self, link: Link, sequencer: Sequencer, longest_s: float) -> int:
        """Take what is notified; return how much came."""
        before_s = _now_s()
        notifications = await link.receive(longest_s)
        if not notifications and _now_s() - before_s > longest_s + _LATE_S:
            # the program stood still: what has arrived meanwhile is handed over only now
            notifications = await link.receive(self.tools.timing.tick_s)
        self._listened_at_s = _now_s()
        for notification in notifications:
            self._hear(sequencer, notification)
        # the sequencer asks again for what is missing
        sequencer.counters.n_overflowed += link.take_overflowed()
        return len(notifications)

    async def _act(self, link: Link, sequencer: Sequencer) -> None:
        if self.tools.is_watched is not None:
            rules = self.tools.timing.rules
            is_watched = self.tools.is_watched()
            sequencer.store_every_s = rules.store_every_s if is_watched else rules.store_rarely_s
        while True:
            if _now_s() - self._listened_at_s > _LATE_S:  # a slow disk: what came is not read yet
                await self._listen(link, sequencer, self.tools.timing.tick_s)
            if not (actions := _polled(sequencer)):
                return
            for action in actions:
                match action:
                    case Store():
                        await self._store_when_there_is_room(link, sequencer, action)
                    case Send(message):
                        await link.write_control(control_to_bytes(message))
                    case Reconnect(why):
                        raise LinkLostError(why)

    async def _store_when_there_is_room(
        self, link: Link, sequencer: Sequencer, action: Store
    ) -> None:
        """Store; while that cannot be, wait: what is not acknowledged stays in the sensor's log.

        What comes meanwhile is listened to, so that a link that is gone, or up in name only, is
        noticed; little of it is kept, and the rest is asked for again.
        """
        self._unstored = action
        began_s = heard_s = _now_s()
        while True:
            try:
                self._store(sequencer, action)
            except JournalUnavailableError as error:
                if _now_s() - began_s >= error.brief_s:
                    if str(error) != self.state.why:
                        log.warning("%s", error)
                    self.show(why=str(error))
                self._note_when_due(sequencer)
                retry_at_s = _now_s() + error.retry_s
                while (wait_s := retry_at_s - _now_s()) > 0:
                    if await self._listen(link, sequencer, min(wait_s, self.tools.timing.tick_s)):
                        heard_s = _now_s()
                    if _now_s() - heard_s > self.tools.timing.rules.silence_s:
                        raise LinkLostError("heard nothing while waiting for room") from error
            else:
                return

    def _hear(self, sequencer: Sequencer, heard: Notification) -> None:
        arrived = heard.arrived
        try:
            if heard.uuid == DATA_UUID:
                packet = DataPacket.from_bytes(heard.payload)
                sequencer.receive(packet, now_s=_seconds(arrived), stamp=arrived)
            else:
                status = Status.from_bytes(heard.payload)
                sequencer.receive_status(status, now_s=_seconds(arrived), stamp=arrived)
                self.show(battery_pct=status.battery_pct)
        except UnreadableBlockError as error:
            log.warning("%s", error)
            sequencer.receive_unreadable(error.boot_id, error.seq, now_s=_seconds(arrived))
        except MalformedPacketError as error:
            sequencer.refuse()
            log.warning("notification dropped: %s", error)

    def _store(self, sequencer: Sequencer, action: Store) -> None:
        self.tools.journal.append(action.blocks, action.gaps)
        self._unstored = None
        sequencer.stored(action)
        self.n_samples += sum(len(block.samples) for block in action.blocks)

    def _store_rest(self, sequencer: Sequencer) -> None:
        """Store what has arrived in order; if that cannot be, the sensor still has it."""
        try:
            if self._unstored is not None:
                self._store(sequencer, self._unstored)
            while actions := _polled(sequencer):
                for action in actions:
                    if isinstance(action, Store):
                        self._store(sequencer, action)
        except JournalUnavailableError as error:
            log.warning("%s", error)
            self._unstored = None
            del self.sequencers[sequencer.device_id]

    def _sequencer(self, device_id: str) -> Sequencer:
        if device_id not in self.sequencers:

            def next_seq(boot_id: int) -> int:
                return self.tools.journal.next_seq(device_id, boot_id)

            last = self.tools.journal.last_stored(device_id)
            self.sequencers[device_id] = Sequencer(
                device_id,
                next_seq,
                self.tools.timing.rules,
                self.tools.until_drained,
                self._time(device_id, last),
                last.end_ns if last else None,
                last.boot_id if last else None,
            )
        self.current = self.sequencers[device_id]
        return self.current

    def _time(self, device_id: str, last: LastStored | None) -> SensorTime:
        journal, host = self.tools.journal, self.tools.host
        if host is None:
            return OwnTime()
        newest = journal.load_newest_state(device_id, _CLOCK)
        return HostedTime(
            host,
            TimeLine(last.end_ns if last else None),
            lambda boot_id: journal.load_state(device_id, _CLOCK, boot_id),
            DeviceClock.from_state(host, newest[1]).drift_prior if newest else None,
        )

    def _keep_time(self, sequencer: Sequencer) -> None:
        """Keep what is known of the sensor's clock, so that the next collector knows it too."""
        self._kept_at_s = _now_s()
        with contextlib.suppress(JournalUnavailableError):
            for boot_id, state in sequencer.time.states().items():
                self.tools.journal.save_state(sequencer.device_id, _CLOCK, state, boot_id)

    def _wait_s(self, sequencer: Sequencer) -> float:
        """Return how long to wait for a notification before the sequencer is asked again. [s]"""
        due_s = sequencer.time.due_s
        tick_s = self.tools.timing.tick_s
        return tick_s if due_s is None else min(max(due_s - _now_s(), 0.0), tick_s)

    @property
    def is_drained(self) -> bool:
        """Whether the sensor has recorded its last block and all of it is in the journal."""
        return self.current is not None and self.current.is_drained

    @property
    def counters(self) -> Counters:
        """What went by over the links to the sensor."""
        return Counters() if self.current is None else self.current.counters

    def _note_when_due(self, sequencer: Sequencer) -> None:
        if self._read_at_s is None or _now_s() - self._read_at_s >= self.tools.timing.reading_s:
            self._note_sensor(sequencer)

    def _note_sensor(self, sequencer: Sequencer) -> None:
        self._read_at_s = _now_s()
        reading = SensorReading(
            device_id=sequencer.device_id,
            at_ns=stamp_now().utc_ns,
            battery_pct=self.state.battery_pct,
            rssi_dbm=self.state.rssi_dbm,
            n_malformed=sequencer.counters.n_malformed,
            n_backfilled=sequencer.counters.n_backfilled,
        )
        trouble = "" if self._unstored is None else self.state.why
        note_sensor(self.tools.journal, reading, sequencer.counters, self.tools.host, trouble)

    def _show_progress(self, sequencer: Sequencer) -> None:
        for notice in sequencer.time.take_notices():
            log.warning("%s: %s", sequencer.device_id, notice)
        is_live = sequencer.phase is Phase.LIVE
        if sequencer.waits_for and sequencer.waits_for != self.state.why:
            log.warning("%s", sequencer.waits_for)
        self.show(
            doing=Doing.LIVE if is_live else Doing.BACKFILLING,
            lag_s=float(int(sequencer.lag_s)),
            why=sequencer.waits_for,
        )

    def show(self, **changes: object) -> None:
        """Take over changes of the state, and tell of it if it is a new one."""
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        if state != self.state:
            self.state = state
            self._tell()

    def _tell(self) -> None:
        if self.tools.on_state is not None:
            self.tools.on_state(self.state)


def _status(payload: bytes) -> Status:
    try:
        return Status.from_bytes(payload)
    except MalformedPacketError as error:
        raise LinkLostError(f"the sensor speaks another profile: {error}") from error


def _polled(sequencer: Sequencer) -> list[Action]:
    now = stamp_now()
    return sequencer.poll(now_s=_seconds(now), utc_ns=now.utc_ns)


def _now_s() -> float:
    return _seconds(stamp_now())


def _seconds(stamp: Stamp) -> float:
    return stamp.monotonic_ns / NS_PER_S
