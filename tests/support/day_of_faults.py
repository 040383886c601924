"""A day of one sensor with all its mishaps, over the real journal on disk; nothing waits.

The radio, the sensor and both clocks are those of `tests.support.ingest_history`; each collector
that is killed leaves its connection to the database as it is, and the next one opens its own.
"""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from ingest.hip_sensor.control import Acknowledge, AskTime, Control
from ingest.model import RawBlock
from ingest.sequencing.actions import LinkRules, Store
from ingest.simulation.source import LogBlock
from processing.model import NS_PER_S, Gap
from sitstreak.storage.database import open_database
from sitstreak.storage.journal import SqliteJournal
from tests.support.ingest_doubles import UTC_ZERO_NS, MemoryJournal
from tests.support.ingest_history import History
from tests.support.plain_signals import still, walk
from tests.support.storage_kit import stored_blocks
from tests.support.story_source import StorySource

DAY_FS_HZ = 12.5
DAY_S = 86_400.0
BLOCK_SAMPLES = 36
LSB_PER_G = 4096
LOSS = 0.03  #: of notifications
_ANSWER_S = 0.03  #: a question waits for a connection event, and so does its answer
_TURN_S = 1.0
_DISK_IS_FULL_PAGES = 1


def day_of_samples() -> np.ndarray:
    """Twenty-four times: sit, walk, stand up straight, walk, sit leaning."""
    hour = np.concatenate(
        [still(1500, 30), walk(300), still(600, 2, seed=1), walk(240), still(960, 38, seed=2)]
    )[::4]
    counts = np.rint(hour * LSB_PER_G).astype(np.int16)
    return np.concatenate([np.roll(counts, 500 * i, axis=0) for i in range(24)] + [counts])


class DaySource(StorySource):
    """Measures a day, from the moment at which the sensor was started."""

    fs_hz = DAY_FS_HZ
    wave = np.empty((0, 3), np.int16)
    first = 0

    @property
    def next_end_s(self) -> float:
        return (self._n_samples + BLOCK_SAMPLES) / DAY_FS_HZ

    def record(self) -> LogBlock:
        at = self.first + self._n_samples
        t_ns = round(self._n_samples * NS_PER_S / DAY_FS_HZ)
        block = LogBlock(t_ns, self.wave[at : at + BLOCK_SAMPLES])
        self._done.append(block)
        self.n_blocks += 1
        self._n_samples += BLOCK_SAMPLES
        return block


class Day(History):
    """The story of one day; make it with `day(place, wave, seed)`."""

    rules = LinkRules(store_every_s=10.0)

    def __init__(self, place: Path, wave: np.ndarray, seed: int) -> None:
        self.place, self.wave, self.rng = place, wave, random.Random(seed)
        self.connections: list[sqlite3.Connection] = []
        self.n_kills = self.n_losses = self.n_dropped = self.n_refused = 0
        super().__init__(journal=self._opened())
        self.n_kills = 0  # the first collector came after none

    def close(self) -> None:
        for connection in self.connections:
            connection.close()

    # What happens ----------------------------------------------------------------------------

    def live(self, until_s: float) -> None:
        """Be within range until then."""
        while self.true_s < until_s:
            self.carry(1, _TURN_S)

    def away(self, for_s: float) -> None:
        """Lose the link and be out of range."""
        self.n_losses += 1
        self.lose_link()
        self._pass(for_s)

    def kill(self, when: str) -> None:
        """End the collector's process at once, or at its next commit; another one follows."""
        self.crash_at = when
        if when == "now":
            self.start_collector()
        for _ in range(60):
            if not self.crash_at:
                return
            self.carry(1, _TURN_S)
        raise AssertionError("there was no commit")

    def start_collector(self) -> None:
        self.n_kills += 1
        self.journal = self._opened()
        super().start_collector()

    def fill_disk(self) -> None:
        """From now on the database cannot grow."""
        [pages] = self.connections[-1].execute("PRAGMA page_count").fetchone()
        self.connections[-1].execute(f"PRAGMA max_page_count = {pages + _DISK_IS_FULL_PAGES}")

    def make_room(self) -> None:
        self.connections[-1].execute(f"PRAGMA max_page_count = {2**31 - 1}")

    # What came of it -------------------------------------------------------------------------

    def stored(self) -> list[RawBlock]:
        """Return the blocks on the disk, in the order in which they were stored."""
        with_ids = self.connections[-1].execute("SELECT t0_ns FROM block ORDER BY id").fetchall()
        blocks = stored_blocks(self.connections[-1], "hip")
        assert [block.t0_ns for block in blocks] == [t0_ns for (t0_ns,) in with_ids]
        return blocks

    def gaps(self) -> list[Gap]:
        rows = self.connections[-1].execute("SELECT start_ns, end_ns, n_lost, reason FROM gap")
        return [Gap("hip", *row) for row in rows]

    def check_all(self) -> None:
        """Compare the disk with what the sensor measured."""
        on_disk, self.journal = self.journal, MemoryJournal()
        self.journal.append(self.stored(), self.gaps())
        self.n_checked = 0
        self.check_journal()
        self.check_complete()
        self.check_gaps()
        self.journal = on_disk

    def errors_ms(self) -> np.ndarray:
        """How far each stored block is from when it was really measured. [ms]"""
        return np.array(
            [
                (block.t0_ns - self.made[block.boot_id, block.seq][1]) / 1e6
                for block in self.stored()
            ]
        )

    def undisturbed(self) -> list[RawBlock]:
        """Return what a day without any mishap would have stored of the same blocks."""
        return [
            RawBlock("hip", boot, seq, true_ns, DAY_FS_HZ, LSB_PER_G, made.samples.copy())
            for (boot, seq), (made, true_ns) in self.made.items()
        ]

    # Inside ----------------------------------------------------------------------------------

    def new_source(self, boot_id: int, utc_at_tick_zero_ns: int) -> DaySource:
        source = DaySource(boot_id, 0, 0)
        source.wave, source.first = self.wave, round(self.true_s * DAY_FS_HZ)
        return source

    def check_acknowledged(self, message: Acknowledge) -> None:
        stored = self.connections[-1].execute(
            "SELECT max(seq) FROM block WHERE boot_id = ?", (message.boot_id,)
        )
        assert message.up_to_seq <= stored.fetchone()[0] + 1

    def _opened(self) -> Any:
        self.connections.append(open_database(self.place))
        return SqliteJournal(self.connections[-1], "me")

    def _spoiled_by_air(self, sent: list[bytes]) -> list[bytes]:
        kept = [one for one in sent if self.rng.random() >= LOSS]
        self.n_dropped += len(sent) - len(kept)
        return kept

    def _fill_inbox(self, limit: int = 64) -> None:
        before = len(self._inbox)
        super()._fill_inbox(limit)
        new = [self._inbox.pop() for _ in range(len(self._inbox) - before)][::-1]
        self._inbox += self._spoiled_by_air(new)

    def _append(self, action: Store) -> None:
        super()._append(action)
        self.n_refused += self._waiting is not None

    def _write(self, message: Control) -> None:
        super()._write(message)
        if isinstance(message, AskTime):
            self._pass(self.rng.uniform(0.2, 1.0) * _ANSWER_S)
            self._fill_inbox()
            while self._inbox:
                self._hear(self._inbox.popleft())


def true_second(ns: int) -> float:
    """Return when in the day a moment was. [s]"""
    return (ns - UTC_ZERO_NS) / NS_PER_S
