"""The seconds of a week as Parquet, for researchers: the rows and the numbers of the CSV file."""

from __future__ import annotations

import io
import json
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from processing.model import CODE, NS_PER_S, POSTURES, FloatArray, IntArray, Posture
from sitstreak.report.content.week_data import WeekData
from sitstreak.report.exports.cells import P_COLUMNS, share, share_values
from sitstreak.report.exports.plain_text import unicode_text

FORMAT: Final = "sitstreak-seconds/1"
UNITS: Final = {
    "utc": "start of the second, UTC",
    "local_date": "day on the wearer's calendar",
    "confidence": "0 to 1",
    **dict.fromkeys(P_COLUMNS, "probability, 0 to 1; a row sums to 1"),
    "n_steps": "steps in the second",
}


def render_parquet(data: WeekData) -> bytes:
    """Return the known seconds of a week; a second that is not listed is unknown.

    The schema's metadata say by which method, in which zone and in which units. The same data give
    the same bytes with the same version of pyarrow.
    """
    known = np.flatnonzero(data.seconds.code != CODE[Posture.UNKNOWN])
    posture = pa.DictionaryArray.from_arrays(
        pa.array(data.seconds.code[known].astype(np.int8)),
        pa.array([one.value for one in POSTURES]),
    )
    p = share_values(data.seconds.p[known])
    columns = {
        "wearer": pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(len(known), np.int8)), pa.array([unicode_text(data.wearer)])
        ),
        "utc": pa.array((data.seconds.start_s + known) * NS_PER_S, pa.timestamp("ns", tz="UTC")),
        "local_date": pa.array(_local_days(data, known), pa.int32()).cast(pa.date32()),
        "posture": posture,
        "confidence": pa.array(_as_written(data.seconds.confidence[known])),
        **{name: pa.array(p[:, column]) for column, name in enumerate(P_COLUMNS)},
        "n_steps": pa.array(data.seconds.n_steps[known], pa.int32()),
    }
    table = pa.table(columns).replace_schema_metadata(_metadata(data))
    file = io.BytesIO()
    # seconds follow each other: as differences they take a hundredth of the room
    pq.write_table(
        table,
        file,
        compression="zstd",
        use_dictionary=[name for name in columns if name != "utc"],
        column_encoding={"utc": "DELTA_BINARY_PACKED"},
    )
    return file.getvalue()


def _metadata(data: WeekData) -> dict[str, str]:
    return {
        "sitstreak.format": FORMAT,
        "sitstreak.wearer": unicode_text(data.wearer),
        "sitstreak.week": str(data.week),
        "sitstreak.zone": data.zone.key,
        "sitstreak.method_version": data.method.version,
        "sitstreak.method_digest": data.method.digest,
        "sitstreak.units": json.dumps(UNITS),
    }


def _local_days(data: WeekData, known: IntArray) -> IntArray:
    """Return the wearer's calendar day of each second, in days since 1970-01-01."""
    starts = np.array([day.start_s - data.seconds.start_s for day, _ in data.days])
    dates = np.array([day.date.isoformat() for day, _ in data.days], "datetime64[D]")
    found: IntArray = dates.astype(np.int64)[np.searchsorted(starts, known, side="right") - 1]
    return found


def _as_written(values: FloatArray) -> FloatArray:
    """Return numbers as the CSV file has them, to the last digit."""
    different, which = np.unique(values, return_inverse=True)
    written = np.array([float(share(value)) for value in different.tolist()], np.float64)
    found: FloatArray = written[which]
    return found
