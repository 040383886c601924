"""Blocks that no tree of pages leads to any more, taken from wherever they are in the file."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sitstreak.storage.checksum import is_right
from sitstreak.storage.database import transaction
from sitstreak.storage.leaf_pages import rows_in_leaves

#: The columns of `block` in the order of the file (schema.py), without the id: that is the key.
_COLUMNS: Final = (
    *("device", "boot_id", "seq", "t0_ns", "fs_hz", "lsb_per_g", "n", "samples", "ticks", "crc"),
)
_ROWS_A_COMMIT: Final = 4096
_BYTES_A_SAMPLE: Final = 6
_LARGEST_DEVICE: Final = 2**31

_Runs = Sequence[tuple[int, int]]


def sweep_blocks(path: Path, new: sqlite3.Connection, runs: _Runs) -> list[tuple[int, int]]:
    """Look through the whole file for the blocks of these runs of ids; return what stays lost.

    A page of an old content may hold a block too, and it does no harm: a block never changes, and
    only one whose checksum is right is taken. Blocks that were stored before there were checksums
    are not found this way. What was deleted on purpose stays deleted.

    Parameters
    ----------
    runs
        First and last id of each, in order.
    """
    kept_from_ns = dict(new.execute("SELECT device, from_ns FROM raw_kept").fetchall())
    into = (
        f"INSERT OR IGNORE INTO block (id, {', '.join(_COLUMNS)}) "  # noqa: S608
        f"VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"
    )
    found = _right_rows(path, runs, kept_from_ns)
    while rows := list(islice(found, _ROWS_A_COMMIT)):
        with transaction(new):
            new.executemany(into, rows)
    return [part for run in runs for part in _holes(new, *run)]


def _right_rows(path: Path, runs: _Runs, kept_from_ns: dict[int, int]) -> Iterator[tuple[Any, ...]]:
    firsts = [first for first, _ in runs]
    for id_, columns in rows_in_leaves(path, len(_COLUMNS) + 1):
        place = bisect_right(firsts, id_) - 1
        if place < 0 or id_ > runs[place][1]:
            continue
        _, *row = columns  # in place of the id a record holds a null
        if _is_block(row) and row[3] >= kept_from_ns.get(row[0], row[3]):
            yield (id_, *row)


def _is_block(row: list[Any]) -> bool:
    device, boot_id, seq, t0_ns, fs_hz, lsb_per_g, n, samples, ticks, crc = row
    # SQLite stores a real number without a fraction as an integer where that is shorter.
    if not isinstance(samples, bytes) or n != len(samples) // _BYTES_A_SAMPLE:
        return False
    if not isinstance(device, int) or not 0 < device < _LARGEST_DEVICE:
        return False
    return is_right(crc, (boot_id, seq, t0_ns, fs_hz, lsb_per_g, ticks, samples))


def _holes(new: sqlite3.Connection, first: int, last: int) -> Iterator[tuple[int, int]]:
    ids = new.execute("SELECT id FROM block WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
    for (id_,) in ids:
        if id_ > first:
            yield first, id_ - 1
        first = id_ + 1
    if first <= last:
        yield first, last
