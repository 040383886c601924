"""skdh.sit2stand.Sit2Stand: rises from sitting, with duration and size."""

from __future__ import annotations

import warnings
from importlib import import_module

from tests.bench.peers.stopwatch import Job, Samples, measure_peer


def prepare(samples: Samples) -> Job:
    """Give it Unix seconds and g on an even clock; the whole recording is its one day."""
    detector = import_module("skdh.sit2stand").Sit2Stand(day_window=None)

    def job() -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = detector.predict(time=samples.t_s, accel=samples.acc_g)
        return f"{len(found['STS Start'])} rises"

    return job


if __name__ == "__main__":
    measure_peer(["scikit-digital-health", "scipy", "pywavelets"], prepare)
