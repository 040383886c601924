"""The checksum of a stored block: SQLite itself does not notice when a disk turns a bit."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

#: boot_id, seq, t0_ns, fs_hz, lsb_per_g, ticks (-1: none).
_ROW: Final = struct.Struct("<qqqdqq")


def row_crc(
    boot_id: int,
    seq: int,
    t0_ns: int,
    fs_hz: float,
    lsb_per_g: int,
    ticks: int | None,
    samples: bytes,
) -> int:
    """Return the CRC-32 of everything in a row of `block` that says what was measured."""
    head = _ROW.pack(boot_id, seq, t0_ns, fs_hz, lsb_per_g, -1 if ticks is None else ticks)
    return zlib.crc32(samples, zlib.crc32(head))


def is_right(crc: object, measured: Sequence[Any]) -> bool:
    """Return whether the columns of a row, in the order of `row_crc`, have this checksum.

    In a damaged file a column may hold anything, also what is no number at all.
    """
    try:
        return crc == row_crc(*measured)
    except (struct.error, TypeError, OverflowError):
        return False


def wrong_blocks(
    connection: sqlite3.Connection, after_id: int = 0, upto_id: int = 2**63 - 1
) -> Iterator[int]:
    """Yield the ids of the blocks of a span whose numbers are not those that were stored.

    Blocks stored before there were checksums pass.

    Raises
    ------
    sqlite3.DatabaseError
        If the file is damaged so that rows cannot be read.
    """
    columns = [row[1] for row in connection.execute("PRAGMA table_info(block)")]
    if "crc" not in columns:
        return
    rows = connection.execute(
        "SELECT id, crc, boot_id, seq, t0_ns, fs_hz, lsb_per_g, ticks, samples FROM block "
        "NOT INDEXED WHERE id > ? AND id <= ? AND crc IS NOT NULL ORDER BY id",
        (after_id, upto_id),
    )
    for id_, crc, *measured in rows:
        if not is_right(crc, measured):
            yield id_
