"""Live processing of one device: from its place in the journal to results, a transaction a step."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from processing.live import LiveState, LiveStep
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.calibrated import Advance, advance_calibrated
from sitstreak.storage import guided, live_state, results_writing
from sitstreak.storage.bout_runs import Run
from sitstreak.storage.database import transaction
from sitstreak.storage.enqueue import mark_changed, take_back
from sitstreak.storage.feed import BEFORE_ALL_NS, FedBlock, Feed, Place
from sitstreak.storage.live_state import Extent, StoredState

#: About an hour at 50 Hz: bounds the memory that a long history needs.
MAX_SAMPLES: Final = 180_000
#: Going back may mean a day to be made again: where a sensor's clock is behind what came before,
#: every block is late, and so much data is awaited in between. [s]
LATE_EVERY_S: Final = 60.0
#: Nor are late blocks kept waiting for ever: not longer than so many calls without another.
_LATE_PATIENCE: Final = 60
#: The state is large beside the results of a second: it is stored after so much data. [ns]
SAVE_EVERY_NS: Final = 60 * NS_PER_S


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """Where processing stands; a new one is before the first block."""

    state: LiveState = field(default_factory=LiveState)
    fed: Place = field(default_factory=lambda: Place(BEFORE_ALL_NS, 0))
    seen_id: int = 0
    extent: Extent = field(default_factory=Extent)
    window: tuple[FedBlock, ...] = ()  #: the blocks that `state` needs again
    open_run: Run | None = None  #: what was settled of the bout that is open
    saved_ns: int = BEFORE_ALL_NS  #: what the state in the database had been fed

    @property
    def is_behind_results(self) -> bool:
        """Whether results go on after what this state calls settled."""
        settled_s, from_s = self.extent.settled_until_s, self.state.emit_from_s
        return self.extent.finished or (
            settled_s is not None and from_s is not None and settled_s > from_s
        )


class DeviceProcessor:
    """Turns the blocks of one device into results.

    Blocks are processed in order of time. One that comes in late, with a time that was passed
    already (a restart of the sensor with another clock), takes processing back to before it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        key: int,
        device_id: str,
        wearer: str,
        method: Method,
        advance: Advance,
    ) -> None:
        self.device_id, self.wearer = device_id, wearer
        self.n_returns = 0  #: how often processing went back to an earlier place
        self._db, self._key, self._method, self._advance = connection, key, method, advance
        self._feed = Feed(connection, key, device_id)
        self._standing: _Standing | None = None
        self._returned_at_id: int | None = None  # the newest block at the last return
        self._late_s, self._n_waits = 0.0, 0

    @property
    def until_s(self) -> int:
        """One past the last second with a result; 0 before any."""
        return self._stand().extent.until_s or 0

    def step(self, *, is_last: bool = False) -> bool:
        """Process the next piece of what is new; False when there is nothing new.

        Parameters
        ----------
        is_last
            No more is expected: late blocks do not wait for others.
        """
        now = self._with_new_calibrations()
        newest_id = self._feed.newest_id()
        late_ns = self._feed.first_late(now.fed, now.seen_id, newest_id)
        seen_id = newest_id
        if late_ns is not None:
            if is_last or self._is_time_to_return(newest_id):
                self._returned_at_id, self._late_s, self._n_waits = newest_id, 0.0, 0
                now = self._go_back_before(late_ns, now.extent)
            else:
                seen_id = now.seen_id
        new = self._feed.after(now.fed, newest_id, MAX_SAMPLES)
        if not new:
            # What other devices sent in between need not be looked through again.
            self._standing = replace(now, seen_id=seen_id)
            return False
        if now.is_behind_results:
            now = self._take_back(self._stored(now), now.state.emit_from_s)
        window = (*now.window, *new)
        self._write(replace(now, fed=new[-1].place, seen_id=seen_id, window=window))
        return True

    def _with_new_calibrations(self) -> _Standing:
        """Return where processing stands, taken back to before a calibration that is new.

        What was settled since would otherwise depend on when the calibration was noticed.
        """
        now = self._stand()
        from_s = guided.first_new(self._db, self._key)
        if from_s is None:
            return now
        try:
            with transaction(self._db):
                guided.take_up(self._db, self._key)
                if now.fed.t0_ns >= from_s * NS_PER_S:
                    self._go_back_before(from_s * NS_PER_S, now.extent)
        finally:
            self._standing = None  # from here on it holds only if the transaction did
        return self._stand()

    def _is_time_to_return(self, newest_id: int) -> bool:
        """Return whether enough came in since the last return, or no more seems to come."""
        if self._returned_at_id is None:
            return True
        late_s = self._feed.gathered_s(self._returned_at_id, newest_id, LATE_EVERY_S)
        self._n_waits = self._n_waits + 1 if late_s == self._late_s else 0
        self._late_s = late_s
        return late_s >= LATE_EVERY_S or self._n_waits >= _LATE_PATIENCE

    def finish(self) -> None:
        """Settle everything. The state before is kept: should more come, it goes on from there."""
        now = self._stand()
        if now.window and not now.is_behind_results:
            self._write(now, final=True)

    def _write(self, now: _Standing, *, final: bool = False) -> None:
        """Advance over the window and store what that gives, all in one transaction."""
        steps: list[LiveStep] = []
        state, window = now.state, now.window
        calibrations = guided.calibrations(self._db, self._key)
        advance = partial(advance_calibrated, self._advance, calibrations)
        while not steps or steps[-1].more:
            blocks = [fed.block for fed in window]
            steps.append(advance(state, blocks, self._method, final=final))
            state = steps[-1].state
            window = tuple(fed for fed in window if fed.block.end_ns > state.resume_ns)
        # From here on what is in memory holds only once the transaction does.
        self._standing = None
        with transaction(self._db):
            written = now
            for step in steps:
                written = self._write_step(written, step, final=final)
            if final:
                after = replace(written, extent=replace(written.extent, finished=True))
                self._save(after)
            else:
                after = replace(written, state=state, window=window)
                after = self._save_if_due(after)
        self._standing = after

    def _write_step(self, now: _Standing, step: LiveStep, *, final: bool) -> _Standing:
        """Store one step; return `now` with what the results cover and the bout that is open."""
        seconds = step.seconds
        first_s, until_s = now.extent.first_s, now.extent.until_s
        open_run = now.open_run
        if len(seconds):
            first_s = seconds.start_s if first_s is None else first_s
            until_s = seconds.end_s
            changed_from_s = results_writing.write_seconds(
                self._db, self._key, seconds, self._feed.has_data
            )
            if changed_from_s is not None:
                mark_changed(self._db, self.wearer, changed_from_s)
        if first_s is not None and until_s is not None:
            live_state.keep_method(self._db, self._method)
            is_hole = step.more and step.settled_until_s > until_s
            is_end = is_hole or (final and not step.more)
            settled_s = until_s + 1 if is_end else step.settled_until_s
            open_run = results_writing.write_bouts(
                self._db, self._key, (first_s, until_s), settled_s, self._method, open_run
            )
            if is_hole:
                hole_s = (until_s, step.settled_until_s)
                results_writing.write_hole(self._db, self._key, *hole_s, self._method)
        extent = Extent(first_s, until_s, step.settled_until_s)
        return replace(now, extent=extent, open_run=open_run)

    def _save_if_due(self, now: _Standing) -> _Standing:
        if now.fed.t0_ns - now.saved_ns < SAVE_EVERY_NS:
            live_state.save_extent(self._db, self._key, now.extent)
            return now
        self._save(now)
        live_state.keep_checkpoint(self._db, self._key, self._stored(now))
        return replace(now, saved_ns=now.fed.t0_ns)

    def _save(self, now: _Standing) -> None:
        live_state.save(self._db, self._key, self._stored(now), self._method)

    def _stored(self, now: _Standing) -> StoredState:
        state = now.state.to_bytes()
        return StoredState(self._method.digest, state, now.fed, now.seen_id, now.extent)

    def _stand(self) -> _Standing:
        """Return where processing stands; read from the database after a start or an error."""
        if self._standing is None:
            stored = live_state.load(self._db, self._key)
            state = None if stored is None else self._usable_state(stored)
            if stored is None:
                self._standing = _Standing()
            elif state is None:
                fresh = self._stored(_Standing(extent=stored.extent))
                self._standing = self._take_back(fresh, stored.extent.first_s)
            else:
                window = tuple(self._feed.again(state.resume_ns, stored.fed))
                self._standing = _Standing(
                    state,
                    stored.fed,
                    stored.seen_id,
                    stored.extent,
                    window,
                    saved_ns=stored.fed.t0_ns,
                )
        return self._standing

    def _usable_state(self, stored: StoredState) -> LiveState | None:
        """Return the stored state; None if other numbers or another version made it."""
        if stored.method_digest != self._method.digest:
            return None
        try:
            return LiveState.from_bytes(stored.state)
        except ValueError:
            return None

    def _go_back_before(self, late_ns: int, extent: Extent) -> _Standing:
        """Return to the newest state kept that had seen nothing later than `late_ns`."""
        kept = live_state.checkpoint_before(self._db, self._key, late_ns)
        if kept is None:
            return self._take_back(self._stored(_Standing(extent=extent)), extent.first_s)
        state, fed = kept
        to = StoredState(self._method.digest, state, fed, self._feed.newest_id(), extent)
        return self._take_back(to, LiveState.from_bytes(state).emit_from_s)

    def _take_back(self, to: StoredState, from_s: int | None) -> _Standing:
        """Forget results from `from_s` on and stand at `to`, in one transaction.

        Results from before the samples that are kept stay: nothing is there to make them again.
        """
        self._standing = None
        if from_s is not None:
            from_s = max(from_s, self._feed.kept_from_ns() // NS_PER_S)
        self.n_returns += 1
        first_s = to.extent.first_s
        is_empty = from_s is None or first_s is None or from_s <= first_s
        if is_empty and from_s is not None:
            from_s = 0  # what comes next may begin before anything there was
        with transaction(self._db):
            if from_s is not None:
                results_writing.cut_seconds(self._db, self._key, from_s)
                results_writing.cut_bouts(self._db, self._key, from_s)
                take_back(self._db, self._key, self.wearer, self.device_id, from_s)
            live_state.drop_checkpoints_after(self._db, self._key, to.fed)
            left = Extent() if is_empty else Extent(first_s, from_s, from_s)
            live_state.save(self._db, self._key, replace(to, extent=left), self._method)
        return self._stand()
