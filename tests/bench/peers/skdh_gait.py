"""skdh.context.PredictGaitLumbarLgbm: which 3-s windows are gait."""

from __future__ import annotations

from importlib import import_module

from tests.bench.peers.stopwatch import FS_HZ, Job, Samples, measure_peer


def prepare(samples: Samples) -> Job:
    """Give it Unix seconds and g on an even clock; it knows no gaps."""
    predictor = import_module("skdh.context").PredictGaitLumbarLgbm()

    def job() -> str:
        found = predictor.predict(time=samples.t_s, accel=samples.acc_g, fs=FS_HZ)
        return f"{len(found['Gait Bout Start'])} gait bouts"

    return job


if __name__ == "__main__":
    measure_peer(["scikit-digital-health", "scipy", "lightgbm"], prepare)
