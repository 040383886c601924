"""CSV recordings: a quick reader for good files, an exact one that finds the faulty row.

Arrow reads a day of samples in a second, but when it refuses a file it cannot say where. Then the
standard library's reader goes through it cell by cell: it either names row, line and cause, or
reads what Arrow was too strict for.
"""

from __future__ import annotations

import array
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from ingest.errors import RecordingError
from ingest.recordings.cells import (
    cell_cause,
    first_time,
    is_number,
    parse_number,
    parse_time_ns,
)
from ingest.recordings.table import (
    AXES,
    NAMES,
    REQUIRED,
    RecordingTable,
    check_columns,
    encode_names,
)
from processing.model import NS_PER_S, FloatArray

_DELIMITERS: Final = ",;\t"
_FOREIGN: Final = (
    (b"\x1f\x8b", "is compressed (gzip); unpack it first"),
    (b"PK\x03\x04", "is a zip or Excel file; unpack it, or export it as CSV"),
    (b"\xff\xfe", "is UTF-16 text; save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16 text; save it as UTF-8"),
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one CSV file is written."""

    path: Path
    delimiter: str
    decimal: str  #: also accepted in place of a point; "," only where cells end at semicolons
    has_points: bool  #: the first row writes its decimals with a point
    header: list[str]  #: column names, lower case, without blanks around them
    n_header_lines: int  #: lines up to and with the header
    is_dated: bool  #: `t` is ISO 8601, not a number
    has_offset: bool  #: the first `t` carries an offset to UTC


def read_csv(path: Path) -> RecordingTable:
    """Read the columns of a CSV recording.

    Comma, semicolon or tab between cells (with semicolons also decimal commas), UTF-8 with or
    without a byte order mark, any line ends, blank lines ignored.

    Raises
    ------
    RecordingError
        If the file is not such a CSV, lacks a column, or a cell is no finite number.
    """
    layout = _layout(path)
    table = _read_quickly(layout)
    if table is None or not (np.isfinite(table.xyz).all() and np.isfinite(table.t_s).all()):
        table = _read_exactly(layout)
    return table


def _layout(path: Path) -> _Layout:
    with path.open("rb") as file:
        head = file.read(65_536)
    for magic, words in _FOREIGN:
        if head.startswith(magic):
            raise RecordingError(path, words)
    if b"\0" in head:
        raise RecordingError(path, "is neither CSV nor parquet (it holds binary data)")
    lines = head.decode("utf-8-sig", errors="replace").strip().splitlines()
    if not lines:
        raise RecordingError(path, "is empty")
    delimiter = max(_DELIMITERS, key=lines[0].count)
    with _rows(path, delimiter) as (reader, rows):
        header = [name.strip().lower() for name in next(rows, [])]
        n_header_lines = reader.line_num
        check_columns(path, header, where=f"the header (line {n_header_lines})")
        first = next(rows, None)
    if first is None:
        raise RecordingError(path, f"no row of data follows the header (line {n_header_lines})")
    decimal = "," if delimiter == ";" else "."
    has_points = any("." in cell for name, cell in zip(header, first, strict=False) if name in AXES)
    t = first[header.index("t")].strip() if len(first) > header.index("t") else ""
    stamp = None if is_number(t, decimal) else first_time(t)
    return _Layout(
        path,
        delimiter,
        decimal,
        has_points,
        header,
        n_header_lines,
        is_dated=stamp is not None,
        has_offset=stamp is not None and stamp.tzinfo is not None,
    )


def _undecodable_line(path: Path) -> int:
    """Return the number of the first line that is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


@contextmanager
def _rows(path: Path, delimiter: str) -> Iterator[tuple[Any, Iterator[list[str]]]]:
    """Give the csv reader (for its line number) and its rows without the blank ones."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield reader, (row for row in reader if any(cell.strip() for cell in row))
        except UnicodeDecodeError as error:
            raise RecordingError(
                path,
                f"line {_undecodable_line(path)} is not UTF-8 text; save the file as UTF-8 "
                "(or is this neither CSV nor parquet?)",
            ) from error
        except csv.Error as error:
            raise RecordingError(
                path, f"is no readable CSV: line {reader.line_num}: {error}"
            ) from error


def _read_quickly(layout: _Layout) -> RecordingTable | None:
    """Read with Arrow; None when it does not like the file."""
    dated = pa.timestamp("ns", "UTC") if layout.has_offset else pa.timestamp("ns")
    types = dict.fromkeys(REQUIRED, pa.float64())
    types["t"] = dated if layout.is_dated else pa.float64()
    names = [name for name in NAMES if name in layout.header]
    types |= dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string()))
    try:
        table = pa_csv.read_csv(
            layout.path,
            read_options=pa_csv.ReadOptions(
                column_names=_unique(layout.header), skip_rows=layout.n_header_lines
            ),
            parse_options=pa_csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=types,
                include_columns=list(types),
                null_values=[""],
                strings_can_be_null=False,
                decimal_point="." if layout.has_points else layout.decimal,
            ),
        )
    except pa.ArrowException:
        return None
    if any(table.column(name).null_count for name in REQUIRED):
        return None
    t = table.column("t")
    t = t.cast(pa.int64()).to_numpy() if layout.is_dated else t.to_numpy()
    xyz = np.column_stack([table.column(axis).to_numpy() for axis in AXES])
    columns = [table.column(name) if name in names else None for name in NAMES]
    return _table(layout, t, xyz, columns)


def _unique(header: list[str]) -> list[str]:
    """Arrow wants each name once; ours are, the ignored columns need not be."""
    ours = {*REQUIRED, *NAMES}
    return [name if name in ours else f"column {i}" for i, name in enumerate(header)]


def _read_exactly(layout: _Layout) -> RecordingTable:
    """Read cell by cell; the first cell that is no finite number is the error."""
    times: list[float] = []
    values = array.array("d")
    texts: dict[str, list[str]] = {name: [] for name in NAMES if name in layout.header}
    place = {name: layout.header.index(name) for name in (*REQUIRED, *texts)}
    with _rows(layout.path, layout.delimiter) as (reader, rows):
        for i, row in enumerate(islice(rows, 1, None), start=1):
            try:
                t, *xyz = _read_row(layout, row, place)
            except ValueError as error:
                raise RecordingError(layout.path, str(error), row=i, line=reader.line_num) from None
            times.append(t)
            values.extend(xyz)
            for key, column in texts.items():
                column.append(row[place[key]])
    columns = [pa.chunked_array([pa.array(texts[n])]) if n in texts else None for n in NAMES]
    return _table(layout, np.array(times), np.array(values).reshape(-1, 3), columns)


def _read_row(layout: _Layout, row: list[str], place: dict[str, int]) -> list[float]:
    """Return t (integer nanoseconds since 1970 if dated) x y z; ValueError says what is wrong."""
    if len(row) != len(layout.header):
        raise ValueError(f"{len(row)} cells stand here, but the header names {len(layout.header)}")
    numbers: list[float] = []
    for name in REQUIRED:
        cell = row[place[name]]
        try:
            is_time = name == "t" and layout.is_dated
            numbers.append(parse_time_ns(cell) if is_time else parse_number(cell, layout.decimal))
        except ValueError:
            raise ValueError(cell_cause(name, cell, is_dated=layout.is_dated)) from None
    return numbers


def _table(
    layout: _Layout,
    t: NDArray[np.float64] | NDArray[np.int64],
    xyz: FloatArray,
    columns: list[Any],
) -> RecordingTable:
    origin_ns = int(t[0]) if layout.is_dated else None
    t_s = (t - origin_ns) / NS_PER_S if origin_ns is not None else t
    return RecordingTable(
        layout.path,
        np.asarray(t_s, np.float64),
        origin_ns,
        np.asarray(xyz, np.float64),
        *encode_names(columns, len(t_s)),
        line_of_row=lambda row: _line_of_row(layout, row),
    )


def _line_of_row(layout: _Layout, row: int) -> int:
    with _rows(layout.path, layout.delimiter) as (reader, rows):
        next(islice(rows, row, None))
        return int(reader.line_num)
