"""A sensor that shows 1 g wrongly is pointed out, and postures stay what they are."""

import numpy as np
import pytest

from ingest.recordings.recording import read_recording
from processing.method import Method
from sitstreak.sensor_check import as_json, sensor_error, sentence
from tests.support.plain_signals import FS_HZ, still
from tests.support.recording_files import write_csv


def _recorded(tmp_path, *, gain):
    parts = [still(120, angle, noise_g=0.002) for angle in (0, 30, 60, 90, 120, 150)]
    turned = np.concatenate([part[:, [1, 2, 0]] for part in parts[:3]])
    acc_g = np.concatenate([*parts, turned]) / np.array([1.0, 1.0, gain])
    rows = [(i / FS_HZ, *row) for i, row in enumerate(acc_g.tolist())]
    return read_recording(write_csv(tmp_path / "r.csv", rows))[0]


def test_an_axis_that_shows_too_little_is_named(tmp_path):
    error = sensor_error(_recorded(tmp_path, gain=1.15), Method())
    assert error is not None
    assert 1.08 < error.gain[2] < 1.18  # z was never upside down: the sensor gets part of the doubt
    assert "z" in sentence(error)
    assert "postures do not depend on it" in sentence(error)
    found = as_json(error)
    assert found is not None
    assert found["gain"][2] == pytest.approx(error.gain[2], abs=1e-3)


def test_a_good_sensor_is_not_talked_about(tmp_path):
    error = sensor_error(_recorded(tmp_path, gain=1.0), Method())
    assert error is None
    assert as_json(error) is None
