"""What a recording file holds before anything is judged: columns, names and where a row stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.errors import RecordingError
from ingest.recordings.cells import quoted
from processing.model import FloatArray, IntArray

Unit = Literal["g", "mg", "ms2"]

#: How much of 1 g one of the unit is; 9.80665 m/s² is the standard acceleration of gravity.
G_PER_UNIT: Final[dict[Unit, float]] = {"g": 1.0, "mg": 0.001, "ms2": 1 / 9.80665}

AXES: Final = ("x", "y", "z")
REQUIRED: Final = ("t", *AXES)
NAMES: Final = ("subject", "session")


@dataclass(frozen=True, slots=True, eq=False)
class RecordingTable:
    """The columns of a recording file, all finite, row by row as they stand there."""

    path: Path
    t_s: FloatArray  #: shape (n,): seconds as written, or since `origin_ns`
    origin_ns: int | None  #: Unix time, UTC, of `t_s` = 0 when `t` was a date [ns]
    xyz: FloatArray  #: shape (n, 3), in the file's unit
    name_of_row: NDArray[np.int32]  #: shape (n,): index into `names`
    names: list[tuple[str, str]]  #: (subject, session) in the order in which they appear
    line_of_row: Callable[[int], int] | None = None  #: file line of a data row (both from 1)

    def rows_by_name(self) -> Iterator[tuple[tuple[str, str], IntArray]]:
        """Yield each (subject, session) with its rows (from 0, rising)."""
        if len(self.names) == 1:
            yield self.names[0], np.arange(len(self.t_s))
            return
        by_name = np.argsort(self.name_of_row, kind="stable")
        edges = np.searchsorted(self.name_of_row[by_name], np.arange(len(self.names) + 1))
        for name, a, b in zip(self.names, edges[:-1], edges[1:], strict=True):
            yield name, by_name[a:b]

    def error(self, row: int | np.int64, cause: str) -> RecordingError:
        """Return the error for a row (from 0), naming it as people count: from 1, and by line."""
        line = self.line_of_row(int(row) + 1) if self.line_of_row else None
        return RecordingError(self.path, cause, row=int(row) + 1, line=line)


def check_columns(path: Path, columns: list[str], *, where: str) -> None:
    """Refuse a file that lacks a column or holds one twice."""
    missing = [name for name in REQUIRED if name not in columns]
    there = ", ".join(quoted(name) for name in columns[:12]) + (", …" if len(columns) > 12 else "")
    if missing:
        plural = "columns" if len(missing) > 1 else "column"
        raise RecordingError(
            path,
            f"{plural} {', '.join(missing)} missing; {where} has {there or 'nothing'}; "
            "needed are t, x, y, z (optional: subject, session)",
        )
    for name in (*REQUIRED, *NAMES):
        if columns.count(name) > 1:
            raise RecordingError(path, f"column {name} stands twice in {where}; remove one")


def encode_names(
    columns: list[Any], n_rows: int
) -> tuple[NDArray[np.int32], list[tuple[str, str]]]:
    """Number the rows' (subject, session) pairs in the order in which they appear.

    Parameters
    ----------
    columns
        Two pyarrow chunked arrays, subject and session (text, numbers or categories), or None for
        a column that the file does not have. Empty cells are the name "".

    Returns
    -------
    name_of_row : shape (n_rows,)
    names
        What `name_of_row` points into.
    """
    subject, subjects = _codes(columns[0], n_rows)
    session, sessions = _codes(columns[1], n_rows)
    pairs = pa.array(subject * len(sessions) + session).dictionary_encode()
    names = [
        (subjects[pair // len(sessions)], sessions[pair % len(sessions)])
        for pair in pairs.dictionary.to_pylist()
    ]
    return pairs.indices.to_numpy(), names


def take(values: FloatArray, rows: IntArray) -> FloatArray:
    """Return `values[rows]`; without a copy when the rows follow each other."""
    if rows[-1] - rows[0] + 1 == len(rows):
        return values[rows[0] : rows[-1] + 1]
    return values[rows]


def _codes(column: Any, n_rows: int) -> tuple[IntArray, list[str]]:  # noqa: ANN401 - pyarrow is untyped
    if column is None:
        return np.zeros(n_rows, np.int64), [""]
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    values = ["" if value is None else str(value) for value in whole.dictionary.to_pylist()]
    if "" not in values:
        values.append("")
    codes = whole.indices.cast(pa.int64()).fill_null(values.index(""))
    return codes.to_numpy(zero_copy_only=False).astype(np.int64), values
