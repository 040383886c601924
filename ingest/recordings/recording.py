"""Read a recording: a CSV or parquet file of acceleration against time, from any source.

The format, the units and every refusal are described in docs/recordings.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.errors import RecordingError
from ingest.recordings.checks import (
    check_order,
    check_range,
    check_rate,
    check_unit,
    median_rate_hz,
)
from ingest.recordings.csv_files import read_csv
from ingest.recordings.parquet_files import is_parquet, read_parquet
from ingest.recordings.table import G_PER_UNIT, RecordingTable, Unit, take
from processing.model import FloatArray, IntArray

__all__ = ["RecordedSession", "Unit", "read_recording"]

#: Numeric `t` above this (2001-09-09) is Unix time; below it counts from an unknown moment. [s]
_UNIX_TIME_FROM_S = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class RecordedSession:
    """One unbroken wear of one sensor by one subject, as a recording file tells it."""

    subject: str  #: "" when the file does not say
    session: str  #: "" when the file does not say
    t_s: FloatArray  #: shape (n,), strictly rising, the first is 0 [s]
    acc_g: FloatArray  #: shape (n, 3), device axes x y z [g]
    fs_hz: float  #: median rate
    start_ns: int | None  #: first sample, Unix time, UTC; None when `t` was not a date [ns]
    repeat: int = 1  #: 2 for the second recording that the file holds under one name, and so on

    def __post_init__(self) -> None:
        if self.acc_g.shape != (len(self.t_s), 3) or not len(self.t_s):
            raise ValueError(f"t_s {self.t_s.shape} and acc_g {self.acc_g.shape} do not match")
        self.t_s.setflags(write=False)
        self.acc_g.setflags(write=False)

    @property
    def label(self) -> str:
        """Subject and session as one name for messages."""
        return " ".join(part for part in (self.subject, self.session) if part) or "recording"


def read_recording(path: Path, *, unit: Unit = "g") -> list[RecordedSession]:
    """Read a file of samples and split it into its sessions.

    Parameters
    ----------
    path
        CSV or parquet with the columns `t x y z` and optionally `subject` and `session`. `t` is in
        seconds, or ISO 8601; without an offset it is UTC.
    unit
        Unit of `x y z`: `g`, `mg` or `ms2` (m/s²).

    Returns
    -------
    sessions
        In the order in which they begin in the file. When rows of one session start again after
        rows of another, at or before the time at which that session began, they are a second
        recording under the same name: it is kept and called `name#2` (and `repeat` is 2).

    Raises
    ------
    RecordingError
        For whatever is wrong with the file, in one line: file, row, cause and what to do.
    """
    try:
        _check_is_file(path)
        table = read_parquet(path) if is_parquet(path) else read_csv(path)
        return _sessions(table, unit)
    except UnicodeEncodeError:
        shown = Path(str(path).encode(errors="replace").decode())
        raise RecordingError(shown, "its name is not UTF-8; rename the file") from None
    except OSError as error:
        raise RecordingError(path, f"cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise RecordingError(path, "is too large for this machine's memory; split it") from error


def _check_is_file(path: Path) -> None:
    if path.is_dir():
        raise RecordingError(path, "is a directory; give one CSV or parquet file")
    if not path.exists():
        raise RecordingError(path, "there is no such file")
    if not path.is_file():
        raise RecordingError(path, "is not a regular file; save the recording as CSV or parquet")


def _sessions(table: RecordingTable, unit: Unit) -> list[RecordedSession]:
    taken = set(table.names)
    sessions = []
    for (subject, session), rows in table.rows_by_name():
        for repeat, part in enumerate(check_order(table, rows), start=1):
            name = session if repeat == 1 else _free_name(subject, session, repeat, taken)
            sessions.append((part[0], _session(table, part, unit, (subject, name), repeat)))
    return [session for _, session in sorted(sessions, key=lambda pair: int(pair[0]))]


def _free_name(subject: str, session: str, repeat: int, taken: set[tuple[str, str]]) -> str:
    number = repeat
    while (subject, f"{session}#{number}") in taken:
        number += 1
    taken.add((subject, f"{session}#{number}"))
    return f"{session}#{number}"


def _session(
    table: RecordingTable, rows: IntArray, unit: Unit, name: tuple[str, str], repeat: int
) -> RecordedSession:
    t_s = take(table.t_s, rows)
    raw = take(table.xyz, rows)
    check_unit(table, rows, raw, unit)
    acc_g = raw if unit == "g" else raw * G_PER_UNIT[unit]
    check_range(table, rows, acc_g)
    check_rate(table, rows, t_s)
    start_ns = _start_ns(table, float(t_s[0]))
    return RecordedSession(*name, t_s - t_s[0], acc_g, median_rate_hz(t_s), start_ns, repeat)


def _start_ns(table: RecordingTable, t0_s: float) -> int | None:
    if table.origin_ns is not None:
        return table.origin_ns + round(t0_s * 1e9)
    if t0_s > _UNIX_TIME_FROM_S:
        return round(t0_s * 1e6) * 1000  # a float64 of today's Unix time resolves 0.24 µs
    return None
