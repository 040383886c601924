"""Steps and cadence of real walkers, among them slow ones with walking aids.

Reference: the three step counters of mobgap 1.2.0 (Shin, Ionescu, HK Lee, the improved variants),
which were given the same 20 to 30 s of labelled walking and agreed within a step; their median.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from processing.features.steps import steps_per_second
from processing.gait.guided_signal import direction, longest_run
from processing.gait.quality import gait_quality
from processing.method import Method
from processing.model import NS_PER_S, SampleBlock
from processing.signal.filters import band_pass_kernel, fir

pytestmark = pytest.mark.recordings
METHOD = Method()

PIECES = [
    ("har70_back", "har70_514", "s1", 117.48, 30.0, 36),
    ("har70_back", "har70_514", "s1", 671.48, 30.0, 34),
    ("har70_back", "har70_515", "s1", 2576.58, 30.0, 43),
    ("har70_back", "har70_515", "s1", 2389.58, 30.0, 49),
    ("har70_back", "har70_512", "s1", 1392.06, 30.0, 41),
    ("har70_back", "har70_512", "s1", 2385.06, 30.0, 37),
    ("har70_back", "har70_505", "s1", 1538.2, 29.98, 43),
    ("har70_back", "har70_505", "s1", 802.2, 20.98, 29),
    ("harth_back", "harth_S038", "s1", 594.58, 30.0, 58),
    ("harth_back", "harth_S038", "s1", 714.58, 30.0, 49),
    ("harth_back", "harth_S030", "s1", 1782.24, 26.58, 55),
    ("harth_back", "harth_S030", "s1", 987.7, 25.0, 43),
    ("hapt", "hapt25", "exp51", 203.84, 28.2, 41),
    ("hapt", "hapt04", "exp07", 162.48, 22.9, 42),
    ("hapt", "hapt04", "exp07", 188.84, 20.8, 40),
    ("ipol_gait_l5", "ipol02", "2-4", 5.58, 23.1, 33),
    ("ipol_gait_l5", "ipol12", "12-1", 7.94, 18.32, 33),
    ("ipol_gait_l5", "ipol12", "12-2", 7.63, 18.28, 33),
]


@cache
def _recording(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path, columns=["subject", "session", "t", "x", "y", "z"])


def _piece(
    recordings_dir: Path, file: str, subject: str, session: str, from_s: float, length_s: float
) -> SampleBlock:
    table = _recording(recordings_dir / f"{file}.parquet")
    rows = table[(table.subject == subject) & (table.session.astype(str) == session)]
    t_s = from_s + np.arange(round(length_s * 50)) / 50
    columns = [np.interp(t_s, rows.t, rows[axis]) for axis in "xyz"]
    return SampleBlock("clip", 100 * NS_PER_S, 50.0, np.column_stack(columns))


@pytest.mark.parametrize(("file", "subject", "session", "from_s", "length_s", "n"), PIECES)
def test_steps_of_real_walkers_are_counted(
    recordings_dir: Path,
    file: str,
    subject: str,
    session: str,
    from_s: float,
    length_s: float,
    n: int,
) -> None:
    block = _piece(recordings_dir, file, subject, session, from_s, length_s)
    acc_g = longest_run([block], METHOD, trim_s=0.0)
    rate_hz = METHOD.grid_hz
    whole = np.concatenate([acc_g, np.repeat(acc_g[-1:], -len(acc_g) % rate_hz, axis=0)])
    band = fir(whole, band_pass_kernel(*METHOD.step_band_hz, rate_hz, half_length_s=1.0))
    vertical = band @ direction(acc_g)
    found = steps_per_second(vertical, np.ones(len(whole), np.bool_), rate_hz, METHOD).sum()
    assert found == pytest.approx(n, abs=max(2, 0.08 * n))


@pytest.mark.parametrize(("file", "subject", "session", "from_s", "length_s", "n"), PIECES)
def test_cadence_of_real_walkers_is_that_of_their_steps(
    recordings_dir: Path,
    file: str,
    subject: str,
    session: str,
    from_s: float,
    length_s: float,
    n: int,
) -> None:
    block = _piece(recordings_dir, file, subject, session, from_s, length_s)
    found = gait_quality(block.acc_g, 50.0, direction(block.acc_g), METHOD)
    assert found is not None
    # whoever is counted n times within a length took n steps and a part of one
    assert 0.93 * n <= found.cadence_spm * length_s / 60 <= 1.07 * (n + 1)
    assert 0 <= found.vertical.symmetry <= 1
    assert 1 < found.vertical.harmonic_ratio < 20


def test_gait_quality_is_the_same_at_half_the_rate(recordings_dir: Path) -> None:
    block = _piece(recordings_dir, *PIECES[10][:-1])
    up = direction(block.acc_g)
    fast = gait_quality(block.acc_g, 50.0, up, METHOD)
    slow = gait_quality(longest_run([block], METHOD, trim_s=0.0), 25.0, up, METHOD)
    assert fast is not None
    assert slow is not None
    assert fast.cadence_spm == pytest.approx(slow.cadence_spm, rel=0.01)
    assert fast.vertical.stride_regularity == pytest.approx(
        slow.vertical.stride_regularity, abs=0.05
    )
    assert fast.vertical.improved_harmonic_ratio == pytest.approx(
        slow.vertical.improved_harmonic_ratio, abs=0.05
    )
