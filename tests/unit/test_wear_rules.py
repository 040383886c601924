"""Not worn is told from sitting very still, on sensors made up and on people recorded."""

from pathlib import Path

import numpy as np
import pytest

from ingest.recordings.player import BASE_S, to_blocks
from ingest.recordings.recording import read_recording
from processing.features.columns import Features
from processing.features.measuring import measure
from processing.method import Method
from processing.model import BoolArray, FloatArray
from processing.posture.wear import but_for_bumps, long_runs, run_ages, very_still
from tests.support.not_worn import SENSORS, Sensor, in_a_drawer, on_a_car_seat, on_a_table
from tests.support.plain_signals import FS_HZ, START_S, blocks, still

METHOD = Method()
USUAL = [sensor for sensor in SENSORS if sensor.name != "coarse"]
_N_S = 2700


def _features(acc_g: FloatArray, fs_hz: float = FS_HZ) -> Features:
    n_s = round(len(acc_g) / fs_hz)
    return measure(blocks(acc_g, fs_hz=fs_hz), START_S, START_S + n_s, METHOD)


def _calm(features: Features) -> BoolArray:
    return but_for_bumps(features, very_still(features, METHOD), METHOD)


def _share_not_worn(features: Features) -> float:
    return float(long_runs(run_ages(_calm(features), 0), METHOD.not_worn_min_s).mean())


@pytest.mark.parametrize("sensor", USUAL, ids=lambda sensor: sensor.name)
@pytest.mark.parametrize("fs_hz", [12.5, 50.0])
def test_a_clip_on_a_table_is_not_worn(sensor: Sensor, fs_hz: float) -> None:
    assert _share_not_worn(_features(on_a_table(sensor, _N_S, fs_hz, seed=1), fs_hz)) > 0.99


@pytest.mark.parametrize("sensor", USUAL, ids=lambda sensor: sensor.name)
def test_footsteps_beside_the_drawer_do_not_make_it_worn(sensor: Sensor) -> None:
    features = _features(in_a_drawer(sensor, _N_S, FS_HZ, seed=1))
    alone = long_runs(run_ages(very_still(features, METHOD), 0), METHOD.not_worn_min_s)
    assert not alone.any()
    assert _share_not_worn(features) > 0.99


def test_a_moving_car_is_not_told_from_wear() -> None:
    assert _share_not_worn(_features(on_a_car_seat(USUAL[0], _N_S, FS_HZ, seed=1))) == 0


def test_noise_beyond_the_limit_is_never_taken_for_a_table() -> None:
    coarse = next(sensor for sensor in SENSORS if sensor.name == "coarse")
    assert _share_not_worn(_features(on_a_table(coarse, _N_S, FS_HZ, seed=1))) == 0


def test_breathing_alone_is_wear() -> None:
    """A tilt of 0.3 degrees at 15 breaths a minute: 5 mg, and no shaking beyond sensor noise."""
    t_s = np.arange(60 * round(FS_HZ)) / FS_HZ
    tilt = np.radians(0.3) * np.sin(2 * np.pi * 0.25 * t_s)
    breath = np.column_stack([np.cos(tilt), 0 * tilt, np.sin(tilt)])
    features = _features(breath + np.random.default_rng(0).normal(0, 0.001, breath.shape))
    assert (features.dynamic_g < METHOD.still_g).mean() > 0.9
    assert very_still(features, METHOD).mean() < 0.6
    assert run_ages(_calm(features), 0).max() < 15


@pytest.mark.parametrize(
    ("angle_deg", "n_s", "is_bump"), [(30, 3, True), (30, 12, False), (30.5, 3, False)]
)
def test_a_bump_leaves_gravity_where_it_was_and_is_short(
    angle_deg: float, n_s: int, is_bump: bool
) -> None:
    acc_g = np.concatenate(
        [
            still(30, 30, noise_g=0.001, seed=1),
            still(n_s, 30, noise_g=0.05, seed=2),
            still(30, angle_deg, noise_g=0.001, seed=3),
        ]
    )
    features = _features(acc_g)
    calm = _calm(features)
    assert calm[5:25].all()
    assert calm[25 : 35 + n_s].all() == is_bump


@pytest.mark.parametrize(("hole_s", "is_bridged"), [(3, True), (12, False)])
def test_a_few_lost_seconds_do_not_end_the_rest_on_a_table(hole_s: int, is_bridged: bool) -> None:
    quiet = blocks(still(30, 30, noise_g=0.001, seed=1))
    later = blocks(still(30, 30, noise_g=0.001, seed=2), start_s=START_S + 30 + hole_s)
    features = measure(quiet + later, START_S, START_S + 60 + hole_s, METHOD)
    calm = _calm(features)
    assert calm[30 : 30 + hole_s].all() == is_bridged
    assert calm[31 + hole_s :].all()


@pytest.mark.recordings
@pytest.mark.parametrize("name", ["hapt", "harth_back", "har70_back"])
def test_nobody_in_the_recordings_comes_near_the_limit(recordings_dir: Path, name: str) -> None:
    longest = 0
    for session in read_recording(recordings_dir / f"{name}.parquet")[:12]:
        end_s = BASE_S + int(session.t_s[-1])
        features = measure(to_blocks(session, "clip"), BASE_S, end_s, METHOD)
        longest = max(longest, int(run_ages(_calm(features), 0).max()))
    assert longest < 240
