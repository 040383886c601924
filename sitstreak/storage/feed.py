"""Hands a device's blocks to processing in order of time, however they came in."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from processing.model import NS_PER_S, SampleBlock
from sitstreak.storage.journal import LONGEST_BLOCK_NS

_SELECT: Final = "SELECT t0_ns, id, fs_hz, lsb_per_g, n, samples FROM block"
#: Before every time stamp that fits into 64 bits.
BEFORE_ALL_NS: Final = -(2**63)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A block's place in the order of time; of two at the same time the one that came first."""

    t0_ns: int
    block_id: int


@dataclass(frozen=True, slots=True, eq=False)
class FedBlock:
    """A block as processing takes it, with its place."""

    place: Place
    block: SampleBlock


class Feed:
    """The blocks of one device."""

    def __init__(self, connection: sqlite3.Connection, key: int, device_id: str) -> None:
        self._db, self._key, self._device_id = connection, key, device_id

    def newest_id(self) -> int:
        """Return the id of the newest block of all devices; 0 when there is none."""
        newest: int = self._db.execute("SELECT coalesce(max(id), 0) FROM block").fetchone()[0]
        return newest

    def kept_from_ns(self) -> int:
        """Return from when on samples are kept: what was before it was deleted on purpose. [ns]

        Results from before it cannot be made again; a block that belongs there comes too late.
        """
        row = self._db.execute(
            "SELECT from_ns FROM raw_kept WHERE device = ?", (self._key,)
        ).fetchone()
        return BEFORE_ALL_NS if row is None else int(row[0])

    def first_late(self, fed: Place, seen_id: int, newest_id: int) -> int | None:
        """Return the earliest start among the blocks that came in after `seen_id` and belong
        before what was fed already; None when there is none. [ns]
        """
        late_ns: int | None = self._db.execute(
            "SELECT min(t0_ns) FROM block NOT INDEXED WHERE id > ? AND id <= ? AND device = ? "
            "AND t0_ns < ? AND t0_ns >= ?",
            (seen_id, newest_id, self._key, fed.t0_ns, self.kept_from_ns()),
        ).fetchone()[0]
        return late_ns

    def gathered_s(self, after_id: int, newest_id: int, enough_s: float) -> float:
        """Return how much data came in after a block; counted no further than `enough_s`. [s]"""
        rows = self._db.execute(
            "SELECT n / fs_hz FROM block NOT INDEXED WHERE id > ? AND id <= ? AND device = ? "
            "ORDER BY id",
            (after_id, newest_id, self._key),
        )
        total_s = 0.0
        while total_s < enough_s and (row := rows.fetchone()) is not None:
            total_s += row[0]
        rows.close()
        return total_s

    def after(self, fed: Place, newest_id: int, max_samples: int) -> list[FedBlock]:
        """Return the blocks that follow `fed`, and no more once there are `max_samples`."""
        rows = self._db.execute(
            f"{_SELECT} WHERE device = ? AND (t0_ns, id) > (?, ?) AND t0_ns >= ? AND id <= ? "
            "ORDER BY t0_ns, id",
            (self._key, fed.t0_ns, fed.block_id, self.kept_from_ns(), newest_id),
        )
        taken: list[tuple[Any, ...]] = []
        n_samples = 0
        for row in rows:
            taken.append(row)
            n_samples += row[4]
            if n_samples >= max_samples:
                break
        rows.close()  # else the read transaction stays open and the WAL file grows
        return self._in_g(taken)

    def again(self, resume_ns: int, fed: Place) -> list[FedBlock]:
        """Return the blocks up to `fed` that end after `resume_ns`."""
        from_ns = max(resume_ns - LONGEST_BLOCK_NS, BEFORE_ALL_NS)
        rows = self._db.execute(
            f"{_SELECT} WHERE device = ? AND t0_ns >= ? AND (t0_ns, id) <= (?, ?) "
            "ORDER BY t0_ns, id",
            (self._key, from_ns, fed.t0_ns, fed.block_id),
        )
        return [fed for fed in self._in_g(rows.fetchall()) if fed.block.end_ns > resume_ns]

    def has_data(self, start_s: int, end_s: int) -> bool:
        """Return whether the device took samples in `[start_s, end_s)`."""
        # Where two starts of a sensor overlap, a long block may lie under many short ones.
        row = self._db.execute(
            "SELECT 1 FROM block WHERE device = ? AND t0_ns >= ? AND t0_ns < ? "
            "AND t0_ns + n * 1e9 / fs_hz > ? ORDER BY t0_ns DESC LIMIT 1",
            (
                self._key,
                start_s * NS_PER_S - LONGEST_BLOCK_NS,
                end_s * NS_PER_S,
                start_s * NS_PER_S,
            ),
        ).fetchone()
        return row is not None

    def _in_g(self, rows: list[tuple[Any, ...]]) -> list[FedBlock]:
        """Make blocks of rows; all at once, because there are 170,000 a day."""
        n = [row[4] for row in rows]
        counts = np.frombuffer(b"".join(row[5] for row in rows), "<i2").reshape(-1, 3)
        acc_g = counts / np.repeat(np.array([row[3] for row in rows], np.float64), n)[:, None]
        edges = pairwise([0, *np.cumsum(n).tolist()])
        return [
            FedBlock(Place(t0_ns, row_id), SampleBlock(self._device_id, t0_ns, fs_hz, acc_g[a:b]))
            for (t0_ns, row_id, fs_hz, *_), (a, b) in zip(rows, edges, strict=True)
        ]
