"""Whatever can be written as a recording is read back the same; whatever cannot is refused."""

import contextlib

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import RecordingError
from ingest.recordings import csv_files as recording_csv
from ingest.recordings.recording import read_recording
from tests.support.recording_files import write_csv

_NAMES = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029"
    ),
    max_size=8,
)
_AXIS = st.floats(-1.2, 1.2, allow_subnormal=False)
_SAMPLE = st.tuples(st.floats(0.6, 1.4), _AXIS, _AXIS)
_STEP_MS = st.integers(1, 120)
_SHARED_DIR = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def sessions(draw):
    """Return (name, stamps in ms, samples) of one to three sessions; steps are 1 to 120 ms."""
    names = draw(st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=3, unique=True))
    made = []
    for name in names:
        samples = draw(st.lists(_SAMPLE, min_size=2, max_size=20))
        steps = draw(st.lists(_STEP_MS, min_size=len(samples), max_size=len(samples)))
        made.append((name, np.cumsum(steps), samples))
    return made


def rows_of(made):
    return [
        (*name, repr(int(ms) / 1000), *map(repr, sample))
        for name, stamps, samples in made
        for ms, sample in zip(stamps, samples, strict=True)
    ]


def assert_same(read, made):
    assert [(s.subject, s.session) for s in read] == [name for name, _, _ in made]
    for session, (_, stamps, samples) in zip(read, made, strict=True):
        np.testing.assert_array_equal(session.acc_g, np.array(samples))
        np.testing.assert_allclose(session.t_s, (stamps - stamps[0]) / 1000, atol=1e-9)


@_SHARED_DIR
@given(made=sessions())
def test_a_csv_is_read_back_to_the_last_bit(tmp_path, made):
    header = ("subject", "session", "t", "x", "y", "z")
    path = write_csv(tmp_path / "r.csv", rows_of(made), header=header)
    assert_same(read_recording(path), made)


@_SHARED_DIR
@given(made=sessions())
def test_the_exact_reader_reads_what_the_quick_one_reads(tmp_path, made):
    header = ("subject", "session", "t", "x", "y", "z")
    path = write_csv(tmp_path / "r.csv", rows_of(made), header=header)
    layout = recording_csv._layout(path)
    quick, exact = recording_csv._read_quickly(layout), recording_csv._read_exactly(layout)
    assert quick is not None
    np.testing.assert_array_equal(quick.t_s, exact.t_s)
    np.testing.assert_array_equal(quick.xyz, exact.xyz)
    np.testing.assert_array_equal(quick.name_of_row, exact.name_of_row)
    assert quick.names == exact.names


@_SHARED_DIR
@given(made=sessions())
def test_a_parquet_is_read_back_to_the_last_bit(tmp_path, made):
    frame = pd.DataFrame(rows_of(made), columns=["subject", "session", "t", "x", "y", "z"])
    frame = frame.astype(dict.fromkeys("txyz", float) | {"subject": "category"})
    frame.to_parquet(tmp_path / "r.parquet")
    assert_same(read_recording(tmp_path / "r.parquet"), made)


@_SHARED_DIR
@given(made=sessions(), data=st.data())
def test_rows_in_order_of_time_may_be_mixed_in_any_way(tmp_path, made, data):
    rows = rows_of(made)
    owner = [i for i, (_, _, samples) in enumerate(made) for _ in samples]
    order = data.draw(st.permutations(owner))
    rows_by_owner = {
        i: iter([r for r, o in zip(rows, owner, strict=True) if o == i]) for i in order
    }
    mixed = [next(rows_by_owner[i]) for i in order]
    header = ("subject", "session", "t", "x", "y", "z")
    path = write_csv(tmp_path / "r.csv", mixed, header=header)
    found = {(s.subject, s.session): s for s in read_recording(path)}
    assert_same([found[name] for name, _, _ in made], made)


@_SHARED_DIR
@given(content=st.binary(max_size=400))
def test_any_bytes_are_refused_in_one_line(tmp_path, content):
    (tmp_path / "r").write_bytes(content)
    refused = ""
    try:
        read_recording(tmp_path / "r")
    except RecordingError as error:
        refused = str(error)
    assert refused
    assert len(refused.splitlines()) == 1


_CELLS = st.sampled_from(
    ["0", "0.02", "1", "nan", "", "x", '"', "1;2", "2026-11-09T08:00", "9e99", "-"]
)


@_SHARED_DIR
@given(rows=st.lists(st.lists(_CELLS, min_size=3, max_size=5), max_size=6))
def test_any_cells_are_read_or_refused_in_one_line(tmp_path, rows):
    text = "t,x,y,z\n" + "\n".join(",".join(row) for row in rows)
    (tmp_path / "r.csv").write_text(text)
    with contextlib.suppress(RecordingError):
        for session in read_recording(tmp_path / "r.csv"):
            assert np.isfinite(session.acc_g).all()
            assert (np.diff(session.t_s) > 0).all()
