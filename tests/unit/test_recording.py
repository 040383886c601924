"""What a recording file says is what is read, to the last sample."""

import numpy as np
import pandas as pd
import pytest

from ingest.recordings.recording import read_recording
from tests.support.recording_files import HEADER, still_rows, walker, write_csv

HEADER_2 = ("subject", "session", *HEADER)


def one(path, **options):
    sessions = read_recording(path, **options)
    assert len(sessions) == 1
    return sessions[0]


def named(rows, subject, session):
    return [(subject, session, *row) for row in rows]


def test_a_csv_is_read_sample_by_sample(tmp_path):
    path = write_csv(tmp_path / "r.csv", [(0, 1, 0.5, -0.25), (0.02, 0.9, 0, 0), (0.04, 1.1, 0, 0)])
    session = one(path)
    np.testing.assert_array_equal(session.t_s, [0, 0.02, 0.04])
    np.testing.assert_array_equal(session.acc_g, [[1, 0.5, -0.25], [0.9, 0, 0], [1.1, 0, 0]])
    assert (session.subject, session.session, session.start_ns) == ("", "", None)
    assert session.fs_hz == 50.0


def test_parquet_and_csv_of_the_same_samples_are_the_same(tmp_path):
    frame = pd.DataFrame(walker(4), columns=["x", "y", "z"])
    frame.insert(0, "t", np.arange(len(frame)) / 50)
    frame["subject"] = pd.Categorical(["anna"] * len(frame))
    frame["label"] = "ignored"
    frame.to_csv(tmp_path / "r.csv", index=False)
    frame.to_parquet(tmp_path / "r.parquet")
    a, b = one(tmp_path / "r.csv"), one(tmp_path / "r.parquet")
    np.testing.assert_array_equal(a.acc_g, b.acc_g)
    np.testing.assert_array_equal(a.t_s, b.t_s)
    assert a.subject == b.subject == "anna"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("\ufefft,x,y,z\n0,1,0,0\n0.02,1,0,0\n", "bom", id="byte-order-mark"),
        pytest.param("t,x,y,z\r\n0,1,0,0\r\n0.02,1,0,0\r\n", "crlf", id="windows-line-ends"),
        pytest.param("t;x;y;z\n0;1;0;0\n0,02;1,0;0;0\n", "decimal", id="comma-later"),
        pytest.param("t;x;y;z\n0.00;1.0;0;0\n0.02;1.0;0;0\n", "point", id="semicolon-and-point"),
        pytest.param("t;x;y;z\n0,00;1;0;0\n0,02;1,0;0;0\n", "decimal", id="decimal-comma"),
        pytest.param("t\tx\ty\tz\n0\t1\t0\t0\n0.02\t1\t0\t0\n", "tab", id="tab"),
        pytest.param("\nt,x,y,z\n\n0,1,0,0\n\n0.02,1,0,0\n\n\n", "blank", id="blank-lines"),
        pytest.param(" T , X,Y,Z\n 0 , 1,0,0\n0.02,+1,0e0,-0\n", "blanks", id="blanks-and-case"),
        pytest.param('"t","x","y","z"\n"0","1","0","0"\n0.02,1,0,0', "quotes", id="quotes"),
        pytest.param("t,x,y,z,note,note\n0,1,0,0,a,\n0.02,1,0,0,,b\n", "extra", id="other-columns"),
    ],
)  # fmt: skip
def test_ways_to_write_the_same_csv(tmp_path, text, why):
    path = tmp_path / f"{why}.csv"
    path.write_text(text, encoding="utf-8", newline="")
    session = one(path)
    np.testing.assert_allclose(session.t_s, [0, 0.02])
    np.testing.assert_array_equal(session.acc_g, [[1, 0, 0], [1, 0, 0]])


@pytest.mark.parametrize(
    ("first", "start"),
    [
        pytest.param("2026-11-09T08:00:00.5Z", "2026-11-09T08:00:00.5Z", id="utc"),
        pytest.param("2026-11-09T09:00:00.5+01:00", "2026-11-09T08:00:00.5Z", id="offset"),
        pytest.param("2026-11-09 08:00:00.5", "2026-11-09T08:00:00.5Z", id="naive-is-utc"),
        pytest.param("1794211200.5", "2026-11-09T08:00:00.5Z", id="unix-seconds"),
    ],
)
def test_a_dated_recording_knows_when_it_began(tmp_path, first, start):
    second = first.replace("00.5", "00.52")
    path = write_csv(tmp_path / "r.csv", [(first, 1, 0, 0), (second, 1, 0, 0)])
    session = one(path)
    assert session.start_ns == pd.Timestamp(start).value
    np.testing.assert_allclose(session.t_s, [0, 0.02], atol=3e-7)


@pytest.mark.parametrize(
    "stamps",
    [
        pytest.param(pd.date_range("2026-11-09T08:00", periods=3, freq="20ms"), id="naive"),
        pytest.param(
            pd.date_range("2026-11-09T09:00", periods=3, freq="20ms", tz="Europe/Berlin"), id="zone"
        ),
        pytest.param(["2026-11-09T08:00:00Z", "2026-11-09T08:00:00.020Z",
                      "2026-11-09T09:00:00.040+01:00"], id="text"),
    ],
)  # fmt: skip
def test_parquet_may_hold_dates(tmp_path, stamps):
    pd.DataFrame({"t": stamps, "x": 1.0, "y": 0.0, "z": 0.0}).to_parquet(tmp_path / "r.parquet")
    session = one(tmp_path / "r.parquet")
    assert session.start_ns == pd.Timestamp("2026-11-09T08:00Z").value
    np.testing.assert_allclose(session.t_s, [0, 0.02, 0.04])


