"""Writes everything that is stored of a person into a new folder, in open formats."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from processing.model import CLASSES, CODE, POSTURES, Posture, PostureSeconds
from sitstreak.report.exports.cells import P_COLUMNS, safe_text
from sitstreak.report.files import OutputError
from sitstreak.storage import everything
from sitstreak.storage.results import Results

_EPOCH: Final = date(1970, 1, 1)
_DAY_S: Final = 86_400
_FOLDERS: Final = ("samples", "seconds", "tables")
_NOT_FOR_FILES: Final = str.maketrans(dict.fromkeys('<>:"/\\|?* ', "_"))
_READ_ME: Final = """\
All that sitstreak had stored of {wearer} on {today}.

samples/   what each sensor measured: t (UTC), x, y, z in g; `sitstreak classify` reads them
seconds/   what each second was: posture, how sure, probabilities, steps; a second that is not
           there is unknown
tables/    everything else as it is stored, a CSV file for each kind. Times that end in _s are
           seconds, in _ns nanoseconds, since 1970-01-01 00:00 UTC. What was typed stands as it
           was typed; where it would be a formula in a spreadsheet, an apostrophe stands before it

Not in here: what is made from these again, such as rows on their way to InfluxDB.
"""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """What was written."""

    n_files: int
    n_samples: int
    n_seconds: int
    n_rows: int


def take_along(
    connection: sqlite3.Connection, wearer: str, directory: Path, *, told: Told = lambda _what: None
) -> TakenAlong:
    """Write everything of a person into a folder that is empty or not there yet, or nothing.

    Parameters
    ----------
    told
        Called with the name of each file before it is written.

    Raises
    ------
    OutputError
        If the folder holds something, or cannot be written.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # as private as the database
        if any(directory.iterdir()):
            raise OutputError(directory, "is not empty; name a new folder")
        try:
            return _write(connection, wearer, directory, told)
        except BaseException:
            # a part would look like everything, and would be in the way of trying again
            for part in _FOLDERS:
                shutil.rmtree(directory / part, ignore_errors=True)
            raise
    except (OSError, pa.ArrowException) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise OutputError(directory, f"cannot be written: {why}") from error


def _write(connection: sqlite3.Connection, wearer: str, directory: Path, told: Told) -> TakenAlong:
    for name in _FOLDERS:
        (directory / name).mkdir(mode=0o700)
    n_samples = n_rows = n_files = 0
    for key, device_id in everything.device_keys(connection, wearer):
        for day in everything.sample_days(connection, key):
            path = directory / "samples" / f"{_plain(device_id)}-{_date(day)}.parquet"
            told(path.name)
            samples = everything.samples_of_day(connection, key, day)
            n_samples += len(samples.t_ns)
            n_files += 1
            _write_samples(path, samples, device_id)
    n_seconds, n_second_files = _write_seconds(Results(connection), wearer, directory, told)
    for table in everything.plain_tables(connection, wearer):
        path = directory / "tables" / f"{table.name}.csv"
        told(path.name)
        n_rows += len(table.rows)
        n_files += 1
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.columns)
            writer.writerows([_cell(value) for value in row] for row in table.rows)
    text = _READ_ME.format(wearer=wearer, today=datetime.now(UTC).date())
    (directory / "README.txt").write_text(text, encoding="utf-8")
    return TakenAlong(n_files + n_second_files + 1, n_samples, n_seconds, n_rows)


def _write_samples(path: Path, samples: everything.Samples, device_id: str) -> None:
    columns = {
        "t": pa.array(samples.t_ns, pa.timestamp("ns", "UTC")),
        **{axis: pa.array(samples.acc_g[:, i]) for i, axis in enumerate("xyz")},
    }
    table = pa.table(columns).replace_schema_metadata({"sensor": device_id, "unit": "g"})
    pq.write_table(table, path, compression="zstd")


def _write_seconds(results: Results, wearer: str, directory: Path, told: Told) -> tuple[int, int]:
    first_s, latest_s = results.first_second(wearer), results.latest_second(wearer)
    if first_s is None or latest_s is None:
        return 0, 0
    n_seconds = n_files = 0
    for day in range(first_s // _DAY_S, (latest_s - 1) // _DAY_S + 1):
        seconds = results.seconds(wearer, day * _DAY_S, (day + 1) * _DAY_S)
        known = np.flatnonzero(seconds.code != CODE[Posture.UNKNOWN])
        if not len(known):
            continue
        path = directory / "seconds" / f"{_date(day)}.parquet"
        told(path.name)
        pq.write_table(_seconds_table(seconds, known), path, compression="zstd")
        n_seconds += len(known)
        n_files += 1
    return n_seconds, n_files


def _seconds_table(seconds: PostureSeconds, known: Any) -> pa.Table:  # noqa: ANN401 - an index
    names = pa.array([posture.value for posture in POSTURES])
    posture = pa.DictionaryArray.from_arrays(pa.array(seconds.code[known].astype(np.int8)), names)
    return pa.table(
        {
            "t": pa.array((seconds.start_s + known) * 1_000_000_000, pa.timestamp("ns", "UTC")),
            "posture": posture,
            "confidence": seconds.confidence[known],
            **{P_COLUMNS[i]: seconds.p[known, i] for i in range(len(CLASSES))},
            "n_steps": seconds.n_steps[known],
        }
    )


def _cell(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return safe_text(value) if isinstance(value, str) else value


def _date(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()


def _plain(name: str) -> str:
    return name.translate(_NOT_FOR_FILES)
