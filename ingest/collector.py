"""The layer that waits: find the sensor, hold the link, and do what the sequencer says."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ingest.errors import LinkLostError, MalformedPacketError, NoAdapterError
from ingest.hip_sensor import DataPacket, Status
from ingest.hip_sensor_control import control_to_bytes
from ingest.link import Backend, Found, Kind, Link, find_sensor, open_link
from ingest.model import Journal, SensorReading
from ingest.sequencer import Counters, LinkRules, Phase, Reconnect, Send, Sequencer, Store
from ingest.tasks import end_task

log = logging.getLogger(__name__)


class Doing(StrEnum):
    """What the collector is doing, in words that can be shown."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    BACKFILLING = "backfilling"
    LIVE = "live"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CollectorState:
    """How the collection stands; a new one is given to `on_state` whenever it has changed."""

    doing: Doing = Doing.SEARCHING
    device_id: str | None = None
    name: str | None = None  #: as advertised
    address: str | None = None
    lag_s: float = 0.0  #: recorded by the sensor, not in the journal yet, in whole seconds
    battery_pct: int | None = None
    rssi_dbm: int | None = None  #: when the sensor was found
    why: str = ""  #: why the last link ended, or what this one waits for; empty: all is well


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the collector waits for what."""

    scan_s: float = 10.0  #: one scan; then the next begins
    tick_s: float = 0.2  #: longest wait before the sequencer is asked again
    backoff_s: float = (
        0.5  #: after a first link that brought nothing; doubles with each, up to `longest_s`
    )
    longest_s: float = 30.0
    reading_s: float = 60.0  #: between two sensor readings in the journal
    rules: LinkRules = field(default_factory=LinkRules)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a collection came to."""

    is_drained: bool  #: the sensor has recorded its last block and all of it is in the journal
    n_links: int
    n_samples: int  #: put into the journal by this collector
    counters: Counters


