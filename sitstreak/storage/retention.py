"""Deletes raw samples that are older than the wearer wants to keep; results stay.

The pages that become free are filled again by new samples: the file stops growing, but does not
shrink.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from processing.live import LiveState
from processing.method import Method
from processing.model import NS_PER_S
from sitstreak.storage.database import transaction
from sitstreak.storage.journal import LONGEST_BLOCK_NS

#: Deleted at a time, about half an hour of samples: nobody waits longer for the database.
N_A_STEP: Final = 2000
_DAY_NS: Final = 86_400 * NS_PER_S


def forget_raw(
    connection: sqlite3.Connection, keep_days: int | None, now_ns: int, method: Method
) -> int:
    """Delete a bounded piece of what is older than `keep_days`.

    Only samples that `method` has processed and settled are deleted, and of each sensor the last
    day that was processed is kept however old it is: processing goes on from there.

    Parameters
    ----------
    keep_days
        None keeps everything.
    now_ns
        Unix time. [ns]

    Returns
    -------
    n_blocks
        How many blocks were deleted; 0: nothing is left to delete.
    """
    if keep_days is None:
        return 0
    devices = connection.execute(
        "SELECT device, state, fed_t0_ns, settled_until_s FROM live_state "
        "WHERE method_digest = ? AND settled_until_s IS NOT NULL",
        (method.digest,),
    ).fetchall()
    n_deleted = 0
    for device, state, fed_t0_ns, settled_until_s in devices:
        try:
            resume_ns = LiveState.from_bytes(state).resume_ns
        except ValueError:  # of another version: all of it will be processed again
            continue
        processed_ns = min(resume_ns, fed_t0_ns, settled_until_s * NS_PER_S) - _DAY_NS
        before_ns = min(now_ns - keep_days * _DAY_NS, processed_ns)
        n_deleted += _forget(connection, device, before_ns, N_A_STEP - n_deleted)
        if n_deleted >= N_A_STEP:
            break
    return n_deleted


def _forget(connection: sqlite3.Connection, device: int, before_ns: int, n_most: int) -> int:
    """Delete a device's oldest blocks that end before a moment; say from when on there are any."""
    with transaction(connection):
        rows = connection.execute(
            "SELECT id, t0_ns + CAST(n * 1e9 / fs_hz AS INTEGER) FROM block "
            "WHERE device = ? AND t0_ns < ? ORDER BY t0_ns, id LIMIT ?",
            (device, before_ns - LONGEST_BLOCK_NS, n_most),
        ).fetchall()
        if not rows:
            return 0
        connection.executemany("DELETE FROM block WHERE id = ?", [(row[0],) for row in rows])
        from_ns = max(row[1] for row in rows)
        connection.execute(
            "INSERT INTO raw_kept VALUES (?1, ?2) "
            "ON CONFLICT DO UPDATE SET from_ns = max(from_ns, excluded.from_ns)",
            (device, from_ns),
        )
        # A state that needs samples from before cannot be gone back to.
        connection.execute(
            "DELETE FROM live_checkpoint WHERE device = ? AND fed_t0_ns < ?",
            (device, from_ns + _DAY_NS),
        )
    return len(rows)