def test_seconds_count_from_the_first_sample_of_each_session(tmp_path):
    path = write_csv(tmp_path / "r.csv", still_rows(10, t0=1000.0))
    session = one(path)
    assert session.t_s[0] == 0
    assert session.t_s[-1] == pytest.approx(0.18)
    assert session.start_ns is None


@pytest.mark.parametrize(("unit", "factor"), [("g", 1), ("mg", 1000), ("ms2", 9.80665)])
def test_every_unit_ends_as_g(tmp_path, unit, factor):
    path = write_csv(tmp_path / "r.csv", still_rows(10, g=factor))
    np.testing.assert_allclose(one(path, unit=unit).acc_g, np.tile([1.0, 0, 0], (10, 1)))


def test_sessions_come_in_the_order_in_which_they_begin(tmp_path):
    rows = (
        named(still_rows(5), "b", "2")
        + named(still_rows(6), "a", "1")
        + named(still_rows(7), "", "")
    )
    sessions = read_recording(write_csv(tmp_path / "r.csv", rows, header=HEADER_2))
    assert [(s.subject, s.session, len(s.t_s)) for s in sessions] == [
        ("b", "2", 5), ("a", "1", 6), ("", "", 7)
    ]  # fmt: skip


def test_rows_of_two_sessions_may_be_mixed_in_order_of_time(tmp_path):
    a, b = named(still_rows(20), "a", "s"), named(still_rows(20, g=0.9), "b", "s")
    mixed = [row for pair in zip(a, b, strict=True) for row in pair]
    sessions = read_recording(write_csv(tmp_path / "r.csv", mixed, header=HEADER_2))
    assert [s.subject for s in sessions] == ["a", "b"]
    assert [s.repeat for s in sessions] == [1, 1]
    np.testing.assert_array_equal(sessions[1].acc_g[:, 0], np.full(20, 0.9))


def test_a_second_recording_under_the_same_name_is_kept_apart(tmp_path):
    rows = [
        *named(still_rows(10), "a", "s"),
        *named(still_rows(11), "a", "s#2"),
        *named(still_rows(12), "a", "s"),
        *named(still_rows(13), "b", "s"),
    ]
    sessions = read_recording(write_csv(tmp_path / "r.csv", rows, header=HEADER_2))
    found = [(s.subject, s.session, s.repeat, len(s.t_s)) for s in sessions]
    assert found == [("a", "s", 1, 10), ("a", "s#2", 1, 11), ("a", "s#3", 2, 12), ("b", "s", 1, 13)]


def test_numbers_and_empty_cells_may_be_names(tmp_path):
    frame = pd.DataFrame({"t": [0, 0.02, 0, 0.02], "x": 1.0, "y": 0.0, "z": 0.0})
    frame["subject"] = pd.array([7, 7, None, None], dtype="Int64")
    frame.to_parquet(tmp_path / "r.parquet")
    assert [s.subject for s in read_recording(tmp_path / "r.parquet")] == ["7", ""]


def test_a_pause_is_kept_and_does_not_bend_the_rate(tmp_path):
    rows = still_rows(100) + still_rows(100, t0=114.0)
    session = one(write_csv(tmp_path / "r.csv", rows))
    assert session.fs_hz == pytest.approx(50)
    assert np.diff(session.t_s).max() == pytest.approx(112.02, abs=0.01)


def test_stamps_rounded_to_milliseconds_do_not_bend_the_rate(tmp_path):
    rows = [(f"{i / 128:.3f}", 1, 0, 0) for i in range(1000)]
    assert one(write_csv(tmp_path / "r.csv", rows)).fs_hz == pytest.approx(128, rel=1e-3)


def test_samples_cannot_be_changed_after_reading(tmp_path):
    session = one(write_csv(tmp_path / "r.csv", still_rows(10)))
    with pytest.raises(ValueError, match="read-only"):
        session.acc_g[0, 0] = 2


@pytest.mark.recordings
@pytest.mark.parametrize(
    ("name", "n_sessions", "n_samples", "fs_hz"),
    [
        ("hapt", 41, 754_867, 50),
        ("harth_back", 10, 1_899_097, 50),
        ("har70_back", 11, 1_366_197, 50),
        ("sisfall_adl", 1890, 1_823_876, 50),
        ("ipol_gait_l5", 74, 215_385, 100),
        ("umafall_adl", 241, 72_133, 20.4),
    ],
)
def test_the_labelled_recordings_are_read_to_the_last_sample(
    recordings_dir, name, n_sessions, n_samples, fs_hz
):
    sessions = read_recording(recordings_dir / f"{name}.parquet")
    assert len(sessions) == n_sessions
    assert sum(len(s.t_s) for s in sessions) == n_samples
    rates = [s.fs_hz for s in sessions]
    assert np.median(rates) == pytest.approx(fs_hz, rel=0.01)


@pytest.mark.recordings
def test_the_five_trials_that_sisfall_holds_twice_are_both_kept(recordings_dir):
    sessions = read_recording(recordings_dir / "sisfall_adl.parquet")
    twice = [s for s in sessions if s.subject == "sisSE15" and s.session.startswith("D17")]
    assert [s.session for s in twice] == [
        *(f"D17_R0{i}" for i in range(1, 6)), *(f"D17_R0{i}#2" for i in range(1, 6))
    ]  # fmt: skip
