"""Where the live processing of a device stands: kept beside the results it belongs to.

Each function that writes is part of the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Final

from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.storage.feed import BEFORE_ALL_NS, Place

#: After how much data another state is kept to go back to. [ns]
CHECKPOINT_EVERY_NS: Final = 6 * 3600 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Extent:
    """What the stored results of a device cover."""

    first_s: int | None = None
    until_s: int | None = None  #: one past the last second
    settled_until_s: int | None = None  #: seconds before it never change again
    finished: bool = False  #: all was settled, because the data had ended


@dataclass(frozen=True, slots=True)
class StoredState:
    """A state of processing, and what it had been given by then.

    It may be older than the results beside it: then those after it are made again when data come.
    """

    method_digest: str
    state: bytes
    fed: Place = field(default_factory=lambda: Place(BEFORE_ALL_NS, 0))
    seen_id: int = 0  #: every block up to here was fed or is still ahead in time
    extent: Extent = field(default_factory=Extent)


def load(connection: sqlite3.Connection, key: int) -> StoredState | None:
    """Return where a device stands, None when nothing of it was processed yet."""
    row = connection.execute(
        "SELECT method_digest, state, fed_t0_ns, fed_id, seen_id, first_s, until_s, "
        "settled_until_s, finished FROM live_state WHERE device = ?",
        (key,),
    ).fetchone()
    if row is None:
        return None
    digest, state, t0_ns, fed_id, seen_id, first_s, until_s, settled_until_s, finished = row
    extent = Extent(first_s, until_s, settled_until_s, bool(finished))
    return StoredState(digest, state, Place(t0_ns, fed_id), seen_id, extent)


def save(connection: sqlite3.Connection, key: int, stored: StoredState, method: Method) -> None:
    """Store where a device stands, and the method."""
    keep_method(connection, method)
    connection.execute(
        "INSERT OR REPLACE INTO live_state VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, 0)",
        (
            key,
            stored.method_digest,
            stored.state,
            stored.fed.t0_ns,
            stored.fed.block_id,
            stored.seen_id,
        ),
    )
    save_extent(connection, key, stored.extent)


def save_extent(connection: sqlite3.Connection, key: int, extent: Extent) -> None:
    """Store what the results cover, beside a state that stays."""
    connection.execute(
        "UPDATE live_state SET first_s = ?, until_s = ?, settled_until_s = ?, finished = ? "
        "WHERE device = ?",
        (extent.first_s, extent.until_s, extent.settled_until_s, extent.finished, key),
    )


def keep_method(connection: sqlite3.Connection, method: Method) -> None:
    """Store the numbers that results refer to."""
    connection.execute(
        "INSERT INTO method VALUES (?, ?) ON CONFLICT DO NOTHING",
        (method.digest, method.as_json()),
    )


def keep_checkpoint(connection: sqlite3.Connection, key: int, stored: StoredState) -> None:
    """Keep this state to go back to, if the last one kept is long ago."""
    last_ns: int | None = connection.execute(
        "SELECT max(fed_t0_ns) FROM live_checkpoint WHERE device = ?", (key,)
    ).fetchone()[0]
    if last_ns is None or stored.fed.t0_ns - last_ns >= CHECKPOINT_EVERY_NS:
        connection.execute(
            "INSERT OR REPLACE INTO live_checkpoint VALUES (?, ?, ?, ?)",
            (key, stored.fed.t0_ns, stored.fed.block_id, stored.state),
        )


def checkpoint_before(
    connection: sqlite3.Connection, key: int, late_ns: int
) -> tuple[bytes, Place] | None:
    """Return the newest state kept that had seen nothing later than `late_ns`."""
    row = connection.execute(
        "SELECT state, fed_t0_ns, fed_id FROM live_checkpoint "
        "WHERE device = ? AND fed_t0_ns <= ? ORDER BY fed_t0_ns DESC, fed_id DESC LIMIT 1",
        (key, late_ns),
    ).fetchone()
    return None if row is None else (row[0], Place(row[1], row[2]))


def drop_checkpoints_after(connection: sqlite3.Connection, key: int, fed: Place) -> None:
    """Forget the states kept that have seen more than `fed`."""
    connection.execute(
        "DELETE FROM live_checkpoint WHERE device = ? AND (fed_t0_ns, fed_id) > (?, ?)",
        (key, fed.t0_ns, fed.block_id),
    )