async def collect(
    journal: Journal,
    *,
    stop: asyncio.Event,
    backend: Backend | None = None,
    address: str | None = None,
    device_id: str | None = None,
    until_drained: bool = False,
    on_state: Callable[[CollectorState], None] | None = None,
    timing: Timing | None = None,
) -> Collected:
    """Collect from one hip sensor until told to stop.

    Parameters
    ----------
    journal
        Where blocks go. Its methods are called in the event loop's own thread, and a block is
        acknowledged to the sensor only after `append` has returned.
    stop
        Set it to end the collection; everything that arrived in order is stored first.
    backend
        Bleak's stand-in for Bluetooth, such as the virtual radio; None for this machine's adapter.
    address
        Use only the sensor with this address; None uses the first one heard.
    device_id
        Name of the sensor in the journal; None uses its serial number, or else its address.
    until_drained
        Also end when the sensor has recorded its last block and all of it is in the journal. Only
        a sensor that plays a recording does; it may play it again from the start, to a journal that
        holds part of it.
    on_state
        Called in the event loop with each new state.
    timing
        Time limits; None for the usual ones.

    Raises
    ------
    NoAdapterError
        If this machine has no usable Bluetooth adapter.
    """
    collector = _Collector(journal, backend, address, device_id, on_state, timing or Timing())
    collecting = asyncio.create_task(collector.run(until_drained=until_drained), name="collector")
    stopping = asyncio.create_task(_wait_for(stop), name="collector's stop")
    try:
        await asyncio.wait({collecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        try:
            await end_task(stopping)
            await end_task(collecting)
        finally:
            collector.show(doing=Doing.STOPPED)
    return collector.collected()


async def _wait_for(stop: asyncio.Event) -> None:
    await stop.wait()


class _Collector:
    def __init__(
        self,
        journal: Journal,
        backend: Backend | None,
        address: str | None,
        device_id: str | None,
        on_state: Callable[[CollectorState], None] | None,
        timing: Timing,
    ) -> None:
        self._journal = journal
        self._backend = backend
        self._address = address
        self._device_id = device_id
        self._on_state = on_state
        self._timing = timing
        self._state = CollectorState()
        self._sequencers: dict[str, Sequencer] = {}
        self._current: Sequencer | None = None
        self._n_links = 0
        self._n_samples = 0
        self._read_at_s: float | None = None
        self._has_scanned = False

    async def run(self, *, until_drained: bool) -> None:
        """Go from link to link."""
        self._tell()
        n_failed = 0
        is_done = False
        while not is_done:
            n_samples = self._n_samples
            try:
                is_done = await self._find_and_hold(until_drained=until_drained)
            except LinkLostError as error:
                log.info("%s", error)
                self.show(why=str(error))
                n_failed = 0 if self._n_samples > n_samples else n_failed + 1
                await asyncio.sleep(self._pause_s(n_failed))

    def _pause_s(self, n_failed: int) -> float:
        if not n_failed:
            return 0.0
        return min(self._timing.backoff_s * 2.0 ** min(n_failed - 1, 10), self._timing.longest_s)

    async def _find_and_hold(self, *, until_drained: bool) -> bool:
        """Scan, and hold a link if a sensor is heard; return whether the collection is done."""
        self.show(doing=Doing.SEARCHING, lag_s=0.0)
        try:
            found = await find_sensor(
                self._backend, address=self._address, timeout_s=self._timing.scan_s
            )
        except NoAdapterError as error:
            if not self._has_scanned:
                raise
            raise LinkLostError(str(error)) from error  # unplugged or asleep: it may come back
        self._has_scanned = True
        if found is None:
            return False
        await self._hold_link(found, until_drained=until_drained)
        return True

    async def _hold_link(self, found: Found, *, until_drained: bool) -> None:
        """Connect and work until the link is lost or, if asked for, the sensor is drained."""
        self.show(
            doing=Doing.CONNECTING,
            name=found.name,
            address=found.address,
            rssi_dbm=found.rssi_dbm,
        )
        async with open_link(found, self._backend) as link:
            device_id = self._device_id or await link.read_serial() or found.address.lower()
            sequencer = self._sequencer(device_id, plays_again=until_drained)
            status = _status(await link.read_status())
            self._n_links += 1
            sequencer.link_up(status, now_s=_now_s())
            self.show(device_id=device_id, battery_pct=status.battery_pct)
            try:
                await self._work(link, sequencer, until_drained=until_drained)
            finally:
                sequencer.link_down()
                self._store_rest(sequencer)
                self._note_sensor(sequencer)

    async def _work(self, link: Link, sequencer: Sequencer, *, until_drained: bool) -> None:
        while True:
            await self._act(link, sequencer)
            self._show_progress(sequencer)
            if self._read_at_s is None or _now_s() - self._read_at_s >= self._timing.reading_s:
                self._note_sensor(sequencer)
            if until_drained and sequencer.is_drained:
                return
            for kind, payload in await link.receive(self._timing.tick_s):
                self._hear(sequencer, kind, payload)

    async def _act(self, link: Link, sequencer: Sequencer) -> None:
        while actions := sequencer.poll(now_s=_now_s(), utc_ns=time.time_ns()):
            for action in actions:
                match action:
                    case Store():
                        self._store(sequencer, action)
                    case Send(message):
                        await link.write_control(control_to_bytes(message))
                    case Reconnect(why):
                        raise LinkLostError(why)

    def _hear(self, sequencer: Sequencer, kind: Kind, payload: bytes) -> None:
        try:
            if kind is Kind.DATA:
                sequencer.receive(DataPacket.from_bytes(payload), now_s=_now_s())
            else:
                status = Status.from_bytes(payload)
                sequencer.receive_status(status, now_s=_now_s())
                self.show(battery_pct=status.battery_pct)
        except MalformedPacketError as error:
            sequencer.refuse()
            log.warning("notification dropped: %s", error)

    def _store(self, sequencer: Sequencer, action: Store) -> None:
        self._journal.append(action.blocks, action.gaps)
        sequencer.stored(action)
        self._n_samples += sum(len(block.samples) for block in action.blocks)

    def _store_rest(self, sequencer: Sequencer) -> None:
        while actions := sequencer.poll(now_s=_now_s(), utc_ns=time.time_ns()):
            for action in actions:
                if isinstance(action, Store):
                    self._store(sequencer, action)

    def _sequencer(self, device_id: str, *, plays_again: bool) -> Sequencer:
        if device_id not in self._sequencers:

            def next_seq(boot_id: int) -> int:
                return self._journal.next_seq(device_id, boot_id)

            self._sequencers[device_id] = Sequencer(
                device_id, next_seq, self._timing.rules, plays_again
            )
        self._current = self._sequencers[device_id]
        return self._current

    def _note_sensor(self, sequencer: Sequencer) -> None:
        self._read_at_s = _now_s()
        self._journal.note_sensor(
            SensorReading(
                device_id=sequencer.device_id,
                at_ns=time.time_ns(),
                battery_pct=self._state.battery_pct,
                rssi_dbm=self._state.rssi_dbm,
                n_malformed=sequencer.counters.n_malformed,
                n_backfilled=sequencer.counters.n_backfilled,
            )
        )

    def _show_progress(self, sequencer: Sequencer) -> None:
        is_live = sequencer.phase is Phase.LIVE
        if sequencer.waits_for and sequencer.waits_for != self._state.why:
            log.warning("%s", sequencer.waits_for)
        self.show(
            doing=Doing.LIVE if is_live else Doing.BACKFILLING,
            lag_s=float(int(sequencer.lag_s)),
            why=sequencer.waits_for,
        )

    def show(self, **changes: object) -> None:
        """Take over changes of the state, and tell of it if it is a new one."""
        state = replace(self._state, **changes)  # type: ignore[arg-type]
        if state != self._state:
            self._state = state
            self._tell()

    def _tell(self) -> None:
        if self._on_state is not None:
            self._on_state(self._state)

    def collected(self) -> Collected:
        """Say what it came to."""
        sequencer = self._current
        return Collected(
            is_drained=sequencer is not None and sequencer.is_drained,
            n_links=self._n_links,
            n_samples=self._n_samples,
            counters=Counters() if sequencer is None else sequencer.counters,
        )


def _status(payload: bytes) -> Status:
    try:
        return Status.from_bytes(payload)
    except MalformedPacketError as error:
        raise LinkLostError(f"the sensor speaks another profile: {error}") from error


def _now_s() -> float:
    return asyncio.get_running_loop().time()
