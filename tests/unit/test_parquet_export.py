"""Parquet of seconds: the CSV's rows and numbers, for researchers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from processing.model import CLASSES, PostureSeconds
from sitstreak.report.exports.cells import P_COLUMNS, share_values, shares
from sitstreak.report.exports.csv_week import SECONDS_COLUMNS, write_csv
from sitstreak.report.exports.parquet_seconds import FORMAT, render_parquet
from tests.support.export_samples import METHOD, TYPICAL_DAY, UNKNOWN, sample_of, week_data_of


def uneven(data):
    """The same week with probabilities that no four decimals can hold."""
    rng = np.random.default_rng(5)
    seconds = data.seconds
    p = rng.dirichlet(np.full(len(CLASSES), 0.5), len(seconds))
    confidence = rng.random(len(seconds)) * (seconds.confidence > 0)
    return replace(
        data,
        seconds=PostureSeconds(seconds.start_s, seconds.code, p, confidence, seconds.n_steps),
    )


WEEKEND = ((UNKNOWN,) * 24,) * 5 + (TYPICAL_DAY,) * 2


@pytest.mark.parametrize("name", ["clock_change", "spring"])
def test_pandas_reads_back_what_the_csv_says(tmp_path, name):
    data = uneven(week_data_of(replace(sample_of(name), hours=WEEKEND)))
    frame = pd.read_parquet(io.BytesIO(render_parquet(data)))
    path = next(path for path in write_csv(data, tmp_path) if path.name.endswith("-seconds.csv"))
    rows = pd.read_csv(path)

    assert tuple(rows.columns) == SECONDS_COLUMNS
    assert len(frame) == len(rows) > 0
    assert frame["wearer"].astype(str).tolist() == rows["wearer"].tolist()
    assert frame["posture"].astype(str).tolist() == rows["posture"].tolist()
    assert (frame["utc"] == pd.to_datetime(rows["utc"])).all()
    assert frame["local_date"].astype(str).tolist() == rows["local"].str[:10].tolist()
    for column in ("confidence", *P_COLUMNS, "n_steps"):
        assert frame[column].tolist() == rows[column].tolist(), column


def test_types_are_those_that_researchers_expect():
    schema = pq.read_schema(io.BytesIO(render_parquet(week_data_of(sample_of("typical")))))
    assert str(schema.field("utc").type) == "timestamp[ns, tz=UTC]"
    assert str(schema.field("local_date").type) == "date32[day]"
    assert str(schema.field("posture").type).startswith("dictionary<values=string")
    assert str(schema.field("p_sit").type) == "double"


def test_the_file_says_how_it_was_made():
    file = io.BytesIO(render_parquet(week_data_of(sample_of("typical"))))
    metadata = pq.read_schema(file).metadata
    assert metadata[b"sitstreak.format"].decode() == FORMAT
    assert metadata[b"sitstreak.method_digest"].decode() == METHOD.digest
    assert metadata[b"sitstreak.zone"] == b"Europe/Vienna"
    assert metadata[b"sitstreak.week"] == b"2026-W46"
    units = json.loads(metadata[b"sitstreak.units"])
    named = set(pq.read_schema(file).names)
    assert units.keys() <= named
    assert named - units.keys() == {"wearer", "posture"}


def test_a_local_date_is_the_wearers_and_not_that_of_utc():
    frame = pd.read_parquet(io.BytesIO(render_parquet(week_data_of(sample_of("two_sensors")))))
    assert frame["utc"].iloc[0] == pd.Timestamp("2026-11-09T03:30:00Z")  # St John's: UTC-3:30
    assert frame["local_date"].iloc[0] == date(2026, 11, 9)
    assert frame["local_date"].iloc[-1] == date(2026, 11, 15)


def test_the_same_week_gives_the_same_bytes():
    sample = sample_of("three_days")
    assert render_parquet(week_data_of(sample)) == render_parquet(week_data_of(sample))


def test_an_empty_week_has_its_columns_and_no_rows():
    frame = pd.read_parquet(io.BytesIO(render_parquet(week_data_of(sample_of("empty")))))
    assert len(frame) == 0
    assert {"wearer", "utc", "posture", "n_steps"} < set(frame.columns)


def test_share_values_are_the_numbers_that_shares_writes():
    p = np.random.default_rng(3).dirichlet(np.ones(5), 500)
    read_back = [[float(cell) for cell in row] for row in csv.reader(map(",".join, shares(p)))]
    assert share_values(p).tolist() == read_back
