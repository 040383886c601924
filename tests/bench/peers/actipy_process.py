"""actipy.process on a DataFrame: low-pass, gravity calibration, wear, even resampling."""

from __future__ import annotations

from importlib import import_module

from tests.bench.peers.stopwatch import FS_HZ, Job, Samples, measure_peer


def prepare(samples: Samples) -> Job:
    """Give it x, y, z in g under a DatetimeIndex, as documented, with the gaps left out."""
    actipy, pandas = import_module("actipy"), import_module("pandas")
    data = pandas.DataFrame(
        samples.acc_g[samples.present],
        columns=["x", "y", "z"],
        index=pandas.DatetimeIndex(samples.t_ns[samples.present], name="time"),
    )

    def job() -> str:
        out, _ = actipy.process(data, sample_rate=FS_HZ, verbose=False)
        return f"{len(out)} even samples"

    return job


if __name__ == "__main__":
    measure_peer(["actipy", "pandas", "scipy"], prepare)
