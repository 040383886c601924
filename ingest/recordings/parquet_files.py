"""Parquet recordings: the needed columns only, checked for type and for empty cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.errors import RecordingError
from ingest.recordings.cells import cell_cause, first_time, parse_number, parse_time_ns
from ingest.recordings.table import (
    AXES,
    NAMES,
    RecordingTable,
    check_columns,
    encode_names,
)
from processing.model import NS_PER_S, FloatArray

_MAGIC: Final = b"PAR1"


def is_parquet(path: Path) -> bool:
    """Return whether the file says of itself that it is parquet; its name does not matter."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def read_parquet(path: Path) -> RecordingTable:
    """Read the columns of a parquet recording.

    Raises
    ------
    RecordingError
        If the file is damaged, lacks a column, or a cell is empty or no finite number.
    """
    try:
        file = pq.ParquetFile(path)
        own_names = _own_names(file.schema_arrow.names)
        known = {own: name for name, own in own_names.items()}
        there = [known.get(name, name) for name in file.schema_arrow.names]
        check_columns(path, there, where="the file")
        names = [name for name in NAMES if name in own_names]
        wanted = ["t", *AXES, *names]
        table = file.read(columns=[own_names[name] for name in wanted])
        table = table.select([own_names[name] for name in wanted]).rename_columns(wanted)
        if not table.num_rows:
            raise RecordingError(path, "there is no row of data in it")
        t_s, origin_ns = _time(path, table.column("t"))
        xyz = np.column_stack([_numbers(path, table.column(axis), axis) for axis in AXES])
        columns = [table.column(name) if name in names else None for name in NAMES]
        return RecordingTable(path, t_s, origin_ns, xyz, *encode_names(columns, len(t_s)))
    except pa.ArrowException as error:
        raise RecordingError(path, f"is damaged parquet: {_first_line(error)}") from error


def _own_names(columns: list[str]) -> dict[str, str]:
    """Return how the file writes each name: `t` itself, or else ` T`."""
    own: dict[str, str] = {}
    for column in columns:
        name = column.strip().lower()
        if name not in own or column == name:
            own[name] = column
    return own


def _time(path: Path, column: Any) -> tuple[FloatArray, int | None]:  # noqa: ANN401 - pyarrow is untyped
    column = _decoded(column)
    if pa.types.is_timestamp(column.type):
        _refuse_empty(path, column, "t")
        # Without a zone the stamp is UTC, and casting leaves the number of nanoseconds alone.
        ns = column.cast(pa.timestamp("ns", column.type.tz)).cast(pa.int64()).to_numpy()
    elif _is_text(column.type) and first_time(column[0].as_py() or "") is not None:
        ns = np.array(_parsed(path, column.to_pylist(), "t", parse_time_ns, is_dated=True))
    else:
        return _numbers(path, column, "t"), None
    origin_ns = int(ns[0])
    return (ns - origin_ns) / NS_PER_S, origin_ns


def _numbers(path: Path, column: Any, name: str) -> FloatArray:  # noqa: ANN401 - pyarrow is untyped
    column = _decoded(column)
    if _is_text(column.type):
        return np.array(_parsed(path, column.to_pylist(), name, parse_number, is_dated=False))
    if not _is_numeric(column.type):
        raise RecordingError(path, f"{name} is {column.type}, not a number", row=1)
    _refuse_empty(path, column, name)
    values = np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        cause = cell_cause(name, f"{values[row]}", is_dated=False)
        raise RecordingError(path, cause, row=row + 1)
    return values


def _parsed(
    path: Path,
    cells: list[str | None],
    name: str,
    parse: Callable[[str], float],
    *,
    is_dated: bool,
) -> list[float]:
    """Parse a column of text; the first cell that says nothing usable is the error."""
    values = []
    for i, text in enumerate(cells, start=1):
        try:
            values.append(parse(text or ""))
        except ValueError:
            cause = cell_cause(name, text or "", is_dated=is_dated)
            raise RecordingError(path, cause, row=i) from None
    return values


def _decoded(column: Any) -> Any:  # noqa: ANN401 - pyarrow is untyped
    is_category = pa.types.is_dictionary(column.type)
    return column.cast(column.type.value_type) if is_category else column


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - pyarrow is untyped
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_numeric(kind: Any) -> bool:  # noqa: ANN401 - pyarrow is untyped
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    return any(test(kind) for test in tests)


def _refuse_empty(path: Path, column: Any, name: str) -> None:  # noqa: ANN401 - pyarrow is untyped
    if column.null_count:
        row = pc.index(pc.is_null(column), True).as_py()
        raise RecordingError(path, f"{name} is empty; remove this row or fill it in", row=row + 1)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]
