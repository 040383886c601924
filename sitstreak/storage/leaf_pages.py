"""Finds the rows of a table in a database whose tree of pages cannot be followed any more.

SQLite's file format: sqlite.org/fileformat2.html, sections 1.3 (header), 1.6 (pages of a B-tree,
cells, overflow) and 2.1 (records). A page does not say which table it belongs to, and may be of an
old content; so whoever takes a row from here must be able to tell that it is right.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

_TABLE_LEAF: Final = 0x0D
_FILE_HEADER_BYTES: Final = 100  # before the header of the first page
_PAGE_HEADER_BYTES: Final = 8
_HEADER: Final = struct.Struct(">16xH2xB")  # page size (1: 65536), bytes unused at each page's end
_INTEGER_BYTES: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_REAL: Final = 7
_FIRST_BLOB: Final = 12
#: What does not fit the format: a spoiled page, not an error.
_SPOILED: Final = (IndexError, struct.error, UnicodeDecodeError, ValueError)


def rows_in_leaves(
    path: Path, n_columns: int, largest_bytes: int = 2**20
) -> Iterator[tuple[int, list[Any]]]:
    """Yield id and columns of every row of `n_columns` columns that any table leaf holds.

    Nothing that is only in SQLite's log (`-wal`) is seen: checkpoint first.

    Parameters
    ----------
    largest_bytes
        Rows that say they are larger are passed over.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as file:
        size, unused = _HEADER.unpack(file.read(_HEADER.size).ljust(_HEADER.size, b"\0"))
        size = 65536 if size == 1 else size
        if size < 512 or size & (size - 1):
            return
        n_pages = path.stat().st_size // size
        pages = _reader(file, size)
        for number in range(1, n_pages + 1):
            page = pages(number)
            start = _FILE_HEADER_BYTES if number == 1 else 0
            if len(page) == size and page[start] == _TABLE_LEAF:
                for place in _cells(page, start):
                    try:
                        id_, payload = _payload(page, place, size - unused, largest_bytes, pages)
                        columns = _columns(payload, n_columns)
                    except _SPOILED:
                        continue
                    if columns is not None:
                        yield id_, columns


def _reader(file: BinaryIO, size: int) -> Callable[[int], bytes]:
    def read(number: int) -> bytes:
        file.seek((number - 1) * size)
        return file.read(size)

    return read


def _cells(page: bytes, start: int) -> tuple[int, ...]:
    (n_cells,) = struct.unpack_from(">H", page, start + 3)
    first = start + _PAGE_HEADER_BYTES
    if first + 2 * n_cells > len(page):
        return ()
    return struct.unpack_from(f">{n_cells}H", page, first)


def _payload(
    page: bytes, at: int, usable: int, largest_bytes: int, pages: Callable[[int], bytes]
) -> tuple[int, bytes]:
    n_bytes, at = _varint(page, at)
    id_, at = _varint(page, at)
    if n_bytes > largest_bytes:
        raise ValueError("larger than any row of the table")
    n_here = _n_bytes_on_leaf(n_bytes, usable)
    payload = page[at : at + n_here]
    if len(payload) < n_here:
        raise IndexError(at)
    if n_here < n_bytes:
        (following,) = struct.unpack_from(">I", page, at + n_here)
        while len(payload) < n_bytes:
            if following == 0:
                raise ValueError("the chain of overflow pages is broken")
            more = pages(following)
            (following,) = struct.unpack_from(">I", more)
            payload += more[4 : min(usable, 4 + n_bytes - len(payload))]
    return id_, payload


def _n_bytes_on_leaf(n_bytes: int, usable: int) -> int:
    largest = usable - 35
    if n_bytes <= largest:
        return n_bytes
    least = (usable - 12) * 32 // 255 - 23
    most = least + (n_bytes - least) % (usable - 4)
    return most if most <= largest else least


def _columns(payload: bytes, n_columns: int) -> list[Any] | None:
    """Return the values of a record; None if it has another number of them."""
    header_end, at = _varint(payload, 0)
    kinds = []
    while at < header_end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
        if len(kinds) > n_columns:
            return None
    if len(kinds) != n_columns:
        return None
    values = []
    for kind in kinds:
        n_bytes = _n_bytes_of(kind)
        values.append(_value(kind, payload[at : at + n_bytes]))
        at += n_bytes
    if at != len(payload):
        raise ValueError("a record that is longer or shorter than it says")
    return values


def _n_bytes_of(kind: int) -> int:
    return (kind - _FIRST_BLOB) // 2 if kind >= _FIRST_BLOB else _INTEGER_BYTES.get(kind, 0)


def _value(kind: int, raw: bytes) -> int | float | str | bytes | None:
    if kind >= _FIRST_BLOB:
        return raw.decode() if kind % 2 else raw
    if kind == 0:
        return None
    if kind == _REAL:
        (number,) = struct.unpack(">d", raw)
        return float(number)
    if kind in (8, 9):
        return kind - 8
    if kind not in _INTEGER_BYTES:
        raise ValueError("a kind of value that is in no file")
    return int.from_bytes(raw, "big", signed=True)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and where the next begins."""
    number = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at
    number = number << 8 | data[at]
    return (number - 2**64 if number >= 2**63 else number), at + 1
