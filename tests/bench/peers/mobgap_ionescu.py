"""mobgap.gait_sequences.GsdIonescu: gait sequences from the acceleration norm."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from tests.bench.peers.stopwatch import FS_HZ, Job, Samples, measure_peer

_MS2_PER_G = 9.80665


def prepare(samples: Samples) -> Job:
    """Give it m/s^2 on an even clock in sensor axes; it asks for a gyroscope and never reads it."""
    detector = import_module("mobgap.gait_sequences").GsdIonescu()
    table = np.zeros((len(samples.acc_g), 6))
    table[:, :3] = samples.acc_g * _MS2_PER_G
    columns = ["acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"]
    data = import_module("pandas").DataFrame(table, columns=columns)

    def job() -> str:
        return f"{len(detector.detect(data, sampling_rate_hz=FS_HZ).gs_list_)} gait sequences"

    return job


if __name__ == "__main__":
    measure_peer(["mobgap", "pandas", "scipy", "numba"], prepare)
