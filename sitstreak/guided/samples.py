"""The samples of a running collector, read from its journal."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Protocol

from processing.model import NS_PER_S, SampleBlock
from sitstreak.guided.errors import NoSensorError
from sitstreak.storage.database import path_of
from sitstreak.storage.journal import LONGEST_BLOCK_NS, as_block
from sitstreak.storage.looking import look

_NEWEST = "SELECT device_id, t0_ns, n, fs_hz FROM block JOIN device ON device.id = device"


class Samples(Protocol):
    """Samples as they come in, on the sensor's own clock."""

    @property
    def device_id(self) -> str:
        """The sensor."""

    def newest_ns(self) -> int:
        """Return until when samples have come in. [ns]"""

    def between(self, start_ns: int, end_ns: int) -> list[SampleBlock]:
        """Return the samples of a span, in order of time."""


@dataclass(frozen=True, slots=True)
class JournalSamples:
    """What a collector, maybe in another process, writes down of one sensor."""

    connection: sqlite3.Connection
    device_id: str

    @staticmethod
    def of_newest_sensor(connection: sqlite3.Connection, wearer: str | None) -> JournalSamples:
        """Return those of the sensor that sent something last.

        Parameters
        ----------
        connection
            The database; it is only read.
        wearer
            Only sensors of this one count; None: of anybody.

        Raises
        ------
        NoSensorError
            If there is none.
        """
        row = connection.execute(
            f"{_NEWEST} WHERE ?1 IS NULL OR wearer = ?1 ORDER BY block.id DESC LIMIT 1", (wearer,)
        ).fetchone()
        if row is None:
            raise NoSensorError(wearer)
        return JournalSamples(connection, row[0])

    def newest_ns(self) -> int:
        """Return until when samples have come in, and have the collector hurry. [ns]"""
        look(path_of(self.connection).parent)
        _, t0_ns, n, fs_hz = self.connection.execute(
            f"{_NEWEST} WHERE device_id = ? ORDER BY block.id DESC LIMIT 1", (self.device_id,)
        ).fetchone()
        length_ns: int = round(n * NS_PER_S / fs_hz)
        return int(t0_ns) + length_ns

    def between(self, start_ns: int, end_ns: int) -> list[SampleBlock]:
        """Return the samples of a span, in order of time."""
        rows = self.connection.execute(
            "SELECT block.id, boot_id, seq, t0_ns, fs_hz, lsb_per_g, samples FROM block "
            "JOIN device ON device.id = device "
            "WHERE device_id = ? AND t0_ns >= ? AND t0_ns < ? ORDER BY t0_ns, block.id",
            (self.device_id, start_ns - LONGEST_BLOCK_NS, end_ns),
        ).fetchall()
        blocks = [as_block(self.device_id, row).in_g() for row in rows]
        return [part for block in blocks if (part := _cut(block, start_ns, end_ns)) is not None]


def _cut(block: SampleBlock, start_ns: int, end_ns: int) -> SampleBlock | None:
    """Return the samples of a block that were taken in a span; None when there are none."""
    per_ns = block.fs_hz / NS_PER_S
    a = max(-int((block.t0_ns - start_ns) * per_ns // 1), 0)
    b = min(-int((block.t0_ns - end_ns) * per_ns // 1), len(block.acc_g))
    if a >= b:
        return None
    t0_ns = block.t0_ns + round(a / per_ns)
    return SampleBlock(block.device_id, t0_ns, block.fs_hz, block.acc_g[a:b].copy())
