"""A recording that cannot be used is refused in one line: file, row, cause and what to do."""

import os

import numpy as np
import pandas as pd
import pytest

from ingest.errors import RecordingError
from ingest.recordings.recording import read_recording
from tests.support.recording_files import still_rows, write_csv

CSV_CASES = [
    pytest.param("t,x,y\n0,1,0\n", None, ["column z missing", "'t', 'x', 'y'"], id="column"),
    pytest.param("0,1,0,0\n1,1,0,0\n", None, ["columns t, x, y, z missing"], id="no-header"),
    pytest.param("time,x,y,z\n0,1,0,0\n", None, ["column t missing", "'time'"], id="other-name"),
    pytest.param("t,x,y,z,x\n0,1,0,0,1\n", None, ["column x stands twice"], id="twice"),
    pytest.param("t,x,y,z\n", None, ["no row of data follows the header (line 1)"], id="zero-rows"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,abc,0,0\n", 2, ["(line 3)", "x is 'abc', not a number"],
                 id="text"),
    pytest.param("t,x,y,z\n\n0,1,0,0\n\n0.02,1,0,1.2.3\n", 2, ["(line 5)", "z is '1.2.3'"],
                 id="text-after-blank-lines"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,,0\n", 2, ["y is empty"], id="empty-cell"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,NaN\n", 2, ["z is NaN"], id="nan"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,-inf\n", 2, ["z is -inf"], id="infinity"),
    pytest.param("t,x,y,z\nnan,1,0,0\n0.02,1,0,0\n", 1, ["t is nan"], id="nan-time"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0\n", 2, ["3 cells", "names 4"], id="short-row"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,0,7\n", 2, ["5 cells", "names 4"], id="long-row"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,0\n0.01,1,0,0\n", 3,
                 ["(line 4)", "backwards: from 0.02 s to 0.01 s"], id="backwards"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,0\n0,1,0,0\n", 3, ["backwards"], id="starts-again"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,0\n0.02,1,0,0\n", 3, ["t repeats"], id="repeats"),
    pytest.param("t,x,y,z,session\n0,1,0,0,a\n1,1,0,0,a\n0,1,0,0,b\n0.5,1,0,0,a\n", 4,
                 ["backwards"], id="backwards-but-no-new-start"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,1,0,0\n1794211200,1,0,0\n", 3,
                 ["jumps ahead by 20766 days"], id="clock-set-in-the-middle"),
    pytest.param("t,x,y,z\n0,1000,0,0\n0.02,990,0,0\n", 1, ["looks like mg; use --unit mg"],
                 id="mg-as-g"),
    pytest.param("t,x,y,z\n0,9.81,0,0\n0.02,9.8,0,0\n", 1, ["looks like m/s²; use --unit ms2"],
                 id="ms2-as-g"),
    pytest.param("t,x,y,z\n0,0.01,0,0\n0.02,0.02,0,0\n", 1, ["accelerometer", "gravity included"],
                 id="gravity-taken-out"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.02,9999,0,0\n0.04,1,0,0\n", 2, ["x is 9999 g"], id="spike"),
    pytest.param("t,x,y,z\n0,1,0,0\n0.5,1,0,0\n1,1,0,0\n", 1, ["2 Hz", "at least 8"], id="slow"),
    pytest.param("t,x,y,z\n0,1,0,0\n20,1,0,0\n40,1,0,0\n", 1, ["0.05 Hz", "in seconds"],
                 id="milliseconds"),
    pytest.param("t,x,y,z\n0,1,0,0\n1e-5,1,0,0\n", 1, ["at most 1000 Hz"], id="hours"),
    pytest.param("t,x,y,z\n0,1,0,0\n", 1, ["this one row"], id="one-row"),
    pytest.param("t,x,y,z\nnoon,1,0,0\n", 1, ["'noon'", "ISO 8601"], id="no-time"),
    pytest.param("t,x,y,z\n2026-11-09T08:00:00Z,1,0,0\n0.02,1,0,0\n", 2, ["'0.02'", "ISO 8601"],
                 id="seconds-after-dates"),
    pytest.param("t,x,y,z\n2026-11-09T08:00:00Z,1,0,0\n2026-13-09T08:00:00Z,1,0,0\n", 2,
                 ["'2026-13-09T08:00:00Z'"], id="month-13"),
    pytest.param('t,x,y,z\n0,1,0,0\n0.02,"1,0,0\n', None, ["no readable CSV"], id="open-quote"),
    pytest.param("", None, ["is empty"], id="empty"),
    pytest.param(" \n\n", None, ["is empty"], id="blank"),
]  # fmt: skip


def refusal(path, **options):
    with pytest.raises(RecordingError) as caught:
        read_recording(path, **options)
    line = str(caught.value)
    assert "\n" not in line
    assert str(path) in line
    return caught.value


@pytest.mark.parametrize(("text", "row", "words"), CSV_CASES)
def test_a_bad_csv_is_refused_with_row_and_cause(tmp_path, text, row, words):
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    error = refusal(path)
    assert error.row == row
    for word in words:
        assert word in str(error)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(bytes(range(256)) * 4, "neither CSV nor parquet", id="binary"),
        pytest.param(b"\xff\xfet\0,\0x\0", "UTF-16", id="utf-16"),
        pytest.param(b"\x1f\x8b\x08", "gzip", id="gzip"),
        pytest.param(b"PK\x03\x04", "Excel", id="excel"),
        pytest.param(b"PAR1 and no more", "damaged parquet", id="cut-parquet"),
        pytest.param(b"t,x,y,z,subject\n0,1,0,0,J\xf6rg\n", "UTF-8", id="latin-1"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_recording_is_refused(tmp_path, content, words):
    (tmp_path / "r").write_bytes(content)
    assert words in str(refusal(tmp_path / "r"))


def test_a_directory_a_missing_file_and_a_device_are_refused(tmp_path):
    assert "is a directory" in str(refusal(tmp_path))
    assert "no such file" in str(refusal(tmp_path / "none.csv"))
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in str(refusal(tmp_path / "pipe"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path):
    path = write_csv(tmp_path / "r.csv", still_rows(10))
    path.chmod(0)
    assert "cannot be read: Permission denied" in str(refusal(path))


def test_a_failing_disk_is_an_error_of_the_file(tmp_path, monkeypatch):
    def fail(path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("ingest.recordings.recording.is_parquet", fail)
    path = write_csv(tmp_path / "r.csv", still_rows(10))
    assert "cannot be read: Input/output error" in str(refusal(path))


def parquet(path, **columns):
    defaults = {"t": np.arange(5) / 50, "x": np.ones(5), "y": np.zeros(5), "z": np.zeros(5)}
    pd.DataFrame({k: v for k, v in (defaults | columns).items() if v is not None}).to_parquet(path)
    return path


@pytest.mark.parametrize(
    ("columns", "row", "words"),
    [
        pytest.param({"y": None}, None, "column y missing", id="column"),
        pytest.param({"y": [0, 0, 0, np.nan, 0]}, 4, "y is ", id="nan"),
        pytest.param({"y": [0, 0, 0, np.inf, 0]}, 4, "y is inf", id="infinity"),
        pytest.param({"y": pd.array([0, None, 0, 0, 0], "Int64")}, 2, "y is empty", id="null"),
        pytest.param({"y": ["0", "0", "left", "0", "0"]}, 3, "y is 'left', not", id="text"),
        pytest.param({"y": [True] * 5}, 1, "y is bool, not a number", id="truth-values"),
        pytest.param({"t": [0, 0.02, 0.01, 0.03, 0.04]}, 3, "backwards", id="backwards"),
        pytest.param({"t": ["2026-11-09T08:00", "soon"] + [""] * 3}, 2, "'soon'", id="no-date"),
        pytest.param({"x": np.full(5, 1000)}, 1, "use --unit mg", id="mg-as-g"),
    ],
)  # fmt: skip
def test_a_bad_parquet_is_refused_with_row_and_cause(tmp_path, columns, row, words):
    error = refusal(parquet(tmp_path / "r.parquet", **columns))
    assert error.row == row
    assert error.line is None
    assert words in str(error)


def test_a_parquet_without_rows_is_refused(tmp_path):
    frame = pd.DataFrame({name: np.zeros(0) for name in "txyz"})
    frame.to_parquet(tmp_path / "r.parquet")
    assert "no row of data" in str(refusal(tmp_path / "r.parquet"))


def test_a_unit_that_is_too_large_is_refused_as_well(tmp_path):
    path = write_csv(tmp_path / "r.csv", still_rows(10))
    assert "this looks like g; use --unit g" in str(refusal(path, unit="mg"))


def test_the_session_in_another_unit_is_the_one_that_is_named(tmp_path):
    header = ("t", "x", "y", "z", "session")
    good = [(*row, "a") for row in still_rows(10)]
    bad = [(*row, "b") for row in still_rows(10, g=1000)]
    error = refusal(write_csv(tmp_path / "r.csv", good + bad, header=header))
    assert (error.row, error.line) == (11, 12)


def test_a_long_cell_does_not_make_a_long_message(tmp_path):
    path = write_csv(tmp_path / "r.csv", [(0, "x" * 10_000, 0, 0)])
    assert len(str(refusal(path))) < 250


def _resting(n, *, g=1.0, spread=0.004, seed=1):
    noise = np.random.default_rng(seed).normal(0, spread * g, (n, 3))
    return g * np.array([0.6, 0.0, 0.8]) + noise


def _written(path, xyz, fs_hz=50):
    t = np.arange(len(xyz)) / fs_hz
    return write_csv(path, np.column_stack([t, xyz]).round(6).tolist())


@pytest.mark.parametrize(
    ("g", "unit", "words"),
    [
        (9.80665, "g", ["|a| at rest", "9.8", "this looks like m/s²; use --unit ms2"]),
        (1000.0, "g", ["|a| at rest", "this looks like mg; use --unit mg"]),
        (1.0, "ms2", ["m/s², but", "this looks like g; use --unit g"]),
        (0.5, "g", ["at rest", "at the right scale"]),
        (1.6, "g", ["at rest", "at the right scale"]),
    ],
)
def test_what_rests_at_another_length_than_1_g_is_refused(tmp_path, g, unit, words):
    """Half an hour's movement does not hide it: rest counts, not the average."""
    rng = np.random.default_rng(2)
    moving = _resting(3000, g=g) + rng.normal(0, 0.3 * g, (3000, 3))
    path = _written(tmp_path / "r.csv", np.concatenate([moving, _resting(400, g=g)]))
    message = str(refusal(path, unit=unit))
    assert all(word in message for word in words), message
    assert "\n" not in message


@pytest.mark.parametrize("g", [0.75, 0.9, 1.13, 1.25])
def test_a_sensor_out_of_its_calibration_is_still_read(tmp_path, g):
    path = _written(tmp_path / "r.csv", _resting(400, g=g))
    assert len(read_recording(path)) == 1


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ([0, 1, 2], ["never change", "stuck"]),
        ([1], ["y never changes", "that axis is stuck"]),
    ],
)
def test_a_stuck_sensor_or_axis_is_refused(tmp_path, axes, words):
    xyz = _resting(4000, spread=0.3)
    xyz[:, axes] = [0.6, 0.02, 0.8][axes[0]]
    message = str(refusal(_written(tmp_path / "r.csv", xyz)))
    assert all(word in message for word in words), message


def test_zeros_are_no_accelerometer(tmp_path):
    assert "0 g" in str(refusal(_written(tmp_path / "r.csv", np.zeros((100, 3)))))
